#!/usr/bin/python3
"""Prints the lines of the *.ndjson files of a folder as records, each file once.

For Sluice's `exec`: the name of the last file is the checkpoint, so files must come in the order of their names. Stands in
for the program of an upstream that nothing else fits.
"""
import json
import os
import sys


def main():
    folder = sys.argv[1]
    done = os.environ.get("SLUICE_CHECKPOINT", "")
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".ndjson") or name <= done:
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    print(json.dumps({"record": json.loads(line)}, ensure_ascii=False))
        print(json.dumps({"checkpoint": name}), flush=True)


try:
    main()
except OSError as error:
    print(f"ERROR: {error}", file=sys.stderr)
    sys.exit(1)
