"""What was offered, acknowledged, delivered and replied, as the outside world knows it. Never killed, never forgets."""

import hashlib
import threading
import time
from collections import Counter, defaultdict

from .records import file_of, has_file, told


def reply_text(number):
    return f"您反映的问题已处理：{number}"


class Books:
    """Numbers are the sources' own and stand for one ticket over all channels."""

    def __init__(self):
        self._lock = threading.Lock()
        #: (number, version) that somebody has been given, and those that were acknowledged.
        self.offered, self.acknowledged = set(), set()
        self.sent_again = 0
        self.statuses = Counter()
        #: CloudEvents id → how often it came.
        self.events = Counter()
        #: (number, version) → ids of the events that brought it.
        self.arrived = defaultdict(set)
        self.tickets = defaultdict(set)
        #: Number → ids of the files that its handler was told of; those that the handler then fetched, whole.
        self.announced, self.fetched = defaultdict(set), set()
        self.out_of_order = []
        self.unexpected = []
        #: Numbers whose reply the handler API took.
        self.replied = set()
        #: Idempotency-Key → how often it came; number → its keys.
        self.replies = Counter()
        self.reply_keys = defaultdict(set)
        self.last_change = time.monotonic()
        #: Moments of requests at the handler and the source, for those who look for storms.
        self.handler_calls, self.source_calls = [], []

    def offer(self, records, again=False):
        with self._lock:
            self.offered.update((record.number, record.version) for record in records)
            self.sent_again += again

    def acknowledge(self, records, status):
        with self._lock:
            self.statuses[status] += 1
            self.acknowledged.update((record.number, record.version) for record in records)
            self._changed()

    def refused(self, status):
        with self._lock:
            self.statuses[status] += 1

    def called(self, calls):
        with self._lock:
            calls.append(time.monotonic())

    def deliver(self, event):
        """Returns the ticket when this event opens it or tells of a file of it, for the first time."""
        ticket, kind, key = event.get("data") or {}, event.get("type"), event.get("id")
        version = {"ticket.opened": 1, "ticket.revised": 2}.get(kind)
        number = ticket.get("external_id")
        with self._lock:
            self.events[key] += 1
            if self.events[key] > 1:
                return None
            self._changed()
            if kind == "ticket.attached":
                return self._announce(number, ticket)
            if (number, version) not in self.offered:
                self.unexpected.append(f"{kind} of {number}")
                return None
            if ticket.get("description") != told(number, version):
                self.unexpected.append(f"{kind} of {number} says {ticket.get('description')!r}")
            if version == 2 and not self.arrived[(number, 1)]:
                self.out_of_order.append(number)
            self.arrived[(number, version)].add(key)
            self.tickets[number].add(ticket.get("ticket_id"))
            return ticket if version == 1 else None

    def _announce(self, number, ticket):
        if not self.tickets.get(number):
            self.out_of_order.append(number)
        self.announced[number].add(ticket.get("attachment", {}).get("attachment_id"))
        return ticket

    def file(self, number, content):
        """What the handler was given for a file of this request."""
        with self._lock:
            self._changed()
            if has_file(number) and content == file_of(number):
                self.fetched.add(number)
            else:
                digest = hashlib.sha256(content).hexdigest()
                self.unexpected.append(f"the file of {number} has {len(content)} bytes, {digest}")

    def handler_answer(self, number, status, is_reply):
        with self._lock:
            if 300 <= status < 500:
                self.unexpected.append(f"the handler API answered {status} for {number}")
            elif is_reply:
                self.replied.add(number)
                self._changed()

    def reply(self, number, key, text):
        with self._lock:
            self.replies[key] += 1
            self.reply_keys[number].add(key)
            self._changed()
            if number not in self.tickets or text != reply_text(number):
                self.unexpected.append(f"reply for {number}: {text!r}")

    def note(self, fault):
        with self._lock:
            self.unexpected.append(fault)

    def _changed(self):
        self.last_change = time.monotonic()

    @property
    def in_hand(self):
        """Acknowledged and not yet answered to the source."""
        with self._lock:
            return sum(version == 1 for _, version in self.acknowledged) - len(self.reply_keys)

    @property
    def is_complete(self):
        with self._lock:
            return not (self._lost() or self._lost_files() or self._unanswered() or self._lost_replies())

    def has_opened(self, number):
        with self._lock:
            return bool(self.arrived.get((number, 1)))

    def _lost(self):
        return sorted(key for key in self.acknowledged if not self.arrived.get(key))

    def _files(self):
        return [number for number in self.tickets if has_file(number)]

    def _lost_files(self):
        return sorted(number for number in self._files() if number not in self.fetched)

    def _unanswered(self):
        return [number for number in self.tickets if number not in self.replied]

    def _lost_replies(self):
        return sorted(number for number in self.replied if number not in self.reply_keys)

    def result(self):
        """The counts, by name."""
        with self._lock:
            twice = {number for number, ids in self.tickets.items() if len(ids) > 1}
            twice |= {number for (number, _), ids in self.arrived.items() if len(ids) > 1}
            files = self._files()
            lost = self._lost()
            return {
                "offered": len(self.offered),
                "acknowledged": len(self.acknowledged),
                "sent again": self.sent_again,
                "tickets": len({ticket for ids in self.tickets.values() for ticket in ids}),
                "lost": len(lost),
                "duplicated tickets": len(twice),
                "files": len(files),
                "lost files": len(self._lost_files()),
                "duplicated files": sum(len(ids) > 1 for ids in self.announced.values()),
                "repeated deliveries": sum(self.events.values()) - len(self.events),
                "replies offered": len(self.replied),
                "lost replies": len(self._lost_replies()),
                "duplicated replies": sum(len(keys) > 1 for keys in self.reply_keys.values()),
                "repeated replies": sum(self.replies.values()) - len(self.replies),
                "out of order": len(self.out_of_order),
                "unexpected": len(self.unexpected),
            }

    def names(self):
        """Examples of what must not be, for people."""
        with self._lock:
            groups = {
                "lost": self._lost(), "lost files": self._lost_files(), "lost replies": self._lost_replies(),
                "out of order": self.out_of_order, "unexpected": self.unexpected,
            }
        return [f"{name}: {', '.join(map(str, found[:5]))}" for name, found in groups.items() if found]


#: What must be nought.
FORBIDDEN = (
    "lost", "duplicated tickets", "lost files", "duplicated files", "lost replies", "duplicated replies", "out of order",
    "unexpected", "unbalanced ledger days",
)
