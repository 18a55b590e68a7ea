"""From a document to a plan in force, as a clerk goes: without scripts, in so many steps."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from docx import Document
from sqlalchemy import select

from service.db import unit_of_work
from service.models import Plan, PlanRow, PlanState, Work
from tests.domain.plans.imports.papers import HEADINGS, add_table, plan_003, saved, word_file
from tests.support.site import Site


@pytest.fixture
def room(site: Site) -> Iterator[Site]:
    site.enter("administrator")
    yield site
    site.client.cookies.clear()


def send(site: Site, path: str, fields: dict[str, str], **options: Any) -> httpx.Response:
    """Fill in a form of the second screen or the first."""
    return site.post("/plans/new", path, fields, follow_redirects=False, **options)


def test_ten_rows_from_a_paste_to_works_in_ten_steps(room: Site) -> None:
    steps = 2  # paste, read
    sent = send(room, "/plans/new", {"text": plan_003(), "issuer": "so-khcn"})
    assert sent.status_code == 303, sent.text[:2000]
    url = sent.headers["location"]
    text = room.look(url).text
    words = {value: number for number, value in re.findall(r'name="words\.(\d+)" value="([^"]+)"', text)}
    assert set(words) == {"Đoàn Thanh niên", "Công đoàn"}
    answers = {f"words.{number}": name for name, number in words.items()}
    answers |= {f"name.{words['Đoàn Thanh niên']}": "so-vhtt", f"name.{words['Công đoàn']}": "-"}
    choices = sorted(set(re.findall(r'type="radio" name="(\w+\.\d+)"', text)))
    assert choices == ["lead.10", "lead.6", "lead.9", "repeats.7"]
    assert "Duy trì mỗi tháng 1 lần, bắt đầu vào lúc 16h30" in text and "04/01/2019" in text
    assert "chỉ cách này có 31/05/2019, 30/08/2019, 29/11/2019" in text and "có 07/06/2019" in text
    answers |= dict.fromkeys(choices[:3], "0") | {"repeats.7": "FREQ=MONTHLY;BYDAY=1FR"}
    answers |= {f"version.{each.partition('.')[2]}": "1" for each in choices}
    assert "Đưa vào thực hiện" not in text
    for no_answer in ({"repeats.7": "F" * 300}, {f"name.{words['Công đoàn']}": "c" * 300}):
        assert send(room, url, answers | no_answer).status_code == 422
    steps += 2 + len(choices) + 1  # names, cells, save
    assert send(room, url, answers).status_code == 303
    text = room.look(url).text
    assert "Đưa vào thực hiện" in text and "chưa rõ" not in text
    version = re.findall(r'name="version" value="(\d+)"', text)[0]
    done = send(room, url, {"act": "in_force", "version": version, "acknowledge": "1"})
    steps += 2  # tick, put in force
    assert done.status_code == 303, done.text[:3000]
    assert steps <= 11
    with unit_of_work(room.engine) as session:
        plan = session.scalars(select(Plan).where(Plan.code == url.split("/")[2])).one()
        rows = session.scalars(select(PlanRow).where(PlanRow.plan_id == plan.id)).all()
        assert plan.state == PlanState.IN_FORCE and len(rows) == 10
        planting = next(row for row in rows if row.label == "6")
        assert planting.repeats == "FREQ=MONTHLY;BYDAY=1FR" and f"{planting.time:%H:%M}" == "16:30"
        assert session.scalars(select(Work).where(Work.plan_row_id.in_([row.id for row in rows]))).first()


def test_tables_are_chosen_and_a_broken_file_says_what_to_do(room: Site) -> None:
    document = word_file([list(HEADINGS), ["1", "Dọn rác", "IOC", "5/6/2026", ""]])
    document.add_paragraph("Bảng hai")
    add_table(document, [list(HEADINGS[1:]), ["Quét sân", "IOC", "sớm", ""]])
    document.core_properties.author = "Trần Văn Kín"
    document.add_paragraph(r"- Lưu: VT. D:\KeHoach\2026")
    files = {"file": ("việc.docx", saved(document))}
    text = send(room, "/plans/new", {"issuer": "so-khcn"}, files=files).text
    content = re.search(r'name="content" value="([^"]+)"', text)
    assert content and "2 bảng nhiệm vụ" in text
    source = re.search(r'name="source" value="([^"]+)"', text)
    kept = {"content": html.unescape(content[1]), "tables": "1", "title": "Bảng hai", "issuer": "so-khcn"}
    assert source is not None
    other = send(room, "/plans/new", kept | {"source": "../photo/x.docx"}).headers["location"]
    assert room.look(f"/api/v1{other.removesuffix('/check')}/source").status_code == 404
    url = send(room, "/plans/new", kept | {"source": source[1]}).headers["location"]
    file = Document(io.BytesIO(room.look(f"/api/v1{url.removesuffix('/check')}/source").content))
    assert file.core_properties.author == "" and file.tables[0].rows[1].cells[1].text == "Dọn rác"
    assert not any("KeHoach" in each.text for each in file.paragraphs)
    text = room.look(url).text
    assert "Quét sân" in text and "Dọn rác" not in text and 'name="last.1"' in text
    assert send(room, url, {"version.1": "1", "last.1": "31/02/2026"}).status_code == 422
    assert send(room, url, {"version.1": "9", "last.1": "20/02/2099"}).status_code == 409
    assert send(room, url, {"version.1": "1", "last.1": "20/02/2099"}).status_code == 303
    assert "20/02/2099" in room.look(url).text
    refused = send(
        room,
        "/plans/new",
        {"issuer": "so-khcn"},
        files={"file": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")},
    )
    assert refused.status_code == 415 and "lưu thành .docx" in refused.text
    untitled = send(room, "/plans/new", {"issuer": "so-khcn", "text": "Công việc\tChủ trì\nDọn\tIOC"})
    assert untitled.status_code == 422 and "Hãy ghi tên" in untitled.text


@pytest.mark.parametrize(("who", "status"), [("triage", 403), ("executor", 404), ("department", 404)])
def test_others_draw_up_no_plan_of_this_unit(site: Site, who: str, status: int) -> None:
    site.enter("administrator")
    words = "Công việc\tChủ trì\tThời gian\nDọn\tIOC\tQuý I/2026"
    sent = send(site, "/plans/new", {"issuer": "so-khcn", "title": f"Của {who}", "text": words})
    site.enter(who)
    assert site.look(sent.headers["location"]).status_code == status
    site.client.cookies.clear()


@pytest.mark.parametrize(
    "content",
    [
        "[" * 99_999,
        "[]",
        "{}",
        '{"blocks": 5, "pictures": 0}',
        '{"blocks": [{"text": 5}], "pictures": 0}',
        '{"blocks": [{"rows": [[["a", ["left"]]]], "depth": "x"}], "pictures": 0}',
        '{"blocks": [{"rows": [[[null, ""]]], "depth": 0}], "pictures": 0}',
        '{"blocks": [], "pictures": 1e400}',
    ],
)
def test_what_the_page_carried_along_is_not_trusted(room: Site, content: str) -> None:
    answer = send(room, "/plans/new", {"content": content, "tables": "0"})
    assert answer.status_code == 422 and "Không đọc được tệp này" in html.unescape(answer.text)
