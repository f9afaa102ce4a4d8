#!/usr/bin/env python3
"""One of the two foreign systems, inside a host's network: the source that pushes and takes replies, or the handler that
takes tickets and answers them. It is told what to do on standard input and says what happened on standard output, a JSON
line each, so that nothing but pipes leads out of the host.

    peer.py source PUSH_PORT KEY PORT
    peer.py handler API_PORT TOKEN PORT
"""

import json
import queue
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

said = threading.Lock()


def say(what, value):
    with said:
        print(json.dumps({what: value}), flush=True)


def serve(port, take):
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

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_):
            """A caller that was ended in the middle."""

    server = Server(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def post(url, body, headers):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
    urllib.request.urlopen(request, timeout=30).close()


def source(push_port, key, port):
    serve(port, lambda path, _: say("replied", path.rsplit("/", 1)[1]))
    for line in sys.stdin:
        numbers = json.loads(line)["push"]
        records = [{"no": f"N-{n}", "time": "2026-01-05 09:00:00", "text": "路灯不亮"} for n in numbers]
        # As an upstream does: the same records again until they were accepted.
        while True:
            try:
                post(f"http://127.0.0.1:{push_port}/channels/test", records, {"X-Key": key})
                break
            except OSError:
                time.sleep(0.2)
        say("accepted", [record["no"] for record in records])


def handler(api_port, token, port):
    reports = queue.Queue()

    def take(_, body):
        events = json.loads(body)
        for event in events if isinstance(events, list) else [events]:
            if event["type"] == "ticket.opened":
                say("delivered", [event["data"]["external_id"], event["data"]["ticket_id"]])
                reports.put(event["data"]["ticket_id"])

    def report(ticket, body):
        try:
            post(f"http://127.0.0.1:{api_port}/v1/tickets/{ticket}/events", body, {"Authorization": f"Bearer {token}"})
            return True
        except urllib.error.HTTPError as error:
            # Reported before, and the answer was lost.
            return error.code == 409
        except OSError:
            return False

    serve(port, take)
    threading.Thread(target=lambda: (sys.stdin.read(), reports.put(None)), daemon=True).start()
    while (ticket := reports.get()) is not None:
        for number, kind in enumerate(("accepted", "replied")):
            while not report(ticket, {"event_id": f"{ticket}-{number}", "type": kind, "public_text": "已处理"}):
                time.sleep(0.2)


if __name__ == "__main__":
    {"source": source, "handler": handler}[sys.argv[1]](int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
