"""The two sides that Sluice calls: handlers' webhooks and the sources' reply endpoints."""

import base64
import hashlib
import hmac
import json
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: Standard Webhooks: how far a timestamp may be from our clock.
TOLERANCE = 300


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A caller that was killed in the middle of a request is what we are here for."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one segment; the default waits 40 ms for an acknowledgement between them.
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def body(self):
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        if len(content) < length:
            raise ConnectionResetError("the caller went away in the middle of the body")
        return content

    def hang_up(self):
        self.close_connection = True

    def answer(self, status, document=None):
        self.send(status, b"" if document is None else json.dumps(document).encode(), "application/json")

    def send(self, status, content, media_type):
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if content:
            self.send_header("Content-Type", media_type)
        self.end_headers()
        self.wfile.write(content)


def serve(endpoint):
    server = _Server(("127.0.0.1", 0), endpoint)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


class Mood:
    """How a server behaves: with a chance of `unruly` it refuses, or takes a request and hangs up before it says so."""

    def __init__(self, unruly, seed):
        self._unruly = unruly
        self._dice = random.Random(seed)
        self._lock = threading.Lock()

    def draw(self):
        with self._lock:
            if self._dice.random() >= self._unruly:
                return "good"
            return self._dice.choice(["refuse", "hang up"])


def is_signed(secret, headers, body, tolerance=TOLERANCE):
    """Checks a Standard Webhooks signature; `secret` is `whsec_` and base64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    message_id, timestamp = headers.get("webhook-id") or "", headers.get("webhook-timestamp") or ""
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > tolerance:
        return False
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = (headers.get("webhook-signature") or "").split()
    return any(hmac.compare_digest(value, f"v1,{expected}") for value in given)


def handler_server(books, secret, on_ticket, mood):
    """Takes CloudEvents, one or a batch a request; `on_ticket(handler, ticket)` for every ticket that is new."""

    class Caller(Endpoint):
        def do_POST(self):
            body = self.body()
            if not is_signed(secret, self.headers, body):
                books.forged()
                return self.answer(401)
            drawn = mood.draw()
            if drawn == "refuse":
                return self.answer(503)
            document = json.loads(body)
            for event in document if isinstance(document, list) else [document]:
                if books.deliver(event) and event["type"] == "ticket.opened":
                    on_ticket(event["data"])
            self.answer(204) if drawn == "good" else self.hang_up()

    return serve(Caller)


def source_server(books, mood):
    """Takes replies: POST /replies/{external_id} with {"text": …} and an Idempotency-Key."""

    class Caller(Endpoint):
        def do_POST(self):
            document, drawn = json.loads(self.body()), mood.draw()
            if drawn == "refuse":
                return self.answer(503)
            books.reply(self.path.rsplit("/", 1)[-1], self.headers.get("Idempotency-Key"), document["text"])
            self.answer(200, {"code": 0}) if drawn == "good" else self.hang_up()

    return serve(Caller)
