"""Partners: other systems that work on cases; their keys, how the calls go, what was handed over lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.partners import register
from service.errors import AppError
from service.pages.admin.office import AdminPage, FilledDep, OfficeDep, to
from service.pages.shared.partner_words import HAND_OVER_WORDS
from service.sending.open311_client import Open311Partner
from service.sending.outgoing import CallFailed, OutgoingCalls

router = APIRouter(prefix="/admin/partners")

CALL_S, MOST_BYTES, MOST_SHOWN = 10.0, 2 * 1024 * 1024, 12


@dataclass(frozen=True, slots=True)
class TriedCall:
    """Result of a call on trial: how many kinds the partner takes, which of ours it lacks, or what failed."""

    department: str
    services: int = 0
    missing: Sequence[str] = ()
    problem: str = ""


@router.get("")
async def table(office: OfficeDep) -> Response:
    """Every partner of the city, and the newest hand-overs."""
    return await _draw(office)


@router.post("/{department}/key")
async def set_key(department: str, sent: FilledDep) -> Response:
    """Keep the key that a partner gave us, which no page ever shows; an empty one takes it away."""
    office, secret = sent.office, sent.form.text("secret")
    key = office.resources.settings.secret
    try:
        await office.run(register.set_partner_key, office.reference, office.stamp, key, department, secret)
    except AppError as error:
        return await _draw(office, error)
    return to("/admin/partners", "saved")


@router.post("/{department}/test")
async def try_call(department: str, sent: FilledDep) -> Response:
    """Ask the partner which kinds it takes, and say which of ours it lacks. Nothing is handed over."""
    office, settings = sent.office, sent.office.resources.settings
    try:
        department_id, config = register.find_partner(office.reference, department)
    except AppError as error:
        return await _draw(office, error)
    key = await office.run(register.key_of_partner, settings.secret, department_id)
    calls = OutgoingCalls(settings.webhook_rules, whole_s=CALL_S, most_bytes=MOST_BYTES)
    server = Open311Partner(register.with_whole_address(config, settings.public_url), key, calls)
    tried = TriedCall(department)
    try:
        theirs = await to_thread.run_sync(server.services)
        missing = register.unknown_services(office.reference, config, frozenset(theirs))
        tried = TriedCall(department, len(theirs), missing[:MOST_SHOWN])
    except CallFailed as failed:
        tried = TriedCall(department, problem=str(failed)[:300] or type(failed).__name__)
    await office.run(register.note_call, department_id, office.stamp.at, tried.problem)
    return await _draw(office, tried=tried)


async def _draw(office: AdminPage, error: AppError | None = None, tried: TriedCall | None = None) -> Response:
    context = {
        "partners": await office.run(register.all_partners, office.reference),
        "hand_overs": await office.run(register.newest_hand_overs),
        "states": HAND_OVER_WORDS,
        "tried": tried,
    }
    return office.draw("admin/partners.html", context, error=error)
