"""An upstream that is asked: a feed with the newest first, page by page, from a time on."""

import json
import threading
import time
from collections import Counter
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from .servers import Endpoint, serve

SIZE = 20
FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S")


class Feed:
    """What can be asked for now: all that has been revealed, in the order of time."""

    def __init__(self, messages):
        dated = sorted(((_time(json.loads(message.body)["留言时间"]), n, message) for n, message in enumerate(messages)))
        self._dated = [(when, message) for when, _, message in dated]
        self._visible = 0
        self._lock = threading.Lock()

    def reveal(self, count):
        """Returns whether there is more to come."""
        with self._lock:
            self._visible = min(self._visible + count, len(self._dated))
            return self._visible < len(self._dated)

    def page(self, number, after):
        """(messages of the page, how many there are on all)"""
        with self._lock:
            found = [message for when, message in self._dated[: self._visible] if after is None or when >= after]
        found.reverse()
        return found[(number - 1) * SIZE : number * SIZE], len(found)


def _time(text):
    for written in FORMATS:
        try:
            return datetime.strptime(text, written)
        except ValueError:
            continue
    raise ValueError(f"'{text}' is not a time of this data")


def feed_server(books, feed, cut):
    """GET /messages?page=…&after=…

    - Parameter cut: every page fails once before it is given: with 503, with an error inside a 200, with half of it.
    """
    asked = Counter()
    lock = threading.Lock()

    class Page(Endpoint):
        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            number = int(query.get("page", ["1"])[0])
            after = query.get("after", [None])[0]
            with lock:
                asked[(number, after)] += 1
                times = asked[(number, after)]
            messages, total = feed.page(number, after and _time(after))
            document = {"code": 0, "total": total, "rows": [json.loads(message.body) for message in messages]}
            if cut and times % 2 == 1:
                return self.fail((number + times) % 3, document)
            books.offered(times > 1)
            self.answer(200, document)
            self.wfile.flush()
            books.acknowledge(messages, 200, {})

        def fail(self, how, document):
            books.refused(("503", "an error inside a 200", "half of it")[how])
            if how == 0:
                return self.answer(503)
            if how == 1:
                return self.answer(200, {"code": 500, "msg": "busy", "rows": []})
            content = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self.hang_up()

    return serve(Page)


def reveal(books, feed, count, window, stop):
    """More of it every now and then; the whole at once where nothing bounds what may be in hand."""
    while not stop.is_set():
        if not feed.reveal(count if window else 1 << 30):
            return
        time.sleep(0.2)
        while window and books.in_hand > window and not stop.is_set():
            time.sleep(0.02)
