"""Turns of the dialogue: each asks for what is missing and nothing else, and loses nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from service.domain.kernel.texts import fold
from service.domain.reports.photo_limits import MOST
from service.domain.talks.dialogue.intents import (
    Intent,
    asks_status,
    begins_addition,
    means_the_same,
    plain,
    read_intent,
    read_number,
)
from service.domain.talks.dialogue.offers import chosen_kind, numbered, offered_kinds, other_kind
from service.domain.talks.dialogue.points import without_links
from service.domain.talks.dialogue.state import (
    DialoguePlace,
    DialogueState,
    Findings,
    KindOffer,
    Reply,
    Turn,
    UserInput,
)
from service.domain.talks.dialogue.state_updates import (
    address_line,
    with_described_place,
    with_description,
    with_user_input,
)
from service.i18n import N_

MOST_MISSES = 2
"""So many answers that do not help, and a person goes on."""

MOST_QUESTIONS = 2
"""Nobody is asked more, but where they correct what was understood."""

SHORT = 8
"""Words beside a tracking code which only ask for it."""

HELLO = N_("Chào anh/chị, đây là trợ lý tự động của {service}. Anh/chị muốn phản ánh việc gì, ở đâu ạ?")
WHAT = N_("Anh/chị cho biết đây là việc gì và ở đâu ạ (số nhà, tên đường, hoặc gửi vị trí)?")
WHAT_THERE = N_("Anh/chị cho biết ở đó có việc gì ạ? Anh/chị nhắn vài chữ, hoặc gửi ảnh.")
WHERE = N_("Việc này ở đâu ạ? Anh/chị gửi vị trí, hoặc nhắn số nhà và tên đường.")
HELLO_BY_WARD = N_(
    "Chào anh/chị, đây là trợ lý tự động của {service}. "
    "Anh/chị muốn phản ánh việc gì, ở đâu (số nhà, tên đường, phường hoặc xã) ạ?"
)
WHAT_BY_WARD = N_(
    "Anh/chị cho biết đây là việc gì và ở đâu ạ (số nhà, tên đường, phường hoặc xã, hay gửi vị trí)?"
)
WHERE_BY_WARD = N_("Việc này ở đâu ạ? Anh/chị gửi vị trí, hoặc nhắn số nhà, tên đường và phường, xã.")
NOTED = N_("Đã ghi thêm. Anh/chị nhắn giúp số nhà và tên đường của chỗ đó, hoặc gửi vị trí ạ.")
NOTED_BY_WARD = N_("Đã ghi thêm. Anh/chị nhắn giúp số nhà, tên đường và phường, xã, hoặc gửi vị trí ạ.")
WHERE_IN = N_("“{area}” rộng quá, anh/chị cho biết thêm số nhà, tên đường hoặc gửi vị trí ạ?")
NOT_FOUND = N_("Chưa tìm được “{area}” trên bản đồ. Anh/chị cho biết gần đâu, hoặc gửi vị trí giúp ạ?")
IN_WARD = N_("“{area}” thuộc phường, xã nào ạ? Anh/chị nhắn tên phường, xã và số nhà, hoặc gửi vị trí.")
NEARER = N_("Đường {street} dài, chỗ đó gần số nhà nào hoặc gần đâu ạ? Anh/chị cũng có thể gửi vị trí.")
OUTSIDE = N_("Vị trí này nằm ngoài địa bàn thành phố. Anh/chị gửi lại vị trí hoặc nhắn số nhà, tên đường ạ?")
KIND_AT = N_("Việc ở {place} thuộc loại nào ạ? Trả lời bằng số, phản ánh sẽ được gửi luôn:\n{list}")
KIND = N_("Việc này thuộc loại nào ạ? Trả lời bằng số, phản ánh sẽ được gửi luôn:\n{list}")
CONFIRM = N_("Gửi phản ánh: {kind}, {place}{photos}? Trả lời “Gửi” hoặc “Sửa”.")
PHOTOS = N_(", {count} ảnh")
FIRST_PHOTOS = N_(", {count} ảnh đầu (mỗi phản ánh nhận tối đa {count} ảnh)")
CORRECT = N_("Anh/chị nhắn lại chỗ cần sửa: địa điểm hoặc việc gì ạ?")
PERSON = N_("Đã chuyển cho cán bộ trực. Anh/chị chờ giúp, cán bộ sẽ trả lời ngay tại đây.")
NOT_UNDERSTOOD = N_("Trợ lý chưa hiểu ý anh/chị nên đã chuyển cho cán bộ trực. Cán bộ sẽ trả lời tại đây.")
NOT_PLACED = N_(
    "Trợ lý chưa rõ chỗ này ở đâu nên đã chuyển cho cán bộ trực. Cán bộ sẽ trả lời tại đây, "
    "hoặc anh/chị nhắn thêm tên phường, xã."
)
SOUNDS = N_("Trợ lý chưa nghe được ghi âm, video nên đã chuyển cho cán bộ trực. Cán bộ sẽ trả lời tại đây.")
DANGER = N_(
    "Nếu đang nguy hiểm đến tính mạng, hãy gọi ngay {calls}. Tin nhắn không thay cho cuộc gọi khẩn cấp."
)
THANKS = N_("Dạ không có gì ạ. Khi cần phản ánh, anh/chị cứ nhắn tại đây.")
DROPPED = N_("Đã bỏ phản ánh đang soạn. Khi cần, anh/chị cứ nhắn lại.")
BEFORE_SENT = N_("Anh/chị chưa gửi phản ánh nào ở đây. Nếu có mã phản ánh, anh/chị nhắn mã ấy ạ.")
MORE = N_("Anh/chị bổ sung cho phản ánh {code} hay phản ánh việc mới? Trả lời 1 (bổ sung) hoặc 2 (việc mới).")

_NUMBERED = re.compile(r"(?:(?:kiet|hem|ngo|ngach) )?\d+[a-z]?(?:/\d+[a-z]?)* (?!thang )")
"""House or alley before a street's name, folded; “23 Tháng 8” is a street."""


