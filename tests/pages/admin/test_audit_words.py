"""Every act that the code writes into the audit is said in words."""

from __future__ import annotations

import re
from pathlib import Path

import service
from service.models import InitiativeState
from service.pages.admin.audit_words import ACTION_WORDS, AUDIT_SENTENCES, AUDITED_KINDS, code_of_entry
from service.pages.admin.field_words import readable_value

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
    texts = [text for text in writers if "write_entry" in text or "_audit(" in text or "told(" in text]
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
