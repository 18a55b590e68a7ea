"""Making a secret anew, after which the old link opens nothing: by whoever holds it, or by a coordinator."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.kernel import audit
from service.domain.kernel.codes import report_secret
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.kernel.texts import tidy
from service.domain.privacy.erasure import ERASERS
from service.domain.publication import ledger
from service.domain.publication.ledger import Action
from service.domain.reports.access import Access, Asker, lock_report
from service.domain.reports.drafts import StrictBody
from service.errors import Forbidden, Unauthenticated, invalid
from service.i18n import N_
from service.models import Report
from service.models.reports.event import ActorKind


class Renewal(StrictBody):
    """Making the secret anew; staff say why."""

    reason: Annotated[str, Field(max_length=500)] = ""


def renew_secret(
    session: Session, asker: Asker, name: str | UUID, sent: Renewal, now: datetime
) -> str | None:
    """Make a new secret and return it to its holder; None to staff, whose reporter gets it by the next mail.

    The old one opens nothing from now on. Raises NotFound; Unauthenticated without a secret; Forbidden for
    staff who do not coordinate; Invalid where they give no reason.
    """
    access = lock_report(session, asker, name, now=now)
    report, follower = access.report, access.follower
    if access.actor.kind == ActorKind.STAFF:
        _check_staff(access, sent)
        _renew_report(session, report, now)
        why = {"reason": tidy(sent.reason)}
        audit.write_entry(
            session, "report.secret_renewed", report.code, at=now, staff_id=access.actor.staff_id, after=why
        )
        return None
    if access.actor.kind == ActorKind.REPORTER:
        _renew_report(session, report, now)
        return report_secret(asker.key, report.id, report.secret_generation)
    if follower is None:
        raise Unauthenticated(N_("Cần mã bí mật của phản ánh hoặc của người quan tâm."))
    follower.secret_generation += 1
    ledger.enter_action(session, Action.RENEW_FOLLOWER_SECRET, follower.id, now)
    session.flush()
    return follower_secret(asker.key, follower.id, follower.secret_generation)


def _renew_report(session: Session, report: Report, now: datetime) -> None:
    """Renew the secret of the report and of the one it was split from: that old secret opens it too."""
    source = select(Report).where(Report.id == report.split_from_id).with_for_update(key_share=True)
    for each in (report, *session.scalars(source)):
        each.secret_generation += 1
        ledger.enter_action(session, Action.RENEW_REPORT_SECRET, each.id, now)
    session.flush()


def _check_staff(access: Access, sent: Renewal) -> None:
    if access.actor.role not in ERASERS:
        raise Forbidden(N_("Chỉ điều phối viên và người quản trị được đổi mã bí mật của phản ánh."))
    if not tidy(sent.reason):
        raise invalid(["reason"], N_("Cần nêu lý do."))
