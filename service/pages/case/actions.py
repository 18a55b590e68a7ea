"""Routes of the forms on a case's page. Every form carries the version it was drawn with; a refusal keeps
what was typed and shows what others changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, RedirectResponse, Response

from service.db import DomainSession
from service.domain.casework import contractor_answers, extension_requests, extensions, holders, transitions
from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.case.mentions import unknown_mentions
from service.domain.casework.citizens import comments
from service.domain.casework.citizens.comments import Remark
from service.domain.casework.contractor_answers import ContractorAnswer
from service.domain.casework.extension_requests import ExtensionDecision
from service.domain.casework.extensions import ExtensionTerms
from service.domain.casework.holders import HolderChange, SupportChange
from service.domain.city.templates import FilledTemplate, templates_for
from service.domain.contacts import disclosure as contacts_reading
from service.domain.kernel.texts import tidy
from service.domain.reports.access import find_report
from service.domain.reports.photo_limits import MOST
from service.domain.reports.photos import find_for_sender
from service.domain.workspaces.casefile import changes_since, stays_in_list
from service.errors import AppError, invalid
from service.i18n import N_
from service.imaging.refusal import MAX_BYTES
from service.pages.case.case import CaseVisit, RefusedForm, brief_timeline, draw_case_page, known_code
from service.pages.shared.forms import FormDep, SentForm, read, words_id
from service.pages.shared.visit import StaffVisit
from service.sending.channels import CHANNELS
from service.web.dependencies import WakeAfter
from service.web.takedown import ClearAfter
from service.web.uploads import FORM_BYTES, Gate, GateDep, Sending, receive_photo

router = APIRouter(dependencies=[WakeAfter, ClearAfter])

SEVERAL = ("supports", "evidence")
MOST_AT_ONCE = 6
OPTIONAL = ("lead", "duplicate_of", "policy", "category")


@dataclass(frozen=True, slots=True)
class CaseAction(StaffVisit):
    """A colleague at one case, with the form they sent."""

    code: str
    form: SentForm

    @property
    def typed(self) -> dict[str, Any]:
        """Return what the form says, without its files."""
        return {**self.form.fields(), **{name: self.form.texts(name) for name in SEVERAL}}

    @property
    def case_context(self) -> CaseContext:
        """Return the circumstances of the act, as verbs of casework take them."""
        return CaseContext(self.reference, self.resources.rulebook, self.staff.asker, self.now)

    @property
    def version(self) -> int | None:
        """Return the version on the screen; None where the form tells none."""
        return self.form.number("version")


async def get_work(visit: CaseVisit, code: str, form: FormDep) -> CaseAction:
    """Return who acts on which case. Raises Unauthenticated, Forbidden without the form's token, NotFound."""
    here = (visit.request, visit.resources, visit.reference, visit.now, visit.staff)
    return CaseAction(*here, known_code(code), form)


WorkDep = Annotated[CaseAction, Depends(get_work)]


@router.post("/case/{code}/step", max_body_size=MOST_AT_ONCE * MAX_BYTES + FORM_BYTES)
async def step(work: WorkDep, gate: GateDep) -> Response:
    """Take a step of the life cycle; photos that come with it are its evidence."""
    name = work.form.text("step")
    photo_ids: list[UUID] = []

    async def act() -> str:
        photo_ids.extend(await _take_photos(work, gate))
        change = _read_transition(work, photo_ids)
        await work.run(transitions.transition, work.case_context, work.code, change)
        if not await work.run(stays_in_list, work.staff.asker, work.code, work.now):
            raise _Left
        return name

    return await take_act(work, name, act, photo_ids)


