"""Answering a conversation some seconds after the last word: one turn of the dialogue, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from geo.points import BBox
from service.domain.city.kind_search import OTHER
from service.domain.city.reference import CategoryView, Reference
from service.domain.city.search.places import NamedPlace, find_places
from service.domain.city.search.units import city_key
from service.domain.notices.kinds import NEVER
from service.domain.notices.preferences import store_choice
from service.domain.queries.usual import usual_kinds
from service.domain.reports.drafts import OUTSKIRTS_DEG
from service.domain.rules.rulebook import Rulebook
from service.domain.talks.arrivals import UNPLACED, is_answered_by_machine
from service.domain.talks.dialogue.dialogue import DANGER, DROPPED, next_turn
from service.domain.talks.dialogue.kinds import kinds_in
from service.domain.talks.dialogue.message_findings import POINT_M, read_message
from service.domain.talks.dialogue.offers import OTHER_CODE, other_kind
from service.domain.talks.dialogue.silence import (
    NOTHING_TOLD,
    RESUMED,
    STOPPED,
    wants_news,
    wants_silence,
)
from service.domain.talks.dialogue.speech import spoken_language
from service.domain.talks.dialogue.state import (
    DialoguePlace,
    DialogueState,
    Findings,
    KindOffer,
    Reply,
    Turn,
    UserInput,
    read_dialogue,
)
from service.domain.talks.dialogue.two_problems import NEXT, TurnParts, chat_turn, letter_turn, shown_words
from service.domain.talks.letters import ANSWERED_CAUTIONS, MOST_ANSWERS_A_DAY, answers_today
from service.domain.talks.outgoing import BY_LETTER
from service.domain.talks.turn_acts import (
    TurnContext,
    add_to_last_report,
    carry_out_turn,
    keep_state,
    reports_of,
)
from service.domain.talks.vault import Vault
from service.i18n import language_in_use, pick
from service.models import Conversation, NoticeChannel, NoticeChoice, Report, TalkFile, TalkMessage
from service.models.talks.talk import TalkFileState, TalkMessageState, TalkState

MOST_USUAL = 3
MOST_HEARD = 8000
"""Letters of what came in together that are read: a report keeps the first 2,000."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Parts of the installation that answers need: its public address, and the vault."""

    vault: Vault
    public_url: str


def talks_due(session: Session, now: datetime, most: int) -> Sequence[UUID]:
    """Return the conversations that are to be answered now, longest waiting first."""
    listening = or_(
        Conversation.state == TalkState.BOT,
        and_(Conversation.state == TalkState.WAITING_PERSON, Conversation.caution == UNPLACED),
    )
    waiting = select(Conversation.id).where(
        Conversation.answer_at <= now, Conversation.answer_at.is_not(None), listening
    )
    return session.scalars(waiting.order_by(Conversation.answer_at).limit(most)).all()


def answer_talk(session: Session, ours: Installation, book: Rulebook, talk_id: UUID, now: datetime) -> bool:
    """Take what was written since the last answer into the dialogue, and answer; whether anything was due.

    The conversation's row is locked: whoever comes second finds nothing to answer.
    """
    query = select(Conversation).where(Conversation.id == talk_id).with_for_update(skip_locked=True)
    talk = session.scalar(query.execution_options(populate_existing=True))
    if talk is None or not is_answered_by_machine(talk) or talk.answer_at is None or talk.answer_at > now:
        return False
    unread = session.scalars(
        select(TalkMessage)
        .where(TalkMessage.conversation_id == talk.id, TalkMessage.state == TalkMessageState.UNREAD)
        .order_by(TalkMessage.at, TalkMessage.id)
    ).all()
    files = _files(session, unread)
    waits = any(each.not_before is not None and each.not_before > now for each in unread)
    if waits and any(file.state == TalkFileState.NEW for file in files):
        talk.answer_at = now + timedelta(seconds=1)
        return False
    talk.answer_at = None
    session.execute(
        update(TalkMessage)
        .where(TalkMessage.id.in_([each.id for each in unread]))
        .values(state=TalkMessageState.READ)
    )
    if talk.channel in BY_LETTER and answers_today(session, talk, now) >= MOST_ANSWERS_A_DAY:
        talk.state, talk.caution = TalkState.WAITING_PERSON, "answered"
        return True
    talk.language = spoken_language(_words(ours.vault, unread)) or talk.language
    token = language_in_use.set("en" if talk.language == "en" else "vi")
    try:
        _answer(session, ours, book, talk, unread, files, now)
    finally:
        language_in_use.reset(token)
    return True


