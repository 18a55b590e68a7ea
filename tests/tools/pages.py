"""Builds the pages' scripts and styles and checks their types: `python -m tests.tools.pages`."""

from __future__ import annotations

import subprocess
import sys

from service.local.assets import ISLANDS, ensure_built
from service.local.node import find_or_fetch
from service.local.problems import SetupError


def main() -> None:
    """Build, then let the TypeScript compiler look at everything."""
    try:
        ensure_built(print)
        node = find_or_fetch(ISLANDS / ".node", print)
    except SetupError as problem:
        sys.exit(str(problem))
    checked = subprocess.run(
        [*node.npm, "run", "--silent", "check"], cwd=ISLANDS, env=node.environment(), check=False
    )
    sys.exit(checked.returncode)


if __name__ == "__main__":
    main()
