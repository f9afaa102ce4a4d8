"""Upstreams that write rows into tables, and one that a program fetches from. Replies come back into tables and files."""

import json
import os
import sqlite3
import threading
import time

from .postgres import quoted
from .records import Record, ndjson
from .upstreams import Upstream

STATE_COLUMNS = (
    "no text UNIQUE, time {time}, updated {time}, text text, state integer DEFAULT 0, ticket text, error text, "
    "taken_at text, answer text, answer_no text")
REPLIES = "CREATE TABLE reply (reply_no text PRIMARY KEY, number text, body text)"


class Sqlite:
    """One connection, one thread; the same words as `Psql`."""

    def __init__(self, path):
        self._connection = sqlite3.connect(path, timeout=60, isolation_level=None)

    def run(self, sql):
        return [["" if value is None else str(value) for value in row] for row in self._connection.execute(sql)]

    def end(self):
        self._connection.close()


class Replies(threading.Thread):
    """Looks where replies arrive until all is over, and tells the books of each that is new."""

    def __init__(self, books, pace, look):
        super().__init__(daemon=True)
        self._books, self._pace, self._look, self._known = books, pace, look, set()

    def run(self):
        with self._look() as look:
            while not self._pace.stop.is_set():
                for number, key, text in look():
                    if key and key not in self._known:
                        self._known.add(key)
                        self._books.reply(number, key, text)
                time.sleep(0.1)


class _Session:
    """A session for as long as it is looked with."""

    def __init__(self, make, sql):
        self._session, self._sql = make(), sql

    def __enter__(self):
        return lambda: self._session.run(self._sql)

    def __exit__(self, *_):
        self._session.end()


class Requests(Upstream):
    """Rows with a state column: 0 is to be taken; what stands there in the end has to be right, row by row."""

    share = 0.3
    #: In every so many messages one row has no text and has to come back as failed, with the reason.
    SPOILED = 6

    def __init__(self, books, pace, prefix, make, time_type, replies_are_rows):
        super().__init__(books, pace)
        self.prefix, self._make = prefix, make
        self.waiting, self.spoiled = {}, []
        self._session = None
        key = "id integer PRIMARY KEY" if time_type == "text" else "id serial PRIMARY KEY"
        first = make()
        first.run(f"CREATE TABLE request ({key}, {STATE_COLUMNS.format(time=time_type)})")
        if replies_are_rows:
            first.run(REPLIES)
        first.end()
        sql = (
            "SELECT number, reply_no, body FROM reply" if replies_are_rows else
            "SELECT no, answer_no, answer FROM request WHERE answer_no IS NOT NULL")
        self.replies = Replies(books, pace, lambda: _Session(make, sql))

    def start(self):
        self.replies.start()
        return super().start()

    def _run(self):
        self._session = self._make()
        super()._run()
        self._session.end()

    def give(self, records):
        new = [record for record in records if record.version == 1]
        for record in records:
            if record.version == 2:
                self._change(record)
        self._session.run("BEGIN")
        for record in new:
            self._insert(record.fields)
            self.waiting[record.number] = record
        self._spoil()
        # Before they can be seen.
        self.books.offer(new)
        self._session.run("COMMIT")
        self._look()

    def _insert(self, fields):
        values = ", ".join(quoted(fields[name]) for name in ("no", "time", "updated", "text"))
        self._session.run(f"INSERT INTO request (no, time, updated, text) VALUES ({values})")

    def _spoil(self):
        if self._n // self.size % self.SPOILED == 0:
            fields = {**Record.first(self.prefix, 500_000 + self._n).fields, "text": ""}
            self._insert(fields)
            self.spoiled.append(fields["no"])

    def _change(self, record):
        """A source changes its row once we have let go of it, and puts it up again."""
        fields = record.fields
        self._session.run("BEGIN")
        hit = self._session.run(
            f"UPDATE request SET text = {quoted(fields['text'])}, updated = {quoted(fields['updated'])}, state = 0 "
            f"WHERE no = {quoted(record.number)} AND state = 1 RETURNING no")
        if hit:
            if record.number in self.waiting:
                # Taken, and not looked at yet.
                self.books.acknowledge([self.waiting[record.number]], "taken")
            self.waiting[record.number] = record
            self.books.offer([record])
        else:
            self._changes.add([Record(record.number, 1, record.time, record.time)])
        self._session.run("COMMIT")

    def _look(self):
        if not self.waiting:
            return
        names = ", ".join(map(quoted, self.waiting))
        for (number,) in self._session.run(f"SELECT no FROM request WHERE state <> 0 AND no IN ({names})"):
            self.books.acknowledge([self.waiting.pop(number)], "taken")

    def finish(self):
        while self.waiting and not self.pace.stop.is_set():
            self._look()
            time.sleep(0.05)

    def faults(self, tickets):
        """What is wrong in the columns. A row that was in hand in two deaths is failed as `crash`, and replayed."""
        session, found, crashed = self._make(), [], 0
        spoiled = set(self.spoiled)
        for number, state, ticket, error in session.run("SELECT no, state, ticket, error FROM request ORDER BY id"):
            is_crash = state == "9" and "crash" in error
            crashed += is_crash
            if number in spoiled:
                is_right = state == "9" and not ticket and error
            else:
                is_right = is_crash or (state == "1" and not error and {ticket} == tickets.get(number))
            if not is_right:
                found.append(f"{number} stands at state {state}, ticket '{ticket}', error '{error}'")
        session.end()
        return found, crashed


