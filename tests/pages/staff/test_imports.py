"""Files imported on pages are counted as those that come over the API."""

from __future__ import annotations

import pytest
from limits import parse

from service.web import rates
from tests.support.site import Site


def test_pages_that_read_a_file_keep_to_the_limit_of_imports(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(site.settings), "rate_limits", "on")
    # Counted apart from the usual ones, which other tests of this process have used.
    monkeypatch.setitem(rates.LIMITS, "import", (parse("2 per 3 hours"),))
    site.enter("department")
    try:
        answers = [site.post("/numbers/old", "/numbers/old", {}).status_code for _ in range(3)]
    finally:
        site.client.cookies.clear()
    assert answers == [422, 422, 429]
