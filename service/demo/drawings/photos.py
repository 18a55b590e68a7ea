"""Rows of drawn photos; their files are stored by `service.demo.copy.store_pictures`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service.demo.drawings.pictures import picture_name
from service.demo.drawings.street import HEIGHT, WIDTH
from service.models import Photo
from service.models.reports.photo import PhotoState


def drawn_photo(
    identity: UUID,
    work_id: UUID,
    kind: str,
    at: datetime,
    scene: str,
    variant: int,
    *,
    fixed: bool,
    published: bool = True,
) -> Photo:
    """Return the row of a work's photo that shows a drawn scene. Raises KeyError where nobody draws that."""
    name = picture_name(scene, variant, fixed=fixed)
    return Photo(
        id=identity,
        work_id=work_id,
        kind=kind,
        state=PhotoState.READY,
        media_type="image/webp",
        size=1,
        width=WIDTH,
        height=HEIGHT,
        original_key=f"original/demo/{name}.webp",
        public_key=f"public/demo/{name}.webp",
        thumbnail_key=f"public/demo/{name}-small.webp",
        published=published,
        created_at=at,
        sha256=identity.bytes,
    )
