"""Register of documents: what was made, its number and date from the clerk, the signed file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, department_brief
from service.domain.configuration.administration.changes import same_version
from service.domain.documents.names import number_written
from service.domain.kernel.audit import write_entry
from service.domain.reports.access import Asker
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor
from service.domain.works.views import ReadModel
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import OfficialDocument, Plan, Role
from service.models.documents.kinds import DocumentKind
from service.models.reports.event import ActorKind

DRAFTS = "original/document"
"""Files of documents in the store: drafts that were written here, and what was signed."""
WRITERS = frozenset({Role.DEPARTMENT, Role.MANAGER, Role.ADMINISTRATOR})
SHOWN = 200


class DocumentNumber(StrictBody):
    """Number and date that the clerk gave a document; both empty takes them back."""

    number: Annotated[int, Field(ge=1, le=999_999)] | None = None
    dated: date | None = None
    version: int


class DocumentSent(StrictBody):
    """Recipients whom a document was sent to, all of them: lines of its `recipients`."""

    sent_to: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=100)]
    version: int


class DocumentView(ReadModel):
    """Document in the register. `full_number` is empty until the clerk has entered it: `12/BC-STTTT`.

    `sent_to` are those of the `recipients` whom it was sent to.
    """

    id: int
    kind: str
    about: str
    issuer: UnitBrief | None
    symbol: str
    plan: str | None
    file_name: str
    made_at: datetime
    number: int | None
    full_number: str
    dated: date | None
    signed: bool
    signed_at: datetime | None
    recipients: list[str]
    sent_to: list[str]
    version: int


@dataclass(frozen=True, slots=True)
class NewDocument:
    """Document that was just made; its file is stored under `file_key`. `download_id` is the order of a
    worker that wrote it, which enters it once.
    """

    kind: DocumentKind
    about: str
    issuer_id: int
    symbol: str
    file_key: str
    file_name: str
    recipients: Sequence[str] = ()
    plan_id: int | None = None
    download_id: UUID | None = None


def visible_documents(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the documents that this person may see: those of their own units."""
    if actor.kind != ActorKind.STAFF or actor.role not in WRITERS:
        return false()
    if actor.role == Role.ADMINISTRATOR or (actor.role == Role.MANAGER and actor.of_city):
        return true()
    return OfficialDocument.issuer_id.in_(sorted(actor.departments))


def may_issue(actor: Actor, issuer_id: int) -> bool:
    """Return whether a person may make documents of this unit."""
    if actor.kind != ActorKind.STAFF or actor.role not in WRITERS:
        return False
    whole = actor.role == Role.ADMINISTRATOR or (actor.role == Role.MANAGER and actor.of_city)
    return whole or issuer_id in actor.departments


def require_issuing(actor: Actor, issuer_id: int) -> None:
    """Raise Forbidden for who may not make documents of this unit."""
    if not may_issue(actor, issuer_id):
        raise Forbidden(N_("Chỉ đơn vị ban hành lập và giữ văn bản của mình."))


def keep_document(session: Session, actor: Actor, new: NewDocument, now: datetime) -> OfficialDocument:
    """Enter a document that was made. Raises Forbidden for who does not write for its issuer."""
    require_issuing(actor, new.issuer_id)
    row = OfficialDocument(
        kind=new.kind,
        about=new.about,
        issuer_id=new.issuer_id,
        symbol=new.symbol,
        plan_id=new.plan_id,
        file_key=new.file_key,
        file_name=new.file_name,
        recipients=list(new.recipients),
        download_id=new.download_id,
        made_at=now,
        made_by=actor.staff_id,
    )
    session.add(row)
    session.flush()
    return row


def find_document(session: Session, actor: Actor, number: int, *, lock: bool = False) -> OfficialDocument:
    """Return a document. Raises NotFound also for who may not know of it."""
    query = select(OfficialDocument).where(OfficialDocument.id == number, visible_documents(actor))
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound(N_("Không có văn bản này."))
    return row


def document_of_download(session: Session, asker: Asker, download: UUID) -> int | None:
    """Return the number in the register of what a worker wrote for an order; None where it is not entered."""
    if asker.staff is None:
        return None
    found = OfficialDocument.download_id == download, visible_documents(asker.staff)
    return session.scalar(select(OfficialDocument.id).where(*found))


def list_documents(
    session: Session, reference: Reference, actor: Actor, plan_id: int | None = None
) -> list[DocumentView]:
    """Return the newest documents that this person may see."""
    query = select(OfficialDocument).where(visible_documents(actor)).order_by(OfficialDocument.id.desc())
    if plan_id is not None:
        query = query.where(OfficialDocument.plan_id == plan_id)
    return view_documents(session, reference, session.scalars(query.limit(SHOWN)).all())