class Log(Upstream):
    """Rows behind a number that grows; half of them commit after younger ones."""

    share, prefix = 0.25, "L"

    def __init__(self, books, pace, make):
        super().__init__(books, pace)
        self._make = make
        first = make()
        first.run("CREATE TABLE entry (seq serial PRIMARY KEY, no text, time timestamp, updated timestamp, text text)")
        first.run(REPLIES)
        first.end()
        self.replies = Replies(books, pace, lambda: _Session(make, "SELECT number, reply_no, body FROM reply"))

    def start(self):
        self.replies.start()
        return super().start()

    def _run(self):
        self._early, self._late = self._make(), self._make()
        super()._run()
        self._early.end()
        self._late.end()

    def give(self, records):
        self.books.offer(records)
        half = len(records) // 2
        self._late.run("BEGIN")
        self._insert(self._late, records[:half])
        self._insert(self._early, records[half:])
        time.sleep(0.05)
        self._late.run("COMMIT")
        # Nobody acknowledges to it: what was shown has to arrive.
        self.books.acknowledge(records, "shown")

    @staticmethod
    def _insert(session, records):
        rows = (", ".join(quoted(record.fields[name]) for name in ("no", "time", "updated", "text")) for record in records)
        session.run("INSERT INTO entry (no, time, updated, text) VALUES " + ", ".join(f"({row})" for row in rows))


class Growing(Upstream):
    """A file of lines that grows; a program of the channel reads it, another takes the replies."""

    share, prefix = 0.15, "X"

    def __init__(self, books, pace, folder):
        super().__init__(books, pace)
        self._folder = folder
        self.replies = Replies(books, pace, lambda: self)

    def start(self):
        self.replies.start()
        return super().start()

    def give(self, records):
        self.books.offer(records)
        with open(self._folder / "requests.ndjson", "ab", buffering=0) as file:
            file.write(ndjson(records))
        self.books.acknowledge(records, "shown")

    def __enter__(self):
        self._read = set()
        return self._new_replies

    def __exit__(self, *_):
        pass

    def _new_replies(self):
        folder = self._folder / "replies"
        names = set(os.listdir(folder)) - self._read if folder.exists() else ()
        for name in [name for name in names if not name.startswith(".")]:
            self._read.add(name)
            reply = json.loads((folder / name).read_text())["reply"]
            yield reply["external_id"], reply["id"], reply["public_text"]
