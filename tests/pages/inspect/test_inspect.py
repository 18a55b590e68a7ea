"""The inspector's page: who may enter, and the part of a case that the phone keeps."""

from __future__ import annotations

import re

import pytest

from service.web.viewer import SESSION_COOKIE
from tests.support.site import HTML, Site


def as_role(site: Site, role: str) -> dict[str, str]:
    return {**HTML, "Cookie": f"{SESSION_COOKIE}={site.token(f'demo.{role}')}"}


def test_the_page_is_for_inspectors(site: Site) -> None:
    site.client.cookies.clear()
    assert site.client.get("/inspect", headers=HTML).headers["location"] == "/login?next=%2Finspect"
    for role in ("triage", "department", "executor", "manager", "administrator"):
        assert site.client.get("/inspect", headers=as_role(site, role)).status_code == 404, role
    answer = site.client.get("/inspect", headers=as_role(site, "inspector"))
    assert answer.status_code == 200
    assert "data-inspect" in answer.text
    assert f"/inspect/{site.code('resolved')}" in answer.text  # the list for who has no scripts
    asked = re.findall(r'<template data-asked-of="([^"]+)">(.*?)</template>', answer.text, re.DOTALL)
    [cables] = [told for kinds, told in asked if "hanging_cable" in kinds.split()[:1]]
    for name in ("answer.owner", "answer.height_m"):
        assert f'name="{name}"' in cables, "what a fault at a point is asked, without a network too"


@pytest.mark.parametrize("part", [False, True])
def test_a_case_with_its_photos_and_history(site: Site, part: bool) -> None:
    headers = as_role(site, "inspector") | ({"HX-Request": "true"} if part else {})
    answer = site.client.get(f"/inspect/{site.code('resolved')}", headers=headers)
    assert answer.status_code == 200
    assert 'data-status="resolved"' in answer.text
    assert "timeline-item" in answer.text
    assert "<img" in answer.text
    assert ("<html" in answer.text) is not part


def test_a_case_that_is_not_there(site: Site) -> None:
    for code in ("HUE-2222-22", "nonsense"):
        assert site.client.get(f"/inspect/{code}", headers=as_role(site, "inspector")).status_code == 404
    assert (
        site.client.get(f"/inspect/{site.code('resolved')}", headers=as_role(site, "manager")).status_code
        == 404
    )
