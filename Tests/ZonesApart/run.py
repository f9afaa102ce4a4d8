#!/usr/bin/env python3
"""Runs the three zones as processes of three users, carries tickets in and replies out, kills each zone once, and tries every
forbidden pair: what one zone's user must not read or write of another's. Then checks the systemd units.

    sudo Tests/ZonesApart/run.py [--binary .build/debug/sluice]

Needs root, to make the users (sluicetest-external, sluicetest-relay, sluicetest-internal; removed afterwards) and to become
them. Everything else happens in a temporary folder.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from apart import ledgers, pairs
from apart.installation import ZONES, Installation
from apart.processes import Processes
from apart.traffic import Peers

ROOT = Path(__file__).resolve().parent.parent.parent
UNITS = ROOT / "docs/systemd"


def show(rows):
    header = ("user of", "on", "what", "read", "write")
    widths = [max(len(str(row[column])) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, *rows]:
        print("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip())


def carry(installation):
    peers = Peers(installation)
    installation.write_configuration(peers.handler.server_port, peers.source.server_port)
    installation.exchange_keys()
    processes = Processes(installation)
    try:
        processes.start_all()
        peers.push(range(0, 40))
        peers.wait_for(range(0, 40))
        print("40 tickets went in and their replies came out, through three processes of three users")
        print(f"the relay ran {'without' if processes.can_unshare() else 'WITH'} a network")
        faults = killed(processes, peers)
        for zone in ZONES:
            answer = installation.command(zone, "boundary", "check")
            if "all streams run" not in answer:
                faults.append(f"{zone}: boundary check said {answer}")
        processes.fill_streams(lambda: peers.push([1000]))
        rows, permitted, found = pairs.run(installation, {zone: process.pid for zone, process in processes.running.items()})
        processes.let_go()
        peers.wait_for([1000])
        show(rows)
        print(f"{len(rows)} forbidden pairs, {len(found)} not as they should be; {permitted} permitted tries worked")
        faults += found
        ledgers.wait_for_balance(installation, received=101)
        faults += stopped(processes)
        lost = ledgers.lose(installation, 7)
        processes.start_all()
        ledgers.wait_until_named(installation, lost)
        print("the inside knows all 101 records and balances; a ticket taken away is named by `sluice reconcile` there")
        return faults + stopped(processes)
    except (RuntimeError, TimeoutError, OSError) as error:
        print(processes.log_tail(), file=sys.stderr)
        return [str(error)]
    finally:
        processes.end()
        peers.end()


def stopped(processes):
    """A graceful end of all zones."""
    codes = {zone: processes.stop(zone) for zone in ZONES}
    return [f"{zone}, asked to end, answered {code}" for zone, code in codes.items() if code != 0]


def killed(processes, peers):
    """Each zone once: what was pushed while it lay dead arrives when it is back."""
    for number, zone in enumerate(ZONES):
        numbers = range(100 * (number + 1), 100 * (number + 1) + 20)
        if zone == "external":
            peers.push(numbers)
            processes.kill(zone)
        else:
            processes.kill(zone)
            peers.push(numbers)
        processes.start(zone)
        processes.wait_until_ready(zone)
        peers.wait_for(numbers)
    print("each zone was killed once; 60 tickets and their replies arrived all the same")
    return []


def check_units(binary):
    """`systemd-analyze verify` on copies that name a program which is there."""
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        for unit in sorted(UNITS.glob("*.service")):
            text = unit.read_text()
            if "/usr/bin/sluice" not in text:
                faults.append(f"{unit.name} does not start /usr/bin/sluice")
            copy = Path(folder) / unit.name
            copy.write_text(text.replace("/usr/bin/sluice", str(binary)))
            copies.append(str(copy))
        if len(copies) != 3:
            faults.append(f"{UNITS} holds {len(copies)} units, not 3")
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *copies], capture_output=True, text=True, timeout=60)
        # It ends with 0 and a complaint for a setting that it does not know.
        said = [line for line in done.stderr.splitlines() if any(Path(copy).name in line for copy in copies)]
        if done.returncode != 0 or said:
            faults.append(f"systemd-analyze verify: {done.returncode}\n" + done.stderr)
    print(f"systemd-analyze verify: {len(copies)} units, {'faults' if faults else 'nothing to say'}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=Path(os.environ.get("SLUICE_BIN", ROOT / ".build/debug/sluice")))
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("zones: this must run as root: it makes three users and becomes them", file=sys.stderr)
        return 1
    for needed in (options.binary, shutil.which("useradd"), shutil.which("systemd-analyze")):
        if not needed or not Path(needed).exists():
            print("zones: the program, useradd or systemd-analyze is missing; `make test-packages` installs the last two", file=sys.stderr)
            return 1
    folder = tempfile.mkdtemp(prefix="sluice-apart-")
    try:
        Installation.make_users()
        installation = Installation(options.binary, folder)
        installation.make_folders()
        faults = carry(installation)
    finally:
        Installation.remove_users()
        shutil.rmtree(folder)
    faults += check_units(options.binary.resolve())
    for fault in faults:
        print(f"FAILED {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
