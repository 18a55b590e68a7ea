"""Every route that writes, tried by those who may not: a new one that is missing here fails the suite."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from service.app import create_app
from service.db import unit_of_work
from service.models import Report
from service.web.viewer import CSRF_HEADER, SAFE_METHODS
from tests.api.admin import writes as admin_writes
from tests.api.desk import Desk
from tests.api.emulation import writes as emulation_writes
from tests.api.works import writes as works_writes
from tests.support.people import KEY, PASSWORD
from tests.support.photo_stage import jpeg
from tests.support.works.cables import route_form
from tests.support.works.surveys import survey_form

Body = Callable[[Desk, Report], dict[str, Any]]


def json(**body: object) -> Body:
    """A JSON body."""
    return lambda desk, report: {"json": body}


def form(**fields: str) -> Body:
    """A form, as a page sends it, but without its CSRF token."""
    return lambda desk, report: {"data": fields}


def photo(desk: Desk, report: Report) -> dict[str, Any]:
    """A new photo."""
    return {"files": {"file": ("x.jpg", jpeg())}}


def piece(desk: Desk, report: Report) -> dict[str, Any]:
    """The first bytes of a photo."""
    return {"content": b"x", "params": {"offset": 0, "length": 9}}


def new_report(desk: Desk, report: Report) -> dict[str, Any]:
    """What a phone sends."""
    place = {"lon": report.lon, "lat": report.lat}
    return {"json": {"id": str(uuid4()), "category": "litter", "location": place}}


def new_difficulty(desk: Desk, report: Report) -> dict[str, Any]:
    """What stands in somebody's way."""
    return {"json": {"id": str(uuid4()), **works_writes.NEW_DIFFICULTY}}


def commending(desk: Desk, report: Report) -> dict[str, Any]:
    """Praise of a unit."""
    return {"json": {"id": str(uuid4()), "unit": "city-cables", "form": "praise", "words": "Đã dọn sạch."}}


def new_request(desk: Desk, report: Report) -> dict[str, Any]:
    """A letter to a carrier."""
    return {"json": {"id": str(uuid4()), "carrier": "telecom", "purpose": "trace"}}


def verdict(desk: Desk, report: Report) -> dict[str, Any]:
    """An inspector's verdict."""
    at = "2026-03-04T12:00:00+07:00"
    body = {"id": str(uuid4()), "report": str(report.id), "verdict": "passed", "version": 1}
    return {"json": {**body, "photos": [desk.photo(report)], "decided_at": at}}


def entered(desk: Desk, report: Report) -> dict[str, Any]:
    """What a coordinator takes down."""
    return {"json": {**new_report(desk, report)["json"], "channel": "phone"}}


@dataclass(frozen=True)
class Write:
    """A request that `may` could make, and what others are answered.

    `stranger` is not signed in and shows no token; `other` works for another department; `reader` is a role
    that only looks; both come to a page by a browser whose form has its token, so that it is they who are
    refused. `no_csrf` is `may` in a browser whose page did not send it. `open_to` says why somebody else is
    let in: without it nobody is. `contractor` is the code of the department that the case is handed to.
    """

    body: Body
    may: str
    status: str = "assigned"
    stranger: int = 401
    other: int = 403
    reader: int = 403
    no_csrf: int = 403
    readers: tuple[str, ...] = ("administrator",)
    open_to: str = ""
    contractor: str = ""

    def subject(self, desk: Desk) -> Report:
        """Make a report to ask it of, handed to `contractor` if there is one."""
        executor = desk.reference.department_by_code.get(self.contractor)
        return desk.report(self.status, executor_id=executor.id if executor else None)


STEP = json(to="in_progress", version=1)
MORE_TIME = json(amount=1, unit="working_days", reason="Chờ vật tư", version=1)
MOVED = json(location={"lon": 107.56, "lat": 16.42}, version=1)
TRIAL = json(rules=[])
SECOND = json(version=1, category="litter", description="Việc thứ hai")


HIDE = json(hidden=True, reason="Lộ tên", version=1)
NO_SUCH = Write(json(hidden=True, reason="Lộ tên"), "triage", stranger=404, other=404, reader=404)
"""A part of a report that nobody may know of unless it is there."""

SECRET = 401
"""What a citizen's page answers to who has not the secret of the report."""


def page(body: Body, answer: int = SECRET, open_to: str = "") -> Write:
    """A citizen's page: nothing happens without the token of its form; staff are visitors like others."""
    return Write(body, "triage", stranger=403, other=answer, reader=answer, open_to=open_to)


def room(body: Body, may: str = "triage", readers: tuple[str, ...] = ("administrator",)) -> Write:
    """A room of staff, which for other roles does not exist."""
    return Write(body, may, other=404, reader=404, readers=readers)


def case(body: Body, may: str = "department") -> Write:
    """A form of a case's page: for another department there is no such case."""
    return Write(body, may, other=404)


def own(body: Body, answer: int, may: str = "triage") -> Write:
    """Of one's own account: everybody has one; `answer` is that to a form that is not filled in."""
    return Write(body, may, other=answer, reader=answer, open_to="one's own account")


def erasing(desk: Desk, report: Report) -> dict[str, Any]:
    """What a coordinator is asked to erase."""
    return {"data": {"code": report.code, "reason": "Người gửi gọi đến", "sure": "1"}}


def calling(desk: Desk, report: Report) -> dict[str, Any]:
    """A number that was not asked about before: each may be only so often."""
    return {"data": {"target": f"091{uuid4().int % 10**7:07}"}}