def next_turn(
    state: DialogueState,
    user_input: UserInput,
    found: Findings,
    usual: Sequence[KindOffer],
    service: str = "",
) -> Turn:
    """Return what follows from what was heard. `usual` are the kinds to offer where the words tell none."""
    return with_danger(_turn(state, user_input, found, usual, service), found)


def with_danger(turn: Turn, found: Findings) -> Turn:
    """Return the turn with the numbers to call before everything else, where danger was spoken of."""
    if not found.calls:
        return turn
    danger = Reply(DANGER, {"calls": ", ".join(found.calls)})
    return replace(turn, says=(danger, *turn.says), urgent=True)


def _turn(
    state: DialogueState, user_input: UserInput, found: Findings, usual: Sequence[KindOffer], service: str
) -> Turn:
    intent = (
        read_intent(user_input.text)
        if user_input.text and not user_input.photos and not user_input.spot
        else ""
    )
    state = replace(state, by_ward=found.by_ward)
    intent, found = intent_in_context(intent, state.last_code, found)
    if found.code:
        return _about(state, user_input, found.code)
    if intent == "person" or (intent == "insult" and not tells_of_problem(found)):
        return Turn(with_user_input(state, user_input, found, intent), (Reply(PERSON),), act="person")
    if user_input.sounds and not user_input.text and not user_input.photos:
        return Turn(replace(state, sounds=True), (Reply(SOUNDS),), act="person")
    if user_input.silent and not (user_input.text or user_input.photos or user_input.spot):
        return Turn(state)
    if not state.begun and (early := _without_draft(state, user_input, found, intent, service)):
        return early
    if state.begun and intent == "cancel":
        return Turn(DialogueState(last_code=state.last_code), (Reply(DROPPED),), act="drop")
    if state.begun and intent in ("thanks", "greeting") and not user_input.photos:
        return _greeted(state, usual) if intent == "greeting" else Turn(state)
    return _go_on(state, user_input, found, intent, usual)


def _about(state: DialogueState, user_input: UserInput, code: str) -> Turn:
    """Return the status of the report that was named; more words than a question has are kept for it."""
    named = replace(state, last_code=code)
    words = plain(without_links(user_input.text)).split()
    if state.begun or len(words) <= SHORT or asks_status(user_input.text):
        return Turn(named, act="status")
    return Turn(replace(with_description(named, user_input), asked="more"), act="status")


def _without_draft(
    state: DialogueState, user_input: UserInput, found: Findings, intent: Intent, service: str
) -> Turn | None:
    """Return the answer to what is no report, where none was begun."""
    empty = not user_input.text and not user_input.photos and not user_input.spot
    if empty or intent in ("thanks", "cancel", "yes", "no"):
        return Turn(state, (Reply(THANKS),) if intent == "thanks" else ())
    if intent == "greeting":
        hello = Reply(HELLO_BY_WARD if state.by_ward else HELLO, {"service": service})
        return Turn(replace(state, asked="what", questions=1), (hello,))
    if intent == "status":
        return Turn(state, act="status") if state.last_code else Turn(state, (Reply(BEFORE_SENT),))
    if state.last_code and (user_input.corrected or begins_addition(user_input.text)):
        return Turn(with_description(state, user_input), act="add")
    if state.last_code and state.asked != "more" and not user_input.photos and not user_input.spot:
        kept = with_user_input(state, user_input, found, "")  # where it is a new problem, all of it counts
        return Turn(replace(kept, asked="more"), (Reply(MORE, {"code": state.last_code}),))
    return None


