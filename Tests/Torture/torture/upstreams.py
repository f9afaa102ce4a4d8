"""Upstreams that push, are asked, drop files or send letters. Each gives again, unchanged, what was not acknowledged."""

import os
import random
import threading
import time
from urllib.parse import parse_qs, urlsplit

from observer.connection import Connection
from observer.servers import Endpoint, serve

from .records import FORMAT, Record, csv_file, file_of, has_file, letter, ndjson

#: Acknowledged and not yet answered: with more in hand, nobody offers.
WINDOW = 250
PAGE = 20


class Pace:
    """What all upstreams of one run share: whether to go on, and how fast."""

    def __init__(self, books, per_second, window=WINDOW):
        self.books, self.window = books, window
        self.per_second = per_second
        #: Set: nothing new is offered; what was offered is given until it is acknowledged.
        self.ends = threading.Event()
        #: Set: all is over.
        self.stop = threading.Event()

    def wait(self, records, share):
        """A pause that makes `records` at `share` of the rate, and for as long as too much is in hand."""
        self.ends.wait(records / (self.per_second * share))
        while self.books.in_hand > self.window and not self.ends.is_set():
            time.sleep(0.02)

    @property
    def is_open(self):
        return not self.ends.is_set()


class Changes:
    """One record in ten is changed by its source once its handler has it."""

    def __init__(self, books):
        self._books, self._waiting = books, []

    def add(self, records):
        self._waiting += [record for record in records if record.number.endswith("7")]

    def take(self, updated):
        found = next((record for record in self._waiting if self._books.has_opened(record.number)), None)
        if found is None:
            return []
        self._waiting.remove(found)
        return [found.changed(updated)]


class Upstream:
    share = 1.0
    size = 5
    prefix = ""

    def __init__(self, books, pace):
        self.books, self.pace = books, pace
        self._changes = Changes(books)
        self._n = 0
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self.thread.start()
        return self

    def _next(self):
        new = [Record.first(self.prefix, self._n + offset) for offset in range(self.size)]
        self._n += self.size
        records = self._changes.take(new[-1].updated) + new
        self._changes.add(new)
        return records

    def _run(self):
        while self.pace.is_open:
            self.give(self._next())
            self.pace.wait(self.size, self.share)
        self.finish()

    def finish(self):
        pass


class Push(Upstream):
    """Sends one body again until it gets a 2xx. One in twenty is sent twice although it was taken."""

    share, prefix = 0.45, "P"

    def __init__(self, books, pace, installation):
        super().__init__(books, pace)
        self._headers = {"Content-Type": "application/x-ndjson", "X-Api-Key": installation.secrets["push-key"]}
        self._connection = Connection(installation.listen, timeout=20)
        self._dice = random.Random(1)

    def give(self, records):
        body = ndjson(records)
        self.send(records, body)
        if self._dice.random() < 0.05:
            self.send(records, body, again=True)

    def send(self, records, body, again=False):
        while not self.pace.stop.is_set():
            self.books.offer(records, again)
            again = True
            try:
                status, headers, _ = self._connection.post("/channels/push", body, self._headers)
            except OSError:
                self.books.refused("no answer")
                time.sleep(0.03)
                continue
            # 422: all of it stands on the desk, where a person finds it.
            if 200 <= status < 300 or status == 422:
                return self.books.acknowledge(records, status)
            self.books.refused(status)
            if status not in (429, 503):
                self.books.note(f"a push was answered {status}")
            time.sleep(min(float(headers.get("Retry-After") or 0.1), 0.5))


class Drop(Upstream):
    """Puts files into a folder; a file that is gone was taken."""

    share, prefix = 0.2, "D"

    def __init__(self, books, pace, inbox):
        super().__init__(books, pace)
        self.inbox, self.waiting, self._files = inbox, [], 0

    def give(self, records):
        path = self.inbox / f"{self._files:06}.csv"
        self._files += 1
        hidden = self.inbox / f".{path.name}"
        hidden.write_bytes(csv_file(records))
        self.books.offer(records)
        os.rename(hidden, path)
        self.waiting.append((path, records))
        self._look()

    def finish(self):
        while self.waiting and not self.pace.stop.is_set():
            self._look()
            time.sleep(0.05)

    def _look(self):
        for path, records in [entry for entry in self.waiting if not entry[0].exists()]:
            self.books.acknowledge(records, "moved")
            self.waiting.remove((path, records))


class Mail(Drop):
    """Puts letters into a Maildir; one that left `new` was taken."""

    share, prefix, size = 0.15, "M", 2

    def give(self, records):
        for record in records:
            name = f"{self._files:06}.torture"
            self._files += 1
            (self.inbox / "tmp" / name).write_bytes(letter(record))
            self.books.offer([record])
            os.rename(self.inbox / "tmp" / name, self.inbox / "new" / name)
            self.waiting.append((self.inbox / "new" / name, [record]))
        self._look()


class Feed(Upstream):
    """Shows what it has, newest first, page by page. Nobody acknowledges to it: what was shown has to arrive."""

    share, prefix = 0.2, "Q"

    def __init__(self, books, pace):
        super().__init__(books, pace)
        self._lock, self._rows = threading.Lock(), []
        self.server = serve(self._endpoint())

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def give(self, records):
        self.books.offer(records)
        with self._lock:
            self._rows += records
        self.books.acknowledge(records, "shown")

    def page(self, number, after):
        with self._lock:
            found = [row for row in self._rows if after is None or row.updated.strftime(FORMAT) >= after]
        found.sort(key=lambda row: row.updated, reverse=True)
        return found[(number - 1) * PAGE : number * PAGE], len(found)

    def shown(self, record):
        if not has_file(record.number):
            return record.fields
        file = {"name": f"{record.number}.png", "url": f"{self.address}/files/{record.number}"}
        return {**record.fields, "files": [file]}

    def _endpoint(self):
        feed = self

        class Page(Endpoint):
            def do_GET(self):
                place = urlsplit(self.path)
                if place.path.startswith("/files/"):
                    return self.send(200, file_of(place.path.rsplit("/", 1)[-1]), "image/png")
                query = parse_qs(place.query)
                rows, total = feed.page(int(query.get("page", ["1"])[0]), query.get("after", [None])[0])
                self.answer(200, {"code": 0, "total": total, "rows": [feed.shown(row) for row in rows]})

        return Page
