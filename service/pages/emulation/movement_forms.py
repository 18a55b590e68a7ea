"""Forms of movements read: pools typed beside units, criteria a row each."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.city.reference import DepartmentView, Reference
from service.domain.emulation.forms import MOST_CRITERIA
from service.domain.kernel.texts import alphabetical
from service.i18n import N_
from service.models import CriterionSource
from service.pages.emulation.formula_rows import read_formula
from service.pages.shared.forms import SentForm, number_or_text
from service.pages.staff.form_rows import Row, typed_rows

POOL = "pool."
SOURCES: Mapping[CriterionSource, str] = {
    CriterionSource.INDICATOR: N_("Theo chỉ tiêu"),
    CriterionSource.SELF: N_("Đơn vị tự chấm"),
    CriterionSource.COUNCIL: N_("Hội đồng chấm"),
    CriterionSource.BONUS: N_("Điểm thưởng"),
    CriterionSource.DEDUCTION: N_("Điểm trừ"),
}
KINDS: Mapping[str, str] = {
    "linear": N_("Tỷ lệ thuận"),
    "steps": N_("Theo mức"),
    "per": N_("Mỗi đơn vị số liệu"),
    "yes": N_("Có là đạt"),
}
STATES: Mapping[str, str] = {
    "draft": N_("Dự thảo"),
    "open": N_("Đã phát động, các đơn vị tự chấm"),
    "self_scored": N_("Hội đồng thẩm định"),
    "reviewed": N_("Đã thẩm định"),
    "commented": N_("Lấy ý kiến các đơn vị"),
    "announced": N_("Đã công bố"),
    "closed": N_("Đã kết thúc"),
}
STEPS: Mapping[str, str] = {
    "open": N_("Phát động"),
    "self_scored": N_("Khép tự chấm, chuyển hội đồng"),
    "reviewed": N_("Xong thẩm định"),
    "commented": N_("Gửi các đơn vị góp ý"),
    "announced": N_("Chốt và công bố"),
    "closed": N_("Kết thúc phong trào"),
}
SPARE_ROWS = 4
MOST_IN_COUNCIL = 50
MOST_AUTHORS = 10


def sent_people(form: SentForm, name: str, most: int) -> list[Row]:
    """Return the rows in which somebody is named."""
    return typed_rows(form, name, ("who",), most=most)


def read_frame(form: SentForm) -> dict[str, object]:
    """Return the frame of a movement as it was filled in. Raises Invalid."""
    pools: dict[str, list[str]] = {}
    for name in form:
        pool = form.text(name) if name.startswith(POOL) else ""
        if pool:
            pools.setdefault(pool, []).append(name.removeprefix(POOL))
    frame: dict[str, object] = {
        name: form.text(name) for name in ("title", "issuer", "plan", "decision", "forms")
    }
    for name in ("decided_on", "claims_due"):
        frame[name] = form.day_or_none(name)
    return {
        **frame,
        "first": form.day("first"),
        "last": form.day("last"),
        "comment_days": form.whole("comment_days"),
        "public": bool(form.text("public")),
        "council": [row["who"] for row in sent_people(form, "council", MOST_IN_COUNCIL)],
        "pools": [{"name": name, "units": units} for name, units in pools.items()],
        "version": form.number("version") or 0,
    }


def read_criteria(form: SentForm) -> list[dict[str, object]]:
    """Return the rows of criteria that say something. Raises Invalid."""
    rows: list[dict[str, object]] = []
    for at in range(1, min(form.number("rows") or 0, MOST_CRITERIA + 1) + 1):
        words = form.text(f"words.{at}")
        if not words:
            continue
        indicator = form.text(f"indicator.{at}") or None
        rows.append(
            {
                "section": form.text(f"section.{at}"),
                "words": words,
                "points": number_or_text(form.text(f"points.{at}")),
                "source": form.text(f"source.{at}"),
                "indicator": indicator,
                "formula": read_formula(form, at) if indicator and form.text(f"kind.{at}") else None,
                "fewest": form.number(f"fewest.{at}") or 0,
                "needs_proof": bool(form.text(f"proof.{at}")),
                "applies_to": "person" if form.text(f"person.{at}") else "unit",
            }
        )
    return rows


def pool_choices(reference: Reference) -> list[tuple[DepartmentView, str]]:
    """Return the active units with the pool that their kind suggests, in the order of their names."""
    units = [each for each in reference.departments.values() if each.active]
    found = [(each, _suggested(each)) for each in units]
    return sorted(found, key=lambda pair: (pair[1] == "", pair[1], alphabetical(pair[0].name["vi"])))


def _suggested(unit: DepartmentView) -> str:
    name = unit.name["vi"]
    if unit.kind == "ward":
        return N_("Khối xã") if " xã " in f" {name.lower()} " else N_("Khối phường")
    if unit.kind == "company":
        return N_("Khối doanh nghiệp")
    return N_("Khối sở, ngành, phòng") if unit.kind == "city" and unit.parent_id is None else ""
