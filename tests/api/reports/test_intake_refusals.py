"""What reception refuses: each wrong place named, in the language of whoever asks, and nothing stored."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from sqlalchemy import text

from service.settings import Settings
from tests.support.reception import TRANG_TIEN, Reception, place, problem_of, reception, report

NEEDS_NUMBER = ("Cần một con số.", "A number is needed.")
NOT_FINITE = ("Cần một con số hữu hạn.", "A finite number is needed.")
MISSING = ("Thiếu mục này.", "This is missing.")
UNKNOWN = (
    "Không có mục này; hãy bỏ đi hoặc xem lại tên.",
    "There is no such field; remove it or check its name.",
)
TEXT = ("Cần một đoạn chữ.", "A text is needed.")
OBJECT = ("Cần một đối tượng JSON.", "A JSON object is needed.")
MOMENT = (
    "Cần ngày giờ có múi giờ, ví dụ 2026-05-04T08:30:00+07:00.",
    "A date and time with its offset is needed, for example 2026-05-04T08:30:00+07:00.",
)
TOO_FAR = ("Thời điểm này quá xa.", "This moment is too far away.")
NULL_ISLAND = (
    "Điện thoại chưa định vị được (0, 0). Hãy chọn điểm trên bản đồ.",
    "The phone has not found its position yet (0, 0). Please choose the point on the map.",
)
SWAPPED = (
    "Kinh độ và vĩ độ có vẻ bị đổi chỗ: cần lon trước, lat sau.",
    "Longitude and latitude seem to be swapped: lon comes first, then lat.",
)
OUTSIDE = (
    "Điểm này nằm ngoài địa bàn thành phố. Hãy chọn lại điểm trên bản đồ.",
    "This point is outside the city. Please choose the point on the map again.",
)
OUT_OF_RANGE = (
    "Tọa độ nằm ngoài giới hạn: lon từ -180 đến 180, lat từ -90 đến 90.",
    "The coordinates are out of range: lon from -180 to 180, lat from -90 to 90.",
)
PHONE = (
    "Số điện thoại chưa đúng, ví dụ đúng: 0905 123 456.",
    "The phone number is not right; a right one is, for example, 0905 123 456.",
)
EMAIL = (
    "Địa chỉ email chưa đúng, ví dụ đúng: ten@vidu.vn.",
    "The email address is not right; a right one is, for example, ten@vidu.vn.",
)
CHOICE = ("Hãy chọn một trong các câu trả lời có sẵn.", "Please choose one of the answers given.")


WRONG: list[tuple[str, dict[str, object], list[str], tuple[str, str]]] = [
    ("id", {"id": "7"}, ["id"], ("Cần một mã UUID.", "A UUID is needed.")),
    ("no category", {"category": None}, ["category"], MISSING),
    (
        "unknown category",
        {"category": "noise{0}"},
        ["category"],
        ("Không có loại phản ánh “noise{0}”.", "There is no category “noise{0}”."),
    ),
    ("category", {"category": 5}, ["category"], TEXT),
    (
        "empty category",
        {"category": "  "},
        ["category"],
        ("Không được để trống.", "This must not be empty."),
    ),
    ("description", {"description": 5}, ["description"], TEXT),
    (
        "long description",
        {"description": "ạ" * 2001},
        ["description"],
        ("Dài quá 2000 ký tự.", "Longer than 2000 characters."),
    ),
    (
        "long address",
        {"address": "x" * 501},
        ["address"],
        ("Dài quá 500 ký tự.", "Longer than 500 characters."),
    ),
    ("no location", {"location": None}, ["location"], MISSING),
    ("location", {"location": "107.58,16.46"}, ["location"], OBJECT),
    ("no lat", {"location": {"lon": 107.58}}, ["location", "lat"], MISSING),
    ("lon", place("east", 16.46), ["location", "lon"], NEEDS_NUMBER),
    ("lon true", place([107.5], 16.46), ["location", "lon"], NEEDS_NUMBER),
    ("NaN", place(float("nan"), 16.46), ["location", "lon"], NOT_FINITE),
    ("NaN as text", place(107.58, "NaN"), ["location", "lat"], NOT_FINITE),
    ("infinity", place(107.58, float("-inf")), ["location", "lat"], NOT_FINITE),
    ("no fix", place(0, 0), ["location"], NULL_ISLAND),
    ("nearly no fix", place(0.00001, -0.00001), ["location"], NULL_ISLAND),
    ("swapped", place(16.4678, 107.5897), ["location"], SWAPPED),
    ("Đà Nẵng", place(108.2208, 15.8), ["location"], OUTSIDE),
    ("Hà Nội", place(105.85, 21.03), ["location"], OUTSIDE),
    ("South America", place(-72.4, -16.4), ["location"], OUTSIDE),
    ("no longitude", place(1075.8, 16.46), ["location"], OUT_OF_RANGE),
    (
        "accuracy",
        {"location": {**TRANG_TIEN, "accuracy_m": -1}},
        ["location", "accuracy_m"],
        ("Phải từ 0 trở lên.", "It must be 0 or more."),
    ),
    ("altitude", {"location": {**TRANG_TIEN, "altitude": 4}}, ["location", "altitude"], UNKNOWN),
    ("time", {"occurred_at": "hôm qua"}, ["occurred_at"], MOMENT),
    ("time without zone", {"occurred_at": "2026-05-04T08:30:00"}, ["occurred_at"], MOMENT),
    ("no such day", {"occurred_at": "2026-02-30T08:30:00+07:00"}, ["occurred_at"], MOMENT),
    ("before our time", {"occurred_at": "1899-12-31T23:59:59Z"}, ["occurred_at"], TOO_FAR),
    ("the last day there is", {"occurred_at": "9999-12-31T23:59:59-14:00"}, ["occurred_at"], TOO_FAR),
    ("the first day there is", {"occurred_at": "0001-01-01T00:00:00+14:00"}, ["occurred_at"], TOO_FAR),
    ("attributes", {"attributes": ["pole"]}, ["attributes"], OBJECT),
    (
        "unknown question",
        {"attributes": {"colour": "red"}},
        ["attributes", "colour"],
        ("Loại phản ánh này không có câu hỏi “colour”.", "This category has no question “colour”."),
    ),
    ("no such answer", {"attributes": {"amount": "ship"}}, ["attributes", "amount"], CHOICE),
    ("an answer of another kind", {"attributes": {"amount": {"a": 1}}}, ["attributes", "amount"], CHOICE),
    ("some other answers", {"attributes": {"material": ["green", 7]}}, ["attributes", "material"], CHOICE),
    (
        "a number in words",
        {"category": "hanging_cable", "attributes": {"height_m": "hai"}},
        ["attributes", "height_m"],
        NEEDS_NUMBER,
    ),
    (
        "NaN as an answer",
        {"category": "hanging_cable", "attributes": {"height_m": float("nan")}},
        ["attributes", "height_m"],
        NEEDS_NUMBER,
    ),
    (
        "true as a number",
        {"category": "hanging_cable", "attributes": {"height_m": True}},
        ["attributes", "height_m"],
        NEEDS_NUMBER,
    ),
    (
        "a time as a number",
        {"category": "pollution", "attributes": {"since": 5}},
        ["attributes", "since"],
        MOMENT,
    ),
    (
        "a text that is none",
        {"category": "illegal_ad", "attributes": {"phone": {"number": "0905"}}},
        ["attributes", "phone"],
        TEXT,
    ),
    (
        "a long answer",
        {"category": "illegal_ad", "attributes": {"phone": "9" * 1001}},
        ["attributes", "phone"],
        ("Câu trả lời quá dài.", "The answer is too long."),
    ),
    ("contact", {"contact": "0905123456"}, ["contact"], OBJECT),
    ("contact field", {"contact": {"zalo": "0905123456"}}, ["contact", "zalo"], UNKNOWN),
    ("short phone", {"contact": {"phone": "0905 12"}}, ["contact", "phone"], PHONE),
    ("phone in words", {"contact": {"phone": "không chín"}}, ["contact", "phone"], PHONE),
    ("no prefix", {"contact": {"phone": "0105 123 456"}}, ["contact", "phone"], PHONE),
    ("e-mail", {"contact": {"email": "dan@vidu"}}, ["contact", "email"], EMAIL),
    ("two e-mails", {"contact": {"email": "a@vidu.vn,b@vidu.vn c"}}, ["contact", "email"], EMAIL),
    (
        "anonymous",
        {"anonymous": "maybe"},
        ["anonymous"],
        ("Cần true hoặc false.", "true or false is needed."),
    ),
    ("unknown field", {"status": "closed"}, ["status"], UNKNOWN),
]


@pytest.mark.parametrize(
    ("changes", "loc", "sentences"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_is_wrong_is_named(
    phone: Reception, changes: dict[str, object], loc: list[str], sentences: tuple[str, str]
) -> None:
    before = phone.counts()
    content = json.dumps(report(**changes)).encode()
    for language, sentence in zip(("vi", "en"), sentences, strict=True):
        refused = phone.raw(content, **{"Accept-Language": language})
        assert refused.status_code == 422, refused.text
        assert problem_of(refused, language)["errors"] == [{"loc": ["body", *loc], "msg": sentence}]
    assert phone.counts() == before


def test_a_category_that_is_no_more_is_refused(settings: Settings) -> None:
    with reception(settings) as phone:
        with phone.engine.begin() as connection:
            connection.execute(text("UPDATE category SET active = false WHERE code = 'litter'"))
        assert phone.send(report()).status_code == 422
        assert phone.send(report(category="hanging_cable")).status_code == 201


def test_all_that_is_wrong_is_named_at_once(phone: Reception) -> None:
    wrong = report(category="none", contact={"phone": "1", "email": "x"}, **place(0, 0))
    named = [error["loc"] for error in problem_of(phone.send(wrong))["errors"]]
    assert named == [
        ["body", "category"],
        ["body", "location"],
        ["body", "contact", "phone"],
        ["body", "contact", "email"],
    ]

    wrong = {"anonymous": 3, "location": {"lon": "x"}, "z": 1}
    named = [error["loc"] for error in problem_of(phone.send(wrong))["errors"]]
    assert sorted(named) == sorted(
        [
            ["body", "category"],
            ["body", "location", "lon"],
            ["body", "location", "lat"],
            ["body", "anonymous"],
            ["body", "z"],
        ]
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{'category': 'litter'}",
        b'{"category": "litter",}',
        "xin chào".encode(),
        b"\xff\xfe{\x00",
        b'{"description": "\xc3\x28"}',
        b'{"description": "\\ud800"}',
        b"category=litter",
        b"[" * 100_000,
    ],
    ids=[
        "nothing",
        "half",
        "quotes",
        "comma",
        "words",
        "utf-16",
        "no utf-8",
        "half a letter",
        "form",
        "deep",
    ],
)
def test_what_is_no_json_is_refused(phone: Reception, content: bytes) -> None:
    refused = phone.raw(content)
    assert refused.status_code == 400
    problem = problem_of(refused)
    assert problem["type"] == "urn:hientruong:problem:malformed"
    assert problem["errors"] == [{"loc": ["body"], "msg": "Nội dung không phải JSON hợp lệ."}]


@pytest.mark.parametrize("content", [b"null", b"[]", b'"litter"', b"5", b"NaN"])
def test_json_that_is_no_object_is_refused(phone: Reception, content: bytes) -> None:
    refused = phone.raw(content)
    assert refused.status_code == 422
    assert problem_of(refused)["errors"] == [{"loc": ["body"], "msg": OBJECT[0]}]


def test_a_huge_body_is_refused(phone: Reception) -> None:
    huge = json.dumps(report(description="x" * 300_000)).encode()
    chunks = (huge[start : start + 50_000] for start in range(0, len(huge), 50_000))
    for content in (huge, chunks):
        refused = phone.raw(content, **{"Accept-Language": "en"})
        assert refused.status_code == 413
        assert problem_of(refused)["detail"] == "What was sent is too large."


def test_too_many_from_one_address(installation: Settings) -> None:
    strict = installation.model_copy(
        update={"rate_limits": "on", "reports_per_minute": 3, "trusted_proxies": 1}
    )
    here, there = f"2001:db8:{uuid4().hex[:4]}::1", f"2001:db8:{uuid4().hex[:4]}:1::1"
    with reception(strict) as limited:
        answers = [limited.send(report(), "en", **{"X-Forwarded-For": here}) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 429]
        problem = problem_of(answers[3])
        wait_s = int(answers[3].headers["retry-after"])
        assert 1 <= wait_s <= 60
        assert problem["detail"] == f"You are sending too fast. Please try again in {wait_s} seconds."
        # Neither what the client writes before the proxy's word helps, nor another number of its network.
        for forged in (f"203.0.113.9, {here}", here.replace("::1", "::2")):
            assert limited.send(report(), **{"X-Forwarded-For": forged}).status_code == 429
        assert limited.send(report(), **{"X-Forwarded-For": there}).status_code == 201
        # Unreadable requests count as well.
        assert limited.raw(b"{", **{"X-Forwarded-For": here}).status_code == 429
