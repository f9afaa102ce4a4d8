#!/usr/bin/env python3
"""Holds every shipped configuration file against the JSON Schemas that `sluice schema` prints, with a validator that is
not ours: what editors complete and underline is what the program takes.

Needs jsonschema and PyYAML from PyPI; they are put into .build/python the first time.
"""

import json
import os
import pathlib
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".build/python"
SLUICE = ROOT / ".build/debug/sluice"
SUBJECTS = {
    "channel": ["hotlines/*.yaml", "web/*.yaml"],
    "handler": ["handlers/*.yaml"],
    "external": ["external.yaml"],
    "relay": ["relay.yaml"],
    "internal": ["internal.yaml"],
}


def with_packages():
    """Starts again with the packages; returns where they are there."""
    try:
        import jsonschema  # noqa: F401
        import yaml  # noqa: F401
    except ImportError:
        if os.environ.get("SLUICE_SCHEMAS_AGAIN"):
            raise
        if not (PYTHON / "bin/python").exists():
            venv.create(PYTHON, with_pip=True)
        python = str(PYTHON / "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "jsonschema", "PyYAML"], check=True)
        os.execve(python, [python, *sys.argv], os.environ | {"SLUICE_SCHEMAS_AGAIN": "1"})


def validator(subject):
    import jsonschema

    schema = json.loads(subprocess.run([SLUICE, "schema", subject], check=True, capture_output=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def document(path):
    """As an editor sees it: the types of YAML 1.2, where `on` is a word."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [
            (tag, pattern)
            for tag, pattern in found
            if not tag.endswith(":timestamp") and (not tag.endswith(":bool") or first in "tTfF")
        ]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def is_refused(check, path):
    """A key that nobody knows: a schema that takes everything would prove nothing."""
    spoiled = document(path)
    spoiled["no_such_key"] = 1
    return not check.is_valid(spoiled)


def main():
    with_packages()
    folder = ROOT / "channel-configs"
    faults, count = [], 0
    for subject, patterns in SUBJECTS.items():
        check = validator(subject)
        for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
            count += 1
            for error in check.iter_errors(document(path)):
                faults.append(f"{path.relative_to(ROOT)}: {error.json_path}: {error.message[:200]}")
            if not is_refused(check, path):
                faults.append(f"{path.relative_to(ROOT)}: the schema of {subject} takes an unknown key")
    print("\n".join(faults + [f"{count} files, {len(faults)} faults"]))
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