def case_of(desk: Desk, report: Report) -> dict[str, Any]:
    """One case of many."""
    return {"data": {"act": "accept", "case": f"{report.code}:1"}}


LINK = Write(
    form(),
    "triage",
    stranger=404,
    other=404,
    reader=404,
    no_csrf=404,
    open_to="whoever holds the signed link of a message; here nobody does",
)

WRITES: dict[tuple[str, str], Write] = {
    ("POST", "/api/v1/reports"): Write(
        new_report, "triage", stranger=201, other=201, reader=201, no_csrf=201, open_to="everyone reports"
    ),
    ("POST", "/api/v1/reports/{name}/photos"): Write(photo, "department"),
    ("PATCH", "/api/v1/reports/{name}/photos/{photo_id}/upload"): Write(piece, "department"),
    ("POST", "/api/v1/reports/{name}/transitions"): Write(STEP, "department"),
    ("POST", "/api/v1/reports/{name}/extensions"): Write(MORE_TIME, "department"),
    ("PUT", "/api/v1/reports/{name}/holder"): Write(json(holder=None, version=1), "department"),
    ("PUT", "/api/v1/reports/{name}/parts"): Write(json(supports=[], version=1), "department"),
    ("PUT", "/api/v1/reports/{name}/contract"): Write(
        json(reason="Xe hỏng", version=1), "executor", contractor="telecom", readers=()
    ),
    ("PUT", "/api/v1/reports/{name}/keeping/taken"): Write(json(), "triage", "triage"),
    ("DELETE", "/api/v1/reports/{name}/keeping/taken"): Write(json(), "triage", "triage"),
    ("PUT", "/api/v1/reports/{name}/keeping/put-off"): Write(json(choice="1h"), "triage", "triage"),
    ("DELETE", "/api/v1/reports/{name}/keeping/put-off"): Write(json(), "triage", "triage"),
    ("PUT", "/api/v1/reports/{name}/category"): Write(
        json(category="noise", reason="Sai loại", version=1), "department"
    ),
    ("POST", "/api/v1/reports/{name}/category/preview"): Write(
        json(category="noise", reason="Sai loại", version=1), "department"
    ),
    ("PUT", "/api/v1/reports/{name}/location"): Write(MOVED, "department"),
    ("POST", "/api/v1/reports/{name}/location/preview"): Write(MOVED, "department"),
    ("POST", "/api/v1/reports/{name}/extension-requests"): Write(MORE_TIME, "department"),
    ("POST", "/api/v1/reports/{name}/extension-requests/decision"): Write(
        json(approve=False, answer="Không", version=1), "manager", readers=("administrator", "triage")
    ),
    ("POST", "/api/v1/reports/{name}/comments"): Write(json(text="alo"), "department"),
    ("POST", "/api/v1/reports/{name}/follow"): Write(
        json(), "triage", stranger=201, other=201, reader=201, open_to="everyone follows"
    ),
    ("POST", "/api/v1/reports/{name}/rating"): Write(json(score=5), "department", "closed"),
    ("POST", "/api/v1/reports/{name}/reopen"): Write(json(reason="Vẫn còn"), "department", "closed"),
    ("POST", "/api/v1/reports/{name}/withdraw"): Write(json(), "department"),
    ("POST", "/api/v1/inspections"): Write(verdict, "inspector", "resolved"),
    ("POST", "/api/v1/findings"): Write(new_report, "inspector"),
    ("POST", "/api/v1/downloads"): Write(
        json(format="csv"),
        "triage",
        stranger=201,
        other=201,
        reader=201,
        open_to="everyone takes public lists",
    ),
    ("POST", "/downloads"): page(form(format="csv"), 200, "everyone takes public lists"),
    ("POST", "/api/v1/reports/{name}/contact"): Write(
        json(purpose="Gọi lại"), "triage", readers=("inspector", "executor")
    ),
    ("POST", "/api/v1/reports/{name}/erasure"): Write(
        json(reason="Người gửi gọi đến"), "triage", readers=("executor", "inspector", "manager")
    ),
    ("POST", "/api/v1/reports/{name}/secret"): Write(
        json(reason="Người gửi báo lộ liên kết"), "triage", readers=("executor", "inspector", "manager")
    ),
    ("POST", "/api/v1/emergencies/{name}/take"): Write(json(), "triage"),
    ("PUT", "/api/v1/duty"): Write(json(on_duty=False), "triage"),
    ("PUT", "/api/v1/duty/roster/{username}"): Write(
        json(on_duty=False), "administrator", readers=admin_writes.ROLES
    ),
    ("POST", "/emergencies/{code}/take"): room(form()),
    ("POST", "/account/duty"): room(form()),
    ("POST", "/erasure"): room(erasing, readers=("inspector", "manager")),
    ("POST", "/manage/report"): Write(
        form(period="month"), "triage", stranger=403, other=404, reader=404, readers=("executor", "inspector")
    ),
    ("POST", "/manage/reports"): Write(
        form(period="month", files="report"),
        "triage",
        stranger=403,
        other=404,
        reader=404,
        readers=("executor", "inspector"),
    ),
    ("POST", "/manage/reports/end"): Write(
        form(period="month"), "triage", stranger=403, other=404, reader=404, readers=("executor", "inspector")
    ),
    ("POST", "/api/v1/rules/try"): Write(TRIAL, "triage", readers=("executor", "inspector", "department")),
    ("POST", "/api/v1/sessions"): Write(
        json(username="nobody", password="x"),
        "triage",
        other=401,
        reader=401,
        no_csrf=401,
        open_to="everyone may try a password",
    ),
    ("DELETE", "/api/v1/sessions/current"): Write(
        json(), "triage", other=204, reader=204, open_to="everyone signs out"
    ),
    ("POST", "/login"): page(form(username="triage", password=PASSWORD), 303, "everyone may try a password"),
    ("POST", "/login/code"): page(form(code="123456"), 303, "back to the password: nobody showed one"),
    ("POST", "/login/enrol"): page(form(code="123456"), 303, "back to the password: nobody showed one"),
    ("POST", "/account/password"): own(form(), 422),
    ("POST", "/account/language"): own(form(), 422),
    ("POST", "/account/sessions/others"): own(form(), 303),
    ("POST", "/account/sessions/{session_id}"): own(form(), 404),
    ("POST", "/account/factor"): own(form(), 400),
    ("POST", "/account/factor/codes"): own(form(), 422),
    ("POST", "/account/factor/off"): own(form(), 422),
    ("POST", "/logout"): Write(
        form(), "triage", stranger=303, other=303, reader=303, open_to="everyone signs out"
    ),
    ("POST", "/report/shared"): Write(
        form(), "triage", stranger=303, other=303, reader=303, no_csrf=303, open_to="keeps nothing"
    ),
    ("POST", "/report"): page(form(category="litter"), 422, "everyone reports"),
    ("POST", "/case/{code}/step"): case(form(step="accepted", to="in_progress", version="1")),
    ("POST", "/case/{code}/extension"): case(
        form(amount="1", unit="working_days", reason="Chờ vật tư", version="1")
    ),
    ("POST", "/case/{code}/extension/decision"): case(
        form(approve="0", answer="Không", version="1"), "manager"
    ),
    ("POST", "/case/{code}/holder"): case(form(holder="", version="1")),
    ("POST", "/case/{code}/contract"): Write(
        form(do="decline", reason="Xe hỏng", version="1"), "executor", other=404, contractor="telecom"
    ),
    ("POST", "/case/{code}/claims"): Write(form(version="1"), "department", other=404),
    ("POST", "/claims/{claim_id}"): Write(form(answer="mine"), "executor", other=404, reader=404),
    ("POST", "/api/v1/reports/{name}/claims"): Write(json(), "department"),
    ("POST", "/api/v1/claims/{claim_id}/answer"): Write(
        json(answer="mine"), "executor", other=404, reader=404
    ),
    ("POST", "/case/{code}/parts"): case(form(executor="", version="1")),
    ("POST", "/case/{code}/place"): case(form(point="16.42, 107.56", address="", reason="", version="1")),
    ("POST", "/case/{code}/kind"): case(form(category="noise", reason="Sai loại", version="1")),
    ("POST", "/case/{code}/words"): case(form(kind="note", text="alo")),
    ("POST", "/case/{code}/number"): case(form(number="0912 724 827")),
    ("POST", "/numbers/decision"): Write(
        form(sighting="1", state="confirmed"), "triage", other=404, reader=404, readers=("administrator",)
    ),
    **{
        ("POST", f"/numbers/{{number_id}}/{act}"): room(form(**fields), "department")
        for act, fields in {
            "open": {"id": "1"},
            "step": {"to": "invited", "version": "1"},
            "request": {"carrier": "telecom", "purpose": "trace"},
            "owner": {"purpose": "Gửi giấy mời"},
            "list": {"case": "S26-0001"},
        }.items()
    },
    **{
        ("POST", f"/requests/{{request_code}}/{act}"): room(form(to="sent"), "department")
        for act in ("step", "answers", "xlsx")
    },
    ("POST", "/numbers/old"): Write(
        form(), "department", other=422, reader=404, open_to="every unit enters its own old lists"
    ),
    ("POST", "/numbers/lists/{publication_id}"): room(form(to="published"), "manager"),
    ("POST", "/numbers/objections/{objection_id}"): room(form(what="upheld"), "department"),
    ("POST", "/numbers/objection"): page(form(number="1"), 422, "anybody objects"),
    ("POST", "/case/{code}/contact"): case(form(purpose="Gọi lại"), "triage"),
    ("POST", "/find/sender"): Write(
        form(address="0905 123 456", purpose="Gọi lại"),
        "triage",
        other=200,
        reader=404,
        open_to="a lead finds the reports of its own cases",
    ),
    ("POST", "/queue/bulk"): Write(
        case_of, "department", other=200, reader=200, open_to="each case is asked for, and refused, by itself"
    ),
    ("POST", "/r/{code}/comment"): page(form(text="alo")),
    ("POST", "/r/{code}/answer"): page(form(text="alo")),
    ("POST", "/r/{code}/lasts"): page(form(lasts="true")),
    ("POST", "/r/{code}/contact"): page(form(phone="0905 123 456")),
    ("POST", "/r/{code}/rating"): page(form(score="5")),
    ("POST", "/r/{code}/reopen"): page(form(reason="Vẫn còn")),
    ("POST", "/r/{code}/withdraw"): page(form()),
    ("POST", "/r/{code}/secret"): page(form()),
    ("POST", "/r/{code}/follow"): page(form(), 303, "everyone follows"),
    ("POST", "/r/{code}/photos"): page(photo),
    ("POST", "/r/{code}/forget"): page(form(), 303, "of one's own browser"),
    ("POST", "/r/{code}/flag"): page(form(reason="spam"), 303, "everyone may flag"),
    ("POST", "/api/v1/reports/{name}/flag"): Write(
        json(reason="spam"), "triage", stranger=201, other=201, reader=201, open_to="everyone may flag"
    ),
    ("POST", "/api/v1/desk/reports"): Write(entered, "triage"),
    ("POST", "/api/v1/reports/{name}/split"): Write(SECOND, "triage"),
    ("POST", "/api/v1/reports/{name}/settle"): Write(json(version=1), "triage"),
    ("POST", "/desk/handover"): room(form(text="Trực thêm đường dây nóng")),
    ("POST", "/desk/handover/{note_id}/read"): room(form()),
    ("POST", "/desk/new/caller"): room(form(phone="0914222333")),
    ("POST", "/desk/new"): room(form(category="litter", channel="phone")),
    ("POST", "/desk/talks/{talk}"): room(form(act="take")),
    ("POST", "/desk/case/{code}/split"): room(form(version="1", category="litter", description="Hai")),
    ("POST", "/desk/case/{code}/{act}"): room(form(version="1", reason="Không phải")),
    ("POST", "/desk/contact/{code}"): room(form(purpose="Gọi lại hỏi rõ")),
    ("POST", "/desk/held/{code}/undo"): room(form()),
    ("POST", "/desk/held/undo"): room(form()),
    ("POST", "/desk/keep/{code}/take"): room(form()),
    ("POST", "/desk/keep/{code}/later"): room(form(choice="1h")),
    ("POST", "/desk/keep/{code}/back"): room(form()),
    ("POST", "/desk/bulk"): room(form(act="reject", case="X:1", reason="Không phải")),
    ("POST", "/desk/filters"): room(form(name="Rác", query="category=litter")),
    ("POST", "/desk/filters/{filter_id}/delete"): room(form()),
    ("PUT", "/api/v1/reports/{name}/visibility"): Write(HIDE, "triage", readers=()),
    ("PUT", "/api/v1/photos/{photo_id}/visibility"): NO_SUCH,
    ("PUT", "/api/v1/comments/{comment_id}/visibility"): NO_SUCH,
    ("POST", "/case/{code}/visibility"): Write(
        form(kind="report", hidden="true", reason="Lộ tên", version="1"), "triage", other=404, readers=()
    ),
    ("POST", "/r/{code}/photos/{photo_id}/show"): page(form(), 404),
    ("POST", "/r/{code}/erase"): page(form(sure="1")),
    ("POST", "/r/{code}/notices"): page(form(channel="email", email="a@b.vn"), 303, "everyone follows"),
    ("POST", "/r/{code}/notices/change"): page(form(which="email", pace="never")),
    ("POST", "/alerts"): page(
        form(channel="email", email="a@b.vn", category="litter"),
        303,
        "everyone may ask; who has the address confirms",
    ),
    ("POST", "/alerts/{alert}"): page(form(pace="never"), 404),
    ("POST", "/cleanups/{code}"): page(form(people="1"), 404),
    ("POST", "/cleanups/{code}/me"): page(form(what="cancel"), 404),
    ("POST", "/cleanups/{code}/me/push"): page(form(what="stop"), 404),
    ("POST", "/manage/cleanups"): own(form(), 422, "department"),
    ("POST", "/manage/cleanups/spots/{spot}"): own(form(id=works_writes.NOBODYS), 404, "department"),
    ("POST", "/premises"): own(form(), 422, "department"),
    ("POST", "/premises/import"): Write(
        form(), "department", other=422, readers=(), open_to="each unit keeps premises of its own"
    ),
    ("POST", "/premises/{premises_id}"): own(form(), 404, "department"),
    ("POST", "/premises/{premises_id}/sheet"): own(form(), 404, "department"),
    ("POST", "/manage/gifts"): own(form(), 422, "department"),
    ("POST", "/manage/gifts/trees"): own(form(), 422, "department"),
    ("POST", "/manage/gifts/trees/{trees}/check"): own(form(), 404, "department"),
    ("POST", "/manage/gifts/{contribution}/withdraw"): own(form(), 404, "department"),
    ("POST", "/manage/cleanups/old"): Write(
        form(), "department", other=422, reader=404, open_to="every unit enters its own old lists"
    ),
    ("POST", "/manage/pledges"): own(form(), 422, "department"),
    ("POST", "/manage/pledges/{pledge}"): own(form(), 404, "department"),
    ("POST", "/manage/praise"): own(form(), 422, "manager"),
    ("POST", "/manage/praise/{commendation}/withdraw"): own(form(), 404, "manager"),
    ("POST", "/manage/cleanups/report"): own(form(), 422, "department"),
    ("POST", "/manage/cleanups/{code}/announcement"): own(form(), 404, "department"),
    ("POST", "/manage/cleanups/series"): own(form(), 422, "department"),
    ("POST", "/manage/cleanups/series/{series}/active"): own(form(version="1"), 404, "department"),
    ("POST", "/manage/cleanups/{code}/step"): own(form(), 404, "department"),
    ("POST", "/manage/cleanups/{code}/means"): own(form(), 404, "department"),
    ("POST", "/manage/cleanups/{code}/attendance"): own(form(), 404, "department"),
    ("POST", "/manage/cleanups/{code}/checks/{check}"): own(form(), 404, "department"),
    ("POST", "/manage/cleanups/{code}/result"): own(form(), 404, "department"),
    ("POST", "/manage/cleanups/{code}/after"): own(form(), 404, "department"),
    ("POST", "/manage/cleanups/{code}/change"): own(form(), 404, "department"),
    ("POST", "/alerts/confirm/{token}"): LINK,
    ("POST", "/n/{token}"): LINK,
    ("POST", "/n/{token}/lasts"): LINK,
    ("POST", "/account/calendar"): own(form(), 200),
    ("POST", "/account/calendar/revoke"): own(form(), 303),
    ("POST", "/account/group"): own(form(), 403),
    ("POST", "/account/group/forget"): own(form(), 303),
    ("POST", "/account/notices"): own(form(channel="email", pace="daily"), 303),
    ("POST", "/notices/read"): own(form(up_to="5"), 303),
    ("POST", "/notices/{notice_id}/read"): own(form(), 404),
    ("POST", "/account/notices/morning"): own(form(morning="0"), 303),
    ("POST", "/account/notices/push"): own(form(), 422),
    ("POST", "/account/notices/push/{device}/delete"): own(form(), 404),
    ("POST", "/mine/signin"): page(calling, 200, "everyone may have a code sent to themselves"),
    ("POST", "/mine/signin/code"): page(form(code="123456"), 422, "everyone may try a code"),
    ("POST", "/mine/signout"): page(form(), 303, "of one's own browser"),
}
WRITES |= {
    # Neither a session nor a browser's cookie counts there: a key does.
    **{
        ("POST", f"/open311/v2/requests.{form_of}"): Write(
            form(service_code="litter"), "triage", stranger=403
        )
        for form_of in ("json", "xml")
    },
    ("POST", "/hooks/zalo"): Write(
        json(), "triage", stranger=403, other=403, reader=403, open_to="who has the account's secret"
    ),
    ("POST", "/hooks/facebook"): Write(
        json(), "triage", stranger=403, other=403, reader=403, open_to="who has the app's secret"
    ),
    ("POST", "/hooks/zalo-bot"): Write(
        json(), "triage", stranger=404, other=404, reader=404, no_csrf=404, open_to="who has the bot's word"
    ),
    ("POST", "/dev/facebook"): page(form(text="alo"), 303, "the demo's telephone, on this machine"),
    ("POST", "/dev/facebook/api/{page}/messages"): Write(
        json(), "triage", stranger=400, other=400, reader=400, no_csrf=400, open_to="the demo's Facebook"
    ),
    ("POST", "/dev/mailbox"): page(form(text="alo"), 303, "the demo's mail programme, on this machine"),
    ("POST", "/dev/zalo"): page(form(text="alo"), 303, "the demo's telephone, on this machine"),
    ("POST", "/dev/partner/{number}"): page(form(status="FIXED"), 404, "the demo's partner, on this machine"),
    **{
        ("POST", f"/dev/partner/open311/v2/{each}.json"): Write(
            form(x="1"), "triage", stranger=403, other=403, reader=403, open_to="who has the partner's key"
        )
        for each in ("requests", "servicerequestupdates")
    },
    ("POST", "/dev/hooks"): Write(
        json(),
        "triage",
        stranger=401,
        other=401,
        reader=401,
        no_csrf=401,
        open_to="who signs",
    ),
    **{
        ("POST", f"/dev/zalo/api/{each}"): Write(
            json(), "triage", stranger=200, other=200, reader=200, no_csrf=200, open_to="the demo's Zalo"
        )
        for each in ("v3.0/oa/message/cs", "v4/oa/access_token")
    },
    **{
        ("POST", f"/open311/v2/servicerequestupdates.{form_of}"): Write(
            form(service_request_id="HUE-0000-00"), "triage", stranger=403
        )
        for form_of in ("json", "xml")
    },
    **{key: Write(json(), "administrator", readers=admin_writes.ROLES) for key in admin_writes.JSON},
    **{
        ("POST", path): Write(form(), "administrator", other=404, reader=404, readers=admin_writes.ROLES)
        for path in admin_writes.PAGES
    },
}
WRITES |= {
    **{key: Write(json(**body), "department") for key, body in works_writes.OF_A_WORK.items()},
    ("POST", f"{works_writes.WORK}/photos"): Write(photo, "department"),
    **{
        key: Write(json(**body), "manager", other=404, reader=404, readers=("triage",))
        for key, body in works_writes.OF_A_DRAFT.items()
    },
    **{
        ("POST", f"/works/{{work_code}}/{act}"): Write(form(**fields), "department", other=answer)
        for act, (fields, answer) in works_writes.WORK_FORMS.items()
    },
    **{
        ("POST", f"/plans/{{plan_code}}/{act}"): room(form(**fields), "manager", ("triage", "inspector"))
        for act, fields in works_writes.PLAN_FORMS.items()
    },
    ("POST", "/api/v1/documents"): Write(
        json(plan="KH00-0000", what="progress"), "manager", other=404, reader=404
    ),
    ("PUT", "/api/v1/documents/{document}/number"): Write(
        json(number=1, dated="2026-03-04", version=1), "manager", other=404, reader=404
    ),
    ("PUT", "/api/v1/documents/{document}/recipients"): Write(
        json(sent_to=[], version=1), "manager", other=404, reader=404
    ),
    ("POST", "/api/v1/report-kinds"): Write(
        json(**works_writes.NEW_REPORT_KIND), "manager", readers=("triage",)
    ),
    ("POST", "/api/v1/periodic-reports"): Write(
        json(kind="none", day="2026-01-01"), "manager", other=404, reader=404
    ),
    ("PUT", "/api/v1/periodic-reports/{report}/units/{unit}"): Write(
        json(results="Đã làm", version=1), "manager", other=404, reader=404
    ),
    ("POST", "/api/v1/periodic-reports/{report}/merge"): Write(json(), "manager", other=404, reader=404),
    ("POST", "/periodic/kinds"): Write(
        form(code="k"),
        "manager",
        other=422,
        reader=404,
        readers=("triage", "inspector"),
        open_to="each office keeps kinds of its own",
    ),
    ("POST", "/periodic/kinds/{code}"): own(form(), 404, "department"),
    **{
        ("POST", f"/periodic/{{report}}/{act}"): own(form(), 404, "department")
        for act in ("units/{unit}", "merge")
    },
    ("POST", "/api/v1/movements"): Write(
        json(**emulation_writes.NEW_MOVEMENT), "manager", readers=("triage", "administrator")
    ),
    **{
        (how, f"/api/v1/movements/{{movement}}{path}"): Write(json(**body), "manager", other=404, reader=404)
        for (how, path), body in emulation_writes.OF_A_MOVEMENT.items()
    },
    ("POST", "/api/v1/awards/{code}/transitions"): Write(
        json(to="dropped", version=1, reason="Lập nhầm"), "manager", other=404, reader=404
    ),
    ("POST", "/emulation/new"): Write(
        form(), "manager", other=422, reader=404, open_to="a form that is not filled in"
    ),
    **{
        ("POST", f"/emulation/{{movement}}/{act}"): own(form(), 404, "manager")
        for act in emulation_writes.FORMS
    },
    ("PUT", "/api/v1/meter-readings"): Write(
        json(**emulation_writes.READING), "department", readers=("triage", "administrator")
    ),
    ("POST", "/emulation/readings"): own(form(month="01/2026"), 422, "department"),
    **{
        ("POST", f"/api/v1/movements/{{movement}}/{file}"): Write(form(), "manager", other=404, reader=404)
        for file in (
            "standing.xlsx",
            "old-results",
            "units/{unit}/criteria/{position}/proofs",
            "people/criteria/{position}/proofs",
        )
    },
    ("DELETE", "/api/v1/movements/{movement}/units/{unit}/proofs/{proof}"): Write(
        json(), "manager", other=404, reader=404
    ),
    ("DELETE", "/api/v1/movements/{movement}/people/proofs/{proof}"): Write(
        json(), "manager", other=404, reader=404
    ),
    ("POST", "/api/v1/documents/{document}/signed"): Write(form(), "manager", other=404, reader=404),
    **{
        ("POST", f"/documents/{{document}}/{act}"): own(form(), 404, "department")
        for act in ("number", "signed", "recipients")
    },
    ("POST", "/works/{work_code}/difficulty"): own(form(), 422, "department"),
    ("POST", "/api/v1/works"): Write(json(**works_writes.NEW_WORK), "department"),
    ("POST", "/plans/new"): Write(
        form(issuer="city-cables"),
        "manager",
        other=422,
        readers=("triage",),
        open_to="one's own unit's plans",
    ),
    ("POST", "/plans/{plan_code}/check"): room(form(), "manager", ("executor",)),
    ("POST", "/api/v1/plans/import"): Write(
        json(text="Không có bảng"), "manager", other=422, readers=("triage",), open_to="stores nothing"
    ),
    ("POST", "/api/v1/plans"): Write(json(**works_writes.NEW_PLAN), "manager", readers=("triage",)),
    ("POST", "/api/v1/reports/{name}/sightings"): Write(json(number="0912 724 827"), "department", other=404),
    ("POST", "/api/v1/talks/{talk_id}/messages"): Write(json(text="Chào"), "triage"),
    ("POST", "/api/v1/talks/{talk_id}/steps"): Write(json(act="take"), "triage"),
    ("POST", "/api/v1/sightings/{sighting_id}/decision"): Write(
        json(state="confirmed"), "department", other=404, reader=404, readers=()
    ),
    **{
        key: Write(
            json(**body), "department", stranger=told, other=404, reader=404, no_csrf=min(told + 2, 404)
        )
        for key, (body, told) in works_writes.OF_A_CLEANUP.items()
    },
    ("POST", "/api/v1/cleanups"): Write(json(**works_writes.NEW_CLEANUP), "department"),
    ("POST", "/api/v1/hotspots/{hotspot_id}/cleanup"): Write(
        json(id=works_writes.NOBODYS), "department", other=404, reader=404
    ),
    ("PUT", "/api/v1/campaigns/{slug}"): Write(
        json(**works_writes.CAMPAIGN), "manager", other=403, reader=403, readers=("triage", "inspector")
    ),
    ("POST", "/manage/campaigns"): own(form(), 422, "manager"),
    ("POST", "/api/v1/series"): Write(json(**works_writes.NEW_SERIES), "department"),
    ("POST", "/api/v1/premises"): Write(json(**works_writes.NEW_PREMISES), "department"),
    ("POST", "/api/v1/premises/{premises_id}/roster.xlsx"): Write(
        form(), "department", other=404, reader=404
    ),
    ("POST", "/api/v1/premises/import"): Write(
        form(), "department", other=415, open_to="each unit keeps premises of its own"
    ),
    ("POST", "/api/v1/premises/{premises_id}/rosters"): Write(
        json(**works_writes.NEW_ROSTER), "department", other=404, reader=404
    ),
    ("POST", "/api/v1/contributions"): Write(
        json(**works_writes.NEW_GIFT), "manager", other=403, reader=403, readers=("triage", "inspector")
    ),
    ("DELETE", "/api/v1/contributions/{contribution_id}"): Write(json(), "manager", other=404, reader=404),
    ("POST", "/api/v1/cleanups/imports"): Write(
        photo, "department", other=422, reader=422, open_to="every unit enters its own old lists"
    ),
    ("POST", "/api/v1/pledges"): Write(json(**works_writes.NEW_PLEDGE), "department"),
    ("PATCH", "/api/v1/pledges/{pledge_id}"): Write(json(confirmed=True), "manager", other=404, reader=404),
    ("PUT", "/api/v1/trees/{trees_id}/check"): Write(json(alive=1), "department", other=404, reader=404),
    ("POST", "/api/v1/commendations"): Write(commending, "manager"),
    ("DELETE", "/api/v1/commendations/{commendation_id}"): Write(json(), "manager", other=404, reader=404),
    ("PATCH", "/api/v1/series/{series_id}"): Write(json(version=1), "department", other=404, reader=404),
    ("DELETE", "/api/v1/series/{series_id}"): Write(json(), "department", other=404, reader=404),
    ("POST", "/api/v1/numbers/imports"): Write(
        photo, "department", other=422, reader=404, open_to="every unit enters its own old lists"
    ),
    ("POST", "/api/v1/numbers/{number_id}/cases"): Write(
        json(id=str(uuid4())), "department", other=404, reader=404
    ),
    ("POST", "/api/v1/numbers/{number_id}/subscriber/readings"): Write(
        json(purpose="Gửi giấy mời"), "department", other=404, reader=404
    ),
    ("POST", "/api/v1/requests"): Write(
        new_request,
        "department",
        other=201,
        readers=("administrator", "triage", "executor"),
        open_to="every unit writes its own letters",
    ),
    ("POST", "/api/v1/requests/{request_code}/numbers"): Write(
        json(numbers=["0951234507"]), "department", other=404, reader=404
    ),
    ("POST", "/api/v1/requests/{request_code}/answers.xlsx"): Write(photo, "executor", other=404, reader=404),
    ("PUT", "/api/v1/requests/{request_code}/answers"): Write(
        json(items=[{"number": "0951234507", "answer": "ours"}]), "executor", other=404, reader=404
    ),
    ("POST", "/api/v1/numbers/objections"): Write(
        json(number="1"),
        "triage",
        stranger=422,
        other=422,
        reader=422,
        no_csrf=422,
        open_to="anybody objects",
    ),
    ("POST", "/api/v1/publications"): Write(
        json(id=str(uuid4()), items=[{"case": "S26-9999"}]), "department", other=404
    ),
    ("POST", "/api/v1/publications/{publication_id}/transitions"): Write(
        json(to="published"), "manager", other=404, reader=404
    ),
    ("POST", "/api/v1/objections/{objection_id}/answer"): Write(
        json(upheld=True, answer="Đúng"), "department", other=404, reader=404
    ),
    ("POST", "/api/v1/difficulties"): Write(
        new_difficulty, "department", other=201, reader=201, readers=("triage",), open_to="all raise one"
    ),
}
WRITES |= {
    key: Write(body, "department", readers=("triage", "inspector", "executor"))
    for key, body in {
        ("POST", "/api/v1/cables/routes"): json(**route_form()),
        ("PATCH", "/api/v1/cables/routes/{route_id}"): json(version=1),
        ("POST", "/api/v1/cables/import"): json(),
        ("POST", "/api/v1/cables/poles"): json(),
        ("POST", "/manage/cables"): form(),
        ("POST", "/manage/cables/import"): form(),
        ("POST", "/manage/cables/take"): form(),
        ("POST", "/manage/cables/documents"): form(paper="progress"),
        ("POST", "/manage/cables/{route_id}"): form(),
        ("POST", "/api/v1/surveys"): json(**survey_form(lead="city-cables")),
    }.items()
}
"""The office keeps the plan of cables; everybody else reads it."""
WRITES |= {
    ("POST", "/surveys"): own(form(), 422, "department"),
    **{
        key: Write(body, who, other=404, reader=404)
        for key, who, body in (
            (("POST", "/api/v1/surveys/{survey_code}/points"), "department", json()),
            (("POST", "/api/v1/surveys/{survey_code}/transitions"), "department", json(to="open", version=1)),
            (("PUT", "/api/v1/surveys/{survey_code}/points/{point_id}"), "inspector", json(state="ok")),
            (("POST", "/surveys/{survey_code}/points"), "department", form()),
            (("POST", "/surveys/{survey_code}/see"), "inspector", form(state="ok")),
            (("POST", "/surveys/{survey_code}/minutes"), "department", form(unit="telecom")),
            (("POST", "/surveys/{survey_code}/step"), "department", form(to="open", version="1")),
        )
    },
}
IDS = [f"{method} {path}" for method, path in WRITES]
LOOKED_AT = [key for key in WRITES if WRITES[key].readers]
"""Those that a role knows of which may not do them."""

