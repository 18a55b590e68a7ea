"""The questions of a kind are rows that buttons add, move and drop; codes are nobody's business."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.configuration.administration.made_codes import code_of_name
from service.models import Category, City
from tests.pages.html import Page
from tests.support.site import Site
from tests.support.web import wait_for

PATH = "/admin/categories/litter"


@pytest.fixture(autouse=True)
def kept(site: Site) -> Iterator[None]:
    """The kind is put back as it was."""
    with unit_of_work(site.engine) as session:
        before = list(session.scalars(select(Category).where(Category.code == "litter")).one().questions)
    site.enter("administrator")
    yield
    with unit_of_work(site.engine) as session:
        session.scalars(select(Category).where(Category.code == "litter")).one().questions = before
        session.scalars(select(City)).one().revision += 1
    site.client.cookies.clear()


def filled(text: str) -> dict[str, str]:
    """The fields of the form as a browser would send them."""
    page, found = Page(text), {}
    for each in page.all("input"):
        if each.get("type") not in ("checkbox", "radio") or "checked" in each:
            found[str(each.get("name"))] = str(each.get("value") or "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def press(site: Site, form: dict[str, str], act: str) -> str:
    answer = site.client.post(PATH, data={**form, "edit": act})
    assert answer.status_code == 200
    return answer.text


def stored(site: Site) -> list[dict[str, object]]:
    with unit_of_work(site.engine) as session:
        return list(session.scalars(select(Category.questions).where(Category.code == "litter")).one())  # type: ignore[arg-type]


def test_a_question_is_written_arranged_looked_at_and_saved_without_a_code(site: Site) -> None:
    before = stored(site)
    form = filled(press(site, filled(site.look(PATH).text), "add"))
    at = int(form["q.rows"]) - 1
    form |= {f"q.{at}.label_vi": "Ở chỗ nào?", f"q.{at}.0.vi": "Vỉa hè", f"q.{at}.1.vi": "Mương nước"}
    form |= {f"q.{at}.1.danger": "1", f"q.{at}.required": "1"}
    more = press(site, form, f"answer.{at}")
    assert stored(site) == before  # nothing is saved by arranging
    assert f'id="q.{at}.2.vi"' in more and re.search(rf'id="q\.{at}\.2\.vi"[^>]*autofocus', more)
    form = filled(more) | {f"q.{at}.2.vi": "Bờ sông"}
    form = filled(press(site, form, f"up.{at}.2"))
    assert [form[f"q.{at}.{n}.vi"] for n in range(3)] == ["Vỉa hè", "Bờ sông", "Mương nước"]
    assert form[f"q.{at}.2.danger"] == "1"
    form = filled(press(site, form, f"drop.{at}.0"))
    looked = press(site, form, "look")
    seen = html.unescape(looked[looked.index('id="preview"') :])
    assert "Ở chỗ nào?" in seen and "Bờ sông" in seen and "Vỉa hè" not in seen and "data-danger" in seen
    assert site.client.post(PATH, data=filled(looked)).status_code == 303
    made = stored(site)
    assert made[:-1] == before
    assert (made[-1]["code"], made[-1]["required"]) == ("o_cho_nao", True)
    values = made[-1]["values"]
    assert values == [
        {"key": "bo_song", "name": {"vi": "Bờ sông", "en": "Bờ sông"}},
        {"key": "muong_nuoc", "name": {"vi": "Mương nước", "en": "Mương nước"}, "danger": True},
    ]
    wait_for(lambda: "Ở chỗ nào?" in html.unescape(site.get("/report?category=litter").text), 20)


def test_codes_of_questions_and_answers_stay_when_their_words_change(site: Site) -> None:
    before = stored(site)
    form = filled(site.look(PATH).text)
    form |= {"q.0.label_vi": "Bao nhiêu?", "q.0.0.vi": "Ít"}
    assert site.client.post(PATH, data=form).status_code == 303
    after = stored(site)
    assert [each["code"] for each in after] == [each["code"] for each in before]
    keys = [[value["key"] for value in each[0]["values"]] for each in (before, after)]  # type: ignore[attr-defined]
    assert keys[0] == keys[1] and after[0]["label"]["vi"] == "Bao nhiêu?"  # type: ignore[index]


def test_a_question_without_words_or_answers_is_told_at_its_row(site: Site) -> None:
    form = filled(press(site, filled(site.look(PATH).text), "add"))
    at = int(form["q.rows"]) - 1
    refused = site.client.post(PATH, data=form)
    assert refused.status_code == 422 and f"q.{at}.label_vi-error" in Page(refused.text).ids()
    form = filled(refused.text) | {f"q.{at}.label_vi": "Thế nào?"}
    refused = site.client.post(PATH, data=form)
    assert refused.status_code == 422 and f"q.{at}-values-error" in Page(refused.text).ids()
    for act in ("drop.99", "up.0.77", "answer.", "drop.-1", "x" * 500, "down.0.0.0.0"):
        press(site, form, act)
    form = filled(press(site, form, f"drop.{at}"))
    assert int(form["q.rows"]) == at


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Rác thải, bụi", (), "rac_thai_bui"),
        ("Đường hư", {"duong_hu"}, "duong_hu_2"),
        ("Đường hư", {"duong_hu", "duong_hu_2"}, "duong_hu_3"),
        ("***", (), "x"),
        ("a" * 90, (), "a" * 40),
    ],
)
def test_codes_are_made_of_names(name: str, taken: set[str], code: str) -> None:
    assert code_of_name(name, taken=taken, otherwise="x") == code


def test_what_a_reply_fills_in_is_named_in_words(site: Site) -> None:
    new = "/admin/templates/new"
    form = {"name_vi": "Hẹn ngày giờ", "kind": "reply", "active": "1", "position": "0"}
    wrong = site.post(new, new, {**form, "text_vi": "Do {ai đó} xử lý."})
    assert wrong.status_code == 422 and "“ai đó”" in html.unescape(wrong.text)
    text = "Do {Don vi chu tri} xử lý trước {hạn xử lý}; gọi {hotline}."
    looked = site.post(new, new, {**form, "text_vi": text, "act": "look"})
    assert looked.status_code == 200 and "{đơn vị chủ trì}" in looked.text
    seen = looked.text[looked.text.index('id="preview"') :]
    assert "{" not in seen.split("</section>")[0]
    made = site.post(new, new, {**form, "text_vi": text})
    path = made.headers["location"].partition("?")[0]
    assert path == "/admin/templates/hen_ngay_gio"
    assert "Do {đơn vị chủ trì} xử lý trước {hạn xử lý}; gọi {số tổng đài}." in html.unescape(
        site.look(path).text
    )
    english = html.unescape(site.look(path, "en").text)
    assert "{unit in charge}" in english and "{hotline}" in english


def test_conditions_of_a_rule_are_ticked_by_the_words_of_the_answers(site: Site) -> None:
    new = "/admin/rules/new"
    form = {"name_vi": "Nhiều rác", "categories": ["litter"], "everywhere": "1", "lead": "ward"}
    form |= {"policy": "standard", "priority": "0", "version": "", "when_op": ["equals"], "when_value": [""]}
    form |= {"when_attribute": ["amount"]}
    shown = site.post(new, new, {**form, "act": "questions"}).text
    row = shown[shown.index('id="when-row-0"') : shown.index('id="when-row-1"')]
    assert "Cả một xe tải" in row and 'name="when_answers.0"' in row
    ticked = {**form, "when_asked.0": "amount", "when_answers.0": ["truck", "cart"], "act": "try"}
    tried = site.post(new, new, ticked)
    assert tried.status_code == 200
    assert "Cả một xe tải" in re.search(r'class="rule-sentence">([^<]*)', tried.text)[1]  # type: ignore[index]
    other = {**ticked, "when_attribute": ["material"]}
    assert site.post(new, new, other).status_code == 422  # what was ticked was another question's


def test_each_answer_is_given_its_unit_by_name(site: Site) -> None:
    new = "/admin/rules/new"
    form = {"name_vi": "Theo rác", "categories": ["litter"], "everywhere": "1", "policy": "standard"}
    form |= {"priority": "900", "version": "", "lead": "attribute:amount"}
    shown = site.post(new, new, {**form, "act": "questions"}).text
    assert {"map.bag", "map.cart", "map.truck"} <= set(filled(shown))
    mapped = {**form, "map_of": "attribute:amount", "map.truck": "hepco", "act": "now"}
    made = site.post(new, new, mapped)
    assert made.status_code == 303
    path = made.headers["location"].partition("?")[0]
    assert filled(site.look(path).text)["map.truck"] == "hepco"
    assert site.post(path, f"{path}/end", {"version": "1"}).status_code == 303
