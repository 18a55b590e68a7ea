"""Acts of a turn: a report sent, a person called, a status told, words and photos added to a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.citizens.comments import Remark, comment
from service.domain.city.reference import Reference
from service.domain.kernel.codes import report_secret
from service.domain.reports.access import NOBODY, Asker, find_report
from service.domain.talks.arrivals import UNPLACED
from service.domain.talks.dialogue.dialogue import MORE, PERSON
from service.domain.talks.dialogue.intents import read_intent
from service.domain.talks.dialogue.state import DialogueState, Reply, Turn, UserInput
from service.domain.talks.filed_reports import adopt_report, assign_loose_files, file_report, report_of
from service.domain.talks.links import begun_in_conversation, form_token
from service.domain.talks.outgoing import queue_text
from service.domain.talks.vault import Vault
from service.errors import AppError, Invalid
from service.i18n import N_, language_in_use, pick, translate
from service.i18n.wording import status_sentence
from service.models import Conversation, ConversationReport, Report, Status, TalkFile
from service.models.talks.talk import TalkState

PHOTOS_AFTER = timedelta(minutes=30)
"""Time in which photos without a word belong to the report that was sent before."""

SENT = N_("Đã ghi nhận phản ánh {code}. Mọi bước xử lý sẽ được báo tại đây. Xem chi tiết: {link}")
SENT_AS = N_(
    "Đã ghi nhận phản ánh {code}: {kind}, {place}. Mọi bước xử lý sẽ được báo tại đây. Xem chi tiết: {link}"
)
ON_THE_MAP = N_("Hoặc chỉ chỗ trên bản đồ tại đây:")
STATUS = N_("{code}: {sentence} Xem chi tiết: {link}")
NO_SUCH = N_("Không tìm thấy phản ánh {code}. Anh/chị xem lại mã giúp.")
ADDED = N_("Đã thêm vào phản ánh {code}.")
ANSWERED = N_("Đã chuyển câu trả lời của anh/chị vào phản ánh {code}.")
PLACE_SENT = N_("Vị trí người gửi chia sẻ: {lat}, {lon}")
PHOTO_SENT = N_("(gửi ảnh)")
TO_REOPEN = N_("Phản ánh này đã hoàn thành. Nếu việc chưa xong, anh/chị mở lại tại đây: {link}")
TO_APPEAL = N_("Phản ánh này không được tiếp nhận. Nếu chưa đồng ý, anh/chị đề nghị xem lại tại đây: {link}")
ANSWERS = frozenset({"", "yes", "no", "cancel", "unknown_place"})
"""Meanings of words that answer a question of the city: “dạ đúng” and “không” do."""

NOT_ADDED = N_("Phản ánh {code} đã kết thúc nên không thêm được. Nếu là việc mới, anh/chị nhắn lại giúp.")
NOT_SENT = N_("Chưa gửi được phản ánh: {why} Đã chuyển cho cán bộ trực, cán bộ sẽ trả lời tại đây.")


@dataclass(frozen=True, slots=True)
class TurnContext:
    """Surroundings of a turn that is carried out: the conversation, the city, the hour."""

    vault: Vault
    public_url: str
    reference: Reference
    talk: Conversation
    now: datetime

    def say(self, session: Session, msgid: str, **values: object) -> None:
        """Queue a sentence in the language of the conversation."""
        queue_text(session, self.vault, self.talk, translate(msgid, **values), self.now)

    def page_of(self, report: Report, *, own: bool) -> str:
        """Return the address of a report's page; its sender's opens with their own secret."""
        page = f"{self.public_url.rstrip('/')}/r/{report.code}"
        if not own:
            return page
        return f"{page}?s={report_secret(self.vault.key, report.id, report.secret_generation)}"


def carry_out_turn(session: Session, context: TurnContext, turn: Turn, user_input: UserInput) -> None:
    """Say what the turn says, and do what it asks for; the state is kept."""
    talk = context.talk
    keep_state(context, turn.state)
    talk.urgent = talk.urgent or turn.urgent
    lines = [_rendered(each) for each in turn.says]
    if turn.link and turn.state.begun:
        link = f"{context.public_url.rstrip('/')}/talk/{form_token(context.vault.key, talk, context.now)}"
        lines.append(f"{translate(ON_THE_MAP)} {link}")
    if lines:
        queue_text(session, context.vault, talk, "\n".join(lines), context.now)
    if turn.act == "file":
        _file(session, context, turn.state)
    elif turn.act == "person":
        talk.state, talk.caution = TalkState.WAITING_PERSON, UNPLACED if turn.unplaced else talk.caution
    elif turn.act == "status":
        _status(session, context, turn.state)
    elif turn.act == "add":
        _add(session, context, turn.state)
    session.flush()


def add_to_last_report(
    session: Session,
    context: TurnContext,
    state: DialogueState,
    user_input: UserInput,
    files: Sequence[TalkFile],
    tells_other: Callable[[Report], bool],
) -> bool:
    """Take what belongs to a report to it: its sender's answer to a question, photos soon after the last.

    A report that was sent by the form meanwhile is found here: it becomes the conversation's. Words that
    `tells_other` knows for another problem than a report's answer nothing that was asked about it.
    """
    by_form = session.get(Report, context.talk.draft_report_id)
    if by_form is not None and state.begun:
        _adopt_told(session, context, by_form)
        state = DialogueState(last_code=by_form.code)
    if state.begun:
        return False
    asked = _asked_report(session, context.talk)
    if asked and (answer := _answer_in(user_input, files)) and not tells_other(asked):
        _attach_to(files, asked)
        _comment(session, context, asked, answer, ANSWERED)
        return True
    last = report_of(session, context.talk.id, state.last_code) if state.last_code else None
    if last is None or user_input.spot or user_input.text or not files:
        return False
    if context.now - last.created_at >= PHOTOS_AFTER:
        return False
    _attach_to(files, last)
    context.say(session, ADDED, code=last.code)
    return True


def _asked_report(session: Session, talk: Conversation) -> Report | None:
    """Return the conversation's report of which its sender was asked something last, None for none."""
    waiting = [each for each in reports_of(session, talk) if each.status == Status.WAITING]
    return max(waiting, key=lambda each: each.paused_at or each.created_at, default=None)


