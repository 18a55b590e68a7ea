"""Builds the pages' scripts and styles, then checks and tests them: `python -m tests.tools.pages`."""

from __future__ import annotations

import subprocess
import sys

from service.local.islands.assets import ISLANDS, ensure_built
from service.local.islands.node import find_or_fetch
from service.problems import SetupError


def main() -> None:
    """Build, let the TypeScript compiler look at everything, run the islands' unit tests."""
    try:
        ensure_built(print)
        node = find_or_fetch(ISLANDS / ".node", print)
    except SetupError as problem:
        sys.exit(str(problem))
    for step in ("check", "test"):
        done = subprocess.run(
            [*node.npm, "run", "--silent", step], cwd=ISLANDS, env=node.environment(), check=False
        )
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