ABOUT_A_REPORT = [key for key in WRITES if "{name}" in key[1]]
PAGES_OF_A_REPORT = [
    key for key in WRITES if "{code}" in key[1] and not key[1].startswith(("/admin", "/api"))
]
FOR_STAFF = {
    f"/api/v1/reports/{{name}}/{each}"
    for each in (
        "transitions",
        "extensions",
        "holder",
        "parts",
        "category",
        "category/preview",
        "location",
        "location/preview",
        "split",
        "settle",
        "extension-requests",
        "extension-requests/decision",
        "visibility",
        "contact",
        "sightings",
        "contract",
        "claims",
        "keeping/taken",
        "keeping/put-off",
    )
} | {"/api/v1/emergencies/{name}/take"}
"""Who is not signed in gets no further than that, whatever report is named."""


def write_routes(app: FastAPI) -> set[tuple[str, str]]:
    """Every unsafe method on every path of the application, those of included routers too."""
    found = set()
    for route in app.routes:
        each = route.effective_candidates() if hasattr(route, "effective_candidates") else [route]
        for one in each:
            for method in set(getattr(one, "methods", None) or ()) - SAFE_METHODS:
                found.add((method, str(getattr(one, "path", ""))))
    return found


def send(desk: Desk, key: tuple[str, str], write: Write, report: Report, headers: dict[str, str]) -> int:
    """The status that the request is answered with."""
    desk.client.cookies.clear()
    method, path = key
    path = works_writes.named(desk, path)
    path = path.replace("{name}", str(report.id)).replace("{code}", report.code)
    for uuid_of in (
        "{publication_id}",
        "{objection_id}",
        "{point_id}",
        "{commendation_id}",
        "{contribution_id}",
        "{trees_id}",
        "{pledge_id}",
        "{initiative}",
    ):
        path = path.replace(uuid_of, str(uuid4()))
    path = path.replace("{photo_id}", str(uuid4())).replace("{comment_id}", str(uuid4()))
    path = path.replace("{talk_id}", str(uuid4())).replace("{movement}", emulation_writes.NOBODYS)
    path = re.sub(r"\{\w+\}", "1", path)
    body = write.body(desk, report) if method != "DELETE" else {}
    answer: httpx.Response = desk.client.request(method, path, headers=headers, **body)
    return answer.status_code


