"""Papers of a movement say where each point comes from, and propose nobody who has none."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

from docx import Document
from openpyxl import load_workbook

from service.documents.emulation import make_award_list, make_dossier_document, make_submission
from service.domain.emulation.movements.papers import read_movement_paper
from tests.domain.emulation.contest import AFTER, Contest

DAY = date(2026, 7, 10)


def test_a_dossier_says_of_each_line_whose_points_they_are(contest: Contest) -> None:
    contest.make()
    contest.reports("ward-W1", 6, 0)
    contest.step("open")
    contest.claim("ward-W1", (3, 20, "Kế hoạch số 12"))
    contest.step("self_scored")
    contest.give("ward-W1", 5, 2, actor=contest.cast.triage.actor, why="Sáng kiến về thùng rác")
    for to in ("reviewed", "commented"):
        contest.step(to)
    contest.step("announced", AFTER + timedelta(days=7))
    who = contest.session, contest.reference, contest.leader, contest.number
    lines = []
    for unit in ("ward-W1", "ward-W2"):
        made = make_dossier_document(contest.reference, read_movement_paper(*who, unit), DAY)
        table = next(
            t for t in Document(io.BytesIO(made.body)).tables if t.rows[0].cells[1].text == "Tiêu chí"
        )
        lines.append([row.cells[-1].text for row in table.rows[1:]])
    assert lines[0][2:] == ["đơn vị tự chấm", "hội đồng không cho điểm", "hội đồng: Sáng kiến về thùng rác"]
    assert lines[1][2:] == ["đơn vị không tự chấm", "hội đồng không cho điểm", "hội đồng không cho điểm"]


def test_first_of_a_pool_without_a_point_is_not_proposed(contest: Contest) -> None:
    contest.make()
    contest.reports("ward-W1", 9, 0)
    contest.until("announced")
    facts = read_movement_paper(contest.session, contest.reference, contest.leader, contest.number)
    document = Document(io.BytesIO(make_submission(contest.reference, facts, DAY).body))
    said = [each.text for each in document.paragraphs if each.text.startswith("- ")]
    rows = list(load_workbook(io.BytesIO(make_award_list(facts))).active.values)[1:]
    office = next(row for row in rows if row[2] == "Sở")
    assert said == ["- Phường, xã: Đơn vị ward-W1 (50,0 điểm)."]
    assert (office[3], office[4]) == (1, 0)
    why = "chưa xếp hạng: không có số liệu"
    pool = facts.movement.pools[0]
    gone = pool.rows[0].model_copy(update={"place": None, "points": None, "not_ranked_why": why})
    pools = [pool.model_copy(update={"rows": [gone]})]
    unranked = replace(facts, movement=facts.movement.model_copy(update={"pools": pools}))
    [row] = list(load_workbook(io.BytesIO(make_award_list(unranked))).active.values)[1:]
    assert row[3:] == ("–", "–", why)


def test_points_in_quarters_are_kept_as_they_are_told(contest: Contest) -> None:
    """To one decimal, a half upwards: in what is kept, and in the sum."""
    contest.make()
    contest.reports("ward-W1", 6, 0)
    contest.step("open")
    for _ in range(2):
        contest.claim("ward-W1", (3, 18.25, "Kế hoạch số 12"))
        told = contest.score("ward-W1", 3)
        assert (told.claimed, told.got, told.lost) == (18.3, 18.3, 11.7)
