"""Tasks that make files people asked for, one at a time, and throw old ones away."""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from kombu.exceptions import OperationalError
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.city.reference import Reference, load_reference
from service.domain.documents.offices import issuing_facts, office_unit
from service.domain.documents.register import DRAFTS, NewDocument, keep_document, may_issue
from service.domain.documents.signing import DocumentSigning
from service.domain.people.staff import actor_for
from service.domain.queries.manage import lists
from service.domain.queries.manage.repeated_places import describe_places
from service.domain.queries.manage.selection import department_of, read_selection
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.domain.workspaces.downloads import orders
from service.domain.workspaces.downloads.named_rows import is_office_file, list_sheet
from service.domain.workspaces.downloads.office import write_sheet
from service.domain.workspaces.downloads.orders import DownloadOrder
from service.domain.workspaces.downloads.rows import chunks, count_rows, is_by_lateness, list_conditions
from service.domain.workspaces.downloads.scheduled import order_due, report_filename
from service.domain.workspaces.downloads.writers import MOST_ROWS, write_file
from service.errors import AppError, Unauthenticated
from service.i18n import N_, language_in_use
from service.models import Staff
from service.ops.queues import DOWNLOADS
from service.ops.telemetry import get_logger
from service.settings import get_settings
from service.storage import new_token
from workers.app import celery_app, engine, now, storage
from workers.sending import sendable, wake_senders

log = get_logger(__name__)

TELL_EVERY_S = 1.0
WAKE_EXPIRES_S = 30


@celery_app.task(name="workers.downloads.make", acks_late=False)
def make() -> None:
    """Make the oldest that waits, then ask to be called for the next one. Which, the table says: the message
    only wakes, and the lease on a download is its row's `worked_at`.
    """
    with unit_of_work(engine()) as session:
        order = orders.claim_download(session, now=now())
    if order is None:
        return
    make_one(order)
    with unit_of_work(engine()) as session:
        more = orders.is_waiting(session, now=now())
    if more:
        with suppress(OperationalError, OSError):  # without a broker the schedule asks
            make.apply_async(queue=DOWNLOADS, expires=WAKE_EXPIRES_S, retry=False)


@celery_app.task(name="workers.downloads.make_scheduled", acks_late=False)
def make_scheduled() -> int:
    """Order the reports of subscriptions whose period has ended, and tell their owners; how many."""
    with unit_of_work(engine()) as session:
        made = order_due(session, sendable(), load_reference(session), now())
    if made:
        log.info("scheduled reports ordered", reports=made)
        wake_senders()
    return made


@celery_app.task(name="workers.downloads.expire", acks_late=False)
def expire() -> None:
    """Throw away files whose time is over."""
    with unit_of_work(engine()) as session:
        over = orders.expired_downloads(session, now=now())
    for _, key in over:
        if key:
            storage().delete(key)
    with unit_of_work(engine()) as session:
        orders.forget_downloads(session, [identity for identity, _ in over])


def make_one(order: DownloadOrder) -> None:
    """Make one file; what cannot be made (an account that is gone, filters that no longer mean
    anything) fails.
    """
    token = language_in_use.set("en" if order.language == "en" else "vi")
    try:
        with tempfile.TemporaryDirectory(prefix="hientruong-") as folder:
            path = Path(folder) / f"file.{order.format}"
            with unit_of_work(engine()) as session:
                written = _write(session, order, path)
            storage().put_file(order.key, path)
            if written.entry is not None:
                storage().put_file(written.entry.file_key, path)
            size = path.stat().st_size
    except AppError as error:
        log.warning("download failed", download=str(order.id), error=error.code)
        if error.status < 500:
            with unit_of_work(engine()) as session:
                orders.fail_download(session, order)
        return
    finally:
        language_in_use.reset(token)
    with unit_of_work(engine()) as session:
        stored = orders.finish_download(session, order, written.rows, size, now=now())
        if stored and written.entry is not None and written.actor is not None:
            keep_document(session, written.actor, written.entry, now())
    if not stored:
        storage().delete(order.key)
    log.info("download made", download=str(order.id), rows=written.rows, bytes=size)


