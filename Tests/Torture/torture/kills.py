"""kill -9 of every zone, at each failpoint and at random instants, while all three are at work."""

import math
import random
import signal
import subprocess
import threading
import time
from collections import Counter

from .installation import ZONES
from .trial import Trial

#: Passed only by a process whose predecessor died at the other one.
FOLLOWS = {"outlet.adopting": "segment.renamed"}
PATIENCE = 20


def failpoints(binary):
    """Zone → names, as the program lists them."""
    done = subprocess.run([binary, "failpoints"], capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    found = {zone: [] for zone in ZONES}
    for line in done.stdout.splitlines():
        name, zones = line.split()
        for zone in zones.split(","):
            found[zone].append(name)
    return found


class Executioner(threading.Thread):
    """One zone's deaths, one after the other."""

    def __init__(self, trial, zone, names, kills, seed):
        super().__init__(daemon=True)
        self.trial, self.zone = trial, zone
        self.dice = random.Random(f"{seed}-{zone}")
        self.deaths, self.stops, self.hits, self.missed, self.fault = 0, 0, Counter(), [], None
        self._plan, self._kills = self._schedule(names, kills), kills

    def _schedule(self, names, kills):
        """Each failpoint as often as there is room for, and as many random instants; at least one of each failpoint."""
        rounds = max(1, kills // (2 * len(names))) if names else 0
        plan = []
        for _ in range(rounds):
            shuffled = [name for name in names if name not in FOLLOWS]
            self.dice.shuffle(shuffled)
            for after, before in FOLLOWS.items():
                if after in names:
                    shuffled.insert(shuffled.index(before) + 1, after)
            plan += shuffled
        # A random death between a failpoint and the one that follows from it would undo what it needs.
        spots = [index for index in range(len(plan) + 1) if index == len(plan) or plan[index] not in FOLLOWS]
        # Three in ten of these are asked to end, not killed.
        count = max(kills - len(plan), kills // 8, 3) * 10 // 7
        chosen = sorted((self.dice.choice(spots) for _ in range(count)), reverse=True)
        for spot in chosen:
            plan.insert(spot, None)
        return plan

    def run(self):
        try:
            for name in self._plan:
                if name is None:
                    self._die_at_random()
                else:
                    self._die_at(name)
            # Some were asked to end instead.
            while self.deaths < self._kills:
                self._die_at_random()
            # The others' deaths need it alive.
            self.trial.installation.start(self.zone)
        except (RuntimeError, OSError) as error:
            self.fault = str(error)

    def _die_at_random(self):
        process = self.trial.installation.start(self.zone)
        time.sleep(self.dice.uniform(0, 1.0))
        if process.poll() is not None:
            raise RuntimeError(f"{self.zone} ended by itself:\n{self.trial.installation.log_tail(self.zone)}")
        if self.dice.random() < 0.3:
            return self._end_in_order(process)
        self.trial.installation.kill(self.zone)
        self.deaths += 1

    def _end_in_order(self, process):
        """SIGTERM in the middle of the work: it has to end by itself, and well."""
        del self.trial.installation.running[self.zone]
        process.terminate()
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = "nothing"
        # Before it listens to the signal, the signal ends it.
        if code not in (0, -signal.SIGTERM):
            raise RuntimeError(f"{self.zone}, asked to end, answered {code}:\n{self.trial.installation.log_tail(self.zone)}")
        self.stops += 1

    def _die_at(self, name):
        most = 20 if name.startswith("store.") else 1 if name in FOLLOWS else 3
        for count in (self.dice.randint(1, most), 1):
            if self._wait_for_death(name, count):
                self.hits[name] += 1
                return
        self.missed.append(name)

    def _wait_for_death(self, name, count):
        installation = self.trial.installation
        process = installation.start(self.zone, {"SLUICE_FAILPOINT": f"{name}:{count}"})
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            installation.kill(self.zone)
            self.deaths += 1
            return False
        del installation.running[self.zone]
        said = f"failpoint {name}: reached" in installation.log_tail(self.zone)
        if code != -signal.SIGKILL or not said:
            raise RuntimeError(f"{self.zone}, to die at {name}, ended with {code}:\n{installation.log_tail(self.zone)}")
        self.deaths += 1
        return True


def run(options):
    names = failpoints(options.binary)
    with Trial("kills", options) as trial:
        trial.begin(start=False)
        total = sum(map(len, names.values()))
        killers = [
            Executioner(trial, zone, names[zone], math.ceil(options.kills * len(names[zone]) / total), options.seed)
            for zone in ZONES]
        wait_for(trial, killers)
        trial.finish()
        count_kills(trial, killers, total)
        if trial.counts["kills"] < options.kills:
            trial.faults.append(f"{trial.counts['kills']} kills, not {options.kills}")
    return trial


def wait_for(trial, killers):
    """All their kills, while the rest of the world goes on; then everything is alive."""
    for killer in killers:
        killer.start()
    began, said = time.monotonic(), 0
    while any(killer.is_alive() for killer in killers):
        time.sleep(0.2)
        if time.monotonic() - said > 15:
            said = time.monotonic()
            trial.say(f"{sum(k.deaths for k in killers)} kills, {len(trial.books.tickets)} tickets at their handlers")
    trial.say(f"{sum(k.deaths for k in killers)} kills in {time.monotonic() - began:.0f} s; waiting for what is under way")
    trial.installation.start_all()


def count_kills(trial, killers, total):
    """What the killers did, and which of `total` failpoints they passed."""
    for killer in killers:
        trial.counts[f"kills of {killer.zone}"] = killer.deaths
        trial.faults += [f"{killer.zone} never passed {name}" for name in killer.missed if not killer.hits[name]]
        trial.faults += [killer.fault] if killer.fault else []
    trial.counts["kills"] = sum(killer.deaths for killer in killers)
    trial.counts["ended by SIGTERM"] = sum(killer.stops for killer in killers)
    trial.counts["at failpoints"] = sum(sum(killer.hits.values()) for killer in killers)
    trial.counts["failpoints"] = f"{sum(len(killer.hits) for killer in killers)} of {total}"


def strike(trial, seed, taken, complaint):
    """Kills the external zone five times, each time shortly after it took something (`taken`: how the books count that)."""
    dice = random.Random(seed)
    for _ in range(5):
        before = trial.books.statuses[taken]
        trial.wait_until(lambda: trial.books.statuses[taken] > before + 2, 20, complaint)
        time.sleep(dice.uniform(0, 0.1))
        trial.installation.kill("external")
        trial.installation.start("external")
    trial.counts["kills"] = 5


def control(options):
    """The same with a gateway that acknowledges before it commits: the observer has to see the loss."""
    with Trial("control", options) as trial:
        trial.installation.make_keys()
        trial.installation.environment["SLUICE_FAILPOINT"] = "acknowledge-before-commit"
        trial.installation.start_all()
        for upstream in trial.upstreams:
            upstream.start()
        strike(trial, options.seed, 200, "no push was taken")
        trial.finish(patience=8)
        lost = trial.counts.get("lost", 0)
        trial.verdict = f"{lost} acknowledged tickets lost, seen by the observer"
        # What was found is what was looked for; finding nothing is the fault.
        missed = ["an acknowledgement before the commit lost nothing that the observer saw", *trial.faults]
        trial.faults = [] if lost else missed
    return trial
