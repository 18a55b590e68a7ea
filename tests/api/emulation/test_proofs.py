"""Files of proof over HTTP and by the page: who sends, who opens, what is refused, what the store keeps."""

from __future__ import annotations

import io
from typing import Any

import httpx
from PIL import Image

from service.db import unit_of_work
from service.models import PendingDeletion, ScoreProof
from service.storage import Storage
from tests.api.desk import Desk, problem
from tests.api.emulation.test_movements import made, step
from tests.api.emulation.test_pages import look, send
from tests.support.photo_stage import jpeg

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def send_file(
    desk: Desk, movement: int, who: str, data: bytes, name: str = "bb.pdf", **at: Any
) -> httpx.Response:
    path = f"/movements/{movement}/units/{at.get('unit', 'ward-W2')}/criteria/{at.get('criterion', 2)}/proofs"
    return desk.call("POST", path, desk.as_staff(who), files={"file": (name, data, "application/pdf")})


def stored(desk: Desk) -> list[str]:
    assert desk.settings.media_url
    storage = Storage(desk.settings.media_url)
    return [file.key for file in storage.entries("original/proof/")]


def test_a_claim_is_proved_by_files_that_the_council_opens(desk: Desk) -> None:
    movement, path = made(desk), "/movements/{}/proofs/{}"
    claim = {"unit": "ward-W2", "claims": [{"criterion": 2, "points": 50}]}
    bare = desk.call("PUT", f"/movements/{movement}/claims", desk.as_staff("other_manager"), claim)
    assert "minh chứng" in problem(bare, 422)["errors"][0]["msg"]
    sent = send_file(desk, movement, "other_manager", PDF, "C:\\may\\Biên bản\u202e 3.pdf")
    assert sent.status_code == 200, sent.text
    [proof] = sent.json()["scores"][1]["proofs"]
    assert (proof["name"], proof["media_type"], proof["size"]) == (
        "Biên bản  3.pdf",
        "application/pdf",
        len(PDF),
    )
    again = send_file(desk, movement, "other_manager", PDF, "khac.pdf").json()["scores"][1]["proofs"]
    assert again == [proof], "the same file again"
    put = desk.call("PUT", f"/movements/{movement}/claims", desk.as_staff("other_manager"), claim)
    assert put.status_code == 200, put.text
    at = f"/movements/{movement}/units/ward-W2/proofs/{proof['id']}"
    problem(desk.call("DELETE", at, desk.as_staff("other_manager")), 409)
    photo = send_file(desk, movement, "other_manager", jpeg(), "ra quân.jpg").json()["scores"][1]["proofs"][1]
    assert step(desk, movement, "self_scored").status_code == 200
    opened = desk.call("GET", path.format(movement, proof["id"]), desk.as_staff("triage"))
    assert opened.content == PDF and "attachment" in opened.headers["content-disposition"]
    drawn = desk.call("GET", path.format(movement, photo["id"]), desk.as_staff("triage"))
    assert drawn.headers["content-type"] == "image/webp"
    assert Image.open(io.BytesIO(drawn.content)).info.get("exif") is None and b"photo " not in drawn.content
    assert "Biên bản" in look(desk, f"/emulation/{movement}/council?everything=1", "triage").text
    for other in (path.format(made(desk), proof["id"]), path.format(movement, 2_000_000_000)):
        problem(desk.call("GET", other, desk.as_staff("triage")), 404)
    problem(desk.call("GET", path.format(movement, proof["id"]), desk.as_staff("inspector")), 404)
    assert desk.call("GET", path.format(movement, proof["id"])).status_code == 401
    assert desk.call("DELETE", at, desk.as_staff("other_manager")).status_code == 200, "another is left"
    with unit_of_work(desk.engine) as session:
        assert session.get(ScoreProof, proof["id"]) is None
        assert any(row.key.startswith("original/proof/") for row in session.query(PendingDeletion))
    assert step(desk, movement, "reviewed").status_code == 200
    problem(send_file(desk, movement, "other_manager", PDF), 409)
    problem(desk.call("DELETE", at, desk.as_staff("other_manager")), 409)


def test_other_files_are_refused_and_leave_nothing(desk: Desk) -> None:
    movement, before = made(desk), stored(desk)
    for data, status in ((b"%PDF-1.7 cut", 422), (b"MZ\x90 no paper", 415), (b"<svg/>", 415)):
        problem(send_file(desk, movement, "other_manager", data), status)
    problem(send_file(desk, movement, "other_manager", jpeg()[:300]), 422)
    problem(send_file(desk, movement, "other_manager", b""), 422)
    assert stored(desk) == before


def test_no_more_than_five_and_only_by_the_leader_of_the_unit(desk: Desk) -> None:
    movement = made(desk)
    problem(send_file(desk, movement, "manager", PDF), 403)
    problem(send_file(desk, movement, "other_manager", PDF, unit="ward-W1"), 403)
    problem(send_file(desk, movement, "other_manager", PDF, criterion=9), 422)
    for n in range(5):
        assert send_file(desk, movement, "other_manager", PDF + b"%d\n%%%%EOF" % n).status_code == 200
    before = stored(desk)
    problem(send_file(desk, movement, "other_manager", PDF), 409)
    assert stored(desk) == before


