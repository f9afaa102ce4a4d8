"""Every packet that a host sends or gets, its own loopback apart."""

import subprocess
import tempfile
import time

from .network import ADDRESSES


#: What is sent here is seen by a capture that works.
WAVE = "127.0.0.9"


class Capture:
    def __init__(self, network, host):
        self.network, self.host = network, host
        self.file = tempfile.NamedTemporaryFile(suffix=".pcap")
        self.process = subprocess.Popen(
            network.inside(host, "tcpdump", "-i", "any", "-n", "--immediate-mode", "-U", "-w", self.file.name, "not", "host", "127.0.0.1"),
            stderr=subprocess.PIPE, text=True)
        # It says so once it listens.
        line = self.process.stderr.readline()
        while "listening on" not in line:
            if not line:
                raise RuntimeError("tcpdump did not start")
            line = self.process.stderr.readline()

    def _wave(self):
        send = (
            "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
            f"s.bind(('{WAVE}', 0)); s.sendto(b'x', ('{WAVE}', 9))")
        subprocess.run(self.network.inside(self.host, "python3", "-c", send), check=True)

    def end(self):
        """Packets seen: all of them, and those from or to the host at the far end.

        Raises RuntimeError when the capture did not even see a packet sent for it."""
        self._wave()
        time.sleep(0.5)
        self.process.terminate()
        self.process.wait()
        other = ADDRESSES["internal" if self.host == "external" else "external"][0]
        if not self._count("host", WAVE):
            raise RuntimeError(f"{self.host}: the capture saw nothing, not even what was sent for it")
        return self._count("not", "host", WAVE), self._count("host", other)

    def _count(self, *filters):
        done = subprocess.run(
            ["tcpdump", "-n", "-r", self.file.name, *filters], capture_output=True, text=True, check=True)
        return len(done.stdout.splitlines())
