"""Those whom Sluice calls: handlers with their replies, and the sources that take them."""

import json
import queue
import threading
import time

from observer.connection import Connection
from observer.servers import Endpoint, Mood, is_signed, serve

from .books import reply_text

HANDLERS = {"web-drop": "town-token", "web-program": "town-token"}


class Peers:
    """The servers, and the desk at which replies are written."""

    def __init__(self, books, installation, unruly=0.03, seed=1, tolerance=300):
        self.books, self.installation, self.tolerance = books, installation, tolerance
        #: While it is set, handlers and sources answer 503 to everything.
        self.are_ill = threading.Event()
        self._moods = Mood(unruly, seed), Mood(unruly, seed + 1)
        self._desk, self._stop = queue.Queue(), threading.Event()
        self.handler, self.source = serve(self._handler()), serve(self._source())
        installation.environment["TORTURE_HANDLER"] = f"http://127.0.0.1:{self.handler.server_port}"
        installation.environment["TORTURE_SOURCE"] = f"http://127.0.0.1:{self.source.server_port}"
        for _ in range(4):
            threading.Thread(target=self._write_replies, daemon=True).start()

    def end(self):
        self._stop.set()
        for server in (self.handler, self.source):
            server.shutdown()
            server.server_close()

    def _handler(self):
        peers = self

        class Handler(Endpoint):
            def do_POST(self):
                body, mood = self.body(), peers._moods[0].draw()
                peers.books.called(peers.books.handler_calls)
                if not is_signed(peers.installation.secrets["webhook"], self.headers, body, peers.tolerance):
                    peers.books.note("a delivery with a bad signature")
                    return self.answer(401)
                if peers.are_ill.is_set() or mood == "refuse":
                    return self.answer(503)
                document = json.loads(body)
                for event in document if isinstance(document, list) else [document]:
                    opened = peers.books.deliver(event)
                    if opened:
                        peers._desk.put(opened)
                self.answer(204) if mood == "good" else self.hang_up()

        return Handler

    def _source(self):
        peers = self

        class Source(Endpoint):
            def do_POST(self):
                document, mood = json.loads(self.body()), peers._moods[1].draw()
                peers.books.called(peers.books.source_calls)
                if peers.are_ill.is_set() or mood == "refuse":
                    return self.answer(503)
                number = self.path.rsplit("/", 1)[-1]
                peers.books.reply(number, self.headers.get("Idempotency-Key"), document["text"])
                self.answer(200, {"code": 0}) if mood == "good" else self.hang_up()

        return Source

    def _write_replies(self):
        connection = Connection(self.installation.handler_api, timeout=20)
        while not self._stop.is_set():
            try:
                ticket = self._desk.get(timeout=0.1)
            except queue.Empty:
                continue
            if "attachment" in ticket:
                self._fetch(connection, ticket)
                continue
            number = ticket["external_id"]
            self._post(connection, ticket, {"type": "in_progress"}, False)
            self._post(connection, ticket, {"type": "replied", "public_text": reply_text(number)}, True)

    def _post(self, connection, ticket, event, is_reply):
        """An event with the same id counts once."""
        ticket_id = ticket["ticket_id"]
        body = json.dumps({"event_id": f"{ticket_id}-{event['type']}", **event}, ensure_ascii=False).encode()
        answer = self._ask(connection, ticket, "POST", f"/v1/tickets/{ticket_id}/events", body)
        if answer:
            self.books.handler_answer(ticket["external_id"], answer[0], is_reply)

    def _fetch(self, connection, ticket):
        number = ticket["external_id"]
        answer = self._ask(connection, ticket, "GET", ticket["attachment"].get("path", "no path"))
        if answer and answer[0] == 200:
            self.books.file(number, answer[1])
        elif answer:
            self.books.handler_answer(number, answer[0], False)

    def _ask(self, connection, ticket, method, path, body=None):
        """Again and again until it is answered: (status, body)."""
        token = self.installation.secrets[HANDLERS.get(ticket["channel_id"], "centre-token")]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        while not self._stop.is_set():
            try:
                status, _, content = connection.send(method, path, body, headers)
            except OSError:
                time.sleep(0.05)
                continue
            if status >= 500 or status == 429:
                time.sleep(0.1)
                continue
            return status, content
        return None
