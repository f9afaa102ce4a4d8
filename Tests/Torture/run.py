#!/usr/bin/env python3
"""Tortures Sluice from outside and says what came of it. See README.md and docs/reliability.md.

    Tests/Torture/run.py all                 # everything, twenty minutes
    Tests/Torture/run.py all --quick         # what CI runs
    Tests/Torture/run.py kills --kills 200 --seed 7

Needs a debug build: .build/debug/sluice.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from torture import clock, disk, exchange, kills, report, selftest, soak

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = {
    "books": selftest.run, "control": kills.control, "kills": kills.run, "exchange-control": exchange.control,
    "exchange": exchange.run, "disk": disk.run, "clock": clock.run, "soak": soak.run,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", default=["all"], help=f"{', '.join(PARTS)} or all")
    parser.add_argument("--quick", action="store_true", help="as little of everything as still says something")
    parser.add_argument(
        "--kills", type=int, default=int(os.environ.get("SLUICE_KILLS", "0")),
        help="so many at least (default SLUICE_KILLS, or 1000; quick 60)")
    parser.add_argument("--soak", type=int, help="seconds (default 600; quick 60)")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"), help="of everything random")
    parser.add_argument("--keep", action="store_true", help="keep the working folders even when everything holds")
    parser.add_argument(
        "--allow-skips", action="store_true", help="what cannot be done here (said with why) does not fail a full run")
    parser.add_argument("--work", help="where working folders are made (default: the system's)")
    parser.add_argument("--json", type=Path, help="write the counts there")
    parser.add_argument(
        "--binary", default=os.environ.get("SLUICE_BIN", ROOT / ".build/debug/sluice"),
        help="the program (default SLUICE_BIN or .build/debug/sluice)")
    options = parser.parse_args()
    if not Path(options.binary).is_file():
        parser.error(f"{options.binary} is not there: build it with `swift build --product sluice`")
    options.kills = options.kills or (60 if options.quick else 1000)
    options.soak = options.soak or (60 if options.quick else 600)
    names = list(PARTS) if "all" in options.what else options.what
    for name in names:
        if name not in PARTS:
            parser.error(f"'{name}' is none of {', '.join(PARTS)}, all")
    print(f"seed {options.seed}: --seed {options.seed} repeats it", flush=True)
    trials = []
    for name in names:
        print(f"{name} …", flush=True)
        trials.append(PARTS[name](options))
    report.show(trials)
    if options.json:
        options.json.write_text(json.dumps({trial.name: trial.counts for trial in trials}, indent=2) + "\n")
    return 1 if any(trial.faults for trial in trials) else 0


if __name__ == "__main__":
    sys.exit(main())