def _answer_in(user_input: UserInput, files: Sequence[TalkFile]) -> str:
    """Return what of a message answers a question: words, “không” too, else a place or a photo. Empty for
    thanks, a greeting, a question of their own or a wish for a person.
    """
    if user_input.text:
        return user_input.text if read_intent(user_input.text) in ANSWERS else ""
    spot = user_input.spot
    if spot is not None and not spot.inferred:
        return translate(PLACE_SENT, "vi", lat=f"{spot.lat:.5f}", lon=f"{spot.lon:.5f}")
    return translate(PHOTO_SENT, "vi") if files and not user_input.sounds else ""


def _attach_to(files: Sequence[TalkFile], report: Report) -> None:
    for each in files:
        each.report_id = report.id


def adopt_sent_reports(
    session: Session, vault: Vault, public_url: str, reference: Reference, now: datetime, most: int = 20
) -> int:
    """Make reports that were sent by the form those of their conversations; how many there were.

    The photos that were sent there come to them, and the person is told the code. What a colleague has
    taken into their hands is left to them.
    """
    query = (
        select(Conversation, Report)
        .join(Report, Report.id == Conversation.draft_report_id)
        .where(begun_in_conversation(), Conversation.state.in_((TalkState.BOT, TalkState.WAITING_PERSON)))
        .limit(most)
        .with_for_update(of=Conversation, skip_locked=True)
    )
    found = session.execute(query).all()
    for talk, report in found:
        token = language_in_use.set("en" if talk.language == "en" else "vi")
        try:
            _adopt_told(session, TurnContext(vault, public_url, reference, talk, now), report)
        finally:
            language_in_use.reset(token)
    return len(found)


def _adopt_told(session: Session, context: TurnContext, report: Report) -> None:
    """Make a report that was sent by the form the conversation's, and tell the person its code."""
    adopt_report(session, context.vault, context.talk, report.id, report.code, context.now)
    context.say(session, SENT, code=report.code, link=context.page_of(report, own=True))


def keep_state(context: TurnContext, state: DialogueState) -> None:
    """Keep the state of the conversation's dialogue."""
    context.talk.draft = context.vault.seal_json(state.as_json())
    context.talk.begun = state.begun


def _rendered(say: Reply) -> str:
    return translate(say.msgid, **{name: _filled(value) for name, value in say.values.items()})


def _filled(value: object) -> object:
    if isinstance(value, tuple):
        return "\n".join(_rendered(each) for each in value)
    return _rendered(value) if isinstance(value, Reply) else value


