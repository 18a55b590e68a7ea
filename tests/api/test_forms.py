"""Forms where they are sent: whatever they are refused for, nothing of them stays open."""

from __future__ import annotations

import pytest

from service.web.viewer import SESSION_COOKIE
from tests.api.desk import Desk, problem
from tests.support.spools import CONTENT_TYPE, HEAD, Spools, watch_spools

CUT = HEAD + b"x"
WHOLE = CUT + b"\r\n--b--\r\n"
TYPE = {"Content-Type": CONTENT_TYPE}


@pytest.fixture
def spools(monkeypatch: pytest.MonkeyPatch) -> Spools:
    return watch_spools(monkeypatch)


def test_a_photo_that_breaks_off_is_refused(desk: Desk, spools: Spools) -> None:
    report = desk.report()
    headers = {**desk.as_reporter(report), **TYPE}
    answer = desk.call("POST", f"/reports/{report.id}/photos", headers, content=CUT)
    assert problem(answer, 400)["type"] == "urn:hientruong:problem:malformed"
    assert "thiếu phần cuối" in answer.json()["detail"]
    assert spools.made() == 1


@pytest.mark.parametrize(("body", "status"), [(CUT, 400), (WHOLE, 403)])
@pytest.mark.parametrize("path", ["/reports/{name}/photos", "/reports/{name}/comments"])
def test_a_form_of_a_browser_without_its_token_is_refused(
    desk: Desk, spools: Spools, path: str, body: bytes, status: int
) -> None:
    """The token is looked for in the form, before anything says whether the route takes one."""
    headers = {**desk.cookie("triage"), **TYPE}
    answer = desk.call("POST", path.format(name=desk.report().id), headers, content=body)
    problem(answer, status)
    assert spools.made() == 1


@pytest.mark.parametrize("path", ["/report", "/r/{name}/photos", "/login"])
@pytest.mark.parametrize(("body", "status"), [(CUT, 400), (WHOLE, 403)])
def test_a_page_form_without_its_token_is_refused(
    desk: Desk, spools: Spools, path: str, body: bytes, status: int
) -> None:
    desk.client.cookies.clear()
    answer = desk.client.post(path.format(name=desk.report().code), content=body, headers=TYPE)
    assert answer.status_code == status
    assert spools.made() == 1


def test_a_form_that_was_read_and_then_refused_is_closed(desk: Desk, spools: Spools) -> None:
    """A session that has ended is nobody's; its form was read by then, and nobody takes it."""
    headers = {"Cookie": f"{SESSION_COOKIE}=ended", **TYPE}
    answer = desk.call("POST", f"/reports/{desk.report().id}/photos", headers, content=WHOLE)
    assert answer.status_code in (401, 403)
    assert spools.made() == 1
