"""What is offered: numbered requests, some of which are changed later."""

import base64
import csv
import hashlib
import io
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

BEGIN = datetime(2026, 1, 5)
FORMAT = "%Y-%m-%d %H:%M:%S"
FIELDS = ("no", "time", "updated", "text")


def told(number, version):
    """What the citizen says: every character of it must come to the handler."""
    return f"路灯不亮，请尽快维修 {number}" + ("，仍未修好" if version == 2 else "")


#: First letter and last two digits of the numbers of requests with a file → its bytes. The feed's are fetched, in two
#: pieces, and their requests are revised; the small ones come along with what is pushed.
FILES = {
    **{("Q", digits): 300_000 for digits in ("07", "27", "57", "77")},
    **{("P", digits): 9_000 for digits in ("04", "29", "54", "79")},
}


def has_file(number):
    return (number[0], number[-2:]) in FILES


def file_of(number):
    """A picture by its first bytes; noise behind them."""
    noise = hashlib.shake_256(number.encode()).digest(FILES[number[0], number[-2:]])
    return b"\x89PNG\r\n\x1a\n" + noise


@dataclass(frozen=True)
class Record:
    number: str
    #: 1, or 2 for one that the source has changed.
    version: int
    time: datetime
    updated: datetime

    @staticmethod
    def first(prefix, n):
        time = BEGIN + timedelta(minutes=n)
        return Record(f"{prefix}-{n:06}", 1, time, time)

    def changed(self, updated):
        return Record(self.number, 2, self.time, updated)

    @property
    def fields(self):
        return dict(
            no=self.number, time=self.time.strftime(FORMAT), updated=self.updated.strftime(FORMAT),
            text=told(self.number, self.version))


def ndjson(records):
    return b"".join(json.dumps(_pushed(record), ensure_ascii=False).encode() + b"\n" for record in records)


def _pushed(record):
    """With its file in it."""
    if not has_file(record.number):
        return record.fields
    data = base64.b64encode(file_of(record.number)).decode()
    return {**record.fields, "files": [{"name": f"{record.number}.png", "data": data}]}


def csv_file(records):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, FIELDS)
    writer.writeheader()
    writer.writerows(record.fields for record in records)
    return out.getvalue().encode()


def letter(record):
    fields = record.fields
    head = {
        "From": "citizen@example.com", "To": "mayor@city.example", "Subject": f"=?utf-8?q?{fields['no']}?=",
        "Date": record.time.strftime("%a, %d %b %Y %H:%M:%S +0800"),
        "Message-ID": f"<{fields['no']}.{record.version}@example.com>", "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit",
        "X-Number": fields["no"], "X-Time": fields["time"], "X-Updated": fields["updated"],
    }
    return "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n" + fields["text"].encode()
