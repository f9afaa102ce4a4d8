#!/usr/bin/env python3
"""Three hosts, each with its own network and its own folder: tickets and replies pass from the outer to the inner one though
no packet can, and partitions between them heal.

    sudo Tests/ThreeHosts/run.py [--way disk|database] [--partitions 1,3] [--binary .build/debug/sluice]

`disk`: the hosts have no cable at all, the middle has no network device; disks are carried by `sluice boundary export` and
`import`. `database`: a PostgreSQL server stands on the middle host, with a cable to either side. Each partition is run twice: the whole connection, then one direction of it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from hosts import host as hosts_module
from hosts.books import Books
from hosts.capture import Capture
from hosts.database import Database
from hosts.ferry import Ferry
from hosts.host import Host
from hosts.network import HOSTS, Network

ROOT = Path(__file__).resolve().parent.parent.parent


def wait_until(condition, what, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.1)


class Disk:
    """The way by carried disks."""

    cables = False

    def __init__(self, folder):
        self.folder = folder
        self.ferries = []

    def boundary(self, zone, peer):
        return f"{{ type: segments, out: data/boundary/{zone}-{peer}, in: data/boundary/{peer}-{zone} }}"

    def prepare(self, network, hosts):
        pass

    def open(self, network, hosts):
        self.ferries = [
            Ferry(hosts[zone], hosts["relay"], self.folder / f"disk-{zone}") for zone in ("external", "internal")]

    def cut(self, _, one_way):
        """One way: the outer disk stays at home, the inner one goes on."""
        for ferry in self.ferries[:1] if one_way else self.ferries:
            ferry.cut()

    def mend(self, _, one_way):
        for ferry in self.ferries:
            ferry.mend()

    def faults(self):
        return [f"the ferry broke down: {ferry.error}" for ferry in self.ferries if ferry.error]

    def spoil(self, hosts):
        """A disk with room for two small batches takes the first ones whole and says what found no room."""
        for ferry in self.ferries:
            ferry.cut()
        small = self.folder / "small"
        small.mkdir()
        waiting = hosts["external"].data / "boundary/external-relay"
        # The traffic goes on meanwhile, and whoever counts it waits for all of it.
        wait_until(lambda: len(list(waiting.glob("*.seg"))) >= 6, "six batches wait to be carried")
        # Whole pages, as the file system counts.
        room = sum(-(-path.stat().st_size // 4096) * 4 for path in sorted(waiting.glob("*.seg"))[:2])
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}k", "tmpfs", str(small)], check=True)
        try:
            said = hosts["external"].sluice("boundary", "export", str(small), accept=(1,))
            carried = list(small.glob("external-relay/*.seg"))
            hosts["relay"].sluice("boundary", "import", str(small), "--stream", "external-relay")
        finally:
            subprocess.run(["umount", str(small)], check=True)
        for ferry in self.ferries:
            ferry.mend()
        print(f"a disk that was too small took {len(carried)} whole batches and said so")
        return [] if carried and "no room" in said else [f"a disk that was too small: {len(carried)} carried, it said: {said}"]

    def said(self):
        return f"disks were carried {sum(ferry.trips for ferry in self.ferries)} times"

    def close(self):
        for ferry in self.ferries:
            ferry.end()


WAYS = {"disk": Disk, "database": Database}


class Traffic:
    """A steady push of few records, all through the partitions."""

    def __init__(self, source):
        self.source = source
        self.next = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._ended.wait(0.25):
            self.source.tell(push=list(range(self.next, self.next + 5)))
            self.next += 5

    def end(self):
        self._ended.set()
        self._thread.join()
        return range(self.next)


def carry(way, network, hosts, partitions):
    books = Books()
    hosts_module.write_configuration(hosts, way.boundary)
    hosts_module.exchange_keys(hosts)
    way.prepare(network, hosts)
    hosts["external"].start_peer(books, "source", hosts_module.PUSH, hosts_module.PUSH_KEY, hosts_module.REPLIES)
    hosts["internal"].start_peer(books, "handler", hosts_module.API, hosts_module.TOKEN, hosts_module.HOOK)
    for zone in HOSTS:
        hosts[zone].start()
    way.open(network, hosts)
    traffic = Traffic(hosts["external"])
    wait_until(lambda: traffic.next >= 20, "the first twenty are pushed")
    books.wait_for(range(20), 120)
    print("20 tickets passed from host to host and their replies came back")
    for seconds in partitions:
        for one_way in (False, True):
            way.cut(network, one_way)
            time.sleep(seconds)
            way.mend(network, one_way)
            number = traffic.next
            wait_until(lambda: traffic.next >= number + 10, "ten more are pushed")
            books.wait_for(range(number + 10), 180)
            print(f"a partition of {seconds} s, {'one direction' if one_way else 'both directions'}: healed, nothing lost")
    faults = way.spoil(hosts)
    numbers = traffic.end()
    books.wait_for(numbers, 120)
    print(f"{len(numbers)} tickets in all; {way.said()}")
    faults += books.faults() + way.faults()
    faults += [f"{zone} did not end when it was asked to" for zone in HOSTS if not hosts[zone].stop()]
    return faults


def run(name, options, folder):
    way = WAYS[name](folder)
    network = Network(way.cables)
    hosts = {zone: Host(zone, folder, options.binary, network) for zone in HOSTS}
    captures = []
    try:
        faults = network.faults()
        captures = [Capture(network, host) for host in ("external", "internal")]
        faults += carry(way, network, hosts, options.partitions)
        faults += network.faults()
        for capture in captures:
            seen, between = capture.end()
            print(f"{capture.host}: {seen} packets seen, {between} from or to the far host")
            if between or (seen == 0) == way.cables:
                faults.append(f"{capture.host}: {seen} packets seen, {between} from or to the far host")
        return faults
    except (RuntimeError, TimeoutError, OSError) as error:
        for host in hosts.values():
            print(f"-- {host.zone}\n{host.tail()}", file=sys.stderr)
        return [f"{name}: {error}", *way.faults()]
    finally:
        way.close()
        for host in hosts.values():
            host.end()
        for capture in captures:
            capture.process.kill()
        network.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--way", choices=[*WAYS, "all"], default="all")
    parser.add_argument(
        "--partitions", type=lambda text: [float(part) for part in text.split(",")], default=[1.0, 3.0], help="seconds, 1,3,60")
    parser.add_argument("--binary", type=Path, default=Path(os.environ.get("SLUICE_BIN", ROOT / ".build/debug/sluice")))
    options = parser.parse_args()
    options.binary = options.binary.absolute()
    if os.geteuid() != 0:
        print("hosts: this must run as root: it makes networks", file=sys.stderr)
        return 1
    for needed in (options.binary, shutil.which("ip"), shutil.which("tcpdump")):
        if not needed or not Path(needed).exists():
            print("hosts: the program, ip or tcpdump is missing; `make test-packages` installs the last two", file=sys.stderr)
            return 1
    faults = []
    for name in WAYS if options.way == "all" else [options.way]:
        folder = Path(tempfile.mkdtemp(prefix=f"sluice-hosts-{name}-"))
        print(f"== hosts by {name}")
        found = run(name, options, folder)
        faults += found
        if found:
            print(f"kept {folder}")
        else:
            shutil.rmtree(folder)
    for fault in faults:
        print(f"FAILED {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
