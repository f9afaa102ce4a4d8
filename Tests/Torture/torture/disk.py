"""Each zone's disk is full, answers with errors, or cannot be written at all; then it is well again, and nobody helps."""

import ctypes
import errno
import math
import os
import shutil
import subprocess
import time
from pathlib import Path

from .installation import ZONES
from .trial import Trial

CLONE_NEWNS = 0x00020000
FIU = Path("/usr/lib/fiu")
#: More than the log of a store before its checkpoint: an idle disk is not full.
SIZE = "160m"
#: Every byte of a store is written with pwrite and every sync is one of these; sockets use neither.
WRITES = ("posix/io/rw/pwrite", "posix/io/rw/pwrite64", "posix/io/sync/fdatasync", "posix/io/sync/fsync")
#: A segment is written with write, as a socket is: it fails where it gets its name, and where it goes. So do a file and a
#: letter that are put aside. (Not where anything is opened: libdispatch opens /proc all the time and dies when it cannot.)
NAMES = ("posix/io/dir/rename", "posix/io/dir/unlink")

FULL = "full disk"
SOME_WRITES = "errors of one write in five"
ALL_NAMES = "errors of every file that is renamed or removed"


def run(options):
    with Trial("disk", options) as trial:
        why_not = _why_not(trial)
        if why_not:
            trial.skip(why_not)
            return trial
        try:
            _run(trial, options)
        finally:
            trial.installation.end()
            for zone in ZONES:
                subprocess.run(["umount", "-l", trial.installation.data(zone)], check=False)
    return trial


def _why_not(trial):
    """Mounts the three disks in a mount namespace of our own; returns why that cannot be, or None."""
    if not shutil.which("fiu-ctrl") or not (FIU / "fiu_posix_preload.so").exists():
        return "libfiu is not installed (`make test-packages`)"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        return f"no mount namespace of our own: {os.strerror(ctypes.get_errno())} (run it as root)"
    for command in (["mount", "--make-rprivate", "/"], *(_mount(trial, zone) for zone in ZONES)):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            return f"{' '.join(map(str, command))}: {done.stderr.strip()}"
    return None


def _mount(trial, zone):
    options = f"size={SIZE},mode=700"
    return ["mount", "-t", "tmpfs", "-o", options, f"sluice-{zone}", trial.installation.data(zone)]


def _run(trial, options):
    seconds = 3 if options.quick else 8
    trial.installation.make_keys()
    for zone in ZONES:
        _start(trial, zone)
    for upstream in trial.upstreams:
        upstream.start()
    _wait_for_flow(trial, "the start")
    for zone in ZONES:
        _illness(trial, zone, FULL, seconds, lambda: _fill(trial, zone), lambda: _empty(trial, zone))
        for name, (points, command) in _errors(options.seed).items():
            _illness(
                trial, zone, name, seconds, lambda: _order(trial, zone, points, "enable" + command),
                lambda: _order(trial, zone, points))
        _read_only(trial, zone)
    trial.finish()


def _errors(seed):
    """Name → at which points libfiu interferes, and what it is told."""
    every = " name={},failinfo=%d"
    return {
        "errors of every write and sync": (WRITES, every % errno.EIO),
        SOME_WRITES: (WRITES, "_random name={},probability=0.2,failinfo=%d" % errno.EIO),
        "a file system that became read-only": (WRITES + NAMES, every % errno.EROFS),
        ALL_NAMES: (NAMES, every % errno.EIO),
    }


def _start(trial, zone):
    trial.installation.start(zone, {
        "LD_PRELOAD": f"{FIU}/fiu_run_preload.so {FIU}/fiu_posix_preload.so",
        "FIU_CTRL_FIFO": str(trial.folder / "fiu"),
    })


def _order(trial, zone, points, command="disable name={}"):
    """Switches errors on, or off."""
    orders = [command.format(name) for name in points]
    words = [word for order in orders for word in ("-c", order)]
    pid = str(trial.installation.running[zone].pid)
    subprocess.run(["fiu-ctrl", "-f", trial.folder / "fiu", *words, pid], check=True, capture_output=True, timeout=20)


def _ballast(trial, zone):
    return trial.installation.data(zone) / "ballast"


