"""Upstreams: they send until they are told that it was taken, and send again what was not."""

import hashlib
import hmac
import json
import os
import time
from pathlib import Path

from .connection import Connection



def push(books, parts, encode, address, path, headers, window, stop):
    """Pushes one part after the other; a part that got no 2xx is sent again, byte for byte the same.

    `headers(body)` is asked at every attempt: a signature holds for a time.
    """
    connection = Connection(address)
    for part in parts:
        body, again = encode(part), False
        _wait_for_room(books, window, stop)
        while not stop.is_set():
            books.offered(again)
            again = True
            try:
                status, answer_headers, answer = connection.post(path, body, headers(body))
            except OSError:
                time.sleep(0.05)
                continue
            if 200 <= status < 300:
                books.acknowledge(part, status, _counts(answer))
                break
            books.refused(status)
            time.sleep(min(float(answer_headers.get("Retry-After") or 0.1), 2))
    connection.close()


def signature(secret, body):
    """What the channel's `auth: { type: signature }` asks for."""
    timestamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Timestamp": timestamp, "X-Signature": digest}


def drop(books, parts, encode, folder, window, stop):
    """Puts files into a folder; a file that is gone was taken."""
    folder = Path(folder)
    waiting = []
    for number, part in enumerate(parts):
        _wait_for_room(books, window, stop)
        name = f"part-{number:04}.csv"
        (folder / f".{name}").write_bytes(encode(part))
        os.rename(folder / f".{name}", folder / name)
        books.offered(False)
        waiting.append((folder / name, part))
        waiting = _taken(books, waiting)
    while waiting and not stop.is_set():
        time.sleep(0.05)
        waiting = _taken(books, waiting)


def _taken(books, waiting):
    left = []
    for path, part in waiting:
        if path.exists():
            left.append((path, part))
        else:
            books.acknowledge(part, "moved", {})
    return left


def _wait_for_room(books, window, stop):
    while window and books.in_hand > window and not stop.is_set():
        time.sleep(0.01)


def _counts(answer):
    try:
        document = json.loads(answer)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
