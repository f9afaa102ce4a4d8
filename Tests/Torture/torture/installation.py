"""Three zones as three processes in a folder of their own."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

from observer.ports import free_address

CONFIGS = Path(__file__).resolve().parent.parent / "configs"
ZONES = ("external", "relay", "internal")
STORES = {"external": "external.db", "relay": "quarantine.db", "internal": "internal.db"}


class Installation:
    def __init__(self, binary, folder):
        self.binary, self.folder = str(Path(binary).resolve()), Path(folder)
        self.listen, self.handler_api, self.signals = free_address(), free_address(), free_address()
        self.inbox, self.maildir = self.folder / "inbox", self.folder / "maildir"
        self.environment = dict(
            os.environ, TORTURE_LISTEN=self.listen, TORTURE_HANDLER_API=self.handler_api, TORTURE_SIGNALS=self.signals,
            TORTURE_INBOX=str(self.inbox), TORTURE_MAILDIR=str(self.maildir),
            # A crash is what we look for; minutes of backtrace are not.
            SWIFT_BACKTRACE="enable=no",
        )
        self.running = {}
        self.secrets = self._prepare()

    def _prepare(self):
        shutil.copytree(CONFIGS, self.folder / "config")
        for folder in (self.inbox, *(self.maildir / name for name in ("tmp", "new", "cur"))):
            folder.mkdir(parents=True)
        for zone in ZONES:
            self.data(zone).mkdir(parents=True, mode=0o700)
        made = {
            "push-key": secrets.token_hex(16),
            "webhook": "whsec_" + b64encode(secrets.token_bytes(24)).decode(),
            "centre-token": secrets.token_hex(16),
            "town-token": secrets.token_hex(16),
        }
        store = self.folder / "config/secrets"
        store.mkdir(mode=0o700)
        for name, value in made.items():
            (store / name).write_text(value)
            (store / name).chmod(0o600)
        return made

    def data(self, zone):
        return self.folder / "data" / zone

    def arguments(self, *words):
        return [self.binary, *words, "--config", "config", "--data", "data"]

    def make_keys(self):
        self.must("boundary", "keys")

    def command(self, *words, timeout=60):
        """Runs a sub-command; returns (exit code, standard output, standard error)."""
        done = subprocess.run(
            self.arguments(*words), cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=timeout)
        return done.returncode, done.stdout, done.stderr

    def must(self, *words):
        code, out, error = self.command(*words)
        if code != 0:
            raise RuntimeError(f"sluice {' '.join(words)} ended with {code}: {error or out}")
        return out

    def rejects(self):
        return json.loads(self.must("rejects", "list", "--limit", "1000000", "--format", "json"))

    def readiness(self):
        """What /readyz of the external zone answers: 200 or 503; 0 when nobody does."""
        try:
            with urllib.request.urlopen(f"http://{self.signals}/readyz", timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    # Processes

    def log(self, zone):
        return self.folder / f"{zone}.log"

    def start(self, zone, environment={}, before=()):
        """`before`: a program with its arguments that the zone is started by."""
        with open(self.log(zone), "ab") as log:
            self.running[zone] = subprocess.Popen(
                [*before, *self.arguments(zone)], cwd=self.folder, env={**self.environment, **environment},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self.running[zone]

    def start_all(self):
        for zone in ZONES:
            if zone not in self.running:
                self.start(zone)

    def must_be_alive(self):
        for zone, process in self.running.items():
            if process.poll() is not None:
                raise RuntimeError(f"sluice {zone} ended by itself with {process.returncode}:\n{self.log_tail(zone)}")

    def kill(self, zone):
        process = self.running.pop(zone)
        process.kill()
        process.wait()

    def stop(self, zone, seconds=20):
        """A graceful end; returns what was wrong, or None."""
        process = self.running.pop(zone)
        process.terminate()
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return f"{zone} did not end after SIGTERM"
        return None if code == 0 else f"{zone}, asked to end, answered {code}:\n{self.log_tail(zone)}"

    def stop_all(self):
        return [fault for fault in map(self.stop, list(self.running)) if fault]

    def end(self):
        for zone in list(self.running):
            # It may have been stopped in the middle.
            self.running[zone].send_signal(signal.SIGCONT)
            self.kill(zone)

    def log_tail(self, zone, lines=15):
        text = self.log(zone).read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def unbalanced_days(self, seconds=45):
        """(how many days do not balance in the end, what `sluice reconcile` says of them)"""
        end = time.monotonic() + seconds
        while True:
            code, out, error = self.command("reconcile", "--format", "json")
            try:
                days = json.loads(out)
            except ValueError:
                return 1, [f"sluice reconcile ended with {code}: {error or out}"]
            bad = [day for day in days if day.get("imbalances")]
            if code == 0 and not bad:
                return 0, []
            if time.monotonic() > end:
                return max(1, len(bad)), [f"{day['day']}: {day['imbalances']}" for day in bad]
            time.sleep(0.5)
