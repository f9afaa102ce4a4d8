"""A department: it takes a ticket into work and replies, through the handler API."""

import json
import queue
import threading
import time

from .connection import Connection


class Responder:
    """Events carry ids of their own, so that one sent twice counts once."""

    def __init__(self, books, address, tokens, threads=4):
        self._books = books
        self._address = address
        self._tokens = tokens
        self._queue = queue.Queue()
        self._stop = threading.Event()
        for _ in range(threads):
            threading.Thread(target=self._work, daemon=True).start()

    def take(self, ticket):
        self._queue.put(ticket)

    def stop(self):
        self._stop.set()

    def _work(self):
        connection = Connection(self._address)
        while not self._stop.is_set():
            try:
                ticket = self._queue.get(timeout=0.1)
            except queue.Empty:
                continue
            number = ticket["external_id"]
            self._post(connection, ticket, {"type": "in_progress"})
            self._post(connection, ticket, {"type": "replied", "public_text": self._books.expected[number]})

    def _post(self, connection, ticket, event):
        ticket_id = ticket["ticket_id"]
        event = {"event_id": f"{ticket_id}-{event['type']}", **event}
        headers = {"Authorization": f"Bearer {self._tokens[ticket['channel_id']]}", "Content-Type": "application/json"}
        while not self._stop.is_set():
            try:
                status, _, _ = connection.post(
                    f"/v1/tickets/{ticket_id}/events", json.dumps(event, ensure_ascii=False).encode(), headers
                )
            except OSError:
                time.sleep(0.05)
                continue
            self._books.handler_answer(status)
            if status < 500 and status != 429:
                return
            time.sleep(0.1)
