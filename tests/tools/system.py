"""What the tests need of the system: PostGIS, Redis, Chromium. `python -m tests.tools.system` brings it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from service.local import packages
from service.problems import SetupError

DOVECOT = packages.SystemDependency(
    "Dovecot",
    lambda: shutil.which("dovecot") is not None,
    debian=("dovecot-imapd",),
    fedora=("dovecot",),
    arch=("dovecot",),
    homebrew=("dovecot",),
)


def chromium(say: packages.Say = print) -> Path | None:
    """The system's Chromium; None is Playwright's own. Raises SetupError when neither can be had."""
    if found := packages.find_chromium():
        return found
    try:
        packages.ensure([packages.CHROMIUM], say)
    except (
        SetupError
    ):  # Ubuntu has it only as a snap, which cannot be driven; an ordinary user may not install
        _playwrights_own(say)
    return packages.find_chromium()


def _playwrights_own(say: packages.Say) -> None:
    say("Fetching Playwright's Chromium")
    command = [sys.executable, "-m", "playwright", "install", *(["--with-deps"] if os.geteuid() == 0 else [])]
    done = subprocess.run([*command, "chromium"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(packages.instructions([packages.CHROMIUM]) + done.stderr[-1000:])


def _mail_server() -> None:
    """A mailbox of another make to read; one test goes without where it cannot be had."""
    try:
        packages.ensure([DOVECOT], print)
    except SetupError:
        print("Dovecot: not here")


def main() -> None:
    """Have all of it, or say what is missing."""
    try:
        packages.ensure(packages.SERVERS, print)
        _mail_server()
        print(f"Chromium: {chromium() or 'of Playwright'}")
    except SetupError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