def put_talk_on_desk(session: Session, talk_id: UUID) -> None:
    """Put a conversation on the desk that could not be answered: no message is left without an answer."""
    talk = session.get(Conversation, talk_id, with_for_update=True)
    if talk is not None and talk.state == TalkState.BOT:
        talk.state, talk.answer_at = TalkState.WAITING_PERSON, None


def _answer(
    session: Session,
    ours: Installation,
    book: Rulebook,
    talk: Conversation,
    unread: Sequence[TalkMessage],
    files: Sequence[TalkFile],
    now: datetime,
) -> None:
    state = _in_language(book.reference, read_dialogue(ours.vault.open_json(talk.draft)))
    context = TurnContext(ours.vault, ours.public_url, book.reference, talk, now)
    if state.later and not state.begun:
        begun, words = replace(state, later=""), UserInput(state.later)
        _take_turn(
            session, book, context, begun, words, notice=Reply(NEXT, {"words": shown_words(state.later)})
        )
        if not unread:
            return
        state = _in_language(book.reference, read_dialogue(ours.vault.open_json(talk.draft)))
    user_input = _heard(ours.vault, unread, files)
    if _heed_wish(session, context, state, user_input.text):
        return

    def tells_other(report: Report) -> bool:
        return tells_other_problem(book, find_in_words(session, book, user_input.text), report)

    if add_to_last_report(session, context, state, user_input, files, tells_other):
        return
    if user_input.spot and user_input.spot.inferred and not _in_city(book, user_input.spot):
        user_input = replace(
            user_input, spot=None
        )  # a photo that was taken elsewhere says nothing of the place
    _take_turn(session, book, context, state, user_input)
    if talk.caution == UNPLACED and not talk.begun:
        talk.state, talk.caution = TalkState.BOT, ""


def _heed_wish(session: Session, context: TurnContext, state: DialogueState, text: str) -> bool:
    """Stop or take up again the news of the conversation's reports, where that is all somebody says; return
    whether it was. A report that is begun is dropped by it.
    """
    said = text.rpartition("\n")[2] if context.talk.channel in BY_LETTER else text
    reports, address = reports_of(session, context.talk), _news_address(context)
    if address is None:
        return False
    if wants_silence(said):
        for report in reports:
            store_choice(session, address, NEVER, now=context.now, report_id=report.id)
        keep_state(context, DialogueState(last_code=state.last_code))
        context.say(session, STOPPED if reports else DROPPED if state.begun else NOTHING_TOLD)
        return True
    if not reports or state.begun or not wants_news(said):
        return False
    ours = (NoticeChoice.channel == address[0], NoticeChoice.recipient == address[1])
    session.execute(delete(NoticeChoice).where(*ours, NoticeChoice.pace == NEVER))
    context.say(session, RESUMED)
    return True


def _news_address(context: TurnContext) -> tuple[NoticeChannel, str] | None:
    """Return where the person of the conversation is told of its reports."""
    talk = context.talk
    if talk.channel not in tuple(NoticeChannel):
        return None
    person = context.vault.open(talk.person).lower() if talk.channel in BY_LETTER else str(talk.id)
    return NoticeChannel(talk.channel), person


def tells_other_problem(book: Rulebook, found: Findings, report: Report) -> bool:
    """Return whether words tell of a problem of another kind than a report's, with its own place."""
    reference = book.reference
    told = {reference.category_by_code[kind.code].path[0] for kind in found.kinds}
    placed = found.spot or found.street or found.unplaced
    return bool(placed and told) and reference.categories[report.category_id].path[0] not in told


def _take_turn(
    session: Session,
    book: Rulebook,
    context: TurnContext,
    state: DialogueState,
    user_input: UserInput,
    notice: Reply | None = None,
) -> None:
    """Take one turn of the dialogue; `notice` is said before it, and begins another problem by that."""
    found = find_in_words(session, book, user_input.text, _half_said(state))
    usual = _usual(session, book, user_input.spot or found.spot or state.spot, context.now)
    parts = TurnParts(
        read=lambda words: find_in_words(session, book, words),
        kinds_of=lambda words: kinds_in(book.reference.categories.values(), words),
        usual=usual,
        service=pick(book.reference.service_name),
    )
    if context.talk.channel in BY_LETTER:
        turn = letter_turn(state, user_input, found, parts)
    else:
        turn = _within(book, chat_turn(state, user_input, found, parts, notice), user_input)
        turn = _between(turn) if context.talk.state == TalkState.WAITING_PERSON else turn
    carry_out_turn(session, context, turn, user_input)


