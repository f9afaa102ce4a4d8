"""What must hold in the end."""

import sqlite3
import time


def balanced(gateway, deadline):
    """`sluice reconcile` on the running gateway, until it balances."""
    end = min(deadline, time.monotonic() + 30)
    while True:
        code, out, error = gateway.command("reconcile")
        if code == 0:
            return []
        if time.monotonic() > end:
            return [f"sluice reconcile ended with {code}:\n{out}{error}"]
        time.sleep(0.3)


def examine(gateway, books):
    """Returns (counts for the table, faults)."""
    faults = [message for is_wrong, message in _statements(books) if is_wrong]
    code, rejects, error = gateway.json_command("rejects", "list")
    rejected = len(rejects) if isinstance(rejects, list) else None
    if rejected is None:
        faults.append(f"sluice rejects list ended with {code} and no JSON list: {error.strip()[:200]}")
    elif rejected:
        faults.append(f"{rejected} rejects, the first: {rejects[0]}")
    return _counts(books, rejected), faults


def at_rest(gateway):
    """Nothing is left to do: a gateway that is still busy spins in some loop."""
    share = gateway.idle_share()
    return [f"it takes {share:.0%} of a core while nothing is to be done"] if share > 0.2 else []


def stores(gateway, books):
    """Faults in the stores themselves, once the gateway has ended."""
    faults = []
    for zone, name in (("external", "external.db"), ("relay", "quarantine.db"), ("internal", "internal.db")):
        path = gateway.folder / "data" / zone / name
        if not path.is_file():
            faults.append(f"{path} is not there")
            continue
        connection = sqlite3.connect(path)
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            faults.append(f"{name}: {verdict}")
        if zone == "internal":
            query = "SELECT count(*), count(DISTINCT channel || '/' || external_id) FROM ticket"
            rows, numbers = connection.execute(query).fetchone()
            if (rows, numbers) != (books.total, books.total):
                faults.append(f"internal.db holds {rows} tickets for {numbers} numbers, not {books.total}")
        connection.close()
    return faults


def _statements(books):
    numbers = set(books.expected)
    tickets = [ticket for ids in books.tickets.values() for ticket in ids]
    several = {number: ids for number, ids in books.tickets.items() if len(ids) > 1}
    twice = {number: ids for number, ids in books.opened.items() if len(ids) > 1}
    keys = {number: ids for number, ids in books.reply_keys.items() if len(ids) > 1}
    refusals = {status: n for status, n in books.handler_answers.items() if status >= 300 and status < 500}
    return [
        (books.acknowledged != numbers, f"{len(numbers - books.acknowledged)} were never acknowledged"),
        (set(books.tickets) != numbers, f"{_few(numbers - set(books.tickets))} have no ticket at their handler"),
        (several, f"more than one ticket for a number: {_few(several)}"),
        (len(set(tickets)) != len(tickets), "one ticket id stands for several numbers"),
        (twice, f"more than one ticket.opened for a number: {_few(twice)}"),
        (set(books.event_types) - {"ticket.opened"}, f"unexpected events: {dict(books.event_types)}"),
        (set(books.reply_keys) != numbers, f"{_few(numbers - set(books.reply_keys))} have no reply at the source"),
        (keys, f"more than one Idempotency-Key for a number: {_few(keys)}"),
        (None in books.replies, "a reply came without Idempotency-Key"),
        (books.altered, f"replies with another text: {_few(set(books.altered))}"),
        (books.bad_signatures, f"{books.bad_signatures} deliveries with a bad signature"),
        (books.strangers, f"numbers that nobody offered: {books.strangers[:3]}"),
        (refusals, f"the handler API refused: {refusals}"),
    ]


def _few(items):
    listed = sorted(items)
    return f"{len(listed)} ({', '.join(map(str, listed[:5]))}{', …' if len(listed) > 5 else ''})"


def _counts(books, rejected):
    events, replies = sum(books.events.values()), sum(books.replies.values())
    return {
        "offered": books.total,
        "acknowledged": len(books.acknowledged),
        "sent again": books.sent_again,
        "absorbed": books.answers.get("absorbed", 0),
        "tickets": len({ticket for ids in books.tickets.values() for ticket in ids}),
        "deliveries": len(books.events),
        "repeated deliveries": events - len(books.events),
        "replies": len(books.replies),
        "repeated replies": replies - len(books.replies),
        "rejects": "?" if rejected is None else rejected,
    }