def as_who(desk: Desk, name: str, key: tuple[str, str]) -> dict[str, str]:
    """Headers of a new session: a programme's for the API, for a page a browser's with the form's token."""
    if key[1].startswith("/api/"):
        with unit_of_work(desk.engine) as session:
            return desk.person(name).token(session, datetime.now(UTC))
    cookie = desk.cookie(name)
    basis = b"csrf:" + cookie["Cookie"].partition("=")[2].encode()
    return {**cookie, CSRF_HEADER: hmac.new(KEY, basis, hashlib.sha256).hexdigest()}


def test_every_route_that_writes_is_in_the_table(desk: Desk) -> None:
    assert write_routes(create_app(desk.settings)) == set(WRITES)


def test_the_walk_over_the_routes_sees_those_of_included_routers(desk: Desk) -> None:
    assert len(write_routes(create_app(desk.settings))) > 10


@pytest.mark.parametrize("key", WRITES, ids=IDS)
def test_a_stranger_is_refused(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    assert send(desk, key, write, write.subject(desk), {}) == write.stranger


@pytest.mark.parametrize("key", ABOUT_A_REPORT, ids=str)
def test_a_stranger_learns_of_nothing_hidden(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    hidden = desk.report(write.status, published=False)
    assert send(desk, key, write, hidden, {}) == (401 if key[1] in FOR_STAFF else 404)


@pytest.mark.parametrize("key", WRITES, ids=IDS)
def test_another_department_is_refused(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    headers = as_who(desk, "other_department", key)
    assert send(desk, key, write, write.subject(desk), headers) == write.other


@pytest.mark.parametrize("key", ABOUT_A_REPORT, ids=str)
def test_another_department_learns_of_nothing_hidden(desk: Desk, key: tuple[str, str]) -> None:
    write, headers = WRITES[key], as_who(desk, "other_department", key)
    hidden = desk.report(write.status, published=False)
    assert send(desk, key, write, hidden, headers) == 404


@pytest.mark.parametrize("key", PAGES_OF_A_REPORT, ids=str)
def test_a_page_of_something_hidden_answers_as_if_there_were_none(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    hidden, none = desk.report(write.status, published=False), Report(id=uuid4(), code="SML-2222-22")
    answers = [
        send(desk, key, write, report, as_who(desk, "other_department", key)) for report in (hidden, none)
    ]
    assert answers[0] == answers[1]
    assert answers[0] == 404 or key[1] == "/r/{code}/forget"


@pytest.mark.parametrize("key", LOOKED_AT, ids=" ".join)
def test_a_role_that_only_looks_is_refused(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    for name in write.readers:
        headers = as_who(desk, name, key)
        assert send(desk, key, write, write.subject(desk), headers) == write.reader, name


@pytest.mark.parametrize("key", WRITES, ids=IDS)
def test_a_browser_without_its_token_is_refused(desk: Desk, key: tuple[str, str]) -> None:
    write = WRITES[key]
    cookie = desk.cookie(write.may)
    assert send(desk, key, write, write.subject(desk), cookie) == write.no_csrf


def test_whoever_is_let_in_is_let_in_for_a_reason() -> None:
    for key, write in WRITES.items():
        answered = {write.stranger, write.other, write.reader, write.no_csrf}
        assert write.open_to or answered <= {401, 403, 404}, key


GOOD_ENDS = (
    "transitions",
    "comments",
    "photos",
    "upload",
    "holder",
    "parts",
    "contract",
    "taken",
    "visibility",
)
GOOD = [key for key in ABOUT_A_REPORT if key[1].endswith(GOOD_ENDS)]


@pytest.mark.parametrize("key", [*GOOD, ("POST", "/api/v1/rules/try")], ids=str)
def test_the_request_itself_is_good(desk: Desk, key: tuple[str, str]) -> None:
    """What is refused above is refused for who asks, not for what is asked."""
    write = WRITES[key]
    assert send(desk, key, write, write.subject(desk), as_who(desk, write.may, key)) in (200, 201)


@pytest.mark.parametrize("key", [key for key in WRITES if not key[1].startswith("/api/")], ids=str)
def test_whoever_may_is_answered_whatever_the_form_lacks(desk: Desk, key: tuple[str, str]) -> None:
    """An empty form is drawn again with what is missing; a case's forms above are good as they are."""
    write = WRITES[key]
    status = send(desk, key, write, write.subject(desk), as_who(desk, write.may, key))
    assert status < 500
    if key[1].startswith("/case/"):
        assert status in (200, 303, 409), "refused at most for how the case stands"
