"""Three users, their folders and configurations: what docs/three-users.md tells an operator to make, on a temporary folder."""

import os
import pwd
import secrets
import shutil
import subprocess
import textwrap
from base64 import b64encode
from pathlib import Path

from observer.ports import free_port

ZONES = ("external", "relay", "internal")
#: Writer and reader of each stream folder.
STREAMS = (("external", "relay"), ("relay", "internal"), ("internal", "relay"), ("relay", "external"))
DATABASES = {"external": "external.db", "relay": "quarantine.db", "internal": "internal.db"}


class Installation:
    def __init__(self, binary, folder):
        self.folder = Path(folder)
        self.program = self.folder / "sluice"
        self.push_port, self.api_port = free_port(), free_port()
        self.push_key, self.token = secrets.token_hex(16), secrets.token_hex(16)
        self.webhook = "whsec_" + b64encode(secrets.token_bytes(24)).decode()
        # The folder of the build may be closed to others; this one is not.
        self.folder.chmod(0o755)
        shutil.copy(binary, self.program)
        self.program.chmod(0o755)

    # Users. Their names are this test's own, so that a machine with a real installation is left alone.

    @staticmethod
    def user(zone):
        return f"sluicetest-{zone}"

    @classmethod
    def remove_users(cls):
        for zone in ZONES:
            try:
                pwd.getpwnam(cls.user(zone))
            except KeyError:
                continue
            subprocess.run(["userdel", cls.user(zone)], check=True)

    @classmethod
    def make_users(cls):
        cls.remove_users()
        for zone in ZONES:
            command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
            subprocess.run([*command, cls.user(zone)], check=True)

    @classmethod
    def ids(cls, zone):
        entry = pwd.getpwnam(cls.user(zone))
        return entry.pw_uid, entry.pw_gid

    # Folders

    def data(self, zone):
        return self.folder / "data" / zone

    def config(self, zone):
        return self.folder / "config" / zone

    def stream(self, writer, reader):
        return self.folder / "data" / "boundary" / f"{writer}-{reader}"

    def make_folders(self):
        for path in (self.folder / "data", self.folder / "data/boundary", self.folder / "config"):
            path.mkdir()
            path.chmod(0o755)
        for zone in ZONES:
            self._folder(self.data(zone), 0o700, zone, zone)
            self._folder(self.config(zone), 0o750, None, zone)
            if zone != "relay":
                self._folder(self.config(zone) / "secrets", 0o700, zone, zone)
        for writer, reader in STREAMS:
            # The set-group-id bit gives every segment the reader's group, of which the writer is no member.
            self._folder(self.stream(writer, reader), 0o2750, writer, reader)

    def _folder(self, path, mode, owner, group):
        path.mkdir()
        os.chown(path, self.ids(owner)[0] if owner else 0, self.ids(group)[1])
        path.chmod(mode)

    def write(self, zone, name, text, mode=0o640):
        path = self.config(zone) / name
        if not path.parent.exists():
            self._folder(path.parent, 0o750, None, zone)
        path.write_text(textwrap.dedent(text))
        is_secret = path.parent.name == "secrets"
        os.chown(path, self.ids(zone)[0] if is_secret else 0, self.ids(zone)[1])
        path.chmod(0o600 if is_secret else mode)

    def write_configuration(self, handler_port, source_port):
        self.write("external", "secrets/push-key", self.push_key)
        self.write("internal", "secrets/webhook", self.webhook)
        self.write("internal", "secrets/token", self.token)
        self.write("external", "external.yaml", f"""\
            jurisdiction: "370400"
            data: data/external
            listen: 127.0.0.1:{self.push_port}
            boundary: {{ type: segments, out: data/boundary/external-relay, in: data/boundary/relay-external }}
            peers: {{ relay: keys/relay.pub, internal: keys/internal.pub }}
            """)
        self.write("relay", "relay.yaml", """\
            jurisdiction: "370400"
            data: data/relay
            channels: { hotline-test: automatic }
            boundary:
              external: { type: segments, out: data/boundary/relay-external, in: data/boundary/external-relay }
              internal: { type: segments, out: data/boundary/relay-internal, in: data/boundary/internal-relay }
            """)
        self.write("internal", "internal.yaml", f"""\
            data: data/internal
            listen: 127.0.0.1:{self.api_port}
            boundary: {{ type: segments, out: data/boundary/internal-relay, in: data/boundary/relay-internal }}
            """)
        self.write("external", "hotlines/hotline-test.yaml", f"""\
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
              url: http://127.0.0.1:{source_port}/orders/{{external_id}}
              body: {{ json: {{ text: "{{reply.public_text}}" }} }}
              on: [replied]
              retry: {{ attempts: 100, backoff: 100ms..1s }}
            """)
        self.write("internal", "handlers/centre.yaml", f"""\
            id: centre
            name: centre
            role: owner
            fallback: true
            deliver:
              type: webhook
              url: http://127.0.0.1:{handler_port}/hook
              secret: ${{file:webhook}}
              retry: {{ schedule: [100ms, 500ms, 1s] }}
            token: ${{file:token}}
            """)

    def exchange_keys(self):
        """Each zone makes its own pair; an administrator carries the public halves over."""
        for zone in ZONES:
            self.command(zone, "boundary", "keys")
        for zone in ZONES:
            for peer in ZONES:
                if peer == zone:
                    continue
                target = self.data(zone) / "keys" / f"{peer}.pub"
                shutil.copy(self.data(peer) / "keys" / f"{peer}.pub", target)
                os.chown(target, *self.ids(zone))
        target = self.data("external") / "keys" / "sealing.crt"
        shutil.copy(self.data("internal") / "keys" / "sealing.crt", target)
        os.chown(target, *self.ids("external"))

    # Programs

    def arguments(self, zone, *command):
        return [str(self.program), *command, "--config", str(self.config(zone)), "--data", str(self.folder / "data")]

    def identity(self, zone):
        uid, gid = self.ids(zone)
        return {"user": uid, "group": gid, "extra_groups": [], "umask": 0o077, "cwd": "/"}

    def command(self, zone, *command, accept=(0,)):
        """A sub-command, as the zone's own user."""
        done = subprocess.run(
            self.arguments(zone, *command), capture_output=True, text=True, timeout=60, **self.identity(zone))
        if done.returncode not in accept:
            raise RuntimeError(f"{zone}: sluice {' '.join(command)} ended with {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout
