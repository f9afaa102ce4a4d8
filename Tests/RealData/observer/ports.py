"""Ports of this machine for what a test starts."""

import random
import socket

#: Below those that the system gives to whoever connects: a server that is killed and started again finds its port free,
#: and no caller of another test sits on it meanwhile.
RANGE = range(15_000, 30_000)
_given = set()


def free_port():
    """A port of 127.0.0.1 on which nobody listens, never the same twice."""
    while True:
        port = random.choice(RANGE)
        if port in _given:
            continue
        with socket.socket() as probe:
            # As a server does: what is left of connections that have ended is not in its way.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            _given.add(port)
            return port


def free_address():
    return f"127.0.0.1:{free_port()}"
