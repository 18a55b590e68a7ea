"""The versions everything is installed with: kept in pyproject.toml and requirements.lock, without addresses.

`python -m tests.tools.pins --check` says whether both are current, `--write` brings them up to date keeping
the versions they name, `--upgrade` takes the newest of everything. uv does the resolving.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements.lock"
HEADER = (
    "# What a running service is installed with, by hash: pip install --require-hashes -r requirements.lock\n"
)
_BLOCK = re.compile(r"^constraint-dependencies = \[\n(.*?)^\]\n", re.MULTILINE | re.DOTALL)
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<marker>[^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")

Pins = dict[str, set[str]]
"""Hashes by `name==version ; marker`; empty sets where hashes were not asked for."""


def resolve(project: str, *options: str) -> str:
    """What uv resolves for this text of pyproject.toml, from nothing. Raises RuntimeError with uv's words."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(project)
        shutil.copy(ROOT / "README.md", folder)
        common = ["--no-emit-project", "--no-annotate", "--no-header", "--format", "requirements.txt"]
        command = ["uv", "export", "--quiet", "--project", folder, *common, *options]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode:
            raise RuntimeError(answer.stderr)
        return answer.stdout


def parse(text: str) -> Pins:
    """The pins of a requirements file. Raises ValueError for a line that is no pin and no hash."""
    found: Pins = {}
    pin = ""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if match := _PIN.match(line):
            marker = f" ; {match['marker']}" if match["marker"] else ""
            pin = f"{match['name']}=={match['version']}{marker}"
            found[pin] = set()
        elif (digest := _HASH.search(line)) and pin:
            found[pin].add(digest[1])
        else:
            raise ValueError(f"neither a pin nor a hash: {line}")
    return found


def constraints(project: str) -> list[str]:
    """The pins that pyproject.toml holds."""
    block = _BLOCK.search(project)
    return re.findall(r'^  "(.*)",$', block[1], re.MULTILINE) if block else []


def with_constraints(project: str, pins: list[str]) -> str:
    """The same pyproject.toml with these pins."""
    bare = _BLOCK.sub("", project)
    lines = "".join(f'  "{pin}",\n' for pin in pins)
    block = f"constraint-dependencies = [\n{lines}]\n" if pins else ""
    return bare.replace("[tool.uv]\n", f"[tool.uv]\n{block}", 1)


def check() -> list[str]:
    """What is not current, as sentences; empty when all is well. A newer release elsewhere is no fault."""
    project = PROJECT.read_text()
    held = constraints(project)
    everything = sorted(parse(resolve(project, "--all-groups", "--no-hashes")))
    faults = [f"pyproject.toml lacks the pin {pin}" for pin in everything if pin not in held]
    faults += [f"pyproject.toml pins {pin}, which nothing needs" for pin in held if pin not in everything]
    locked, wanted = parse(LOCK.read_text()), parse(resolve(project, "--all-extras"))
    faults += [f"requirements.lock lacks {pin}" for pin in wanted if pin not in locked]
    faults += [f"requirements.lock has {pin}, which nothing needs" for pin in locked if pin not in wanted]
    for pin in locked.keys() & wanted.keys():
        # Files may be added to a release later; one that was there may not be another one now.
        if not locked[pin] or not locked[pin] <= wanted[pin]:
            faults.append(f"requirements.lock has other hashes for {pin}")
    return faults


def write(*, upgrade: bool) -> None:
    """Bring both files up to date."""
    project = PROJECT.read_text()
    basis = with_constraints(project, []) if upgrade else project
    pins = sorted(parse(resolve(basis, "--all-groups", "--no-hashes")))
    project = with_constraints(project, pins)
    PROJECT.write_text(project)
    LOCK.write_text(HEADER + resolve(project, "--all-extras"))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    for name in ("--check", "--write", "--upgrade"):
        action.add_argument(name, action="store_true")
    asked = parser.parse_args()
    if not asked.check:
        write(upgrade=asked.upgrade)
        return
    faults = check()
    for fault in faults:
        print(fault)
    if faults:
        sys.exit("Run: uv run python -m tests.tools.pins --write")
    print("The pins are current.")


if __name__ == "__main__":
    main()