def _greeted(state: DialogueState, usual: Sequence[KindOffer]) -> Turn:
    """Say again what was asked, to who greets once more while a report is begun: no new question."""
    if state.asked == "more":
        return Turn(state, (Reply(MORE, {"code": state.last_code}),))
    turn = _ask(state, usual, again=True)
    return replace(turn, state=replace(turn.state, questions=max(state.questions, 1)))


def _go_on(
    state: DialogueState, user_input: UserInput, found: Findings, intent: Intent, usual: Sequence[KindOffer]
) -> Turn:
    if state.asked == "more":
        return _more(state, user_input, found, usual)
    if state.asked == "confirm" and intent == "yes":
        return Turn(state, act="file")
    if state.asked == "confirm" and intent == "no" and not (found.spot or found.street or found.kinds):
        return Turn(_asking(replace(state, asked="confirm"), "confirm", miss=True), (Reply(CORRECT),))
    if state.asked == "kind" and (chosen := chosen_kind(state, user_input.text)):
        known = replace(state, kind=chosen.code, kind_name=chosen.name)
        return Turn(known, act="file") if known.spot else _ask(known, usual)
    if state.asked == "kind" and state.spot and found.kinds and not (found.spot or user_input.spot):
        best = found.kinds[0]  # said in words, in answer to the question: as good as its number
        return Turn(
            replace(with_user_input(state, user_input, found, intent), kind=best.code, kind_name=best.name),
            act="file",
        )
    after = with_user_input(state, user_input, found, intent)
    if after.spot is None:
        after = _as_said(state, after, user_input, found, intent)
    learned = _knows(after) != _knows(state) or after.photos > state.photos
    if not learned and state.asked in ("where", "nearer") and state.street and after.spot is None:
        # Nothing nearer is known: the middle of the street, which says how far it may be off.
        return _ask(replace(after, spot=state.street), usual)
    if found.outside and after.spot is None:
        return Turn(_asking(after, "where", miss=state.asked == "where"), (Reply(OUTSIDE),), link=True)
    missed = bool(state.asked) and not learned
    after = replace(after, misses=state.misses + 1 if missed else state.misses)
    if after.misses >= MOST_MISSES:
        return Turn(after, (Reply(NOT_UNDERSTOOD),), act="person")
    noted = _noted(after, user_input, found, intent) if missed else None
    return (
        _asked_enough(after) or noted or _ask(after, usual, area=found.area, again=missed or found.map_link)
    )


def _noted(state: DialogueState, user_input: UserInput, found: Findings, intent: Intent) -> Turn | None:
    """Return the answer to words that only go on with what was said before (“trụ đèn”, “bị hư rồi”): they
    are no answer to where it is, and that is not asked a second time. None for other words.
    """
    if state.asked != "where" or not user_input.text or intent or found.area or found.map_link:
        return None
    return Turn(state, (Reply(NOTED_BY_WARD if state.by_ward else NOTED),), link=True)


def _asked_enough(state: DialogueState) -> Turn | None:
    """Return what follows where something is missing still and nobody is to be asked a third time.

    A long street's middle says how far it may be off, and those who sort reports see the likeliest kind; a
    place that no map has is left to a colleague, and to the writer's own pin on the map. None where more may
    be asked, or nothing is missing.
    """
    if state.questions < MOST_QUESTIONS or state.asked == "confirm":
        return None
    spot = state.spot or state.street
    if spot is None:
        return Turn(state, (Reply(NOT_PLACED),), act="person", link=True, unplaced=True)
    if not state.kind and not (state.text or state.photos):
        return None
    if state.spot and state.kind:
        return None
    likeliest = state.offers[0] if state.offers and state.asked != "kind" else other_kind()
    code, name = (state.kind, state.kind_name) if state.kind else likeliest
    return Turn(replace(state, spot=spot, kind=code, kind_name=name), act="file")


def _as_said(
    state: DialogueState, after: DialogueState, user_input: UserInput, found: Findings, intent: Intent
) -> DialogueState:
    """Return the state with the address that the person wrote, where it was asked for and no map has it."""
    if state.asked == "nearer" and after.street and has_number(after.street):
        return replace(after, spot=after.street)  # as exact as anybody can write it
    of_kind = found.kinds and not state.kind
    if state.asked != "where" or intent or found.street or of_kind:
        return after
    if state.ward:
        return with_described_place(after, user_input.text)
    if state.by_ward and not (after.unplaced or found.ward):
        line = address_line(user_input.text)
        return replace(after, unplaced=line) if line else after
    return after