def view_documents(
    session: Session, reference: Reference, rows: Sequence[OfficialDocument]
) -> list[DocumentView]:
    """Return documents as they are told."""
    ids = {row.plan_id for row in rows if row.plan_id}
    found = session.execute(select(Plan.id, Plan.code).where(Plan.id.in_(ids)))
    codes: dict[int, str] = {row.id: row.code for row in found}
    return [
        DocumentView(
            **{name: getattr(row, name) for name in ("id", "about", "symbol", "file_name", "made_at")},
            **{name: getattr(row, name) for name in ("number", "dated", "signed_at", "version")},
            kind=str(row.kind),
            issuer=department_brief(reference.departments.get(row.issuer_id)),
            plan=codes.get(row.plan_id or 0),
            full_number=full_number(row),
            recipients=list(row.recipients),
            sent_to=list(row.sent_to),
            signed=row.signed_key is not None,
        )
        for row in rows
    ]


def full_number(row: OfficialDocument) -> str:
    """Return number and symbol as people cite them; empty without a number."""
    if row.number is None:
        return ""
    return f"{number_written(row.number)}/{row.symbol}" if row.symbol else number_written(row.number)


def number_document(
    session: Session, actor: Actor, document: int, form: DocumentNumber, now: datetime, today: date
) -> OfficialDocument:
    """Enter number and date, or take them back while nothing is signed. The same again changes nothing.

    Raises NotFound, Invalid, Conflict for a stale version, a number that is taken, a signed document.
    """
    row = find_document(session, actor, document, lock=True)
    if (row.number, row.dated) == (form.number, form.dated):
        return row
    same_version(form.version, row.version)
    if (form.number is None) != (form.dated is None):
        raise invalid(["number" if form.number is None else "dated"], N_("Cần cả số và ngày ban hành."))
    if form.dated is not None and form.dated > today:
        raise invalid(["dated"], N_("Ngày ban hành không được sau hôm nay."))
    if row.signed_key is not None:
        raise Conflict(N_("Văn bản đã có bản ký, số và ngày không đổi được nữa."))
    before = _numbered(row)
    row.number, row.dated, row.version = form.number, form.dated, row.version + 1
    row.number_year = form.dated.year if form.dated else None
    row.numbered_at, row.numbered_by = now, actor.staff_id
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        raise Conflict(N_("Số này đã dùng cho một văn bản khác cùng ký hiệu trong năm.")) from error
    _audited(session, actor, row, "numbered", now, before, _numbered(row))
    return row


def tick_recipients(
    session: Session, actor: Actor, document: int, sent: DocumentSent, now: datetime
) -> OfficialDocument:
    """Keep whom a document was sent to. The same again changes nothing.

    Raises NotFound, Invalid for who is no recipient of it, Conflict for a stale version and one without a
    number.
    """
    row = find_document(session, actor, document, lock=True)
    unknown = [each for each in sent.sent_to if each not in row.recipients]
    if unknown:
        raise invalid(["sent_to"], N_("“{name}” không có ở nơi nhận của văn bản này."), name=unknown[0])
    ticked = [each for each in row.recipients if each in sent.sent_to]
    before = list(row.sent_to)
    if before == ticked:
        return row
    same_version(sent.version, row.version)
    if row.number is None:
        raise Conflict(N_("Hãy ghi số và ngày ban hành trước khi đánh dấu nơi đã gửi."))
    row.sent_to, row.version = ticked, row.version + 1
    session.flush()
    _audited(session, actor, row, "sent", now, {"sent_to": before}, {"sent_to": ticked})
    return row


def keep_signed(
    session: Session, actor: Actor, document: int, key: str, sha256: bytes, now: datetime
) -> tuple[OfficialDocument, str | None]:
    """Return (the document, key of the file that is not needed). The same file again changes nothing.

    Raises NotFound, Conflict before it has a number and where another signed file is kept.
    """
    row = find_document(session, actor, document, lock=True)
    if row.signed_sha256 == sha256:
        return row, key
    if row.number is None:
        raise Conflict(N_("Hãy ghi số và ngày ban hành trước khi lưu bản ký."))
    if row.signed_key is not None:
        raise Conflict(N_("Văn bản này đã có bản ký. Bản ký đã lưu không thay được."))
    row.signed_key, row.signed_sha256, row.version = key, sha256, row.version + 1
    row.signed_at, row.signed_by = now, actor.staff_id
    session.flush()
    _audited(session, actor, row, "signed", now, None, {"sha256": sha256.hex()})
    return row, None


def _numbered(row: OfficialDocument) -> dict[str, object]:
    return {"number": row.number, "dated": row.dated.isoformat() if row.dated else None}


def _audited(
    session: Session,
    actor: Actor,
    row: OfficialDocument,
    verb: str,
    now: datetime,
    before: dict[str, object] | None,
    after: dict[str, object],
) -> None:
    action, name = f"document.{verb}", str(row.id)
    write_entry(session, action, name, at=now, staff_id=actor.staff_id, before=before, after=after)
