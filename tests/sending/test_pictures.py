"""Photos inside mails: small JPEGs that the mail itself carries, and mails that go without them."""

from __future__ import annotations

import io
from uuid import UUID

from PIL import Image

from service.domain.notices.pictures import LetterPicture
from service.errors import Unavailable
from service.sending.email.smtp import Smtp
from service.sending.pictures import PictureShelf, as_inline, by_itself
from tests.sending.envelopes import envelope

WANTED = LetterPicture(UUID(int=7), "report", "public/a/b-small.webp")


def webp(side: tuple[int, int] = (800, 600)) -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", side, (0, 120, 60, 255)).save(made, "WEBP")
    return made.getvalue()


def test_a_mail_carries_its_photo_and_names_no_other_address() -> None:
    picture = as_inline(WANTED, webp())
    shown = f'<p><img src="cid:{picture.cid}" alt="Ảnh"></p>'
    mail = Smtp("smtp://localhost", "Huế <a@hue.example>").compose(
        envelope("lan@example.org", html=shown, pictures=(picture,))
    )
    [image] = [part for part in mail.walk() if part.get_content_maintype() == "image"]
    assert image["Content-ID"] == f"<{picture.cid}>"
    assert image.get_content_disposition() == "inline"
    opened = Image.open(io.BytesIO(image.get_content()))
    assert (opened.format, opened.size) == ("JPEG", (picture.width, picture.height)) == ("JPEG", (320, 240))
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "http" not in html.get_content()
    assert "cid:" not in by_itself(shown, (picture,))


def test_a_mail_without_photos_is_as_it_was() -> None:
    mail = Smtp("smtp://localhost", "Huế <a@hue.example>").compose(envelope("lan@example.org"))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_each_photo_is_read_once_and_a_store_that_is_away_is_not_asked_again() -> None:
    asked: list[str] = []

    def read(key: str) -> bytes:
        asked.append(key)
        if key == "away":
            raise Unavailable("Kho ảnh")
        return b"RIFF no picture" if key == "broken" else webp()

    shelf = PictureShelf(read)
    broken, away = (
        LetterPicture(UUID(int=8), "report", "broken"),
        LetterPicture(UUID(int=9), "report", "away"),
    )
    assert len(shelf.fetch([WANTED, broken])) == len(shelf.fetch([WANTED])) == 1
    assert shelf.fetch([away]) == ()
    assert shelf.fetch([LetterPicture(UUID(int=10), "report", "other")]) == ()
    assert len(shelf.fetch([WANTED])) == 1
    assert asked == [WANTED.key, "broken", "away"]