def test_the_page_sends_points_and_files_together_or_nothing(desk: Desk) -> None:
    movement = made(desk)
    page, before = f"/emulation/{movement}/units/ward-W2", stored(desk)
    files = {"file.2": ("bien-ban.pdf", PDF, "application/pdf")}
    refused = send(desk, f"{page}/claims", "other_manager", {"points.2": "61"}, files)
    assert refused.status_code == 422 and stored(desk) == before
    there = send(desk, f"{page}/claims", "other_manager", {"points.2": "58,5"}, files)
    assert there.status_code == 303, there.text[:500]
    text = look(desk, page, "other_manager").text
    assert "bien-ban.pdf" in text and 'value="58.5"' in text
    with unit_of_work(desk.engine) as session:
        proof = session.query(ScoreProof).filter_by(movement_id=movement).one().id
    only = send(desk, f"{page}/proofs/{proof}/remove", "other_manager", {})
    assert only.status_code == 409 and "duy nhất" in only.text
    more = {"file.2": ("anh.jpg", jpeg(), "image/jpeg")}
    assert send(desk, f"{page}/claims", "other_manager", {}, more).status_code == 303
    assert send(desk, f"{page}/proofs/{proof}/remove", "other_manager", {}).status_code == 303
    assert "bien-ban.pdf" not in look(desk, page, "other_manager").text


def of_persons(desk: Desk) -> int:
    """An open movement with a criterion that persons claim with proof."""
    person = {"source": "self", "applies_to": "person"}
    criteria = [
        {"words": "Ra quân", "points": 100, "source": "self"},
        {"words": "Tham gia", "points": 60, "needs_proof": True, **person},
        {"words": "Ý thức", "points": 40, **person, "source": "council"},
    ]
    return made(desk, criteria=criteria)


def send_own(desk: Desk, movement: int, who: str, data: bytes = PDF, criterion: int = 2) -> httpx.Response:
    path = f"/movements/{movement}/people/criteria/{criterion}/proofs"
    files = {"file": ("giấy khen.pdf", data, "application/pdf")}
    return desk.call("POST", path, desk.as_staff(who), files=files)


def test_a_person_proves_by_files_that_they_and_their_leader_open(desk: Desk) -> None:
    movement, path = of_persons(desk), "/movements/{}/proofs/{}"
    claims = {"claims": [{"criterion": 2, "points": 50}]}
    at = f"/movements/{movement}/people/claims"
    problem(desk.call("PUT", at, desk.as_staff("other_department"), claims), 422)
    sent = send_own(desk, movement, "other_department")
    assert sent.status_code == 200, sent.text
    [proof] = sent.json()["items"][0]["scores"][0]["proofs"]
    assert proof["name"] == "giấy khen.pdf"
    assert send_own(desk, movement, "other_department").json()["items"][0]["scores"][0]["proofs"] == [proof]
    assert desk.call("PUT", at, desk.as_staff("other_department"), claims).status_code == 200
    [others] = send_own(desk, movement, "other_manager").json()["items"][-1]["scores"][0]["proofs"]
    assert others["id"] != proof["id"], "the same paper of somebody else is theirs"
    for who, status in (("other_department", 200), ("other_manager", 200), ("manager", 404), ("triage", 404)):
        opened = desk.call("GET", path.format(movement, proof["id"]), desk.as_staff(who))
        assert opened.status_code == status, who
    assert (
        desk.call("GET", path.format(movement, others["id"]), desk.as_staff("other_department")).status_code
        == 404
    )
    unit = desk.call("GET", f"/movements/{movement}/units/ward-W2", desk.as_staff("other_manager")).text
    assert "giấy khen" not in unit, "a person's paper is none of the unit's"
    own = f"/movements/{movement}/people/proofs/{proof['id']}"
    problem(desk.call("DELETE", own, desk.as_staff("other_manager")), 404)
    problem(desk.call("DELETE", own, desk.as_staff("other_department")), 409)
    for criterion, status in ((1, 422), (3, 422), (9, 422)):
        problem(send_own(desk, movement, "other_department", criterion=criterion), status)
    problem(send_own(desk, movement, "inspector"), 404)


def test_the_page_of_persons_sends_points_and_files_together(desk: Desk) -> None:
    movement = of_persons(desk)
    page, before = f"/emulation/{movement}/people", stored(desk)
    files = {"file.2": ("giay-khen.pdf", PDF, "application/pdf")}
    refused = send(desk, f"{page}/claims", "other_department", {"points.2": "61"}, files)
    assert refused.status_code == 422 and stored(desk) == before
    assert send(desk, f"{page}/claims", "other_department", {"points.2": "55"}, files).status_code == 303
    text = look(desk, page, "other_department").text
    assert "giay-khen.pdf" in text and 'value="55.0"' in text
    assert "giay-khen.pdf" in look(desk, page, "other_manager").text
    with unit_of_work(desk.engine) as session:
        proof = session.query(ScoreProof).filter_by(movement_id=movement).one().id
    only = send(desk, f"{page}/proofs/{proof}/remove", "other_department", {})
    assert only.status_code == 409 and "duy nhất" in only.text
    assert send(desk, f"{page}/claims", "other_department", {"points.2": "0"}).status_code == 303
    assert send(desk, f"{page}/proofs/{proof}/remove", "other_department", {}).status_code == 303
    assert "giay-khen.pdf" not in look(desk, page, "other_department").text