def _file(session: Session, context: TurnContext, state: DialogueState) -> None:
    try:
        with session.begin_nested():
            receipt = file_report(session, context.vault, context.reference, context.talk, state, context.now)
    except Invalid as refused:
        context.talk.state = TalkState.WAITING_PERSON
        why = "; ".join(translate(each.msg, **(each.params or {})) for each in refused.errors)
        context.say(session, NOT_SENT, why=why)
        return
    report = session.get_one(Report, receipt.id)
    link, spot = context.page_of(report, own=True), state.spot
    if spot is None or not spot.inferred or state.asked == "confirm" or not state.kind_name:
        context.say(session, SENT, code=receipt.code, link=link)
    else:  # nobody was asked whether it was understood: here it stands
        context.say(session, SENT_AS, code=receipt.code, kind=state.kind_name, place=spot.address, link=link)


def _status(session: Session, context: TurnContext, state: DialogueState) -> None:
    """Tell how a report stands: the conversation's own, or one that everybody may read.

    More words than a question has are kept: the writer of the report says what they are for, those of
    somebody else are left to a person, since nothing can be added to a report from here.
    """
    code = state.last_code
    own = report_of(session, context.talk.id, code)
    if own is None:
        keep_state(context, replace(state, last_code=_last_own(session, context.talk), asked=""))
    try:
        report = own or find_report(session, NOBODY, code, now=context.now).report
    except AppError:
        context.say(session, NO_SUCH, code=code)
        _ask_what_for(session, context, state, own=False)
        return
    lead = context.reference.departments.get(report.lead_id or 0)
    sentence = status_sentence(report.status, pick(lead.name) if lead else "")
    context.say(
        session,
        STATUS,
        code=report.code,
        sentence=sentence,
        link=context.page_of(report, own=own is not None),
    )
    _ask_what_for(session, context, state, own=own is not None)


def _ask_what_for(session: Session, context: TurnContext, state: DialogueState, *, own: bool) -> None:
    """Go on with the words that came with a report's code; nothing where there were none."""
    if state.asked != "more":
        return
    if own:
        context.say(session, MORE, code=state.last_code)
        return
    context.talk.state = TalkState.WAITING_PERSON
    context.say(session, PERSON)


def _last_own(session: Session, talk: Conversation) -> str:
    """Return the code of the conversation's newest report, empty for none."""
    return next((report.code for report in reports_of(session, talk)[:1]), "")


def _add(session: Session, context: TurnContext, state: DialogueState) -> None:
    """Add the words of the draft to the last report, and begin anew."""
    last = report_of(session, context.talk.id, state.last_code)
    keep_state(context, DialogueState(last_code=state.last_code))
    if last is None:  # taken back, or erased meanwhile
        context.say(session, NO_SUCH, code=state.last_code)
        return
    assign_loose_files(session, context.talk, last.id)
    if state.text:
        _comment(session, context, last, state.text, ADDED)
    else:
        context.say(session, ADDED, code=last.code)


def _comment(session: Session, context: TurnContext, report: Report, text: str, msgid: str) -> None:
    key = context.vault.key
    asker = Asker(secret=report_secret(key, report.id, report.secret_generation), key=key)
    try:
        with session.begin_nested():
            comment(session, context.reference, asker, report.id, Remark(text=text[:2000]), context.now)
    except AppError:
        context.say(session, NOT_ADDED, code=report.code)
        return
    context.say(session, msgid, code=report.code)
    if further := _further_way(context, report):
        context.say(session, further, link=context.page_of(report, own=True))


def _further_way(context: TurnContext, report: Report) -> str:
    """Return what to do about a report that is over, where words alone move nothing; empty for others."""
    if report.status == Status.REJECTED:
        return TO_APPEAL
    until = timedelta(days=context.reference.config.reopen_days)
    if report.status == Status.CLOSED and report.closed_at and context.now < report.closed_at + until:
        return TO_REOPEN
    return ""


def reports_of(session: Session, talk: Conversation) -> Sequence[Report]:
    """Return the conversation's reports, newest first."""
    own = (
        select(Report)
        .join(ConversationReport, ConversationReport.report_id == Report.id)
        .where(ConversationReport.conversation_id == talk.id)
    )
    return session.scalars(own.order_by(ConversationReport.at.desc())).all()
