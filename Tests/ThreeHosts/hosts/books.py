"""What was offered, delivered and answered, kept outside of Sluice."""

import json
import threading
import time


class Books:
    def __init__(self):
        self.accepted, self.replied = set(), set()
        #: Source's number → ids of the tickets that were made of it. More than one is a second ticket.
        self.delivered = {}
        self._changed = threading.Condition()

    def listen(self, lines):
        for line in lines:
            ((what, value),) = json.loads(line).items()
            with self._changed:
                if what == "accepted":
                    self.accepted.update(value)
                elif what == "replied":
                    self.replied.add(value)
                else:
                    self.delivered.setdefault(value[0], set()).add(value[1])
                self._changed.notify_all()

    def wait_for(self, numbers, seconds):
        """Until each was accepted, delivered and answered."""
        wanted = {f"N-{n}" for n in numbers}
        end = time.monotonic() + seconds
        with self._changed:
            while not self._has(wanted):
                if not self._changed.wait(end - time.monotonic()):
                    raise TimeoutError(
                        f"of {len(wanted)}: {len(wanted & self.accepted)} accepted, "
                        f"{len(wanted & self.delivered.keys())} delivered, {len(wanted & self.replied)} answered")

    def _has(self, wanted):
        return wanted <= self.accepted and wanted <= self.delivered.keys() and wanted <= self.replied

    def faults(self):
        faults = []
        if lost := self.accepted - self.delivered.keys():
            faults.append(f"{len(lost)} accepted tickets were lost: {sorted(lost)[:5]}")
        if silent := self.delivered.keys() - self.replied:
            faults.append(f"{len(silent)} replies were lost: {sorted(silent)[:5]}")
        if twice := [number for number, tickets in self.delivered.items() if len(tickets) > 1]:
            faults.append(f"{len(twice)} records became two tickets: {sorted(twice)[:5]}")
        return faults
