"""Answer to a letter: everything that is missing is asked together; what is complete is sent at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from service.domain.talks.dialogue.dialogue import (
    BEFORE_SENT,
    NOT_UNDERSTOOD,
    PERSON,
    has_number,
    intent_in_context,
    photo_words,
    tells_of_problem,
    with_danger,
)
from service.domain.talks.dialogue.intents import Intent, plain, read_intent
from service.domain.talks.dialogue.offers import chosen_kind, numbered, offered_kinds, other_kind
from service.domain.talks.dialogue.state import (
    DialogueState,
    Findings,
    KindOffer,
    Reply,
    Turn,
    UserInput,
)
from service.domain.talks.dialogue.state_updates import with_described_place, with_user_input
from service.i18n import N_

MOST_QUESTIONS = 2
_CHOICE = re.compile(r"^\s*([1-9])(?:[.):\s-]+[^\d,]{0,40})?\s*$")
SHORT = 12
"""Words up to which a letter may mean no more than yes, thanks or a wish for a person."""

LONGEST_WISH = 40
"""Words up to which a letter that tells of nothing may ask for a person."""

LARGE = N_("Thư quá lớn nên chúng tôi chưa nhận được ảnh. Anh/chị gửi ảnh qua đường dẫn dưới đây giúp.")
WINMAIL = N_(
    "Thư có tệp winmail.dat, chỉ Outlook mở được, nên chúng tôi chưa thấy ảnh trong đó. "
    "Anh/chị trả lời thư này kèm ảnh, chọn định dạng thư là HTML hoặc văn bản thuần giúp."
)
ENCRYPTED = N_(
    "Thư được mã hóa nên chúng tôi không đọc được. Anh/chị gửi lại thư không mã hóa, "
    "hoặc phản ánh qua cổng thông tin giúp."
)
ASK = N_("Cảm ơn anh/chị đã gửi thư. Anh/chị trả lời thư này và cho biết thêm giúp chúng tôi:\n{list}")
ASK_WHAT = N_("• Anh/chị muốn phản ánh việc gì ạ? Có thể gửi kèm ảnh.")
ASK_WHERE = N_("• Việc này ở đâu ạ (số nhà, tên đường, gần nơi nào)?")
ASK_WHERE_BY_WARD = N_("• Việc này ở đâu ạ (số nhà, tên đường, phường hoặc xã)?")
ASK_WHERE_IN = N_("• “{area}” rộng quá, anh/chị cho biết thêm số nhà, tên đường ạ?")
ASK_NOT_FOUND = N_("• Chúng tôi chưa tìm được “{area}” trên bản đồ. Chỗ đó gần nơi nào ạ?")
ASK_IN_WARD = N_("• “{area}” thuộc phường, xã nào ạ?")
ASK_NEARER = N_("• Chỗ đó trên đường {street} gần số nhà nào hoặc gần đâu ạ?")
ASK_KIND = N_("• Việc này thuộc loại nào ạ? Chỉ cần ghi số:\n{list}")
UNDERSTOOD = N_("Chúng tôi hiểu thư là: {kind}, {place}{photos}. Nếu chưa đúng, anh/chị trả lời thư này.")


def next_letter(
    state: DialogueState, user_input: UserInput, found: Findings, usual: Sequence[KindOffer]
) -> Turn:
    """Return the answer to a letter."""
    if user_input.sealed == "encrypted":
        after = with_user_input(
            state, user_input, Findings(), ""
        )  # its subject; more is not known, so nothing is sent
        return with_danger(Turn(after, (Reply(ENCRYPTED),), link=True), found)
    turn = _turn(state, user_input, found, usual)
    if unseen := LARGE if user_input.large else WINMAIL if user_input.sealed else "":
        turn = replace(turn, says=(Reply(unseen), *turn.says), link=turn.act == "")
    return with_danger(turn, found)


def _turn(state: DialogueState, user_input: UserInput, found: Findings, usual: Sequence[KindOffer]) -> Turn:
    intent, found = intent_in_context(_intent(user_input, found), state.last_code, found)
    if found.code and len(plain(user_input.text).split()) <= SHORT:
        return Turn(replace(state, last_code=found.code), act="status")
    if intent == "person" or (intent == "insult" and not tells_of_problem(found)):
        return Turn(with_user_input(state, user_input, found, intent), (Reply(PERSON),), act="person")
    if not state.begun:
        if intent in ("thanks", "greeting", "yes", "no", "cancel") and not user_input.photos:
            return Turn(state)
        if intent == "status":
            return Turn(state, act="status") if state.last_code else Turn(state, (Reply(BEFORE_SENT),))
        if state.last_code and (user_input.text or user_input.photos):  # an answer in a report's own thread
            return Turn(with_user_input(state, user_input, Findings(), intent), act="add")
    # Of several kinds the likeliest: the answer says what was understood, and who sorts reports looks anyway.
    after = with_user_input(state, user_input, replace(found, kinds=found.kinds[:1]), intent)
    if not after.kind and state.asked and (chosen := _chosen(state, user_input.text)):
        after = replace(after, kind=chosen.code, kind_name=chosen.name)
    if state.asked and state.ward and not (after.spot or found.street or intent):
        after = with_described_place(after, user_input.text)
    return _ask(after, usual, found)


def _intent(user_input: UserInput, found: Findings) -> Intent:
    _, _, body = user_input.text.partition("\n")
    if body and not found.kinds and read_intent(body) == "thanks" and not user_input.photos:
        return "thanks"  # whatever its subject, “Re: …”, is
    words = len(plain(user_input.text).split())
    if words <= LONGEST_WISH and not tells_of_problem(found) and read_intent(user_input.text) == "person":
        return "person"
    return (
        read_intent(user_input.text) if user_input.text and words <= SHORT and not user_input.photos else ""
    )


def _chosen(state: DialogueState, text: str) -> KindOffer | None:
    for line in text.split("\n"):
        number = _CHOICE.match(line)
        if chosen := chosen_kind(state, number[1] if number else line):
            return chosen
    return None


def _ask(state: DialogueState, usual: Sequence[KindOffer], found: Findings) -> Turn:
    """Return one question for everything, the report's sending, or a person after two questions in vain."""
    asked_before = bool(state.asked)
    if state.spot is None and state.street is not None and has_number(state.street):
        state = replace(state, spot=state.street)  # a house number: as exact as anybody can write it
    if asked_before and state.spot is None and state.street is not None:
        state = replace(state, spot=state.street)  # nothing nearer is known: it says how far it may be off
    if asked_before and state.spot is not None and not state.kind:
        code, name = other_kind()
        state = replace(state, kind=code, kind_name=name)
    if state.spot is not None and state.kind and (state.text or state.photos):
        return Turn(state, (_understood(state),), act="file")
    if state.questions >= MOST_QUESTIONS:
        return Turn(state, (Reply(NOT_UNDERSTOOD),), act="person")
    lines: list[Reply] = []
    if not state.text and not state.photos and not state.kind:
        lines.append(Reply(ASK_WHAT))
    if state.spot is None:
        lines.append(_where(state, found))
    if not state.kind:
        offers = offered_kinds(state, usual)
        state = replace(state, offers=offers)
        lines.append(Reply(ASK_KIND, {"list": numbered(offers)}))
    question = "where" if state.spot is None else "kind"
    state = replace(state, asked=question, questions=state.questions + 1)  # type: ignore[arg-type]
    return Turn(state, (Reply(ASK, {"list": tuple(lines)}),), link=state.spot is None)


def _where(state: DialogueState, found: Findings) -> Reply:
    if state.street is not None:
        return Reply(ASK_NEARER, {"street": state.street.address})
    if state.unplaced:
        return Reply(ASK_IN_WARD, {"area": state.unplaced})
    if found.area[:1].isdigit():
        return Reply(ASK_NOT_FOUND, {"area": found.area})
    if found.area:
        return Reply(ASK_WHERE_IN, {"area": found.area})
    return Reply(ASK_WHERE_BY_WARD if found.by_ward else ASK_WHERE)


def _understood(state: DialogueState) -> Reply:
    spot = state.spot
    place = "" if spot is None else spot.address or f"{spot.lat:.5f}, {spot.lon:.5f}"
    return Reply(UNDERSTOOD, {"kind": state.kind_name, "place": place, "photos": photo_words(state)})
