"""Every form of every role, refused: it comes back with all that was filled in, and says what to mend."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import lxml.html
import pytest

from tests.conftest import Servers
from tests.pages.form_walk import OF_THIS_SITE, FilledForm, Walk, filled_forms, posted_forms
from tests.support.site import Site, open_site

ROOMS = {
    "": ["/", "/report?category=litter&lon=107.6&lat=16.5&z=14&step=form", "/alerts", "/cleanups"],
    "administrator": ["/admin", "/account", "/manage/cables", "/erasure"],
    "triage": ["/desk", "/desk/new", "/numbers", "/find/sender", "/manage"],
    "department": ["/queue", "/plans", "/manage/cleanups", "/premises", "/surveys", "/emulation"],
    "manager": ["/manage", "/emulation", "/periodic", "/manage/praise", "/manage/gifts"],
    "executor": ["/queue", "/requests", "/claims"],
}
"""Where the walk begins, by role; a visitor has none."""

OTHERWISE = ("/login", "/account/password", "/account/factor", "/queue/bulk", "/desk/bulk", "/report")
"""Begins the addresses with a refusal of their own kind: passwords are never repeated, what is done with many
cases is told case by case, and a report is taken even if parts of it cannot be (`tests/pages/report`).
"""


@pytest.fixture(scope="module")
def own_site(
    servers: Servers, city_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site of its own: some forms are taken, and change it."""
    with open_site(
        servers, city_template, f"forms_{servers.worker}", tmp_path_factory.mktemp("media")
    ) as made:
        yield made


def forms_of(site: Site, role: str, known: set[object]) -> Iterator[FilledForm]:
    """The forms that nobody saw before, as the role meets them."""
    if role:
        site.enter(role)
    else:
        site.client.cookies.clear()
    own = [] if role else [f"/r/{site.code('received')}"]
    for page, text in Walk(site).pages([*ROOMS[role], *own]):
        for form in filled_forms(page, text):
            if form.key not in known and not form.action.startswith(OTHERWISE):
                known.add(form.key)
                yield form


def fault_of(form: FilledForm, site: Site) -> str:
    """What is wrong with the answer to a form that was refused; empty for nothing, and for one that was
    taken.
    """
    answer = form.send(site)
    if answer.status_code < 400:
        return "" if answer.status_code in (200, 303) else f"answers {answer.status_code}"
    if answer.status_code >= 500 or not answer.headers["content-type"].startswith("text/html"):
        return f"answers {answer.status_code}"
    if lost := form.lost_in(answer.text):
        return f"loses {', '.join(lost)}"
    page = lxml.html.fromstring(answer.text)
    told = page.xpath("//*[@role='alert'][not(@hidden)]") or page.xpath("//*[@aria-invalid='true']")
    described = [each.get("aria-describedby", "").split() for each in page.xpath("//*[@aria-invalid='true']")]
    ids = set(page.xpath("//@id"))
    if not told or any(not set(each) & ids for each in described):
        return "does not say what to mend"
    return ""


def test_a_refused_form_keeps_what_was_filled_in(own_site: Site) -> None:
    known: set[object] = set()
    faults, refused = [], 0
    for role in ROOMS:
        for form in forms_of(own_site, role, known):
            refused += 1
            if fault := fault_of(form, own_site):
                faults.append(f"{role or 'visitor'}: {form.action} (on {form.page}, {form.wrong}) {fault}")
    assert faults == []
    assert refused > 40, "the walk does not find the forms any more"


