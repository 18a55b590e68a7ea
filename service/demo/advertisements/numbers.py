"""Demo numbers on advertisements: of a range that is out of use, on drawn posters, some confirmed already."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.street import HEIGHT, WIDTH
from service.domain.city.reference import Reference
from service.domain.numbers.boxes import Quad
from service.domain.numbers.proposing import propose_readings
from service.domain.numbers.sightings import SightingDecision, decide_sighting
from service.domain.numbers.telephones import Telephone, telephone
from service.domain.numbers.understanding import NumberReading
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.models import OPEN, Photo, Report, Role, Sighting
from service.storage import Storage

DIGITS = ("0951234507", "0952724827", "0955000118")
"""No carrier has 095x: these are nobody's."""

MOST, CONFIRMED = 12, 5
PAPER: Quad = ((300, 300), (900, 300), (900, 560), (300, 560))
PLACE: Quad = ((330, 400), (870, 400), (870, 480), (330, 480))


def demo_numbers(session: Session, reference: Reference, storage: Storage, *, at: datetime) -> int:
    """Put posters with numbers on some open reports of advertisements, unless there are any; how many."""
    if session.scalar(select(Sighting.id).limit(1)) is not None:
        return 0
    numbers = [number for digits in DIGITS if (number := telephone(digits))]
    pictures = {number.digits: _store(storage, number) for number in numbers}
    kinds = reference.categories_below("illegal_ad") if "illegal_ad" in reference.category_by_code else ()
    query = select(Report).where(Report.category_id.in_(kinds), Report.status.in_(OPEN))
    reports = session.scalars(query.order_by(Report.created_at.desc(), Report.id).limit(MOST)).all()
    asker = Asker(staff=Actor("staff", role=Role.TRIAGE))
    for place, report in enumerate(reports):
        number = numbers[place % len(numbers)]
        photo = _photo(report, number, pictures)
        session.add(photo)
        session.flush()
        reading = NumberReading(number, PLACE, number.shown, 0.62 if place % 4 == 3 else 0.96)
        propose_readings(session, photo.id, [reading], (WIDTH, HEIGHT), now=at)
        if place >= len(reports) - CONFIRMED:
            sighting = session.scalars(select(Sighting.id).where(Sighting.photo_id == photo.id)).one()
            decide_sighting(session, asker, sighting, SightingDecision(state="confirmed"), now=at)
    return len(reports)


def _photo(report: Report, number: Telephone, pictures: Mapping[str, int]) -> Photo:
    key = f"demo/number-{DIGITS.index(number.digits)}"
    return Photo(
        id=uuid5(UUID(str(report.id)), number.digits),
        report_id=report.id,
        kind="report",
        state="ready",
        sha256=hashlib.sha256(number.digits.encode()).digest(),
        media_type="image/webp",
        size=pictures[number.digits],
        width=WIDTH,
        height=HEIGHT,
        original_key=f"original/{key}.webp",
        public_key=f"public/{key}.webp",
        thumbnail_key=f"public/{key}-small.webp",
        published=report.published,
        created_at=report.created_at,
    )


def _store(storage: Storage, number: Telephone) -> int:
    """Store the poster of a number; how many bytes it has."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (201, 178, 150))
    pen = ImageDraw.Draw(picture)
    for row in range(0, HEIGHT, 60):
        pen.line([(0, row), (WIDTH, row)], (182, 160, 134), 4)
    pen.rectangle((*PAPER[0], *PAPER[2]), (250, 244, 120))
    pen.text((330, 400), number.shown, (178, 40, 40), ImageFont.load_default(84))
    small = picture.resize((480, 360))
    key = f"demo/number-{DIGITS.index(number.digits)}"
    full = _webp(picture)
    storage.put(f"original/{key}.webp", full)
    storage.put(f"public/{key}.webp", full)
    storage.put(f"public/{key}-small.webp", _webp(small))
    return len(full)


def _webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=74, method=1)
    return out.getvalue()