@router.post("/case/{code}/extension")
async def extension(work: WorkDep) -> Response:
    """More time: at once where nobody need be asked, else as a request to the manager."""

    async def act() -> str:
        sent = {"unit": work.typed.get("unit"), "reason": work.typed.get("reason", "")}
        change = read(ExtensionTerms, {**sent, "amount": work.form.number("amount"), "version": work.version})
        asks = work.form.text("asks") == "1"
        verb = extension_requests.ask_for_more if asks else extensions.extend
        await work.run(verb, work.reference, work.staff.asker, work.code, change, work.now)
        return "asked_more" if asks else "extended"

    return await take_act(work, "extend", act)


@router.post("/case/{code}/extension/decision")
async def decision(work: WorkDep) -> Response:
    """A manager's word on more time."""

    async def act() -> str:
        approve = work.form.text("approve") == "1"
        sent = {"approve": approve, "answer": work.typed.get("answer", ""), "version": work.version}
        change = read(ExtensionDecision, sent)
        verb = extension_requests.answer_request
        await work.run(verb, work.reference, work.staff.asker, work.code, change, work.now)
        return "approved" if approve else "declined"

    return await take_act(work, "decide", act)


@router.post("/case/{code}/holder")
async def holder(work: WorkDep) -> Response:
    """Give the case to a person of the department."""

    async def act() -> str:
        change = read(HolderChange, {"holder": work.typed.get("holder") or None, "version": work.version})
        await work.run(holders.entrust, work.reference, work.staff.asker, work.code, change, work.now)
        return "holder"

    return await take_act(work, "holder", act)


@router.post("/case/{code}/contract")
async def contract(work: WorkDep) -> Response:
    """A contractor takes the case for a time of arrival, or gives it back."""
    declines = work.form.text("do") == "decline"

    async def act() -> str:
        zone = work.zone
        sent = (
            {"reason": work.form.text("reason")}
            if declines
            else {"arrives_at": work.form.moment("arrives_at", zone)}
        )
        given = read(ContractorAnswer, {**sent, "version": work.version})
        await work.run(
            contractor_answers.answer_contract, work.reference, work.staff.asker, work.code, given, work.now
        )
        if not await work.run(stays_in_list, work.staff.asker, work.code, work.now):
            raise _Left
        return "contract"

    return await take_act(work, "decline" if declines else "contract", act)


@router.post("/case/{code}/parts")
async def share(work: WorkDep) -> Response:
    """Change who supports and who carries out."""

    async def act() -> str:
        sent = {"supports": work.typed["supports"], "executor": work.typed.get("executor") or None}
        change = read(SupportChange, {**sent, "version": work.version})
        await work.run(holders.share, work.case_context, work.code, change)
        return "parts"

    return await take_act(work, "parts", act)


@router.post("/case/{code}/words")
async def words(work: WorkDep) -> Response:
    """A public reply or a note; before that a template put in, or a look at what the citizen will see."""
    kind = "reply" if work.form.text("kind") == "reply" else "note"
    wanted, text = work.form.text("do"), work.form.text("text")
    if wanted == "insert":
        return await _insert(work, kind, text)
    if wanted == "preview":
        return await _again(work, RefusedForm(kind, typed=work.typed, preview=tidy(text)[:2000]))

    async def act() -> str:
        remark_id = words_id(work.typed.get("id"), text)
        sent = read(Remark, {"text": text, "kind": kind, "id": remark_id})
        await work.run(comments.comment, work.reference, work.staff.asker, work.code, sent, work.now)
        return kind

    return await take_act(work, kind, act)


@router.post("/case/{code}/contact")
async def contact(work: WorkDep) -> Response:
    """Show who reported, for a purpose that is written down; shown once, never kept in an address."""
    purpose = work.form.text("purpose")[:200]
    try:
        found = await work.run(
            contacts_reading.read_contact,
            CHANNELS,
            work.reference,
            work.staff.asker,
            work.code,
            purpose,
            work.now,
        )
    except AppError as error:
        return await _again(work, RefusedForm("contact", error, work.typed))
    return await _again(work, RefusedForm("contact", typed=work.typed, contact=found))