def test_a_form_is_kept_when_the_sign_in_or_the_page_has_expired(own_site: Site) -> None:
    own_site.enter("department")
    data = {"text": "Ca sau cần xem hẻm 12 Nguyễn Huệ", "csrf_token": "0" * 64}
    here, elsewhere = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}
    page = {"Accept": "text/html"}
    old = own_site.client.post("/desk/handover", data=data, headers=page | here)
    assert old.status_code == 403
    [form] = [each for each in posted_forms(old.text) if each.get("action") == "/desk/handover"]
    assert form.xpath(".//input[@name='text']/@value") == [data["text"]]
    forged = own_site.client.post("/desk/handover", data=data, headers=page | elsewhere)
    assert forged.status_code == 403 and data["text"] in forged.text
    assert [each for each in posted_forms(forged.text) if each.get("action") == "/desk/handover"] == []
    own_site.client.cookies.clear()
    gone = own_site.client.post("/desk/handover", data=data, headers=page | here)
    assert gone.status_code in (401, 403) and data["text"] in gone.text


@pytest.mark.parametrize("token", ["0" * 64, None])
def test_no_password_or_code_is_given_back_whatever_has_expired(own_site: Site, token: str | None) -> None:
    """Neither in a field that sends it again, nor among the words that are quoted."""
    forms = {
        "/account/password": {name: f"câu dài {name} dễ nhớ" for name in ("current", "new", "again")},
        "/account/factor/codes": {"code": "hai chữ mã"},
        "/login/code": {"code": "482913 55"},
        "/mine/signin/code": {"code": "4829 1355", "target": "0905111222"},
        "/admin/channels/zalo": {"refresh": "mã làm mới", "access": "mã truy cập"},
    }
    for path, typed in forms.items():
        if token is None:
            own_site.client.cookies.clear()
        else:
            own_site.enter("administrator")
        data = typed | ({"csrf_token": token} if token else {})
        answer = own_site.client.post(path, data=data, headers=OF_THIS_SITE)
        assert answer.status_code in (401, 403, 404), path
        shown = [value for name, value in typed.items() if name != "target" and value in answer.text]
        assert shown == [], path


def test_a_method_that_is_not_taken_is_said_with_those_that_are(own_site: Site) -> None:
    answer = own_site.client.put("/desk/handover", headers=OF_THIS_SITE)
    assert answer.status_code == 405 and answer.headers["content-type"].startswith("text/html")
    assert "POST" in answer.headers["allow"]


def test_what_somebody_typed_stays_on_no_disk(own_site: Site) -> None:
    own_site.enter("department")
    typed = {"text": "Ca sau cần xem hẻm 12 Nguyễn Huệ", "csrf_token": "0" * 64}
    for headers in (OF_THIS_SITE, {**OF_THIS_SITE, "Sec-Fetch-Site": "cross-site"}):
        answer = own_site.client.post("/desk/handover", data=typed, headers=headers)
        assert typed["text"] in answer.text
        assert answer.headers["cache-control"] == "no-store"


def test_the_links_of_a_refused_form_lead_to_its_page(own_site: Site) -> None:
    own_site.enter("manager")
    answer = own_site.post("/manage", "/manage/report", {"period": "month", "signer": "a" * 500})
    assert answer.status_code == 422
    [other] = lxml.html.fromstring(answer.text).xpath("//a[@hreflang]/@href")
    assert other.startswith("/manage?") and own_site.look(other).status_code == 200


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [({"amount_vnd": "mười hai", "cleanup": "R26-0001"}, "amount_vnd"), ({"cleanup": "KHONG-CO"}, "cleanup")],
)
def test_no_number_and_no_such_code_are_told_at_their_fields(
    own_site: Site, typed: dict[str, str], wrong: str
) -> None:
    """Neither is taken for an empty field, nor for a page that does not exist."""
    own_site.enter("department")
    gift = {"id": str(uuid4()), "kind": "cash", "amount_vnd": "500000", "giver": "Hội phụ nữ", **typed}
    answer = own_site.post("/manage/gifts", "/manage/gifts", gift)
    assert answer.status_code == 422
    page = lxml.html.fromstring(answer.text)
    assert page.xpath("//*[@aria-invalid='true']/@name") == [wrong]
    [form] = page.xpath("//form[@action='/manage/gifts']")
    for name in ("amount_vnd", "cleanup", "giver"):
        assert form.xpath(f".//input[@name='{name}']/@value") == [gift[name]]
