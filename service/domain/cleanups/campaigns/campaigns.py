"""Keeping the pages of campaigns: who may, what they say, over which days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.kernel.sql import one_at_a_time
from service.domain.reports.drafts import StrictBody
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.domain.works.forms import Day
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import Campaign, Role

MOST = 100
LONGEST = timedelta(days=3700)
KEEPERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
NONE = N_("Không có trang phong trào này.")
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Lead = Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)]


class CampaignTitle(StrictBody):
    """Name in both languages; without English the Vietnamese stands for it."""

    vi: Line
    en: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class CampaignLead(StrictBody):
    """Sentence or two below the name, in both languages."""

    vi: Lead = ""
    en: Lead = ""


class CampaignForm(StrictBody):
    """Page of a campaign. `version` is that of the page that is changed, 0 for a new one."""

    title: CampaignTitle
    lead: CampaignLead = Field(default_factory=CampaignLead)
    first: Day
    last: Day
    version: Annotated[int, Field(ge=0, strict=True)] = 0


def find_campaign(session: Session, slug: str) -> Campaign:
    """Return the campaign of that address. Raises NotFound."""
    found = session.scalar(select(Campaign).where(Campaign.slug == slug[:60]))
    if found is None:
        raise NotFound(NONE)
    return found


def list_campaigns(session: Session) -> list[Campaign]:
    """Return every campaign, the newest first."""
    return list(session.scalars(select(Campaign).order_by(Campaign.last.desc(), Campaign.id.desc())))


def current_campaigns(session: Session, today: date) -> list[Campaign]:
    """Return the campaigns that go on today, the first to end first."""
    going = select(Campaign).where(Campaign.first <= today, Campaign.last >= today)
    return list(session.scalars(going.order_by(Campaign.last, Campaign.id).limit(5)))


def keep_campaign(ctx: ActionContext, slug: str, form: CampaignForm) -> tuple[Campaign, bool]:
    """Return (the page, whether it is new). The same again changes nothing.

    Raises Forbidden, Invalid for days or an address that are none, Conflict for a page that others changed.
    """
    require_works(ctx.reference)
    if ctx.actor.role not in KEEPERS:
        raise Forbidden(N_("Chỉ lãnh đạo và quản trị viên được soạn trang phong trào."))
    _check(slug, form)
    one_at_a_time(ctx.session, "campaigns")  # or two of one address at once: a 500
    known = ctx.session.scalar(select(Campaign).where(Campaign.slug == slug).with_for_update())
    columns = {
        "title": {"vi": form.title.vi, "en": form.title.en or form.title.vi},
        "lead": {"vi": form.lead.vi, "en": form.lead.en or form.lead.vi},
        "first": form.first,
        "last": form.last,
    }
    if known is None:
        if (ctx.session.scalar(select(func.count()).select_from(Campaign)) or 0) >= MOST:
            raise Conflict(N_("Đã có quá nhiều trang phong trào."))
        made = Campaign(slug=slug, created_at=ctx.now, created_by=ctx.actor.staff_id, **columns)
        ctx.session.add(made)
        ctx.session.flush()
        return made, True
    if all(getattr(known, name) == value for name, value in columns.items()):
        return known, False
    if known.version != form.version:
        raise Conflict(
            N_("Có người vừa cập nhật trang này. Hãy xem bản mới rồi sửa tiếp."),
            extra={"version": known.version},
        )
    for name, value in columns.items():
        setattr(known, name, value)
    known.version += 1
    ctx.session.flush()
    return known, False


def _check(slug: str, form: CampaignForm) -> None:
    words = slug.split("-")
    plain = all(word and word.isascii() and word.isalnum() and word == word.lower() for word in words)
    if not plain or len(slug) > 60:
        raise invalid(["slug"], N_("Địa chỉ trang chỉ gồm chữ thường không dấu, số và dấu gạch nối."))
    if form.last < form.first:
        raise invalid(["last"], N_("Ngày cuối phải sau ngày đầu."))
    if form.last - form.first > LONGEST:
        raise invalid(["last"], N_("Một phong trào dài nhất mười năm."))
