"""Programs that turn Word documents into pages: LibreOffice and poppler, which must be installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

INSTALL = (
    "apt-get install -y --no-install-recommends "
    "libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils fonts-liberation2"
)
PROGRAMS = ("soffice", "pdfinfo", "pdftotext", "pdftoppm")
LONGEST_S = 600


def missing_programs() -> list[str]:
    """Return the programs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def to_pdf(papers: Sequence[Path], folder: Path) -> Mapping[Path, Path]:
    """Convert documents; their PDFs by document. Raises AssertionError where one has none."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, papers)], check=True, capture_output=True, timeout=LONGEST_S)
    made = {paper: folder / f"{paper.stem}.pdf" for paper in papers}
    assert all(each.exists() for each in made.values()), [
        str(p) for p, pdf in made.items() if not pdf.exists()
    ]
    return made


def to_pictures(pdf: Path, folder: Path) -> None:
    """Draw each page, for people to look at."""
    subprocess.run(
        ["pdftoppm", "-r", "80", "-png", str(pdf), str(folder / pdf.stem)], check=True, timeout=120
    )


def said_by(*command: str) -> str:
    """Return what a program prints."""
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=120).stdout
