"""An upstream that pushes and takes replies, and a handler that takes tickets and answers them."""

import json
import queue
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Peers:
    def __init__(self, installation):
        self.installation = installation
        #: Source's number → ticket id, as the handler heard it.
        self.delivered = {}
        #: Source's numbers that were answered.
        self.answered = set()
        self._reports = queue.Queue()
        self._ended = False
        self.handler = self._server(self._take_events)
        self.source = self._server(self._take_reply)
        threading.Thread(target=self._report_all, daemon=True).start()

    @staticmethod
    def _server(take):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def _take_events(self, _, body):
        events = json.loads(body)
        for event in events if isinstance(events, list) else [events]:
            if event["type"] == "ticket.opened":
                ticket = event["data"]
                self.delivered[ticket["external_id"]] = ticket["ticket_id"]
                self._reports.put(ticket["ticket_id"])

    def _take_reply(self, path, _):
        self.answered.add(path.rsplit("/", 1)[1])

    def _report_all(self):
        while not self._ended:
            ticket = self._reports.get()
            for number, kind in enumerate(("accepted", "replied")):
                body = {"event_id": f"{ticket}-{number}", "type": kind, "public_text": "已处理"}
                while not self._ended and not self._report(ticket, body):
                    time.sleep(0.1)

    def _report(self, ticket, body):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.installation.api_port}/v1/tickets/{ticket}/events", json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.installation.token}", "Content-Type": "application/json"})
        try:
            urllib.request.urlopen(request, timeout=10).close()
            return True
        except urllib.error.HTTPError as error:
            # A kill between the commit and the answer: the repeat is told that it happened.
            return error.code == 409
        except OSError:
            return False

    def push(self, numbers):
        records = [{"no": f"N-{n}", "time": "2026-01-05 09:00:00", "text": "路灯不亮"} for n in numbers]
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.installation.push_port}/channels/test", json.dumps(records).encode(),
            {"X-Key": self.installation.push_key, "Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=20).close()

    def wait_for(self, numbers, seconds=60):
        """Until each was delivered and its reply came back."""
        wanted = {f"N-{n}" for n in numbers}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if wanted <= self.delivered.keys() and wanted <= self.answered:
                return
            time.sleep(0.05)
        raise TimeoutError(
            f"of {len(wanted)} tickets {len(wanted & self.delivered.keys())} were delivered, {len(wanted & self.answered)} answered")

    def end(self):
        self._ended = True
        for server in (self.handler, self.source):
            server.shutdown()
            server.server_close()
