"""Documents at the web edge, for routes and pages alike: written, stored, entered; signed files kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from anyio import to_thread
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from service.db import async_unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.documents import register
from service.domain.documents.of_plans import PlanDocumentOrder, PlanPaper, read_plan_paper
from service.domain.documents.register import NewDocument
from service.domain.works.actions import ActionContext
from service.storage import Storage, StorageUnavailable
from service.web.dependencies import Resources
from service.web.papers.signed_files import store_draft, store_signed
from service.web.viewer import Colleague

if TYPE_CHECKING:
    from service.documents.made import MadeDocument  # here: heavy


async def make_and_keep(
    resources: Resources,
    reference: Reference,
    staff: Colleague,
    now: datetime,
    code: str,
    order: PlanDocumentOrder,
) -> int:
    """Make a document about a plan and enter it; its number in the register.

    Raises what reading it raises, Forbidden for who does not write for its issuer.
    """

    def read(session: Session) -> PlanPaper:
        ctx = ActionContext(session, reference, load_calendar(session, reference), staff.actor, now)
        found = read_plan_paper(ctx, code, order)
        register.require_issuing(staff.actor, found.issuer_id)
        return found

    async with async_unit_of_work(resources.engine) as session:
        paper = await session.run_sync(read)
    made = await to_thread.run_sync(write_plan_document, resources.storage, reference, paper)
    return await enter_made(resources, staff, now, made, paper.issuer_id, paper.plan_id)


def write_plan_document(storage: Storage, reference: Reference, paper: PlanPaper) -> MadeDocument:
    """Write a document about a plan with the photos that the store has."""
    from service.documents.plans import make_plan_document  # here: heavy

    keys = [each.picture for each in paper.facts.pictured] if paper.order.what == "progress" else []
    return make_plan_document(reference, paper, stored_pictures(storage, keys))


def stored_pictures(storage: Storage, keys: Sequence[str]) -> dict[str, bytes]:
    """Return what the store has of these; a document goes out without the others."""
    found = {}
    for key in keys:
        try:
            found[key] = storage.get(key)
        except (StorageUnavailable, FileNotFoundError):
            continue
    return found


async def enter_made(
    resources: Resources,
    staff: Colleague,
    now: datetime,
    made: MadeDocument,
    issuer_id: int,
    plan_id: int | None = None,
) -> int:
    """Store a document that was written and enter it; its number in the register."""
    key = await store_draft(resources.storage, made.body)
    new = new_document(made, issuer_id, key, plan_id)
    async with async_unit_of_work(resources.engine) as session:
        row = await session.run_sync(register.keep_document, staff.actor, new, now)
        return row.id


def new_document(made: MadeDocument, issuer_id: int, key: str, plan_id: int | None = None) -> NewDocument:
    """Return a document that was written and stored under `key` as the register takes it."""
    return NewDocument(
        made.kind, made.about, issuer_id, made.symbol, key, made.file_name, made.recipients, plan_id
    )


async def take_signed(
    resources: Resources, staff: Colleague, document: int, file: UploadFile, now: datetime
) -> None:
    """Store a signed file and keep it; what is not kept is thrown away. Raises as both do."""
    stored = await store_signed(resources.storage, file)
    spare: str | None = stored.key
    try:
        async with async_unit_of_work(resources.engine) as session:
            _, spare = await session.run_sync(
                register.keep_signed, staff.actor, document, stored.key, stored.sha256, now
            )
    finally:
        if spare is not None:
            await to_thread.run_sync(resources.storage.delete, spare)