async def _take_photos(work: CaseAction, gate: Gate) -> list[UUID]:
    """Store the files of the form, each in its own transaction; those sent before are found again."""
    files = [each for each in work.form.files("photos") if each.size]
    if not files:
        return []
    if len(files) > min(MOST_AT_ONCE, MOST["evidence"]):
        raise invalid(["evidence"], N_("Mỗi lần gửi tối đa {most} ảnh."), most=MOST_AT_ONCE)
    report_id, actor = await work.run(find_for_sender, work.staff.asker, work.code, now=work.now)
    zone = work.zone
    stored = []
    for file in files:
        sending = Sending(report_id, actor, at=work.now, zone=zone)
        photo, _ = await receive_photo(work.resources, gate, file, sending)
        stored.append(photo.id)
    return stored


def _read_transition(work: CaseAction, photos: list[UUID]) -> Transition:
    """Return the form as a step; what the step's form does not have is left out."""
    typed = work.typed
    sent: dict[str, object] = {
        name: typed[name] for name in ("to", "reason", "note", "public_reply") if typed.get(name)
    }
    sent |= {name: typed[name] for name in OPTIONAL if typed.get(name)}
    if "privacy_asked" in typed:
        sent["privacy"] = bool(typed.get("privacy"))
    sent["evidence"] = [*typed["evidence"], *photos]
    if typed.get("with_parts"):
        sent |= {"supports": typed["supports"], "executor": typed.get("executor") or None}
    return read(Transition, {**sent, "version": work.version})


async def _insert(work: CaseAction, kind: str, text: str) -> Response:
    """Put the chosen template behind what was typed."""
    chosen = work.form.text("template")

    def ready(session: DomainSession) -> list[FilledTemplate]:
        report = find_report(session, work.staff.asker, work.code, now=work.now).report
        return templates_for(session, work.reference, report, work.now)

    found = {each.code: each.text for each in await work.run(ready)}
    filled = "\n".join(part for part in (tidy(text), found.get(chosen, "")) if part)
    return await _again(work, RefusedForm(kind, typed={**work.typed, "text": filled}, preview=filled))


async def take_act(
    work: CaseAction, name: str, act: Callable[[], Awaitable[str]], photo_ids: list[UUID] | None = None
) -> Response:
    """Act, then back to the page. A refusal is shown at its form, with what was typed and what changed.

    Raises AppError to who asked for JSON, as the phone does that keeps a step until there is a network.
    """
    as_json = work.request.headers.get("accept", "").startswith("application/json")
    try:
        done = await act()
    except _Left:
        return _on_to(f"/queue?left={work.code}", as_json=as_json)
    except AppError as error:
        if as_json:
            raise
        typed = {**work.typed}
        typed["evidence"] = [*typed["evidence"], *(str(each) for each in photo_ids or ())]
        seen, changed = work.form.number("seen"), []
        if "version" in error.extra and seen is not None:
            _, events = await work.run(
                changes_since, work.reference, work.staff.asker, work.code, seen, work.now
            )
            changed = brief_timeline(events)
        return await _again(work, RefusedForm(name, error, typed, changed))
    return _on_to(f"/case/{work.code}?done={done}{await _uncalled(work)}", as_json=as_json)


def _on_to(goal: str, *, as_json: bool) -> Response:
    return JSONResponse({"page": goal}) if as_json else RedirectResponse(goal, status_code=303)


async def _uncalled(work: CaseAction) -> str:
    """Return the part of the next address that names whom the form's note called in vain."""
    note = work.form.text("text") if work.form.text("kind") == "note" else work.form.text("note")
    nobody = await work.run(unknown_mentions, work.reference, work.staff.asker, work.code, note, work.now)
    return f"&{urlencode({'nobody': ' '.join(nobody)})}" if nobody else ""


class _Left(Exception):
    """The case no longer waits in this person's list: they go on there."""


async def _again(work: CaseAction, attempt: RefusedForm) -> Response:
    return await draw_case_page(work, work.code, attempt)
