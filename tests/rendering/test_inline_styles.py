"""Pages style nothing by attributes: their Content-Security-Policy lets none through, without a word."""

from __future__ import annotations

from pathlib import Path

import service

TEMPLATES = Path(service.__file__).parent / "templates"
MAILS = "messages"


def test_no_page_has_a_style_attribute() -> None:
    pages = [file for file in TEMPLATES.rglob("*.html") if file.relative_to(TEMPLATES).parts[0] != MAILS]
    assert len(pages) > 100
    assert [file.name for file in pages if " style=" in file.read_text()] == []
