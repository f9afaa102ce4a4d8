"""What was offered, acknowledged, delivered and replied, counted where it happens and never forgotten."""

import threading
import unicodedata
from collections import Counter, defaultdict

BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Books:
    """The observer is never killed, so what stands here is what the outside world knows.

    Everything is keyed by the source's own number: one run offers one channel.
    """

    def __init__(self, dataset):
        self.total = len(dataset.messages)
        self.expected = dataset.replies
        self._lock = threading.Lock()
        self.acknowledged = set()
        #: Requests or files offered, those sent again included.
        self.sent = 0
        self.sent_again = 0
        self.statuses = Counter()
        #: What the gateway answered: accepted, absorbed, rejected …, summed over its answers.
        self.answers = Counter()
        #: CloudEvents id → how often it came.
        self.events = Counter()
        self.event_types = Counter()
        #: Source's number → ticket ids that were delivered for it.
        self.tickets = defaultdict(set)
        #: Source's number → ids of its ticket.opened events.
        self.opened = defaultdict(set)
        self.bad_signatures = 0
        #: Handler events that the handler API took, and its refusals.
        self.handler_answers = Counter()
        #: Idempotency-Key → how often it came.
        self.replies = Counter()
        self.reply_keys = defaultdict(set)
        self.altered = []
        self.strangers = []

    def offered(self, again):
        with self._lock:
            self.sent += 1
            self.sent_again += again

    def acknowledge(self, part, status, counts):
        with self._lock:
            self.statuses[status] += 1
            self.acknowledged.update(message.external_id for message in part)
            for name, count in counts.items():
                if isinstance(count, int) and not isinstance(count, bool):
                    self.answers[name] += count

    def refused(self, status):
        with self._lock:
            self.statuses[status] += 1

    def deliver(self, event):
        """Returns true when the event was not delivered before."""
        ticket = event.get("data") or {}
        number = ticket.get("external_id")
        with self._lock:
            self.events[event.get("id")] += 1
            is_new = self.events[event.get("id")] == 1
            if is_new:
                self.event_types[event.get("type")] += 1
            if number not in self.expected:
                self.strangers.append(("delivery", number))
                return False
            self.tickets[number].add(ticket.get("ticket_id"))
            if event.get("type") == "ticket.opened":
                self.opened[number].add(event.get("id"))
            return is_new

    def forged(self):
        with self._lock:
            self.bad_signatures += 1

    def handler_answer(self, status):
        with self._lock:
            self.handler_answers[status] += 1

    def reply(self, number, key, text):
        with self._lock:
            self.replies[key] += 1
            self.reply_keys[number].add(key)
            if number not in self.expected:
                self.strangers.append(("reply", number))
            elif not _same_text(text, self.expected[number]):
                self.altered.append(number)

    @property
    def progress(self):
        """0 … 1: how far the whole way has been walked."""
        with self._lock:
            walked = len(self.acknowledged) + len(self.tickets) + len(self.reply_keys)
            return walked / (3 * self.total)

    @property
    def in_hand(self):
        """Acknowledged by the gateway and not yet replied to the source."""
        with self._lock:
            return len(self.acknowledged) - len(self.reply_keys)


def _same_text(text, expected):
    return _canonical(text) == _canonical(expected)


def _canonical(text):
    """The ticket's rule for text: NFC, trimmed, newline and tab the only control characters, no bidirectional ones.

    The data needs it: some texts hold control characters of a second decoding gone wrong (U+0080, U+0099).
    """
    kept = (c for c in text if c in "\n\t" or not (unicodedata.category(c) == "Cc" or c in BIDIRECTIONAL))
    return unicodedata.normalize("NFC", "".join(kept)).strip()
