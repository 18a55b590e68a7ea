"""`python -m tests.clients`: install real clients from the registries, let each work, say how it went."""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from tests.clients.checks import CHECKS, Visit
from tests.clients.place import Place, running_place
from tests.clients.workshop import CannotBeInstalledError, Workshop


def main() -> int:
    """Run the checks; 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.clients", description=__doc__)
    parser.add_argument("--url", help="a demo that runs already, at this machine; else one is started")
    parser.add_argument("--only", action="append", choices=sorted(CHECKS), help="only these")
    parser.add_argument("--folder", type=Path, help="where clients are installed and kept")
    asked = parser.parse_args()
    console, failed = Console(), []
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clients-")))
        workshop = Workshop(asked.folder or Path(tempfile.gettempdir()) / "hientruong-clients")
        known = Place(asked.url.rstrip("/")) if asked.url else None
        place = known or stack.enter_context(running_place(scratch))
        for name in asked.only or CHECKS:
            work = scratch / name
            work.mkdir()
            try:
                CHECKS[name](Visit(place, workshop, work))
            except CannotBeInstalledError as missing:
                console.print(f"[yellow]left out[/] {name}: {missing}", highlight=False)
            except Exception:
                failed.append(name)
                console.print(f"[red]failed[/]   {name}", highlight=False)
                console.print(traceback.format_exc(limit=2), highlight=False, markup=False)
            else:
                console.print(f"[green]well[/]     {name}", highlight=False)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
