"""The three zones as processes, each under its own user."""

import shutil
import signal
import socket
import subprocess
import time

from .installation import ZONES


class Processes:
    def __init__(self, installation):
        self.installation = installation
        self.running = {}
        self.log = open(installation.folder / "zones.log", "ab")

    def start(self, zone):
        arguments = self.installation.arguments(zone, zone)
        # The relay has no business with a network: it gets a namespace without one.
        if zone == "relay" and self.can_unshare():
            uid, gid = self.installation.ids(zone)
            ids = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--no-new-privs"]
            arguments, identity = ["unshare", "--net", *ids, *arguments], {"umask": 0o077, "cwd": "/"}
        else:
            identity = self.installation.identity(zone)
        self.running[zone] = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, **identity)

    @staticmethod
    def can_unshare():
        return shutil.which("setpriv") and subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode == 0

    def start_all(self):
        for zone in ZONES:
            self.start(zone)
        for zone in ZONES:
            self.wait_until_ready(zone)

    def wait_until_ready(self, zone, seconds=30):
        """Until its control socket takes a connection, and its listener where it has one."""
        places = [(socket.AF_UNIX, str(self.installation.data(zone) / "control.sock"))]
        port = {"external": self.installation.push_port, "internal": self.installation.api_port}.get(zone)
        if port:
            places.append((socket.AF_INET, ("127.0.0.1", port)))
        end = time.monotonic() + seconds
        for family, address in places:
            while True:
                if self.running[zone].poll() is not None:
                    raise RuntimeError(f"{zone} ended by itself:\n{self.log_tail()}")
                try:
                    with socket.socket(family) as probe:
                        probe.connect(address)
                    break
                except OSError:
                    if time.monotonic() > end:
                        raise TimeoutError(f"{zone} does not answer on {address}:\n{self.log_tail()}") from None
                    time.sleep(0.05)

    def kill(self, zone):
        process = self.running.pop(zone)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self, zone):
        process = self.running.pop(zone)
        process.terminate()
        try:
            return process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return "killed: it did not end after SIGTERM"

    def fill_streams(self, push):
        """Stops the zones one after the other so that every stream holds a segment that nobody takes; `push` sends a
        ticket. `let_go` ends it."""
        self._wait_for_silence()
        self._signal("relay", signal.SIGSTOP)
        # What lay there before is not the ticket's.
        old = self._segments("external", "relay")
        push()
        self._wait_for_segment("external", "relay", beside=old)
        self._signal("external", signal.SIGSTOP)
        self._signal("internal", signal.SIGSTOP)
        inward, outward = self._segments("relay", "internal"), self._segments("relay", "external")
        self._signal("relay", signal.SIGCONT)
        self._wait_for_segment("relay", "internal", beside=inward)
        self._wait_for_segment("relay", "external", beside=outward)
        self._signal("relay", signal.SIGSTOP)
        old = self._segments("internal", "relay")
        self._signal("internal", signal.SIGCONT)
        self._wait_for_segment("internal", "relay", beside=old)
        self._signal("internal", signal.SIGSTOP)

    def let_go(self):
        for zone in ZONES:
            self._signal(zone, signal.SIGCONT)

    def _signal(self, zone, number):
        self.running[zone].send_signal(number)

    def _segments(self, writer, reader):
        return set(self.installation.stream(writer, reader).glob("*.seg"))

    def _wait_for_silence(self, seconds=60):
        """Acknowledgements travel by themselves half a second after what they are for; then nothing does."""
        ways = (("external", "relay"), ("relay", "internal"), ("relay", "external"), ("internal", "relay"))
        end, seen, since = time.monotonic() + seconds, None, time.monotonic()
        while time.monotonic() - since < 2:
            if time.monotonic() > end:
                raise TimeoutError(f"the streams do not come to rest:\n{self.log_tail()}")
            now = [self._segments(*way) for way in ways]
            if now != seen:
                seen, since = now, time.monotonic()
            time.sleep(0.02)

    def _wait_for_segment(self, writer, reader, beside=frozenset(), seconds=20):
        end = time.monotonic() + seconds
        while not self._segments(writer, reader) - beside:
            if time.monotonic() > end:
                raise TimeoutError(f"no segment from {writer} to {reader}:\n{self.log_tail()}")
            time.sleep(0.02)

    def end(self):
        for zone in list(self.running):
            self.kill(zone)
        self.log.close()

    def log_tail(self, lines=20):
        text = (self.installation.folder / "zones.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])
