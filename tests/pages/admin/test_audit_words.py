"""Every act that the code writes into the audit is said in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import delete, select

import service
from service.db import unit_of_work
from service.domain.kernel.audit import write_entry
from service.models import AuditEntry, Department, InitiativeState, Pledge
from service.pages.admin.audit_words import ACTION_WORDS, AUDIT_SENTENCES, AUDITED_KINDS, code_of_entry
from service.pages.admin.field_words import readable_value
from tests.support.site import Site

ROOT = Path(service.__file__).parent
NO_ACTS = re.compile(r"\.(yaml|json|geojson|gpkg|shp|xlsx|csv|html|txt|contacts|secret)$")


def acts() -> set[str]:
    """Return the literals of the domain and of signing in that look like acts of the audit's kinds."""
    act = re.compile(rf'"((?:{"|".join(AUDITED_KINDS)})\.[a-z_]+)"')
    files = [
        *(ROOT / "domain").rglob("*.py"),
        *(ROOT / "signin").rglob("*.py"),
        *(ROOT / "pages").rglob("*.py"),
    ]
    writers = [each.read_text() for each in files if "audit_words" not in each.name]
    texts = [
        text for text in writers if "write_entry" in text or "_audit(" in text or "record_change(" in text
    ]
    found = {name for text in texts for name in act.findall(text)}
    return {name for name in found if not NO_ACTS.search(name)}


def test_each_act_has_words() -> None:
    found = acts()
    assert {"rule.added", "webhook.rotated", "staff.password", "city.load"} <= found
    unsaid = {
        name
        for name in found
        if name not in AUDIT_SENTENCES
        and name not in ACTION_WORDS
        and name.split(".")[-1] not in ACTION_WORDS
    }
    assert unsaid == set()
    assert {"signin", "signout"} <= set(AUDITED_KINDS) & set(ACTION_WORDS)


def test_what_is_planned_and_how_one_signed_in_are_words_too() -> None:
    assert code_of_entry("plan.added", "rule 10") == "quy tắc 10"
    assert code_of_entry("plan.cancelled", "areas 3") == "ranh giới 3"
    assert code_of_entry("plan.added", "odd") == "odd"
    assert code_of_entry("rule.added", "rule 10") == "rule 10"
    assert readable_value("state", InitiativeState.RECOGNISED) == "được công nhận"
    assert (readable_value("form", "merit"), readable_value("kind", "cash")) == ("Bằng khen", "Tiền")
    assert (readable_value("how", "password"), readable_value("kind", "cookie")) == (
        "mật khẩu",
        "trình duyệt",
    )


def test_values_are_told_as_people_write_them() -> None:
    assert readable_value("dated", "2026-11-09") == "09/11/2026"
    assert readable_value("amount_vnd", 50_000_000) == "50.000.000"
    loaded = {"added": {"area": [str(each) for each in range(40)], "rule": ["10", "11"]}}
    assert readable_value("entries", loaded) == "Thêm: Ranh giới: 40, Quy tắc: 10, 11"


def test_no_number_of_the_machines_is_shown_for_a_name() -> None:
    gone = str(uuid4())
    assert code_of_entry("pledge.added", gone) == "(nay không còn)"
    assert code_of_entry("photo.hidden", f"HUE-7QMF-GQ {gone}") == "HUE-7QMF-GQ"
    assert code_of_entry("contribution.removed", "12") == "12"


def test_gifts_pledges_and_praise_have_their_words_in_the_audit(site: Site) -> None:
    now = datetime.now(UTC)
    with unit_of_work(site.engine) as session:
        unit = session.scalars(select(Department.id).limit(1)).one()
        pledge = Pledge(id=uuid4(), unit_id=unit, words="Quét sạch đầu ngõ", until=now.date(), made_at=now)
        session.add(pledge)
        session.flush()
        write_entry(session, "pledge.added", str(pledge.id), at=now, after={"unit_id": unit})
        write_entry(session, "unit_office.changed", "19789", at=now, after={"dated": "2026-11-09"})
    site.enter("administrator")
    try:
        text = site.look("/admin/audit").text
        assert "“Quét sạch đầu ngõ”" in text and str(pledge.id) not in text
        assert "“UBND phường Thuận Hóa”" in text and "09/11/2026" in text
    finally:
        with unit_of_work(site.engine) as session:
            session.execute(delete(AuditEntry).where(AuditEntry.subject.in_((str(pledge.id), "19789"))))
            session.execute(delete(Pledge).where(Pledge.id == pledge.id))
        site.client.cookies.clear()
