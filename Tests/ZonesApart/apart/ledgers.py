"""The ledgers as the internal zone alone sees them, and a ticket that is lost on purpose."""

import json
import sqlite3
import time

from .installation import DATABASES


def inside(installation):
    """(exit code 0 or 1, the days) of `sluice reconcile` as the internal zone's user."""
    text = installation.command("internal", "reconcile", "--format", "json", accept=(0, 1))
    days = json.loads(text)
    return all(day["balanced"] for day in days), days


def wait_for_balance(installation, received, seconds=60):
    end = time.monotonic() + seconds
    while True:
        is_balanced, days = inside(installation)
        found = sum(channel["records"]["received"] for day in days for channel in day["channels"])
        if is_balanced and found == received:
            return
        if time.monotonic() > end:
            raise TimeoutError(f"the inside does not balance, or knows of {found} records, not {received}: {days}")


def lose(installation, number):
    """Takes an admitted ticket out of internal.db and its receipt out of external.db, as if it had never arrived; returns its
    id. The zones must have been stopped."""
    with sqlite3.connect(installation.data("internal") / DATABASES["internal"]) as store:
        key, ticket, day = store.execute(
            "SELECT id, ticket_id, day FROM ticket WHERE external_id = ?", (f"N-{number}",)).fetchone()
        store.execute("DELETE FROM revision WHERE ticket = ?", (key,))
        store.execute("DELETE FROM ticket WHERE id = ?", (key,))
        store.execute("UPDATE counter SET count = count - 1 WHERE day = ? AND name = 'items.opened'", (day,))
    with sqlite3.connect(installation.data("external") / DATABASES["external"]) as store:
        epoch, number = store.execute(
            "SELECT epoch, number FROM outbox WHERE item_id = ? AND kind = 'ticket.opened'", (ticket,)).fetchone()
        covering = store.execute(
            "SELECT id, first, last FROM item_fate WHERE fate = 'admitted' AND epoch = ? AND ? BETWEEN first AND last",
            (epoch, number)).fetchall()
        for key, first, last in covering:
            store.execute("DELETE FROM item_fate WHERE id = ?", (key,))
            for part in ((first, number - 1), (number + 1, last)):
                if part[0] <= part[1]:
                    store.execute(
                        "INSERT INTO item_fate (epoch, first, last, fate, at) VALUES (?, ?, ?, 'admitted', 0)", (epoch, *part))
        store.execute("UPDATE ledger SET count = count - 1 WHERE entry = 'items admitted'")
    return ticket


def wait_until_named(installation, ticket, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        is_balanced, days = inside(installation)
        named = [name for day in days for channel in day["channels"] for name in channel["missing"]]
        if not is_balanced and named == [ticket]:
            return
    raise TimeoutError(f"the lost ticket {ticket} is not named: {days}")