@dataclass(frozen=True, slots=True)
class _Written:
    """File that was written: its rows, and what the register of documents is to take of it for whom."""

    rows: int
    entry: NewDocument | None = None
    actor: Actor | None = None


def _write(session: Session, order: DownloadOrder, path: Path) -> _Written:
    reference = load_reference(session)
    asker = _asker(session, order, reference)
    if order.kind == "periodic":
        return _write_periodic(session, order, reference, asker, path)
    return _Written(_write_list(session, order, reference, asker, path))


def _write_list(
    session: Session, order: DownloadOrder, reference: Reference, asker: Asker, path: Path
) -> int:
    moment, most = now(), MOST_ROWS[order.format]
    conditions = list_conditions(reference, asker, order.asked, moment)
    progress = _Teller(order, min(count_rows(session, conditions, most), most))
    named, zone = is_office_file(order.asked, order.format), ZoneInfo(reference.timezone)
    pieces = chunks(
        session,
        reference,
        conditions,
        now=moment,
        public_url=get_settings().public_url,
        most=most,
        named_for=asker if named else None,
        latest_first=is_by_lateness(order.asked),
    )
    if named:
        write_sheet(
            path, order.format, zone, list_sheet(reference, asker, order.asked, moment), pieces, progress
        )
    else:
        write_file(path, order.format, zone, pieces, progress)
    return progress.done


def _write_periodic(
    session: Session, order: DownloadOrder, reference: Reference, asker: Asker, path: Path
) -> _Written:
    """Always in Vietnamese, as the administration writes; entered in the register where that was asked for
    and the asker writes for who issues it. Raises Unavailable before the first count.
    """
    language_in_use.set("vi")
    if asker.staff is None:
        raise Unauthenticated(N_("Cần đăng nhập bằng tài khoản cán bộ."))
    from service.documents.made import made_of
    from service.documents.offices import office_of
    from service.documents.periodic import PeriodicReportData, scope_words, write_periodic  # here: heavy

    moment = now()
    selection = read_selection(reference, asker.staff, order.asked, moment)
    board, places = lists.read_board(session, reference, selection, now=moment)
    counted = lists.count_places(session, reference, places, now=moment)
    described = describe_places(session, reference, places, counted, now=moment)
    today = moment.astimezone(ZoneInfo(reference.timezone)).date()
    facts = PeriodicReportData(board, scope_words(reference, selection), described, today)
    department = department_of(reference, asker.staff, order.asked)
    data = {name: order.asked[name] for name in DocumentSigning.model_fields if name in order.asked}
    signing, issuer = DocumentSigning.model_validate(data), office_unit(reference, department)
    office = office_of(reference, department, signing, issuing_facts(session, issuer))
    made = made_of(write_periodic(office, facts), "bao-cao.docx")
    path.write_bytes(made.body)
    if not order.asked.get("enter") or issuer is None or not may_issue(asker.staff, issuer):
        return _Written(0)
    key, name = f"{DRAFTS}/{new_token()}.docx", report_filename(facts.board.period)
    new = NewDocument(made.kind, made.about, issuer, made.symbol, key, name, made.recipients)
    return _Written(0, replace(new, download_id=order.id), asker.staff)


def _asker(session: Session, order: DownloadOrder, reference: Reference) -> Asker:
    """Return who asked, with the rights they have now. Raises Unauthenticated for an account that
    was closed.
    """
    if order.staff_id is None:
        return Asker(key=get_settings().secret)
    account = session.get(Staff, order.staff_id)
    if account is None or not account.active:
        raise Unauthenticated(N_("Cần đăng nhập bằng tài khoản cán bộ."))
    return Asker(staff=actor_for(account, reference), key=get_settings().secret)


class _Teller:
    """Writes down how far a download is, once a second at most, in a transaction of its own."""

    def __init__(self, order: DownloadOrder, total: int) -> None:
        self.order, self.total, self.done = order, total, 0
        self._last = float("-inf")

    def __call__(self, done: int) -> None:
        self.done = done
        if time.monotonic() - self._last >= TELL_EVERY_S:
            self._last = time.monotonic()
            with unit_of_work(engine()) as session:
                orders.progress(session, self.order, done, self.total, now=now())
