"""Reply templates: their placeholders, which suit a case, and how the city's folder brings them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.templates import fill_placeholders, templates_for, unknown_placeholders
from service.domain.configuration.cityfile.checks.whole import check_folder
from service.domain.configuration.cityload import load_city
from service.i18n import language_in_use
from service.models import ReplyTemplate
from tests.domain.configuration.cityfile.cities import write_city
from tests.support.factories import found_city, make_report
from tests.support.small_city import LONG_AGO, NOON

ONE = """\
templates:
  - code: thanks
    kind: reply
    name: {vi: Cảm ơn, en: Thanks}
    text: {vi: "Cảm ơn bạn, {code}."}
  - code: swept
    kind: resolution
    name: {vi: Đã quét}
    text: {vi: "{lead} đã quét."}
    categories: [litter]
"""


def with_templates(folder: Path, text: str) -> Path:
    made = write_city(folder)
    (made / "templates.yaml").write_text(text, encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{code} và {lead}", []),
        ("{phone} {code}", ["phone"]),
        ("{}", [""]),
        ("mở { ra", ["{"]),
        ("đóng } lại", ["}"]),
    ],
)
def test_placeholders_that_mean_nothing(text: str, wrong: list[str]) -> None:
    assert unknown_placeholders(text) == wrong


def test_what_is_not_known_leaves_no_gap() -> None:
    assert (
        fill_placeholders("{lead} đã giao {executor} làm.", {"lead": "UBND", "executor": ""})
        == "UBND đã giao làm."
    )
    assert fill_placeholders("{other}", {}) == "{other}"


def test_templates_suit_the_category_and_the_reporters_language(session: Session) -> None:
    reference = found_city(session)
    for code, categories, text in (
        ("all", [], {"vi": "{code} hạn {due}, {category}", "en": "{code} due {due}"}),
        ("litter", ["litter"], {"vi": "Rác ở {ward}", "en": "Litter"}),
        ("cable", ["hanging_cable"], {"vi": "Cáp", "en": "Cable"}),
    ):
        names = {"vi": f"Mẫu {code}", "en": f"Template {code}"}
        session.add(ReplyTemplate(code=code, kind="reply", name=names, text=text, categories=categories))
    session.add(ReplyTemplate(code="old", kind="reply", name={"vi": "x"}, text={"vi": "x"}, active=False))
    ward = next(view.id for view in reference.wards.values() if view.code == "W1")
    report = make_report(
        session, reference, "assigned", ward_id=ward, due_at=NOON + timedelta(days=1), description="x"
    )
    found = {ready.code: ready for ready in templates_for(session, reference, report, NOON)}
    assert found.keys() == {"all", "litter"}
    assert found["all"].text == f"{report.code} hạn 12:00, 05/03/2026, Loại litter"
    assert found["litter"].text == "Rác ở Phường W1"
    report.language = "en"
    token = language_in_use.set("vi")
    english = {ready.code: ready for ready in templates_for(session, reference, report, NOON)}
    language_in_use.reset(token)
    assert english["litter"].text == "Litter"
    assert english["litter"].name == "Mẫu litter"


def test_the_folder_brings_them_and_may_change_them(session: Session, tmp_path: Path) -> None:
    folder = with_templates(tmp_path / "city", ONE)
    load_city(session, folder, now=LONG_AGO)
    rows = {row.code: row for row in session.scalars(select(ReplyTemplate))}
    assert rows.keys() == {"thanks", "swept"}
    assert (rows["thanks"].text["en"], rows["swept"].categories) == ("Cảm ơn bạn, {code}.", ["litter"])
    rows["thanks"].text = {"vi": "Sửa ở đây", "en": "Changed here"}
    session.flush()
    with_templates(folder, ONE.split("  - code: swept")[0])
    load_city(session, folder, now=NOON)
    rows = {row.code: row for row in session.scalars(select(ReplyTemplate))}
    assert rows["thanks"].text["vi"] == "Sửa ở đây"
    assert (rows["thanks"].active, rows["swept"].active) == (True, False)


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("{code}.", "{phone}.", "templates[0].text.vi", "{phone} is no placeholder"),
        ("kind: reply", "kind: replay", "templates[0].kind", '"replay" is not one of'),
        ("[litter]", "[liter]", "templates[1].categories[0]", 'there is no category "liter"'),
        ("code: swept", "code: thanks", "templates[1].code", "already used"),
    ],
)
def test_mistakes_are_named_with_their_place(
    tmp_path: Path, old: str, new: str, path: str, message: str
) -> None:
    folder = with_templates(tmp_path / "city", ONE.replace(old, new, 1))
    found = [mistake for mistake in check_folder(folder).mistakes if mistake.path == path]
    assert found and message in found[0].message
    assert found[0].line > 1
