"""The program under observation: its folder, its process and its command line."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from base64 import b64encode
from pathlib import Path

from .ports import free_address

CONFIGS = Path(__file__).resolve().parent.parent / "configs"


class Gateway:
    """`sluice run` in a folder of its own, which is also where its relative paths begin."""

    def __init__(self, binary, folder):
        self.binary = str(Path(binary).resolve())
        self.folder = Path(folder)
        self.listen = free_address()
        self.handler_api = free_address()
        self.signals = free_address()
        self.inbox = self.folder / "inbox"
        self.environment = dict(
            os.environ, RD_LISTEN=self.listen, RD_HANDLER_API=self.handler_api, RD_SIGNALS=self.signals,
            RD_INBOX=str(self.inbox),
        )
        self.peak_kib = 0
        self._process = None
        self._log = open(self.folder / "sluice.log", "ab")
        self.secrets = self._prepare()

    def _prepare(self):
        shutil.copytree(CONFIGS, self.folder / "config")
        self.inbox.mkdir()
        made = {
            "push-token": secrets.token_hex(16),
            "push-signing": secrets.token_hex(32),
            "webhook": "whsec_" + b64encode(secrets.token_bytes(24)).decode(),
            "departments-token": secrets.token_hex(16),
            "agencies-token": secrets.token_hex(16),
        }
        store = self.folder / "config" / "secrets"
        store.mkdir(mode=0o700)
        for name, value in made.items():
            (store / name).write_text(value)
            (store / name).chmod(0o600)
        return made

    def replies_go_to(self, address):
        self.environment["RD_SOURCE"] = f"http://{address}"

    def pages_come_from(self, address):
        """The board is asked in place of pushing."""
        self.environment["RD_FEED"] = f"http://{address}"
        shutil.copy(CONFIGS / "variants" / "web-messages-poll.yaml", self.folder / "config" / "web" / "web-messages.yaml")

    def deliveries_go_to(self, address):
        self.environment["RD_HANDLER"] = f"http://{address}"

    def command(self, *arguments, timeout=60):
        """Runs a sub-command; returns (exit code, standard output, standard error)."""
        done = subprocess.run(
            [self.binary, *arguments, "--config", "config", "--data", "data"],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=timeout,
        )
        return done.returncode, done.stdout, done.stderr

    def json_command(self, *arguments):
        code, out, error = self.command(*arguments, "--format", "json")
        try:
            return code, json.loads(out), error
        except ValueError:
            return code, None, error or out

    def start(self):
        self._process = subprocess.Popen(
            [self.binary, "run", "--config", "config", "--data", "data"],
            cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
        )

    def wait_until_ready(self, seconds=20):
        """Until both listeners take connections."""
        end = time.monotonic() + seconds
        for address in (self.listen, self.handler_api):
            host, port = address.rsplit(":", 1)
            while True:
                self.must_be_alive()
                try:
                    socket.create_connection((host, int(port)), 1).close()
                    break
                except OSError:
                    if time.monotonic() > end:
                        raise TimeoutError(f"nothing listens on {address} after {seconds} s") from None
                    time.sleep(0.02)

    def must_be_alive(self):
        code = self._process.poll()
        if code is not None:
            raise RuntimeError(f"sluice run ended by itself with {code}:\n{self.log_tail()}")

    def kill(self):
        self.measure()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self, seconds=15):
        """A graceful end; returns its exit code."""
        self.measure()
        self._process.terminate()
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return "killed: it did not end after SIGTERM"

    def measure(self):
        self.peak_kib = max(self.peak_kib, self._peak_kib(self._process))

    @staticmethod
    def _peak_kib(process):
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            return 0
        return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)

    def idle_share(self, seconds=2):
        """How much of one core it takes when nothing is to be done, 0 … 1 and above."""
        before = self._processor_seconds()
        time.sleep(seconds)
        return (self._processor_seconds() - before) / seconds

    def _processor_seconds(self):
        return self._seconds_of(self._process)

    @staticmethod
    def _seconds_of(process):
        fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log_tail(self, lines=20):
        text = (self.folder / "sluice.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])
