"""What is offered: messages of the real data sets, in the form in which an upstream would send them."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Message:
    """One request of a citizen, and the answer that its handler will give."""

    external_id: str
    body: object
    reply: str


@dataclass(frozen=True)
class Dataset:
    channel: str
    messages: list
    #: Where the file is that the messages come from.
    path: Path

    @property
    def replies(self):
        return {message.external_id: message.reply for message in self.messages}


class Missing(Exception):
    """The data folder is not there."""


def _path(folder, name):
    path = Path(folder) / name
    if not path.is_file():
        raise Missing(
            f"{path} is not there. Set SLUICE_DATA to the folder that holds nyc311/ and tipdm/; "
            "none of it belongs to this repository."
        )
    return path


def messages(folder):
    """Citizens' messages with the department's real reply, one JSON object a line."""
    path = _path(folder, "tipdm/att4_replies.jsonl")
    found = []
    for line in path.read_bytes().splitlines():
        record = json.loads(line)
        found.append(Message(str(record["留言编号"]), line, record["答复意见"]))
    return Dataset("web-messages", found, path)


def nyc_csv(folder):
    path = _path(folder, "nyc311/311_Service_Requests.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    found = [Message(row["Unique Key"], row, _answer(row["Resolution Description"])) for row in rows]
    return Dataset("web-nyc-csv", found, path)


def nyc_json(folder):
    path = _path(folder, "nyc311/fhrw-4uyv.json")
    records = json.loads(path.read_bytes())
    found = [Message(r["unique_key"], r, _answer(r.get("resolution_description"))) for r in records]
    return Dataset("web-nyc-json", found, path)


def _answer(text):
    return text or "The request was closed."


def as_ndjson(part):
    return b"\n".join(message.body for message in part) + b"\n"


def as_json_array(part):
    return json.dumps([message.body for message in part], ensure_ascii=False).encode()


def as_csv(part):
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(part[0].body), lineterminator="\n")
    writer.writeheader()
    writer.writerows(message.body for message in part)
    return out.getvalue().encode()


def parts(dataset, size):
    return [dataset.messages[i : i + size] for i in range(0, len(dataset.messages), size)]
