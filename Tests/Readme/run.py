#!/usr/bin/env python3
"""Follows the README's chapter on the first channel word for word, in both languages: every file that it shows is written,
every command that it shows is run, and what it promises must come out.

    Tests/Readme/run.py [--binary .build/debug/sluice]

As root it runs in a network of its own, so that the ports which the chapter names are free.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CHAPTERS = {"README.md": "## Your first channel in ten minutes", "README.zh-CN.md": "## 十分钟接入第一个渠道"}

# What the reader has: the repository, a build that is done, a shell.
PRELUDE = """
set -euo pipefail
make() { :; }
trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
"""


def chapter(path, title):
    text = path.read_text()
    if title not in text:
        raise SystemExit(f"{path.name} has no chapter '{title}'")
    return text.split(title, 1)[1].split("\n## ", 1)[0]


def blocks(text):
    """(language, what stands before it, its text without the indentation)."""
    pattern = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.M | re.S)
    end = 0
    for match in pattern.finditer(text):
        indent = len(match[1])
        lines = [line[indent:] for line in match[3].splitlines()]
        yield match[2], text[end:match.start()], "\n".join(lines) + "\n"
        end = match.end()


def script(text):
    """The chapter as a shell script; what it shows of files is written first, where the chapter says."""
    files, commands = {}, []
    for language, before, body in blocks(text):
        if language == "json":
            files["order.json"] = body
        elif language == "yaml":
            name = re.findall(r"`(my-city/[\w/.-]+)`", before)[-1]
            files[name] = body
            commands.append(f"mkdir -p {os.path.dirname(name)} && cp shown/{name} {name}\n")
        else:
            commands.append(body)
    return files, "".join(commands)


def alone(command):
    """In a network of its own where that is possible."""
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        return command
    return ["unshare", "--net", "--", "bash", "-c", 'ip link set lo up && exec "$@"', "bash", *command]


def follow(name, title, binary):
    folder = Path(tempfile.mkdtemp(prefix="sluice-readme-"))
    (folder / ".build").mkdir()
    (folder / ".build/release").symlink_to(binary.parent)
    (folder / "channel-configs").symlink_to(ROOT / "channel-configs")
    files, commands = script(chapter(ROOT / name, title))
    for path, text in files.items():
        target = folder / ("shown/" + path if path.endswith(".yaml") else path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    # A reader looks once more when the ticket is still on its way.
    search = next(line for line in commands.splitlines() if line.startswith("sluice tickets search"))
    commands += f"for _ in $(seq 50); do {search} | grep A-17 && break; sleep 0.2; done\n"
    commands += "sluice handlers list --config my-city\n"
    run = subprocess.run(alone(["bash", "-c", PRELUDE + commands]), cwd=folder, text=True, timeout=120,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    promised = {
        "the mapped ticket": '"external_id": "A-17"', "the explanation": "requester.phone",
        "the answer to curl": '{"accepted":1', "the ticket inside": "hotline-test"}
    missing = [what for what, text in promised.items() if text not in run.stdout]
    if run.returncode != 0 or missing:
        print(run.stdout)
        print(f"{name}: exit {run.returncode}; missing: {', '.join(missing) or 'nothing'}; kept {folder}")
        return False
    shutil.rmtree(folder)
    print(f"{name}: {len(files)} files and {len(commands.splitlines())} commands as it says")
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/debug/sluice")
    options = parser.parse_args()
    # Both, even when the first fails.
    held = [follow(name, title, options.binary.resolve()) for name, title in CHAPTERS.items()]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
