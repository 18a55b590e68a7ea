"""Photos that come by letter: as large as phones take them, however long the letter was on its way."""

from __future__ import annotations

import io
from datetime import timedelta
from email.utils import format_datetime

from PIL import Image
from sqlalchemy import func, select

from service.db import unit_of_work
from service.models import Photo
from tests.support.mail.letters import write
from tests.support.small_city import IN_W1
from tests.workers.talks.test_mailbox import Post, post

__all__ = ["post"]


def taken_at(lon: float, lat: float) -> bytes:
    """A photo of some hundred kilobytes that knows where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (lat, 0.0, 0.0), 3: "E", 4: (lon, 0.0, 0.0)})
    data = io.BytesIO()
    Image.effect_noise((900, 700), 60).convert("RGB").save(data, "JPEG", exif=exif)
    return data.getvalue()


def test_a_large_photo_tells_the_place_also_of_a_letter_that_was_long_on_its_way(post: Post) -> None:
    photo = taken_at(*IN_W1)
    assert len(photo) > 200_000
    written = {"Date": format_datetime(post.now - timedelta(minutes=25))}
    letter = write("loại litter, xem ảnh", "Nhờ xử lý", files={"a.jpg": photo}, headers=written)
    [answer] = post.work(letter)
    [report] = post.reports()
    assert report.code in answer.get_content()
    assert round(report.lon, 3) == round(IN_W1[0], 3)
    with unit_of_work(post.engine) as session:
        assert session.scalar(select(func.count(Photo.id)).where(Photo.report_id == report.id)) == 1
