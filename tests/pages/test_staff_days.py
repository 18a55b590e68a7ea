"""Days on the pages of staff are written as they are typed, in both languages; to the public in words."""

from __future__ import annotations

import re

import pytest

from tests.support.site import Site

IN_WORDS = re.compile(r"\b\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 20\d\d\b")
IN_FIGURES = re.compile(r"\b\d\d/\d\d/20\d\d\b")


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("administrator", "/admin/audit"),
        ("administrator", "/admin/due"),
        ("manager", "/manage"),
        ("triage", "/queue/lists?list=closed"),
    ],
)
def test_english_pages_of_staff_write_days_in_figures(site: Site, role: str, path: str) -> None:
    site.enter(role)
    text = site.look(path, "en").text
    assert IN_FIGURES.search(text) and not IN_WORDS.search(text)
    site.client.cookies.clear()


def test_the_public_reads_days_in_words_of_its_language(site: Site) -> None:
    code = site.code("closed")
    assert IN_WORDS.search(site.get(f"/r/{code}", "en").text)
    assert IN_FIGURES.search(site.get(f"/r/{code}", "vi").text)
