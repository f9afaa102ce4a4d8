"""Ports of this machine for what a test starts."""

import random
import socket

#: Below those that the system gives to whoever connects: a server that is killed and started again finds its port free,
#: and no caller of another test sits on it meanwhile.
RANGE = range(15_000, 30_000)
_claims = []


def free_port():
    """A port of 127.0.0.1 on which nobody listens, never the same twice, and given to no other process that asks so."""
    while True:
        port = random.choice(RANGE)
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            # A name without a file, as FreePort.swift has it; it goes with the socket.
            claim.bind(f"\0sluice-port-{port}")
        except OSError:
            claim.close()
            continue
        with socket.socket() as probe:
            # As a server does: what is left of connections that have ended is not in its way.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                claim.close()
                continue
        _claims.append(claim)
        return port


def free_address():
    return f"127.0.0.1:{free_port()}"
