"""One host: its own folder, its own network, one zone."""

import json
import secrets
import signal
import socket
import subprocess
import textwrap
import threading
import time
from base64 import b64encode
from pathlib import Path

PEER = Path(__file__).resolve().parent.parent / "peer.py"
PUSH, REPLIES, API, HOOK = 8080, 8081, 8090, 8091
PUSH_KEY, TOKEN = secrets.token_hex(16), secrets.token_hex(16)
WEBHOOK = "whsec_" + b64encode(secrets.token_bytes(24)).decode()


class Host:
    def __init__(self, zone, folder, binary, network):
        self.zone, self.binary, self.network = zone, binary, network
        self.folder = Path(folder) / zone
        self.config, self.data = self.folder / "config", self.folder / "data"
        self.data.mkdir(parents=True)
        self.process = self.peer = None
        self.log = open(self.folder / "zone.log", "ab")

    def write(self, name, text, mode=0o640):
        path = self.config / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        path.chmod(mode)

    # Programs

    def arguments(self, *command):
        return [str(self.binary), *command, "--config", str(self.config), "--data", str(self.data)]

    def sluice(self, *command, accept=(0,)):
        done = subprocess.run(
            self.network.inside(self.zone, *self.arguments(*command)), capture_output=True, text=True, timeout=60)
        if done.returncode not in accept:
            raise RuntimeError(f"{self.zone}: sluice {' '.join(command)}: {done.returncode}\n{done.stderr}{done.stdout}")
        return done.stdout + done.stderr

    def start(self):
        self.process = subprocess.Popen(
            self.network.inside(self.zone, *self.arguments(self.zone, "--log-level", "notice")),
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        end = time.monotonic() + 60
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(str(self.data / self.zone / "control.sock"))
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{self.zone} did not start:\n{self.tail()}") from None
                time.sleep(0.05)

    def stop(self):
        """True when it ended by itself after SIGTERM."""
        if not self.process:
            return True
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            self.kill()

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def end(self):
        self.kill()
        if self.peer:
            self.peer.kill()
            self.peer.wait()
        self.log.close()

    def tail(self, lines=15):
        return "\n".join((self.folder / "zone.log").read_text(errors="replace").splitlines()[-lines:])

    # Its foreign system

    def start_peer(self, books, *arguments):
        self.peer = subprocess.Popen(
            self.network.inside(self.zone, "python3", "-u", str(PEER), *map(str, arguments)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=books.listen, args=(self.peer.stdout,), daemon=True).start()

    def tell(self, **what):
        self.peer.stdin.write(json.dumps(what) + "\n")
        self.peer.stdin.flush()


def write_configuration(hosts, boundary):
    """boundary: zone and peer → what stands behind `boundary:`."""
    external, relay, internal = hosts["external"], hosts["relay"], hosts["internal"]
    external.write("secrets/push-key", PUSH_KEY, 0o600)
    internal.write("secrets/webhook", WEBHOOK, 0o600)
    internal.write("secrets/token", TOKEN, 0o600)
    external.write("external.yaml", f"""\
        jurisdiction: "370400"
        data: data/external
        listen: 127.0.0.1:{PUSH}
        boundary: {boundary('external', 'relay')}
        """)
    relay.write("relay.yaml", f"""\
        jurisdiction: "370400"
        data: data/relay
        channels: {{ hotline-test: automatic }}
        boundary:
          external: {boundary('relay', 'external')}
          internal: {boundary('relay', 'internal')}
        """)
    internal.write("internal.yaml", f"""\
        data: data/internal
        listen: 127.0.0.1:{API}
        boundary: {boundary('internal', 'relay')}
        """)
    external.write("hotlines/hotline-test.yaml", f"""\
        id: hotline-test
        name: test
        class: hotline
        level: municipal
        authority: test
        source: {{ type: http-push, path: /channels/test, auth: {{ type: api-key, header: X-Key, key: "${{file:push-key}}" }} }}
        format: {{ type: json, records: "$[*]" }}
        ticket:
          external_id: $.no
          request_type: {{ const: help }}
          requested_datetime: {{ from: $.time, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }}
          description: $.text
        reply:
          type: http
          url: http://127.0.0.1:{REPLIES}/orders/{{external_id}}
          body: {{ json: {{ text: "{{reply.public_text}}" }} }}
          on: [replied]
          retry: {{ attempts: 100, backoff: 100ms..1s }}
        """)
    internal.write("handlers/centre.yaml", f"""\
        id: centre
        name: centre
        role: owner
        fallback: true
        deliver:
          type: webhook
          url: http://127.0.0.1:{HOOK}/hook
          secret: ${{file:webhook}}
          retry: {{ schedule: [100ms, 500ms, 1s] }}
        token: ${{file:token}}
        """)


def exchange_keys(hosts):
    """Each host makes its own; the public halves are carried over by hand."""
    for host in hosts.values():
        host.sluice("boundary", "keys")
    for host in hosts.values():
        for peer in hosts.values():
            for public in (peer.data / peer.zone / "keys").glob("*.pub"):
                target = host.data / host.zone / "keys" / public.name
                if not target.exists():
                    target.write_bytes(public.read_bytes())
    external = next(host for host in hosts.values() if host.zone == "external")
    internal = next(host for host in hosts.values() if host.zone == "internal")
    certificate = internal.data / "internal" / "keys" / "sealing.crt"
    (external.data / "external" / "keys" / "sealing.crt").write_bytes(certificate.read_bytes())