def _in_language(reference: Reference, state: DialogueState) -> DialogueState:
    """Return the state with its kinds named in the language in use: people change theirs in the middle."""

    def name(code: str, known: str) -> str:
        if code == OTHER_CODE:
            return other_kind()[1]
        view = reference.category_by_code.get(code)
        return pick(view.name) if view else known

    offers = tuple((code, name(code, known)) for code, known in state.offers)
    return replace(state, kind_name=name(state.kind, state.kind_name), offers=offers)


def _between(turn: Turn) -> Turn:
    """Return the turn for who waits for a person: what is complete goes on, nothing more is asked."""
    if turn.act in ("file", "drop", "status"):
        return turn
    danger = tuple(each for each in turn.says if each.msgid == DANGER)
    return replace(turn, says=danger, act="", link=False)


def _half_said(state: DialogueState) -> str:
    """Return the street of which something nearer is awaited."""
    if state.spot or not state.asked:
        return ""
    return state.street.address if state.street else state.unplaced


def find_in_words(session: Session, book: Rulebook, text: str, street: str = "") -> Findings:
    """Return what words tell, found with the city's own searches; `street` was said before."""
    reference = book.reference
    found = read_message(
        text,
        search=lambda words: _places(session, book, words),
        categories=reference.categories.values(),
        dangers=reference.config.danger_words,
        box=BBox(*reference.config.bbox).expanded(OUTSKIRTS_DEG),
        code_prefix=reference.code_prefix,
        city=city_key(reference),
        street=street,
    )
    return replace(found, by_ward=not reference.has_streets)


def _places(session: Session, book: Rulebook, words: str) -> Sequence[NamedPlace]:
    """Return the places of these words, named in Vietnamese: an address is one in every language."""
    token = language_in_use.set("vi")
    try:
        return find_places(session, book.reference, book.locator, words, limit=3)
    finally:
        language_in_use.reset(token)


def _heard(vault: Vault, unread: Sequence[TalkMessage], files: Sequence[TalkFile]) -> UserInput:
    shared = [each for each in unread if each.lon is not None and each.lat is not None]
    spot = None
    if shared and shared[-1].lon is not None and shared[-1].lat is not None:
        spot = DialoguePlace(shared[-1].lon, shared[-1].lat, POINT_M)
    else:
        photo = next((each for each in files if each.lon is not None and each.lat is not None), None)
        if photo is not None and photo.lon is not None and photo.lat is not None:
            spot = DialoguePlace(photo.lon, photo.lat, 50.0, inferred=True)
    return UserInput(
        _words(vault, unread),
        photos=sum(each.kind == "photo" and each.state != TalkFileState.REFUSED for each in files),
        spot=spot,
        sounds=any(each.kind in ("sound", "file") for each in unread),
        silent=any(each.kind == "sticker" for each in unread),
        corrected=any(each.kind == "edited" for each in unread),
        large=any(each.kind == "large" for each in unread),
        sealed=next((each.kind for each in unread if each.kind in ANSWERED_CAUTIONS), ""),
    )


def _words(vault: Vault, unread: Sequence[TalkMessage]) -> str:
    return "\n".join(vault.open(each.text) for each in unread if each.text)[:MOST_HEARD]


def _within(book: Rulebook, turn: Turn, user_input: UserInput) -> Turn:
    """Return the turn without a shared position that lies outside the city: it is asked for again."""
    spot = turn.state.spot
    if spot is None or _in_city(book, spot):
        return turn
    state = replace(turn.state, spot=None)
    return next_turn(state, UserInput(), Findings(outside=True), ())


def _in_city(book: Rulebook, spot: DialoguePlace) -> bool:
    return BBox(*book.reference.config.bbox).expanded(OUTSKIRTS_DEG).contains(spot.lon, spot.lat)


def _files(session: Session, unread: Sequence[TalkMessage]) -> Sequence[TalkFile]:
    mine = [each.id for each in unread]
    return session.scalars(select(TalkFile).where(TalkFile.message_id.in_(mine)).order_by(TalkFile.id)).all()


def _usual(session: Session, book: Rulebook, spot: DialoguePlace | None, now: datetime) -> list[KindOffer]:
    """Return the kinds to offer: those usual around the place, then the first of the city's list."""
    reference = book.reference
    found = usual_kinds(session, reference, spot.lon, spot.lat, now=now, limit=MOST_USUAL) if spot else []
    roots: list[CategoryView] = [
        view for view in reference.categories.values() if view.active and len(view.path) == 1
    ]
    kinds = {view.code: view for view in (*found, *sorted(roots, key=lambda view: view.position))}
    return [KindOffer(code, pick(view.name)) for code, view in kinds.items() if code != OTHER][:MOST_USUAL]
