"""What a letter says: whatever programme wrote it, in whatever charset; what no person wrote is known."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sending.email.intake.account import MailAccount
from service.sending.email.intake.parsing import MOST_DIVIDERS, MOST_HEAD, parse, part_at, read_letter
from service.sending.email.intake.quotes import own_words
from service.sending.email.intake.raw_letters import understand_letter
from tests.support.mail.letters import CITY, LAN, write
from tests.support.photo_stage import jpeg

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
ACCOUNT = MailAccount(CITY, "", "", authserv_id="mx.hue.example")


def read(message: EmailMessage | bytes) -> dict[str, Any]:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    return read_letter(raw, ACCOUNT, NOW).payload


GMAIL = "Vào 10:23, Th 2, 5 thg 5, 2026 Đường dây nóng <dttm@hue.example> đã viết:\n\n> Việc này ở đâu ạ?\n"
WRAPPED = "Vào CN, 3 thg 5, 2026 lúc 10:23 Đường dây nóng\n<dttm@hue.example> đã viết:\n> Việc này ở đâu ạ?"
OUTLOOK = "Từ: Đường dây nóng\nĐã gửi: Thứ Hai 4 Tháng 5 2026\nĐến: Lan\nChủ đề: Re: rác\n\nViệc này ở đâu ạ?"
LINE = (
    "________________________________\nFrom: DTTM <dttm@hue.example>\nSent: Monday\nTo: Lan\nSubject: x\n\nQ"
)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"số 15 Hùng Vương nhé\n\n{GMAIL}", "số 15 Hùng Vương nhé"),
        (f"số 15 Hùng Vương nhé\n\n{WRAPPED}", "số 15 Hùng Vương nhé"),
        (f"1\n\n{OUTLOOK}", "1"),
        (f"1\n\n{LINE}", "1"),
        ("gần chợ\n\nOn Mon, May 4, 2026 at 10:23 AM DTTM <dttm@hue.example>\nwrote:\n> Q", "gần chợ"),
        ("gần chợ\n\n-----Thư gốc-----\nTừ: A", "gần chợ"),
        ("> Việc này ở đâu ạ?", ""),
        ("rác 12 Lê Lợi\n\nĐã gửi từ iPhone của tôi", "rác 12 Lê Lợi"),
        ("rác 12 Lê Lợi\n\nGửi từ Điện thoại thông minh Samsung của tôi", "rác 12 Lê Lợi"),
        ("rác 12 Lê Lợi\n\nTải Outlook cho Android", "rác 12 Lê Lợi"),
        ("rác 12 Lê Lợi\n\nTrân trọng,\nNguyễn Thị Lan\nĐT: 0905 123 456\n5 Hà Nội", "rác 12 Lê Lợi"),
        ("rác 12 Lê Lợi\n-- \nLan\nCông ty A", "rác 12 Lê Lợi"),
        ("rác 12 Lê Lợi, gửi từ hôm qua chưa ai dọn", "rác 12 Lê Lợi, gửi từ hôm qua chưa ai dọn"),
        ("Trân trọng\nđề nghị dọn rác", "Trân trọng\nđề nghị dọn rác"),
        ("Từ: sáng nay có rác\nở 12 Lê Lợi", "Từ: sáng nay có rác\nở 12 Lê Lợi"),
    ],
)
def test_quotes_and_signatures_are_cut_and_nothing_else(text: str, own: str) -> None:
    assert own_words(text) == own


def test_a_letter_that_was_handed_on_keeps_its_body() -> None:
    text = "---------- Forwarded message ---------\nTừ: A <a@b.vn>\nDate: x\nSubject: r\n\nRác 12 Lê Lợi"
    assert read(write(text, "Fwd: rác"))["text"] == "Rác 12 Lê Lợi"
    assert read(write(f"Chuyển giúp ạ\n\n{text}", "Fwd: rác"))["text"] == ("Chuyển giúp ạ\nRác 12 Lê Lợi")
    told = "Chỗ này tôi thấy từ tuần trước, rác chất thành đống cao trước cổng trường, xin dọn sớm"
    assert read(write(f"{told}\n\n{text}", "Fwd: rác"))["text"] == told


def test_html_alone_is_read_without_its_quote_and_fetches_nothing() -> None:
    page = (
        "<p>Rác ở <b>12 Lê Lợi</b></p><div>nhiều lắm<br>ai dọn với</div><img src='https://t.example/p.gif'>"
        "<style>p{}</style><div class='gmail_quote'>câu hỏi</div><blockquote type='cite'>cũ</blockquote>"
    )
    message = write(subject="x")
    message.set_content(page, subtype="html")
    told = read(message)
    assert told["text"].split() == ["Rác", "ở", "12", "Lê", "Lợi", "nhiều", "lắm", "ai", "dọn", "với"]
    assert "câu hỏi" in told["original"]
    assert told["files"] == []


@pytest.mark.parametrize("charset", ["windows-1258", "x-user-defined", "unknown-8bit", "utf-8", ""])
def test_marks_are_read_in_every_charset(charset: str) -> None:
    encoding = "windows-1258" if charset == "windows-1258" else "utf-8"
    words = "Ra\u0301c ơ\u0309 Lê Lơ\u0323i" if encoding == "windows-1258" else "Rác ở Lê Lợi"
    data = words.encode(encoding) if encoding == "utf-8" else words.encode("cp1258")
    kind = f'; charset="{charset}"' if charset else ""
    raw = f"From: {LAN}\r\nTo: {CITY}\r\nSubject: x\r\nContent-Type: text/plain{kind}\r\n"
    raw += "Content-Transfer-Encoding: 8bit\r\n\r\n"
    assert read(raw.encode() + data)["text"] == "Rác ở Lê Lợi"


def test_headers_are_read_however_they_come() -> None:
    raw = (
        "From: =?UTF-8?Q?Nguy=E1=BB=85n?= =?UTF-8?Q?_Lan?= <LAN@example.org>\r\nTo: x\r\n"
        "Subject: =?utf-8?B?UsOhYw==?=\r\n =?utf-8?B?IOG7nyBMw6ogTOG7o2k=?=\r\nDate: hôm qua\r\n\r\nx"
    ).encode()
    told = read(raw)
    assert (told["from"], told["name"], told["subject"]) == (LAN, "Nguyễn Lan", "Rác ở Lê Lợi")
    assert told["at"] == NOW.isoformat()
    bare = f"From: {LAN}\r\nSubject: Rác ở Lê Lợi\r\nIn-Reply-To: thư của bạn <a@b> hôm qua\r\n\r\nx"
    told = read(bare.encode())
    assert (told["subject"], told["references"]) == ("Rác ở Lê Lợi", ["<a@b>"])


def test_photos_are_known_by_their_bytes_and_logos_are_left_out() -> None:
    heic = b"\x00\x00\x00\x18ftypheic" + b"0" * 20_000
    message = write(
        "rác", "x", files={"IMG_1.HEIC": heic, "a.pdf": b"%PDF-1"}, inline=b"\x89PNG\r\n\x1a\n" + b"0" * 900
    )
    found = read(message)["files"]
    assert [each["kind"] for each in found] == ["photo", "file"]
    assert part_at(message.as_bytes(), found[0]["part"]) == heic
    inline = read(write("rác", "x", inline=jpeg(1) + b"0" * 12_000))["files"]
    assert [each["kind"] for each in inline] == ["photo"]  # phones put photos into the text


def test_what_outlook_packed_is_told() -> None:
    assert read(write("rác", "x", files={"winmail.dat": b"x\x9f>\x22" * 9}))["caution"] == "winmail"
    assert read(write("R¸c ë ®­êng Lª Lîi nhiÒu l¾m, ®Ò nghÞ dän ·¨¹", "x"))["caution"] == "charset"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"List-Id": "<a.b>"},
        {"List-Unsubscribe": "<mailto:a@b>"},
        {"X-Auto-Response-Suppress": "DR, OOF, AutoReply"},
        {"X-Autoreply": "yes"},
        {"Return-Path": "<>"},
        {"From": "MAILER-DAEMON@mx.example"},
        {"From": "no-reply@shop.example"},
        {"From": CITY},
        {"From": "dttm+kabc@hue.example"},
        {"X-Loop": "hientruong"},
        {"Subject": "Trả lời tự động: vắng mặt"},
        {"Subject": "Out of Office: Re: rác"},
        {"Subject": "Undeliverable: rác"},
    ],
)
def test_what_no_person_wrote_is_known(headers: dict[str, str]) -> None:
    assert read(write("Tôi vắng mặt", headers=headers))["automatic"]


@pytest.mark.parametrize(
    "headers", [{"Auto-Submitted": "no"}, {"Precedence": "normal"}, {"Subject": "Tự động hóa"}]
)
def test_what_a_person_wrote_is_answered(headers: dict[str, str]) -> None:
    assert not read(write("Rác ở Lê Lợi", headers=headers))["automatic"]


def test_only_our_own_server_is_believed_about_the_sender() -> None:
    forged = "mx.evil.example; dmarc=fail"
    assert read(write("rác", headers={"Authentication-Results": forged}))["caution"] == ""
    ours = "mx.hue.example; spf=pass; dmarc=fail (p=none) header.from=x"
    assert read(write("rác", headers={"Authentication-Results": ours}))["caution"] == "dmarc"
    topmost = (
        f"Authentication-Results: {ours}\r\n".encode()
        + write("rác", headers={"Authentication-Results": "mx.hue.example; dmarc=pass"}).as_bytes()
    )
    assert read(topmost)["caution"] == "dmarc"


def test_a_letter_that_came_back_names_ours() -> None:
    raw = (
        "From: MAILER-DAEMON@mx.example\r\nTo: dttm@hue.example\r\nSubject: no\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nno\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        "Final-Recipient: rfc822; x@y\r\nAction: failed\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        "Message-ID: <talk.1.abc@hue.example>\r\n\r\n--b--\r\n"
    )
    told = read(raw.replace("{status}", "5.1.1").encode())
    assert (told["bounced"], told["automatic"]) == (["5.1.1", "<talk.1.abc@hue.example>"], True)
    for later in ("4.4.1", "5.2.2"):  # not yet, and a mailbox that is full
        assert read(raw.replace("{status}", later).encode())["bounced"] is None


def test_a_letter_is_the_same_by_id_date_and_sender_or_by_its_words() -> None:
    def key(raw: bytes) -> str:
        return read_letter(raw, ACCOUNT, NOW).key

    message = write("rác")
    raw = message.as_bytes()
    assert key(b"Received: from a\r\n" + raw) == key(raw)
    other = write(
        "khác", headers={"Message-ID": str(message["Message-ID"]), "From": "Minh <minh@example.org>"}
    )
    assert key(other.as_bytes()) != key(raw)
    without = write("rác", headers={"Message-ID": ""}).as_bytes()
    assert key(b"X-Spam: 1\nDelivered-To: b\n" + without) == key(without)
    assert key(without) != key(write("rác!", headers={"Message-ID": ""}).as_bytes())


def test_a_letter_of_countless_parts_or_headers_costs_no_more_than_others() -> None:
    head = b"From: a@example.org\r\nSubject: rac\r\nMIME-Version: 1.0\r\n"
    start = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nR\xc3\xa1c\r\n'
    letter = parse(head + start + b"--b\r\n\r\nx\r\n" * 60_000)
    assert 0 < len(letter.get_payload()) <= MOST_DIVIDERS
    assert understand_letter(ACCOUNT, head + start + b"--b\r\n\r\n" * 60_000, NOW).payload["text"] == "Rác"
    many = parse(head + b"X-A: b\r\n" * 100_000 + b"\r\nhi")
    assert sum(len(name) + len(str(value)) + 4 for name, value in many.raw_items()) <= MOST_HEAD


def test_the_quote_of_a_programme_that_writes_between_dashes_is_cut() -> None:
    quoted = "---- Bật Th 2, 30 thg 11 2026 09:12:00 +0700 Phản ánh <a@b.vn> viết ----\nViệc này ở đâu ạ?"
    assert own_words(f"15 Chế Lan Viên\n\n{quoted}") == "15 Chế Lan Viên"


@pytest.mark.parametrize("line", ["Lấy Outlook dành cho Android", "Tải xuống Outlook dành cho iOS"])
def test_the_line_of_outlook_on_a_telephone_is_no_word_of_the_writer(line: str) -> None:
    assert own_words(f"Đèn trước số 5 Nguyễn Cao hư\n\n{line}") == "Đèn trước số 5 Nguyễn Cao hư"


@given(st.binary(max_size=400))
def test_whatever_comes_is_understood_or_put_aside(raw: bytes) -> None:
    assert understand_letter(ACCOUNT, raw, NOW).key
