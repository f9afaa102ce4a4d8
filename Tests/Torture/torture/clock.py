"""The clocks of the zones jump by thirty days, forward and back, while they run and while they lie still."""

import shutil
import struct
import subprocess
import time
from pathlib import Path

from .installation import ZONES
from .trial import Trial

MONTH = 30 * 86_400
#: Open batches that one handler's worker has at most: each may be tried when its time comes, and once more.
OPEN_BATCHES = 64


SOURCE = Path(__file__).resolve().parent.parent / "shift/shift.c"


def run(options):
    compiler = shutil.which("clang") or shutil.which("cc")
    with Trial("clock", options, tolerance=3 * MONTH) as trial:
        if not compiler:
            trial.skip("no C compiler for the clock that jumps")
        else:
            library = trial.folder / "shift.so"
            subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-o", library, SOURCE], check=True)
            _Clock(trial, library, 2 if options.quick else 6).run()
    return trial


class _Clock:
    def __init__(self, trial, library, seconds):
        self.trial, self.library, self.seconds = trial, library, seconds
        for zone in ZONES:
            self._file(zone).write_bytes(bytes(8))

    def _file(self, zone):
        return self.trial.folder / f"clock-{zone}"

    def set(self, zone, offset):
        """Seconds away from the machine's own clock, from this moment on."""
        with open(self._file(zone), "r+b") as file:
            file.write(struct.pack("=q", offset))

    def set_all(self, offset):
        for zone in ZONES:
            self.set(zone, offset)

    def start(self, zone):
        self.trial.installation.start(zone, {
            "LD_PRELOAD": str(self.library), "SHIFT_FILE": str(self._file(zone)),
        })

    def run(self):
        trial = self.trial
        trial.installation.make_keys()
        for zone in ZONES:
            self.start(zone)
        for upstream in trial.upstreams:
            upstream.start()
        self.wait_for_flow("the start")
        for offset in (MONTH, 0, -MONTH, 0):
            self.jump("all, running", ZONES, offset)
        for zone in ZONES:
            for offset in (MONTH, -MONTH, 0):
                self.jump(f"{zone} alone, running", [zone], offset)
        for offset in (MONTH, -MONTH, 0):
            self.restart(offset)
        self.storm()
        trial.finish()

    def jump(self, what, zones, offset):
        for zone in zones:
            self.set(zone, offset)
        self.count()
        self.wait_for_flow(f"{what}: {offset / 86_400:+.0f} days")

    def restart(self, offset):
        for zone in ZONES:
            self.trial.installation.kill(zone)
        self.set_all(offset)
        for zone in ZONES:
            self.start(zone)
        self.count()
        self.wait_for_flow(f"all, over a restart: {offset / 86_400:+.0f} days")

    def count(self):
        self.trial.counts["jumps"] = self.trial.counts.get("jumps", 0) + 1

    def wait_for_flow(self, after):
        """What is offered now has to come back answered, not only what was under way."""
        trial, began = self.trial, time.monotonic()
        trial.run_for(self.seconds / 4)
        marks = {prefix: self._offered(prefix) for prefix in "PQDM"}
        for prefix, mark in marks.items():
            trial.wait_until(
                lambda: max((n for n in list(trial.books.reply_keys) if n.startswith(prefix)), default="") >= mark, 45,
                f"after {after}: {mark} is not answered")
        trial.say(f"{after}: what was offered after it is answered after {time.monotonic() - began:.1f} s")

    def _offered(self, prefix):
        return max(number for number, _ in list(self.trial.books.offered) if number.startswith(prefix))

    def storm(self):
        """With an ill handler and an ill source, a jump makes everything due once; not again and again."""
        trial = self.trial
        trial.peers.are_ill.set()
        seconds = max(self.seconds, 4)
        time.sleep(2)
        before = self._calls(seconds)
        for offset in (MONTH, 0, -MONTH, 0):
            self.set_all(offset)
            self.count()
            after = self._calls(seconds)
            for name, most in (("handler", OPEN_BATCHES), ("source", 8)):
                if after[name] > 2 * before[name] + 2 * most:
                    trial.faults.append(
                        f"a storm: {after[name]} calls to the {name} in {seconds} s after a jump, {before[name]} before it")
            trial.say(f"ill peers, {offset / 86_400:+.0f} days: {after} calls in {seconds} s; before the jumps {before}")
        trial.peers.are_ill.clear()
        self.wait_for_flow("the peers are well again")

    def _calls(self, seconds):
        books = self.trial.books
        counts = len(books.handler_calls), len(books.source_calls)
        self.trial.run_for(seconds)
        return {"handler": len(books.handler_calls) - counts[0], "source": len(books.source_calls) - counts[1]}
