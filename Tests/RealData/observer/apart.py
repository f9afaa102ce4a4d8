"""The program under observation as three processes, one for each zone."""

import random
import subprocess

from .gateway import Gateway

ZONES = ("external", "relay", "internal")


class ApartGateway(Gateway):
    """`sluice external`, `sluice relay` and `sluice internal`; a kill takes one of them at a time."""

    def __init__(self, binary, folder, seed=1):
        super().__init__(binary, folder)
        self._dice = random.Random(seed)
        self._zones = {}
        self.kills = dict.fromkeys(ZONES, 0)
        self.peaks_kib = dict.fromkeys(ZONES, 0)

    def start(self):
        """Starts every zone that does not run."""
        for zone in ZONES:
            if zone not in self._zones:
                self._zones[zone] = subprocess.Popen(
                    [self.binary, zone, "--config", "config", "--data", "data"], cwd=self.folder, env=self.environment,
                    stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)

    def must_be_alive(self):
        for zone, process in self._zones.items():
            code = process.poll()
            if code is not None:
                raise RuntimeError(f"sluice {zone} ended by itself with {code}:\n{self.log_tail()}")

    def kill(self):
        self.measure()
        zone = self._dice.choice(ZONES)
        process = self._zones.pop(zone)
        process.kill()
        process.wait()
        self.kills[zone] += 1

    def stop(self, seconds=15):
        """A graceful end of all; returns 0, or what was wrong."""
        self.measure()
        for process in self._zones.values():
            process.terminate()
        answers = {}
        for zone, process in self._zones.items():
            try:
                answers[zone] = process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                answers[zone] = "killed: it did not end after SIGTERM"
        self._zones = {}
        print("  peak " + ", ".join(f"{zone} {kib // 1024} MiB" for zone, kib in self.peaks_kib.items()), flush=True)
        if any(self.kills.values()):
            print("  kills " + ", ".join(f"{zone} {count}" for zone, count in self.kills.items()), flush=True)
        return 0 if all(code == 0 for code in answers.values()) else answers

    def measure(self):
        for zone, process in self._zones.items():
            self.peaks_kib[zone] = max(self.peaks_kib[zone], self._peak_kib(process))
        self.peak_kib = max(self.peaks_kib.values())

    def _processor_seconds(self):
        return sum(self._seconds_of(process) for process in self._zones.values())
