#!/usr/bin/env python3
"""Holds the handler API to its OpenAPI document: the document is validated, and schemathesis calls every operation of a
running gateway with what the document allows and with what it does not.

    Tests/HandlerAPI/run.py [--binary .build/debug/sluice] [--examples 40]

Needs schemathesis and openapi-spec-validator from PyPI; they are put into .build/python the first time.
"""

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

# The observer of real data knows free ports.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "RealData"))
from observer.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs/openapi/handler-api.yaml"
PYTHON = ROOT / ".build/python"
TOKENS = {"TAKER_TOKEN": secrets.token_hex(16), "PUSH_KEY": secrets.token_hex(16)}

ZONE = """
jurisdiction: "370400"
time_zone: Asia/Shanghai
data: data/{name}
secrets: secrets
listen: 127.0.0.1:{port}
boundary: {{ type: segments, out: data/boundary/{name}-relay, in: data/boundary/relay-{name} }}
"""

RELAY = """
time_zone: Asia/Shanghai
data: data/relay
channels: { "*": automatic }
boundary:
  external: { type: segments, out: data/boundary/relay-external, in: data/boundary/external-relay }
  internal: { type: segments, out: data/boundary/relay-internal, in: data/boundary/internal-relay }
"""

CHANNEL = """
id: web-test
name: test
class: web
level: municipal
authority: test
source: { type: http-push, path: /channels/test, auth: { type: api-key, header: X-Key, key: "${env:PUSH_KEY}" } }
format: { type: json, records: "$[*]" }
ticket:
  external_id: $.no
  request_type: { const: help }
  requested_datetime: { const: "2026-01-05T09:00:00+08:00" }
  description: $.text
reply: { type: none }
"""

HANDLER = """
id: taker
name: taker
role: owner
fallback: true
deliver: { type: pull, lease: 1s }
token: ${env:TAKER_TOKEN}
"""


def tools():
    """The folder with the checkers' programs."""
    if not (PYTHON / "bin/schemathesis").exists():
        venv.create(PYTHON, with_pip=True)
        subprocess.run(
            [PYTHON / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "schemathesis==4.*",
             "openapi-spec-validator==0.*"], check=True)
    return PYTHON / "bin"


def call(url, body=None, **headers):
    request = urllib.request.Request(url, data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


class Gateway:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.push, self.api = free_port(), free_port()
        self.environment = {**os.environ, **TOKENS}
        files = {
            "external.yaml": ZONE.format(name="external", port=self.push),
            "internal.yaml": ZONE.format(name="internal", port=self.api),
            "relay.yaml": RELAY, "web/web-test.yaml": CHANNEL, "handlers/taker.yaml": HANDLER}
        for name, text in files.items():
            path = folder / "config" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.words = ["--config", folder / "config", "--data", folder / "data"]
        subprocess.run(
            [binary, "boundary", "keys", *self.words], check=True, env=self.environment, stdout=subprocess.DEVNULL)
        self.log = open(folder / "log", "w")
        self.process = subprocess.Popen(
            [binary, "run", *self.words], env=self.environment, stdout=self.log, stderr=self.log)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.api}"

    def tickets(self, count):
        """Pushes tickets and waits until the handler may fetch them; their events."""
        records = json.dumps([{"no": f"N-{number}", "text": "路灯不亮"} for number in range(count)]).encode()
        deadline = time.monotonic() + 60
        while True:
            try:
                call(f"http://127.0.0.1:{self.push}/channels/test", records, **{"X-Key": TOKENS["PUSH_KEY"]})
                break
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.1)
        while time.monotonic() < deadline:
            try:
                events = call(
                    f"{self.url}/v1/events?limit=1000", Authorization=f"Bearer {TOKENS['TAKER_TOKEN']}")
            except ConnectionError:
                # Its listener begins when it likes, not when the other one does.
                events = []
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionError):
                    raise
                events = []
            if len(events) == count:
                return events
            time.sleep(1.2)
        raise TimeoutError("the tickets did not arrive")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()


def check_schema(programs, gateway, events):
    """What the handler fetched is what `sluice schema ticket` says."""
    schema = gateway.folder / "ticket.json"
    schema.write_bytes(subprocess.run([gateway.binary, "schema", "ticket"], check=True, stdout=subprocess.PIPE).stdout)
    documents = gateway.folder / "tickets.json"
    documents.write_text(json.dumps([event["data"] for event in events]))
    code = ("import json, sys, jsonschema; schema = json.load(open(sys.argv[1])); "
            "jsonschema.Draft202012Validator.check_schema(schema); check = jsonschema.Draft202012Validator(schema); "
            "tickets = json.load(open(sys.argv[2])); [check.validate(ticket) for ticket in tickets]; "
            "print(len(tickets), 'tickets are as the schema says')")
    subprocess.run([programs / "python", "-c", code, schema, documents], check=True)


def exercise(programs, gateway, document, options, ticket=None):
    """Once with ids that nobody knows, once with a ticket that is there."""
    settings = gateway.folder / "schemathesis.toml"
    settings.write_text(f'parameters = {{ ticket_id = "{ticket}" }}\n' if ticket else "")
    run = [programs / "schemathesis", "--config-file", settings, "run", document, "--url", gateway.url,
           "--header", f"Authorization: Bearer {TOKENS['TAKER_TOKEN']}", "--checks", "all",
           "--max-examples", str(options.examples), "--seed", "1", "--no-color",
           # A report that is well formed may be refused by the state of its case.
           "--exclude-checks", "positive_data_acceptance"]
    return subprocess.run(run, cwd=gateway.folder).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/debug/sluice")
    parser.add_argument("--examples", type=int, default=40)
    parser.add_argument("--document", type=Path, default=DOCUMENT)
    options = parser.parse_args()
    programs = tools()
    subprocess.run([programs / "openapi-spec-validator", options.document], check=True)
    folder = Path(tempfile.mkdtemp(prefix="sluice-api-"))
    gateway = Gateway(options.binary.resolve(), folder)
    try:
        events = gateway.tickets(20)
        check_schema(programs, gateway, events)
        code = exercise(programs, gateway, options.document, options)
        code = exercise(programs, gateway, options.document, options, events[0]["subject"]) or code
    finally:
        gateway.stop()
    if code == 0:
        shutil.rmtree(folder)
    else:
        print(f"kept {folder}")
    return code


if __name__ == "__main__":
    sys.exit(main())
