"""The photos that a step leans on: they must belong to the report and be evidence."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import FieldError, Invalid
from service.i18n import N_
from service.models import Photo
from service.models.reports.photo import PhotoState

EVIDENCE = ("evidence",)


def check_photos(
    session: Session,
    report_id: UUID,
    ids: Sequence[UUID],
    *,
    kinds: Sequence[str] = EVIDENCE,
    field: str = "evidence",
) -> None:
    """Raises Invalid naming every id that is no such photo of this report, or one that cannot be shown."""
    if not ids:
        return
    query = select(Photo.id).where(
        Photo.id.in_(ids),
        Photo.report_id == report_id,
        Photo.kind.in_(kinds),
        Photo.state != PhotoState.FAILED,
    )
    found = set(session.scalars(query))
    wrong = [
        FieldError((field, index), N_("Không phải ảnh bằng chứng của phản ánh này."))
        for index, photo_id in enumerate(ids)
        if photo_id not in found
    ]
    if wrong:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=wrong)
