#!/usr/bin/env python3
"""Runs Sluice on real data as upstreams, handlers and sources would, and checks what they were promised.

    Tests/RealData/run.py all
    Tests/RealData/run.py att4 --kills 10
    Tests/RealData/run.py att4 --apart --kills 30

The data is no part of this repository: SLUICE_DATA names its folder (default ../shared/data). See README.md.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from observer import datasets, feed, report, trial, upstream

ROOT = Path(__file__).resolve().parent.parent.parent
CHUNK = 50


def nyc_csv(data, kills):
    dataset = datasets.nyc_csv(data)
    # One file as it is; while being killed, many small ones, so that kills meet files at every stage.
    parts = datasets.parts(dataset, CHUNK if kills else len(dataset.messages))

    def offer(gateway, books, window, stop):
        encode = datasets.as_csv if kills else lambda _: dataset.path.read_bytes()
        upstream.drop(books, parts, encode, gateway.inbox, window, stop)

    return trial.Plan("nyc-csv", dataset, offer, tokens={dataset.channel: "agencies-token"})


def nyc_json(data, kills):
    dataset = datasets.nyc_json(data)
    whole = [dataset.messages]
    parts = datasets.parts(dataset, CHUNK) if kills else whole

    def push(gateway, books, parts, window, stop):
        def headers(_):
            return {"Content-Type": "application/json", "X-Api-Key": gateway.secrets["push-token"]}

        upstream.push(
            books, parts, datasets.as_json_array, gateway.listen, "/channels/nyc-json", headers, window, stop)

    return trial.Plan(
        "nyc-json", dataset,
        feed=lambda gateway, books, window, stop: push(gateway, books, parts, window, stop),
        again=lambda gateway, books, stop: push(gateway, books, whole, None, stop),
        tokens={dataset.channel: "agencies-token"})


def att4(data, kills):
    dataset = datasets.messages(data)
    parts = datasets.parts(dataset, CHUNK if kills else 100)

    def offer(gateway, books, window, stop):
        def headers(body):
            signed = upstream.signature(gateway.secrets["push-signing"], body)
            return {"Content-Type": "application/x-ndjson", **signed}

        upstream.push(
            books, parts, datasets.as_ndjson, gateway.listen, "/channels/messages", headers, window, stop)

    return trial.Plan("att4", dataset, offer, tokens={dataset.channel: "departments-token"})


def att4_poll(data, kills, cut=False):
    dataset = datasets.messages(data)
    pages = feed.Feed(dataset.messages)

    def reveal(gateway, books, window, stop):
        feed.reveal(books, pages, CHUNK, window, stop)

    return trial.Plan(
        "att4-poll-cut" if cut else "att4-poll", dataset, reveal,
        serve=lambda books: feed.feed_server(books, pages, cut), tokens={dataset.channel: "departments-token"})


def att4_poll_cut(data, kills):
    return att4_poll(data, kills, cut=True)


PLANS = {
    "nyc-csv": nyc_csv, "nyc-json": nyc_json, "att4": att4, "att4-poll": att4_poll, "att4-poll-cut": att4_poll_cut,
}


def observe(name, options):
    plan = PLANS[name](options.data, options.kills)
    folder = Path(tempfile.mkdtemp(prefix=f"sluice-{name}-", dir=options.work))
    print(f"{name}: {folder}", flush=True)
    outcome = trial.run(
        plan, options.binary, folder, options.kills, options.timeout, options.seed, options.unruly,
        options.apart)
    if outcome.faults or options.keep:
        print(f"{name}: kept {folder}")
    else:
        shutil.rmtree(folder)
    return outcome


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=[*PLANS, "all"])
    parser.add_argument("--kills", type=int, default=0, help="kill -9 so many times between 10 %% and 90 %% of the way")
    parser.add_argument(
        "--unruly", type=float, default=0, help="chance, 0 to 1, that handler or source refuse, or hang up unanswered")
    parser.add_argument(
        "--apart", action="store_true", help="the three zones as processes of their own; each kill takes one of them")
    parser.add_argument("--seed", type=int, default=1, help="for the moments of the kills, and for moods")
    parser.add_argument("--timeout", type=float, default=300, help="seconds for each data set")
    parser.add_argument("--keep", action="store_true", help="keep the working folder even when everything holds")
    parser.add_argument("--work", default=None, help="where working folders are made (default: the system's)")
    parser.add_argument(
        "--binary", default=os.environ.get("SLUICE_BIN", ROOT / ".build/release/sluice"),
        help="the program (default SLUICE_BIN or .build/release/sluice)")
    options = parser.parse_args()
    options.data = os.environ.get("SLUICE_DATA", ROOT.parent / "shared/data")
    if not Path(options.binary).is_file():
        parser.error(f"{options.binary} is not there: build it with `swift build -c release --product sluice`")
    try:
        outcomes = [observe(name, options) for name in (PLANS if options.what == "all" else [options.what])]
    except datasets.Missing as error:
        print(error, file=sys.stderr)
        return 2
    report.show(outcomes)
    return 1 if any(outcome.faults for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
