"""One observation: a data set through a fresh Sluice, with or without kills, until everything has come back."""

import random
import threading
import time
from dataclasses import dataclass, field

from . import checks, servers
from .apart import ApartGateway
from .books import Books
from .gateway import Gateway
from .responder import Responder


@dataclass
class Plan:
    name: str
    dataset: object
    #: `feed(gateway, books, window, stop)` offers everything and returns when it was acknowledged.
    feed: object
    #: `serve(books)` starts what the gateway asks, and returns it; None: it is pushed to.
    serve: object = None
    #: `again(gateway, books, stop)` offers everything a second time; None: not at all.
    again: object = None
    #: Channel → name of the secret that its handler calls with.
    tokens: dict = field(default_factory=dict)
    #: How many tickets may be in hand while the gateway is being killed.
    window: int = 300


@dataclass
class Outcome:
    name: str
    books: Books
    kills: int
    seconds: float
    peak_mib: int
    counts: dict
    faults: list


def run(plan, binary, folder, kills, timeout, seed, unruly, apart=False):
    gateway = ApartGateway(binary, folder, seed) if apart else Gateway(binary, folder)
    books = Books(plan.dataset)
    tokens = {channel: gateway.secrets[name] for channel, name in plan.tokens.items()}
    responder = Responder(books, gateway.handler_api, tokens)
    handler = servers.handler_server(books, gateway.secrets["webhook"], responder.take, servers.Mood(unruly, seed))
    source = servers.source_server(books, servers.Mood(unruly, seed + 1))
    gateway.deliveries_go_to("127.0.0.1:%d" % handler.server_port)
    gateway.replies_go_to("127.0.0.1:%d" % source.server_port)
    asked = [plan.serve(books)] if plan.serve else []
    for server in asked:
        gateway.pages_come_from("127.0.0.1:%d" % server.server_port)
    stop = threading.Event()
    try:
        return _observe(plan, gateway, books, kills, time.monotonic() + timeout, random.Random(seed), stop)
    finally:
        stop.set()
        responder.stop()
        for server in (handler, source, *asked):
            server.shutdown()
            server.server_close()


def _observe(plan, gateway, books, kills, deadline, dice, stop):
    code, out, error = gateway.command("boundary", "keys")
    if code != 0:
        raise RuntimeError(f"sluice boundary keys ended with {code}: {error or out}")
    gateway.start()
    gateway.wait_until_ready()
    began = time.monotonic()
    window = plan.window if kills else None
    feeder = threading.Thread(target=plan.feed, args=(gateway, books, window, stop), daemon=True)
    feeder.start()
    done = _kill_at_points(gateway, books, kills, deadline, dice)
    faults = _wait_for_the_end(gateway, books, deadline)
    seconds = time.monotonic() - began
    if plan.again and not faults:
        faults += _offer_again(plan, gateway, books, stop)
    faults += checks.balanced(gateway, deadline)
    faults += checks.at_rest(gateway)
    counts, found = checks.examine(gateway, books)
    code = gateway.stop()
    faults += found + ([] if code == 0 else [f"sluice run, asked to end, answered {code}"])
    faults += checks.stores(gateway, books)
    return Outcome(plan.name, books, done, seconds, gateway.peak_kib // 1024, counts, faults)


def _kill_at_points(gateway, books, kills, deadline, dice):
    """Kills at points spread evenly from 10 % to 90 % of the way; returns how many there were."""
    for number in range(kills):
        point = 0.1 + 0.8 * number / max(kills - 1, 1)
        while books.progress < point:
            if time.monotonic() > deadline:
                return number
            gateway.must_be_alive()
            time.sleep(0.002)
        time.sleep(dice.uniform(0, 0.03))
        gateway.kill()
        print(f"  kill {number + 1:2} at {books.progress:6.1%}", flush=True)
        gateway.start()
        gateway.wait_until_ready()
    return kills


def _wait_for_the_end(gateway, books, deadline):
    while books.progress < 1:
        gateway.must_be_alive()
        if time.monotonic() > deadline:
            return [f"not finished in time: {books.progress:.1%} of the way"]
        time.sleep(0.02)
    return []


def _offer_again(plan, gateway, books, stop):
    """Everything a second time: all absorbed, nothing new goes on."""
    events, replies, absorbed = len(books.events), len(books.replies), books.answers["absorbed"]
    plan.again(gateway, books, stop)
    time.sleep(2)
    faults = []
    if books.answers["absorbed"] - absorbed != books.total:
        faults.append(f"offered again, expected {books.total} more absorbed: {dict(books.answers)}")
    if (len(books.events), len(books.replies)) != (events, replies):
        faults.append(f"offered again: {len(books.events) - events} new events, {len(books.replies) - replies} new replies")
    return faults
