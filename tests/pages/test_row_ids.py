"""Ids in addresses of pages that no column can hold: refused, not a fault of the service."""

from __future__ import annotations

import pytest

from tests.support.site import Site

BEYOND = 10**30
"""No integer of the database is as large."""


@pytest.mark.parametrize("number", [2**31, 2**63, BEYOND])
@pytest.mark.parametrize(
    ("role", "page", "path"),
    [
        ("triage", "/desk", "/desk/filters/{}/delete"),
        ("triage", "/desk", "/desk/handover/{}/read"),
        ("triage", "/desk", "/notices/{}/read"),
    ],
)
def test_a_number_beyond_the_column_is_no_row(
    site: Site, role: str, page: str, path: str, number: int
) -> None:
    site.enter(role)
    try:
        assert site.post(page, path.format(number), {}).status_code in (303, 404, 422)
    finally:
        site.client.cookies.clear()


@pytest.mark.parametrize("number", [2**31, 2**63, BEYOND, -1])
def test_a_number_of_a_form_that_is_no_row_is_refused(site: Site, number: int) -> None:
    site.enter("triage")
    try:
        sent = {"sighting": str(number), "state": "confirmed"}
        assert site.post("/numbers", "/numbers/decision", sent).status_code in (404, 422)
    finally:
        site.client.cookies.clear()
