"""`hientruong demo`: believable reports over the loaded city, and the demo's accounts."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.installation import Data, use_installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.demo.rows import Waiting
    from service.settings import Settings
    from service.storage import Storage


def demo(
    reports: Annotated[int, typer.Option(min=0, help="How many reports to make.")] = 300,
    days: Annotated[int, typer.Option(min=2, max=3650, help="How far back their history goes.")] = 180,
    seed: Annotated[int, typer.Option(help="The same seed makes the same reports.")] = 311,
    data: Data = None,
) -> None:
    """Add demo reports in every status to the loaded city; with HIENTRUONG_DEMO on, demo accounts too."""
    use_installation(data)
    from service.db import make_engine, unit_of_work
    from service.demo.copy import bring, store_pictures
    from service.settings import get_settings
    from service.storage import Storage

    # Millions of short-lived rows and no cycles: the collector would only walk them.
    gc.disable()
    settings = get_settings()
    engine = make_engine(settings.sqlalchemy_url)
    storage = Storage(settings.media_url)
    store_pictures(storage)
    with _progress(reports) as progress, unit_of_work(engine) as session:
        earlier = _bring_litter(session) if settings.demo else []
        now = datetime.now(UTC)
        bring(session, reports, now=now, days=days, seed=seed, progress=progress, earlier=earlier)
        if settings.demo:
            _bring_examples(session, settings, storage)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    typer.echo(f"{reports:,} demo reports of the last {days} days are in.")


def _bring_litter(session: Session) -> Waiting:
    """Bring the reports of the demo's hot spots; before all others, for they are the oldest."""
    from service.demo.cleanup_days.litter import bring_litter

    return bring_litter(session, datetime.now(UTC))


def _bring_examples(session: Session, settings: Settings, storage: Storage) -> None:
    """Make the demo's accounts, and examples for each part of the service that is not about reports."""
    from service.demo.accounts import demo_accounts
    from service.demo.advertisements.number_cases import demo_number_cases
    from service.demo.advertisements.numbers import demo_numbers
    from service.demo.cables import demo_cables
    from service.demo.claims import demo_claims
    from service.demo.cleanup_days.city import demo_cleanups
    from service.demo.documents import demo_documents
    from service.demo.documents.reports_up import demo_reports_up
    from service.demo.movements import demo_movements
    from service.demo.partner import demo_partner
    from service.demo.plans import demo_plans
    from service.demo.surveys import demo_surveys
    from service.demo.talks import demo_talks
    from service.domain.city.reference import load_reference
    from service.domain.talks.vault import Vault
    from service.sending.channels import talk_channels

    reference, at = load_reference(session), datetime.now(UTC)
    demo_accounts(session, reference, at=at)
    demo_plans(session, reference, at=at)
    demo_reports_up(session, reference, at=at)
    demo_documents(session, reference, storage, at=at)
    demo_numbers(session, reference, storage, at=at)
    demo_number_cases(session, reference, settings.secret, at=at)
    demo_cleanups(session, reference, at=at)
    demo_cables(session, reference, at=at)
    demo_claims(session, reference, at=at)
    demo_surveys(session, reference, at=at)
    demo_movements(session, reference, at=at)
    accounts = {name: talk.account(settings) or "" for name, talk in talk_channels(settings).items()}
    demo_partner(session, reference, settings.secret, at=at)
    demo_talks(session, Vault(settings.secret), accounts, at=at)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar where someone watches; silence elsewhere."""
    if not sys.stderr.isatty() or not total:
        yield lambda _done: None
        return
    with typer.progressbar(length=total, label="Making reports", file=sys.stderr) as bar:
        yield bar.update
