#!/usr/bin/python3
"""Prints the lines of a growing file as records; the checkpoint is how many bytes of it are said."""

import json
import os
import sys
import time

IDLE = 0.5


def main():
    path, position = sys.argv[1], int(os.environ.get("SLUICE_CHECKPOINT", "0"))
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < IDLE:
        lines = new_lines(path, position)
        for line in lines:
            print(json.dumps({"record": json.loads(line)}, ensure_ascii=False))
        if lines:
            position += sum(map(len, lines))
            print(json.dumps({"checkpoint": str(position)}), flush=True)
            quiet_since = time.monotonic()
        time.sleep(0.05)


def new_lines(path, position):
    if not os.path.exists(path):
        return []
    with open(path, "rb") as file:
        file.seek(position)
        # What is being written has no end of line yet.
        return [line for line in file.read().splitlines(keepends=True)[:40] if line.endswith(b"\n")]


main()
