"""`python -m tests.papers`: make every document from a demo, convert it with LibreOffice, look for faults."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from tests.clients.place import Place, running_place
from tests.papers.look import faults_of
from tests.papers.make import PaperDesk, make_papers
from tests.papers.press import INSTALL, missing_programs, to_pdf, to_pictures


def main() -> int:
    """Look at all documents; 1 where one has a fault, 2 where programs are missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.papers", description=__doc__)
    parser.add_argument("--url", help="a demo that runs already, at this machine; else one is started")
    parser.add_argument("--keep", type=Path, help="a folder for documents, PDFs and pictures of their pages")
    asked = parser.parse_args()
    console = Console()
    if missing := missing_programs():
        console.print(
            f"Not installed: {', '.join(missing)}. Install them first:\n  {INSTALL}", highlight=False
        )
        return 2
    failed = 0
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="papers-")))
        folder = (asked.keep or scratch / "papers").resolve()
        folder.mkdir(parents=True, exist_ok=True)
        place = Place(asked.url.rstrip("/")) if asked.url else stack.enter_context(running_place(scratch))
        for paper, pdf in to_pdf(make_papers(PaperDesk(place.url), folder), folder).items():
            if asked.keep:
                to_pictures(pdf, folder)
            faults = faults_of(paper, pdf)
            failed += bool(faults)
            console.print(f"[{'red' if faults else 'green'}]{paper.stem}[/]", highlight=False)
            for fault in faults:
                console.print(f"    {fault}", highlight=False, markup=False)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
