"""Every forbidden pair: who tries what on whose files, with the owner's own try beside it to prove that the try is real."""

import errno
import os
import socket
from dataclasses import dataclass

from .installation import DATABASES, STREAMS, ZONES

REFUSALS = (errno.EACCES, errno.EPERM)


def attempt(user, act):
    """Runs `act` in a child with the user's ids alone; returns 0 or the error number."""
    uid, gid = user
    child = os.fork()
    if child == 0:
        code = 255
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            act()
            code = 0
        except OSError as error:
            code = error.errno or 255
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def read_file(path):
    def act():
        with open(path, "rb") as file:
            file.read(1)
    return act


def write_file(path):
    def act():
        os.close(os.open(path, os.O_WRONLY))
    return act


def list_folder(path):
    return lambda: os.listdir(path)


def make_in(path):
    def act():
        probe = os.path.join(path, f"probe-{os.getpid()}")
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        os.unlink(probe)
    return act


def link_over(path):
    """Takes a file's place with another name and puts it back."""
    def act():
        os.rename(path, f"{path}.moved")
        os.rename(f"{path}.moved", path)
    return act


def call_socket(path):
    def act():
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(path))
    return act


def signal_to(pid):
    return lambda: os.kill(pid, 0)


@dataclass
class Try:
    who: str
    whose: str
    what: str
    reading: object
    writing: object
    may_read: bool = False
    may_write: bool = False


def tries(installation, pids):
    """All pairs, the permitted ones too."""
    found = []
    for whose in ZONES:
        data, config = installation.data(whose), installation.config(whose)
        store = data / DATABASES[whose]
        things = [
            ("database", read_file(store), write_file(store)),
            ("database -wal", read_file(f"{store}-wal"), write_file(f"{store}-wal")),
            ("data folder", list_folder(data), make_in(data)),
            ("private key", read_file(data / f"keys/{whose}.key"), write_file(data / f"keys/{whose}.key")),
            ("known keys", list_folder(data / "keys"), make_in(data / "keys")),
            ("control socket", None, call_socket(data / "control.sock")),
            ("process", read_file(f"/proc/{pids[whose]}/environ"), signal_to(pids[whose])),
        ]
        if whose != "relay":
            secret = next((config / "secrets").iterdir())
            things.append(("secrets", read_file(secret), write_file(secret)))
        for who in ZONES:
            for what, reading, writing in things:
                own = who == whose
                found.append(Try(who, whose, what, reading, writing, own, own))
            # Not even a zone itself changes its configuration; others do not see it.
            own = who == whose
            found.append(Try(who, whose, "configuration", list_folder(config), make_in(config), own, False))
    return found + stream_tries(installation)


def stream_tries(installation):
    found = []
    for writer, reader in STREAMS:
        folder = installation.stream(writer, reader)
        segments = sorted(path for path in folder.iterdir() if path.suffix == ".seg")
        if not segments:
            raise RuntimeError(f"there is no segment in {folder} to try on")
        for who in ZONES:
            may_read, may_write = who in (writer, reader), who == writer
            for what, reading, writing in (
                ("folder", list_folder(folder), make_in(folder)),
                ("segment", read_file(segments[-1]), write_file(segments[-1])),
                ("segment's place", None, link_over(segments[-1])),
            ):
                found.append(Try(who, f"{writer}→{reader}", what, reading, writing, may_read, may_write))
    return found


def verdict(outcome, may):
    """What the table shows, and whether it is as it should be."""
    if outcome is None:
        return "–", True
    if outcome == 0:
        return ("permitted", True) if may else ("DONE", False)
    if outcome in REFUSALS:
        return ("refused", True) if not may else ("REFUSED", False)
    return f"FAILED ({errno.errorcode.get(outcome, outcome)})", False


def run(installation, pids):
    """Tries all; returns the rows of the forbidden pairs, how many permitted ones worked, and what went wrong."""
    rows, permitted, faults = [], 0, []
    for item in tries(installation, pids):
        cells = []
        for act, may in ((item.reading, item.may_read), (item.writing, item.may_write)):
            text, is_right = verdict(attempt(installation.ids(item.who), act) if act else None, may)
            cells.append(text)
            permitted += text == "permitted"
            if not is_right:
                faults.append(f"{item.who} on {item.whose} {item.what}: {text}, may read {item.may_read}, write {item.may_write}")
        if not (item.may_read and item.may_write):
            rows.append((item.who, item.whose, item.what, *cells))
    return rows, permitted, faults
