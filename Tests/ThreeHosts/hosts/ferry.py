"""Carries disks to and fro: the only thing that passes between hosts without cables."""

import threading


class Ferry:
    """One disk between one host and the middle."""

    def __init__(self, host, relay, disk):
        self.host, self.relay, self.disk = host, relay, disk
        self.disk.mkdir()
        self.trips = 0
        self.error = None
        self._ended = threading.Event()
        self._free = threading.Event()
        self._rests = threading.Event()
        self._free.set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            while not self._ended.is_set():
                if not self._free.is_set():
                    self._rests.set()
                    self._free.wait()
                    self._rests.clear()
                self.host.sluice("boundary", "export", str(self.disk))
                self.relay.sluice("boundary", "import", str(self.disk), "--stream", f"{self.host.zone}-relay")
                self.relay.sluice("boundary", "export", str(self.disk), "--stream", f"relay-{self.host.zone}")
                self.host.sluice("boundary", "import", str(self.disk))
                self.trips += 1
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def cut(self):
        """Returns when the trip that was under way has ended."""
        self._free.clear()
        if not self._rests.wait(60) and not self.error:
            raise TimeoutError("a ferry did not come to rest")

    def mend(self):
        self._free.set()

    def end(self):
        self._ended.set()
        self._free.set()
        self._thread.join(60)
