"""One run: zones, upstreams, peers and books together, and what must hold in the end."""

import shutil
import sqlite3
import tempfile
import time
import traceback
from pathlib import Path

from .books import FORBIDDEN, Books
from .installation import STORES, ZONES, Installation
from .peers import Peers
from .upstreams import Drop, Feed, Mail, Pace, Push


class Trial:
    """A context: `with Trial("kills", options) as trial`. Kept folders are named when something did not hold."""

    def __init__(self, name, options, per_second=80, unruly=0.03, tolerance=300):
        self.name, self.options = name, options
        self.folder = Path(tempfile.mkdtemp(prefix=f"sluice-torture-{name}-", dir=options.work))
        self.books = Books()
        self.installation = Installation(options.binary, self.folder)
        self.peers = Peers(self.books, self.installation, unruly, options.seed, tolerance)
        self.pace = Pace(self.books, per_second)
        self.counts, self.faults, self.verdict, self.skipped = {}, [], None, None
        self._began = time.monotonic()
        self.upstreams = self.make_upstreams()

    def make_upstreams(self):
        self.feed = Feed(self.books, self.pace)
        self.drop = Drop(self.books, self.pace, self.installation.inbox)
        self.push = Push(self.books, self.pace, self.installation)
        self.mail = Mail(self.books, self.pace, self.installation.maildir)
        self.installation.environment["TORTURE_FEED"] = self.feed.address
        return self.push, self.feed, self.drop, self.mail

    def end_upstreams(self):
        self.feed.server.shutdown()
        self.feed.server.server_close()

    def is_expected(self, reject):
        """A reject that has to be there."""
        return False

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        self.pace.ends.set()
        self.pace.stop.set()
        self.installation.end()
        self.peers.end()
        self.end_upstreams()
        if isinstance(error, Exception):
            self.faults.append(f"{kind.__name__}: {error}")
            if not isinstance(error, (RuntimeError, OSError)):
                traceback.print_exception(error)
        self.counts["seconds"] = round(time.monotonic() - self._began)
        if self.faults or self.options.keep:
            print(f"{self.name}: kept {self.folder}", flush=True)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        return isinstance(error, Exception)

    def begin(self, start=True):
        """Keys, zones, upstreams."""
        self.installation.make_keys()
        if start:
            self.installation.start_all()
        for upstream in self.upstreams:
            upstream.start()

    def skip(self, why):
        """Nothing of it can be done here: what promises to be everything fails over that."""
        self.skipped = why
        if not (self.options.quick or self.options.allow_skips):
            self.faults.append("was skipped; --allow-skips takes that")

    def say(self, text):
        print(f"  {self.name}: {text}", flush=True)

    def run_for(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.installation.must_be_alive()
            time.sleep(0.05)

    def wait_until(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"{what}: not within {seconds} s")
            self.installation.must_be_alive()
            time.sleep(0.05)

    # The end

    def finish(self, patience=25):
        """Nothing new is offered; everything that was has to come to its end. Fills `counts` and `faults`."""
        self.pace.ends.set()
        self._drain(patience)
        self._replay_crashes()
        if not self._drain(patience):
            self.faults.append(f"it stood still for {patience} s, and not everything had come to its end")
        days, said = self.installation.unbalanced_days()
        self.faults += self.installation.stop_all() + self._examine_stores()
        self.counts.update(self.books.result())
        self.counts["unbalanced ledger days"] = days
        if self.counts["offered"] != self.counts["acknowledged"]:
            self.faults.append(f"{self.counts['offered']} were offered, {self.counts['acknowledged']} acknowledged")
        self.faults += [f"{name}: {self.counts[name]}" for name in FORBIDDEN if self.counts[name]]
        self.faults += self.books.names() + said

    def _drain(self, patience):
        """Until all is complete, or nothing has moved for `patience` seconds. True when all is complete."""
        since = time.monotonic()
        while any(upstream.thread.is_alive() for upstream in self.upstreams) or not self.books.is_complete:
            if time.monotonic() - max(since, self.books.last_change) > patience:
                self.say(f"nothing has moved for {patience} s")
                return False
            self.installation.must_be_alive()
            time.sleep(0.05)
        # What is repeated now would be a fault: give it a moment.
        time.sleep(1)
        return True

    def _replay_crashes(self):
        """A message in hand in two deaths stands on the desk as `crash`, for a person; here we are the person."""
        replayed = 0
        for reject in self.installation.rejects():
            if reject["reject"].get("code") == "crash":
                self.installation.must("rejects", "replay", str(reject["id"]))
                replayed += 1
            elif not self.is_expected(reject):
                self.books.note(f"a reject: {reject}")
        self.counts["replayed crash rejects"] = replayed

    def _examine_stores(self):
        faults = []
        for zone in ZONES:
            path = self.installation.data(zone) / STORES[zone]
            connection = sqlite3.connect(path)
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.close()
            if verdict != "ok":
                faults.append(f"{path}: {verdict}")
        return faults