def intent_in_context(intent: Intent, last_code: str, found: Findings) -> tuple[Intent, Findings]:
    """Return what words mean that ask how far something is: of who has sent nothing, and says what is wrong
    and where (“nước ngập tới mô rồi, ngô nhân tịnh”), they are a report; else they tell of nothing new.
    """
    if intent != "status":
        return intent, found
    placed = found.spot or found.street or found.unplaced
    if found.kinds and placed and not last_code:
        return "", found
    return intent, Findings(calls=found.calls, code=found.code, by_ward=found.by_ward)


def tells_of_problem(found: Findings) -> bool:
    """Return whether words tell of a kind or a place: who swears about litter tells of litter."""
    return bool(found.kinds or found.spot or found.street)


def _knows(state: DialogueState) -> tuple[object, ...]:
    return state.spot, state.street, state.ward, state.unplaced, state.kind, bool(state.text)


def _more(state: DialogueState, user_input: UserInput, found: Findings, usual: Sequence[KindOffer]) -> Turn:
    """Answer to whether words belong to the last report, or are a new one."""
    number, said = read_number(user_input.text), plain(user_input.text)
    if number == 1 or said.startswith(("bo sung", "them")) or means_the_same(user_input.text):
        return Turn(state, act="add")
    if read_intent(user_input.text) in ("yes", "no"):
        return Turn(state, (Reply(MORE, {"code": state.last_code}),))
    fresh = replace(state, asked="", last_code="", questions=state.questions)
    if number == 2 or said.startswith(("moi", "viec moi", "phan anh moi", "viec khac")):
        return _ask(fresh, usual)
    return _go_on(fresh, user_input, found, read_intent(user_input.text), usual)


def _ask(state: DialogueState, usual: Sequence[KindOffer], *, area: str = "", again: bool = False) -> Turn:
    """Return the question for the first thing that is missing, or the report's sending."""
    if not state.text and not state.photos and not state.kind:
        what = WHAT_BY_WARD if state.by_ward else WHAT
        return Turn(_asking(state, "what"), (Reply(WHAT_THERE if state.spot else what),))
    if state.asked == "confirm" and state.questions >= MOST_QUESTIONS and state.spot is None:
        state = replace(state, spot=state.street)  # corrected: shown once more, and nothing else is asked
    spot = state.spot
    if spot is None and state.street:
        shown = state.street.address
        if has_number(state.street):
            shown = shown.partition(",")[0]
            return Turn(_asking(state, "nearer"), (Reply(NOT_FOUND, {"area": shown}),), link=True)
        return Turn(_asking(state, "nearer"), (Reply(NEARER, {"street": shown}),), link=again)
    if spot is None and state.unplaced:
        return Turn(_asking(state, "ward"), (Reply(IN_WARD, {"area": state.unplaced}),), link=True)
    if spot is None and area:
        msgid = NOT_FOUND if area[:1].isdigit() else WHERE_IN  # a house that no map knows is not too large
        return Turn(_asking(state, "where"), (Reply(msgid, {"area": area}),), link=True)
    if spot is None:
        nothing_said, by_ward = not state.text and not state.kind, state.by_ward and state.ward is None
        what, where = (WHAT_BY_WARD, WHERE_BY_WARD) if by_ward else (WHAT, WHERE)
        return Turn(_asking(state, "where"), (Reply(what if nothing_said else where),), link=again)
    if not state.kind:
        offers = offered_kinds(state, usual)
        listed = numbered(offers)
        msgid, place = (KIND_AT, spot.address) if spot.address else (KIND, "")
        after = _asking(replace(state, offers=offers), "kind")
        return Turn(after, (Reply(msgid, {"place": place, "list": listed}),))
    if spot.inferred and (state.questions < MOST_QUESTIONS or state.misses or state.asked == "confirm"):
        return Turn(_asking(state, "confirm"), (confirmation(state, spot),))
    return Turn(state, act="file")


def has_number(street: DialoguePlace) -> bool:
    """Return whether a street's address names a house, or an alley by its number."""
    return _NUMBERED.match(fold(street.address)) is not None


def confirmation(state: DialogueState, spot: DialoguePlace) -> Reply:
    """Return the question whether the report is to be sent as it is understood."""
    return Reply(CONFIRM, {"kind": state.kind_name, "place": spot.address, "photos": photo_words(state)})


def photo_words(state: DialogueState) -> Reply | str:
    """Return how many photos a report is sent with, and that more are not taken; empty for none."""
    most = MOST["report"]
    if state.photos > most:
        return Reply(FIRST_PHOTOS, {"count": most})
    return Reply(PHOTOS, {"count": state.photos}) if state.photos else ""


def _asking(state: DialogueState, question: str, *, miss: bool = False) -> DialogueState:
    misses = state.misses + 1 if miss else state.misses
    return replace(state, asked=question, questions=state.questions + 1, misses=misses)  # type: ignore[arg-type]