def _fill(trial, zone):
    """To the last byte, and again what is freed meanwhile."""
    with open(_ballast(trial, zone), "ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def _empty(trial, zone):
    _ballast(trial, zone).unlink()


def _illness(trial, zone, name, seconds, begin, end):
    """While it lasts nothing may be acknowledged that is not kept; afterwards all goes on by itself."""
    is_whole = name not in (SOME_WRITES, ALL_NAMES)
    window = trial.pace.window
    if is_whole and zone == "external":
        # On a slow machine as much as may be in hand is in hand: nobody would offer what is to be refused.
        trial.pace.window = math.inf
    begin()
    refused, taken = trial.books.statuses[503], trial.books.statuses[200]
    try:
        trial.run_for(seconds)
        if is_whole and zone == "external":
            # A busy machine may need longer to notice.
            trial.wait_until(lambda: trial.books.statuses[503] > refused, 60, f"{name}, {zone}: no push was refused with 503")
            trial.wait_until(lambda: trial.drop.waiting, 60, f"{name}, {zone}: no file was left in its place")
            trial.wait_until(lambda: trial.mail.waiting, 60, f"{name}, {zone}: no letter was left in its mailbox")
            # On a full disk what lies free within the store may still be written.
            if name != FULL:
                trial.wait_until(
                    lambda: trial.installation.readiness() == 503, 60, f"{name}, {zone}: /readyz said that all is well")
        # The same, and one that fails now and then lets through what it has.
        if name not in (FULL, SOME_WRITES):
            what, seen = ("replies", trial.books.reply_keys) if zone == "internal" else ("tickets", trial.books.tickets)
            trial.wait_until(_silence(seen), 60, f"{name}, {zone}: new {what} came through all the same")
    finally:
        end()
        trial.pace.window = window
    refused, taken = trial.books.statuses[503] - refused, trial.books.statuses[200] - taken
    if is_whole and zone == "external":
        # One may have been under way when it began, and one come while it ended.
        if taken > 2:
            trial.faults.append(f"{name}, {zone}: {taken} pushes were taken all the same")
    began = time.monotonic()
    _wait_for_flow(trial, f"{name}, {zone}")
    trial.wait_until(lambda: trial.installation.readiness() == 200, 60, f"{name}, {zone}: /readyz stays ill")
    trial.say(f"{zone}, {name}: {taken} pushes taken, {refused} refused; all flows again after {time.monotonic() - began:.1f} s")
    trial.counts["illnesses"] = trial.counts.get("illnesses", 0) + 1


def _silence(seen, seconds=1.5):
    """A condition: none has been new for so long; in a gateway that is well one is every few milliseconds."""
    last = [len(seen), time.monotonic()]

    def is_silent():
        if len(seen) != last[0]:
            last[:] = [len(seen), time.monotonic()]
        return time.monotonic() - last[1] > seconds

    return is_silent


def _wait_for_flow(trial, after):
    """Until every channel's requests are acknowledged, and reach their handlers, and replies their sources."""
    for prefix in "PQDM":
        marks = {"delivered": _highest(trial.books.tickets, prefix), "answered": _highest(trial.books.reply_keys, prefix)}
        for what, seen in (("delivered", trial.books.tickets), ("answered", trial.books.reply_keys)):
            trial.wait_until(
                lambda: _highest(seen, prefix) > marks[what], 45, f"after {after}: no new request of {prefix} is {what}")


def _highest(numbers, prefix):
    return max((number for number in list(numbers) if number.startswith(prefix)), default="")


def _read_only(trial, zone):
    """A zone that is started on a disk that it cannot write says so and ends; started again on a good one it goes on."""
    path = trial.installation.data(zone)
    trial.installation.kill(zone)
    subprocess.run(["mount", "-o", "remount,ro", path], check=True)
    try:
        process = trial.installation.start(zone)
        try:
            code = process.wait(20)
            if code <= 0:
                trial.faults.append(f"{zone} on a read-only disk ended with {code}")
        except subprocess.TimeoutExpired:
            trial.faults.append(f"{zone} on a read-only disk did not say so")
            process.kill()
            process.wait()
        del trial.installation.running[zone]
    finally:
        subprocess.run(["mount", "-o", "remount,rw", path], check=True)
    last = trial.installation.log_tail(zone, 2)
    _start(trial, zone)
    _wait_for_flow(trial, f"a read-only disk, {zone}")
    trial.say(f"{zone}, started on a read-only disk: ended with {code}, saying {last.splitlines()[-1][:160]!r}; goes on after")
    trial.counts["illnesses"] = trial.counts.get("illnesses", 0) + 1
