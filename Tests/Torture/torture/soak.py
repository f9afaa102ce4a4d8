"""At half of what they can carry, for a long time: memory and open files must stay flat."""

import os
import statistics
import time
from pathlib import Path

from .installation import ZONES
from .trial import Trial

#: How much a zone may grow from the second quarter of the time to the last, beside noise.
MEMORY_SHARE, MEMORY_MIB, FILES = 0.10, 12, 8


def run(options):
    measured, rate = _saturation(options)
    if measured.faults:
        return measured
    seconds = options.soak
    with Trial("soak", options, per_second=rate / 2, unruly=0) as trial:
        trial.pace.window = 5000
        trial.begin()
        samples = {zone: [] for zone in ZONES}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            trial.run_for(0.5)
            for zone in ZONES:
                samples[zone].append(_measure(trial.installation.running[zone].pid))
        delivered = len(trial.books.tickets) / seconds
        # What an observer in Python and a debug build carry together; the release build's rate is in `sluice-bench`.
        trial.say(f"saturation {rate:.0f} tickets/s, offered {rate / 2:.0f}, at their handlers {delivered:.0f}, for {seconds} s")
        trial.counts["saturation, tickets/s"] = round(rate)
        trial.counts["offered, tickets/s"] = round(rate / 2)
        for zone in ZONES:
            trial.faults += _judge(trial, zone, samples[zone])
        trial.finish()
    return trial


def _saturation(options, seconds=8):
    """(the trial, tickets a second that go all the way when upstreams offer as fast as they are let)"""
    rate = 0
    with Trial("saturation", options, per_second=100_000, unruly=0) as trial:
        for upstream in trial.upstreams:
            upstream.size = 50
        trial.pace.window = 3000
        trial.begin()
        trial.wait_until(lambda: len(trial.books.reply_keys) > 100, 30, "a first hundred answers")
        before = len(trial.books.reply_keys)
        trial.run_for(seconds)
        rate = (len(trial.books.reply_keys) - before) / seconds
    return trial, rate


def _measure(pid):
    """(MiB of its own memory, open files)"""
    status = Path(f"/proc/{pid}/status").read_text()
    kib = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:"))
    return kib / 1024, len(os.listdir(f"/proc/{pid}/fd"))


def _judge(trial, zone, samples):
    """Medians of the second and of the last quarter: caches fill in the first."""
    quarter = len(samples) // 4
    middle, last = samples[quarter : 2 * quarter], samples[-quarter:]
    memory = [statistics.median(mib for mib, _ in part) for part in (middle, last)]
    files = [max(count for _, count in part) for part in (middle, last)]
    trial.say(f"{zone}: {memory[0]:.0f} → {memory[1]:.0f} MiB, {files[0]} → {files[1]} open files")
    trial.counts[f"MiB of {zone}"] = round(memory[1])
    trial.counts[f"files of {zone}"] = files[1]
    faults = []
    if memory[1] > memory[0] * (1 + MEMORY_SHARE) + MEMORY_MIB:
        faults.append(f"{zone} grows: {memory[0]:.0f} → {memory[1]:.0f} MiB")
    if files[1] > files[0] + FILES:
        faults.append(f"{zone} keeps files open: {files[0]} → {files[1]}")
    return faults
