"""A real PostgreSQL for upstream tables, and psql to speak to it: Python's standard library has no client."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from observer.ports import free_port

END = "-- that was all --"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Postgres:
    """A cluster of its own, on a port of 127.0.0.1, that trusts everybody there."""

    def __init__(self, folder):
        self.folder = Path(folder)
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not found:
            raise RuntimeError("PostgreSQL is not installed: make test-packages")
        self._programs, self.port = found[-1], free_port()
        self._make()
        with open(self.folder / "log", "ab") as log:
            self._process = subprocess.Popen(
                self._as_owner(
                    "postgres", "-D", self._data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
                    "-c", f"unix_socket_directories={self.folder}", "-c", "dynamic_shared_memory_type=mmap"),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._wait()
        except RuntimeError:
            self._process.kill()
            raise

    @property
    def url(self):
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def _data(self):
        return str(self.folder / "data")

    def _as_owner(self, program, *arguments):
        """The server refuses root; Debian's package brings a user for it."""
        command = [str(self._programs / program), *arguments]
        return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command

    def _make(self):
        self.folder.mkdir()
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        made = subprocess.run(
            self._as_owner(
                "initdb", "-D", self._data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                "--no-sync"), capture_output=True, text=True, cwd="/")
        if made.returncode != 0:
            raise RuntimeError(f"initdb: {made.stderr}")

    def _wait(self, seconds=60):
        end = time.monotonic() + seconds
        ready = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready).returncode != 0:
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def session(self):
        return Psql([str(self._programs / "psql"), "-X", "-q", "-A", "-t", "-d", self.url])

    def end(self):
        # Immediate: what it holds is thrown away.
        subprocess.run(self._as_owner("pg_ctl", "-D", self._data, "-m", "immediate", "-s", "stop"), cwd="/")
        self._process.wait()


class Psql:
    """One connection, one thread."""

    def __init__(self, command):
        self._process = subprocess.Popen(
            [*command, "-v", "ON_ERROR_STOP=1", "-F", "\t"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, encoding="utf-8")

    def run(self, sql):
        """Rows, as lists of text; NULL is empty."""
        try:
            self._process.stdin.write(f"{sql};\n\\echo {END}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        rows = []
        for line in self._process.stdout:
            line = line.rstrip("\n")
            if line == END:
                return rows
            rows.append(line.split("\t"))
        raise RuntimeError(f"psql: {self._process.stderr.read().strip()} in {sql[:200]}")

    def end(self):
        self._process.stdin.close()
        self._process.wait()
