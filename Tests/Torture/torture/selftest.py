"""The observer observed: books in which something is wrong must say so, each in its own line of the table."""

from .books import FORBIDDEN, Books, reply_text
from .records import Record, file_of, told


class _Story:
    """One ticket from offer to reply, with every step as it should be; the cases below spoil one."""

    def __init__(self):
        self.books = Books()
        self.record = Record.first("T", 1)
        self.number = self.record.number

    def offer(self, records=None):
        records = records or [self.record]
        self.books.offer(records)
        self.books.acknowledge(records, 200)

    def deliver(self, ticket="t1", event="e1", kind="ticket.opened", number=None, text=None):
        number = number or self.number
        text = text or told(number, 2 if kind == "ticket.revised" else 1)
        ticket = {"ticket_id": ticket, "external_id": number, "description": text}
        self.books.deliver({"id": event, "type": kind, "data": ticket})

    def answer(self):
        self.books.handler_answer(self.number, 200, True)

    def reply(self, key="r1", text=None):
        self.books.reply(self.number, key, text or reply_text(self.number))


def _well(story):
    story.offer()
    story.deliver()
    story.deliver()
    story.answer()
    story.reply()
    story.reply()


def _lost(story):
    story.offer()


def _two_tickets(story):
    _well(story)
    story.deliver(ticket="t2", event="e2")


def _two_events(story):
    _well(story)
    story.deliver(event="e2")


def _lost_reply(story):
    story.offer()
    story.deliver()
    story.answer()


def _two_replies(story):
    _well(story)
    story.reply(key="r2")


def _altered_reply(story):
    story.offer()
    story.deliver()
    story.answer()
    story.reply(text="另一个答复")


def _altered_ticket(story):
    story.offer()
    story.deliver(text=told(story.number, 1)[:-1])
    story.answer()
    story.reply()


def _with_a_file(story, ids=("f1", "f1")):
    story.record = Record.first("P", 4)
    story.number = story.record.number
    _well(story)
    for event, attachment in enumerate(ids):
        ticket = {"ticket_id": "t1", "external_id": story.number, "attachment": {"attachment_id": attachment}}
        story.books.deliver({"id": f"a{event}", "type": "ticket.attached", "data": ticket})


def _file(story):
    _with_a_file(story)
    story.books.file(story.number, file_of(story.number))


def _lost_file(story):
    _with_a_file(story)


def _altered_file(story):
    _file(story)
    story.books.file(story.number, file_of(story.number)[:-1])


def _two_files(story):
    _with_a_file(story, ("f1", "f2"))
    story.books.file(story.number, file_of(story.number))


def _stranger(story):
    _well(story)
    story.deliver(ticket="t9", event="e9", number="T-999999")


def _out_of_order(story):
    changed = story.record.changed(story.record.updated)
    story.offer([story.record, changed])
    story.deliver(event="e2", kind="ticket.revised")
    story.deliver()
    story.answer()
    story.reply()


CASES = (
    (_well, set()), (_lost, {"lost"}), (_two_tickets, {"duplicated tickets"}), (_two_events, {"duplicated tickets"}),
    (_lost_reply, {"lost replies"}), (_two_replies, {"duplicated replies"}), (_altered_reply, {"unexpected"}),
    (_altered_ticket, {"unexpected"}), (_file, set()), (_lost_file, {"lost files"}), (_altered_file, {"unexpected"}),
    (_two_files, {"duplicated files"}), (_stranger, {"unexpected"}), (_out_of_order, {"out of order"}),
)


class _Outcome:
    name = "books"

    def __init__(self):
        self.counts, self.faults, self.skipped = {}, [], None


def run(_):
    outcome = _Outcome()
    for spoil, expected in CASES:
        story = _Story()
        spoil(story)
        counts = story.books.result()
        found = {name for name in FORBIDDEN if counts.get(name)}
        if found != expected:
            outcome.faults.append(f"{spoil.__name__.strip('_')}: the books say {found or 'nothing'}, not {expected or 'nothing'}")
        if spoil is _well and (counts["repeated deliveries"], counts["repeated replies"]) != (1, 1):
            outcome.faults.append(f"repeats are not counted: {counts}")
    outcome.counts["cases"] = len(CASES)
    outcome.verdict = f"{len(CASES)} stories, each with what is wrong in it named"
    return outcome
