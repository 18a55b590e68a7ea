"""Letters as their very bytes come, from programmes and people: read, and brought to the right report."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic_core import to_json

from service.domain.talks.dialogue.letter import ENCRYPTED, WINMAIL, next_letter
from service.domain.talks.dialogue.state import DialogueState, Findings, UserInput
from service.sending.email.intake.raw_letters import understand_letter
from service.sending.email.intake.stored_letters import read_stored_letter
from tests.domain.talks.dialogue.test_chats import USUAL
from tests.domain.talks.dialogue.test_mails import ACCOUNT, say

NOW = datetime(2026, 11, 2, tzinfo=UTC)
OFFER = "Cảm ơn anh/chị đã gửi thư. Ở đâu ạ? 12 Lê Lợi?"


def raw(
    subject: str, text: str, kind: str = 'text/plain; charset="utf-8"', code: str = "utf-8", head: str = ""
) -> bytes:
    encoded = f"=?utf-8?B?{base64.b64encode(subject.encode()).decode()}?="
    lines = (
        f"From: Lan <lan@example.org>\r\nTo: dttm@hue.example\r\nSubject: {encoded}\r\nMIME-Version: 1.0\r\n"
    )
    lines += f"Date: Mon, 02 Nov 2026 08:00:00 +0700\r\nMessage-ID: <1@example.org>\r\n{head}"
    return f"{lines}Content-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode() + text.encode(
        code
    )


def read(letter: bytes) -> tuple[dict[str, Any], str]:
    told = understand_letter(ACCOUNT, letter, NOW).payload
    arrival = read_stored_letter(to_json({**told, "object_key": "k"}).decode())
    return told, arrival.text if arrival else ""


def play(letters: Sequence[bytes]) -> tuple[str, str]:
    """Kind and address of the report, empty for none."""
    state = DialogueState()
    for each in letters:
        turn = say(state, read(each)[1])
        state = turn.state
        if turn.act == "file":
            return state.kind.split(".")[0], state.spot.address if state.spot else ""
    return "", ""


def answered(text: str) -> tuple[bytes, bytes]:
    return raw("Phan anh rac", "Rác trước nhà tôi"), raw(
        "Re: Phan anh rac", text, head="In-Reply-To: <a@b>\r\n"
    )


PAGE = "<table><tr><td>Đường Vạn Xuân</td><td>có nhiều ổ gà lớn</td></tr></table>"
HANDED_ON = (
    "<div>Gửi anh chị</div><hr><div id='divRplyFwdMsg'><b>From:</b> B<br><b>Sent:</b> Monday<br>"
    "<b>To:</b> Lan<br><b>Subject:</b> ồn</div><div>Quán karaoke ồn ào ở Tuy Lý Vương tới 1h sáng</div>"
)
APPLE = (
    "\n\nBắt đầu thư được chuyển tiếp:\n\n> Từ: B <b@example.com>\n> Chủ đề: dây điện\n> Đến: lan@e.org\n"
    ">\n> Dây điện sà xuống đường Hàn Mặc Tử rất nguy hiểm"
)
FORMAL = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nĐƠN PHẢN ÁNH\n\nKính gửi: UBND "
    "phường An Cựu\n\nTôi tên là: Hải\nĐịa chỉ: 9/12 Ngự Bình\nNội dung: Hộ ông B tại đường Hoàng Quốc Việt "
    "xây trái phép lấn ra hẻm.\n\nNgười làm đơn"
)
PHONES = ("Sent from my Galaxy", "Được gửi từ điện thoại OPPO của tôi", "Gửi từ Yahoo Mail dành cho iPhone")


@pytest.mark.parametrize(
    ("letters", "kind", "place"),
    [
        *(((raw("Rac", f"rac day duong vo thi sau\n\n{x}"),), "litter", "Võ Thị Sáu") for x in PHONES),
        ((raw("Phản ánh", PAGE, "text/html; charset=utf-8"),), "pavement_order", "Vạn Xuân"),
        ((raw("FW: ồn", HANDED_ON, "text/html; charset=utf-8"),), "pollution", "Tuy Lý Vương"),
        ((raw("Chuyển tiếp: dây điện", APPLE),), "hanging_cable", "Hàn Mặc Tử"),
        ((raw("Rac", "Rác ở 3 Võ Thị Sáu", "text/plain; charset=iso-8859-1"),), "litter", "Võ Thị Sáu"),
        ((raw("Rac", "Rác ở Chu Văn An", "text/plain; charset=x-viet-vps"),), "litter", "Chu Văn An"),
        ((raw("Đơn phản ánh", FORMAL),), "illegal_construction", "Hoàng Quốc Việt"),
        ((raw("Rác", "https://www.google.com/maps?q=16.4601,107.5912 rác đây ạ\nCảm ơn"),), "litter", ""),
        ((raw("Rác ở Ngự Bình phường Vỹ Dạ", ""),), "litter", "Ngự Bình"),
        (answered(f"> {OFFER}\n> • Ở đâu ạ?\n\nở Vạn Xuân"), "litter", "Vạn Xuân"),
        (answered(f"vạn xuân\n\n-------- Thư ban đầu --------\nTừ: A\n\n{OFFER}"), "litter", "Vạn Xuân"),
        (
            answered(
                f"vạn xuân\n\nTải Outlook dành cho iOS\n{'_' * 32}\nTừ: A\nNgày gửi: x\nTới: B\n\n{OFFER}"
            ),
            "litter",
            "Vạn Xuân",
        ),
        (
            answered(f"vạn xuân\n\nVào Th 2, 2 thg 11 Đường dây\n<a@b> đã viết:\n\n> {OFFER}"),
            "litter",
            "Vạn Xuân",
        ),
    ],
)
def test_letters_become_the_right_report(letters: Sequence[bytes], kind: str, place: str) -> None:
    found = play(letters)
    assert found[0] == kind
    assert place in found[1]


@pytest.mark.parametrize(
    "subject", ["Thông báo vắng mặt: Re: Rác", "Nghỉ phép đến 5/11", "Tôi đang nghỉ phép Re: rác"]
)
def test_an_absence_without_its_headers_is_known(subject: str) -> None:
    assert read(raw(subject, "Việc gấp xin gọi 0905 123 456"))[0]["automatic"]


def test_an_invitation_is_no_report_and_a_file_of_dates_is_none() -> None:
    dates = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR"
    assert read(raw("Lời mời: họp", dates, "text/calendar; method=REQUEST; charset=utf-8"))[0]["automatic"]
    assert not read(raw("Rác", dates, "text/calendar; charset=utf-8"))[0]["automatic"]


@pytest.mark.parametrize("words", ["R¸c ë ®­êng Lª Lîi nhiÒu l¾m", "Raùc ôû ñöôøng Leâ Lôïi, ñeà nghò doïn"])
def test_old_alphabets_are_seen(words: str) -> None:
    assert read(raw("Rac", words))[0]["caution"] == "charset"


@pytest.mark.parametrize(
    "kind",
    [
        'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
        'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
    ],
)
def test_what_cannot_be_opened_is_said_to_its_writer(kind: str) -> None:
    told, text = read(raw("Rác ở Ngự Bình", "MIIB", kind))
    assert told["caution"] == "encrypted"
    arrival = read_stored_letter(to_json({**told, "object_key": "k"}).decode())
    assert arrival is not None and arrival.kind == "encrypted"
    turn = next_letter(DialogueState(), UserInput(text, sealed="encrypted"), Findings(), USUAL)
    assert (turn.says[0].msgid, turn.act, turn.link) == (ENCRYPTED, "", True)
    packed = next_letter(DialogueState(), UserInput("Rác", sealed="winmail"), Findings(), USUAL)
    assert (packed.says[0].msgid, len(packed.says)) == (WINMAIL, 2)
