"""Three hosts as network namespaces: the outer and the inner one each have a cable to the middle at most, never to each other."""

import json
import os
import subprocess

#: Where each side of a cable has its address. The nets are for documentation (RFC 5737), so nothing real answers there.
ADDRESSES = {"external": ("192.0.2.2", "192.0.2.1"), "internal": ("198.51.100.2", "198.51.100.1")}
HOSTS = ("external", "relay", "internal")


def ip(*arguments, check=True):
    return subprocess.run(["ip", *arguments], check=check, capture_output=True, text=True)


class Network:
    """
    cables: between the middle and the two others. Without, no host has any device but a loopback, and the middle's is down.
    """

    def __init__(self, cables):
        self.cables = cables
        self.tag = f"sl{os.getpid()}"
        for host in HOSTS:
            ip("netns", "add", self.name(host))
        for host in HOSTS if cables else ("external", "internal"):
            self.ip(host, "link", "set", "lo", "up")
        for host in ADDRESSES if cables else ():
            self._connect(host)

    def name(self, host):
        return f"{self.tag}-{host}"

    def device(self, host):
        return f"{self.tag}{host[:3]}"

    def ip(self, host, *arguments, check=True):
        return ip("-n", self.name(host), *arguments, check=check)

    def _connect(self, host):
        outer, middle = ADDRESSES[host]
        device = self.device(host)
        ip("link", "add", device, "netns", self.name(host), "type", "veth", "peer", "name", device, "netns", self.name("relay"))
        for side, address in ((host, outer), ("relay", middle)):
            self.ip(side, "address", "add", f"{address}/24", "dev", device)
            self.ip(side, "link", "set", device, "up")

    def inside(self, host, *command):
        """The command line that runs `command` on a host."""
        return ["ip", "netns", "exec", self.name(host), *command]

    # What must not be possible

    def faults(self):
        """Ways between the outer and the inner host that should not be there."""
        faults = []
        for host, other in (("external", "internal"), ("internal", "external")):
            target = ADDRESSES[other][0]
            if self.ip(host, "route", "get", target, check=False).returncode == 0:
                faults.append(f"{host} has a route to {other}")
            probe = f"import socket; socket.create_connection(('{target}', 8080), 2)"
            if subprocess.run(self.inside(host, "python3", "-c", probe), capture_output=True).returncode == 0:
                faults.append(f"{host} can connect to {other}")
        forwarding = subprocess.run(
            self.inside("relay", "cat", "/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding"),
            capture_output=True, text=True, check=True).stdout.split()
        if forwarding != ["0", "0"]:
            faults.append(f"the middle forwards: {forwarding}")
        links = json.loads(ip("-n", self.name("relay"), "-j", "link").stdout)
        devices = [(link["ifname"], "UP" in link["flags"]) for link in links]
        if not self.cables and devices != [("lo", False)]:
            faults.append(f"the middle has devices: {devices}")
        return faults

    # Partitions

    def cut(self, host):
        """The cable is out: both ends see it."""
        self.ip(host, "link", "set", self.device(host), "down")

    def mend(self, host):
        self.ip(host, "link", "set", self.device(host), "up")

    def cut_one_way(self, host):
        """What the host sends is swallowed on its way; what it is sent arrives. Neither end is told."""
        outer, _ = ADDRESSES[host]
        self.ip("relay", "route", "add", "blackhole", f"{outer}/32")

    def mend_one_way(self, host):
        outer, _ = ADDRESSES[host]
        self.ip("relay", "route", "delete", "blackhole", f"{outer}/32")

    def end(self):
        for host in HOSTS:
            ip("netns", "delete", self.name(host), check=False)
