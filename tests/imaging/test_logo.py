"""The city's logo drawn anew: small, its transparency kept, its empty border and all notes gone."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from service.imaging.logo import LOGO_HEIGHT, LOGO_WIDTH, draw_logo
from service.imaging.refusal import PhotoRefused
from service.imaging.sandbox import logo_in_child
from tests.imaging.pictures import encoded, quarters


def seal(size: tuple[int, int] = (900, 600), mode: str = "RGBA") -> bytes:
    """A red square in the middle of nothing, with a note inside the file."""
    picture = Image.new(mode, size)
    picture.paste(Image.new(mode, (300, 300), (200, 0, 0, 255)), (100, 100))
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "SECRET-IN-COMMENT")
    out = io.BytesIO()
    picture.save(out, "PNG", pnginfo=note)
    return out.getvalue()


def test_a_logo_is_cut_out_shrunk_and_holds_only_pixels() -> None:
    made = logo_in_child(seal())
    picture = Image.open(io.BytesIO(made.data))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (LOGO_HEIGHT, LOGO_HEIGHT))
    assert picture.size == (made.width, made.height)
    assert picture.getpixel((60, 60)) == (200, 0, 0, 255)
    assert b"SECRET" not in made.data and not picture.info


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_kind_of_photo_becomes_a_logo(kind: str) -> None:
    made = draw_logo(encoded(quarters(6), kind, 6))
    assert (made.width, made.height) == (96, 64)


def test_a_long_banner_fits_the_box() -> None:
    out = io.BytesIO()
    Image.new("L", (4000, 100), 40).save(out, "PNG")
    made = draw_logo(out.getvalue())
    assert (made.width, made.height) == (LOGO_WIDTH, 12)


def test_sixteen_bits_a_pixel_keep_their_grey() -> None:
    out = io.BytesIO()
    Image.new("I;16", (64, 64), 0x8000).save(out, "PNG")
    assert Image.open(io.BytesIO(draw_logo(out.getvalue()).data)).getpixel((5, 5)) == (127, 127, 127, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"GIF89a" + bytes(60),
        seal()[:400],
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoRefused):
        draw_logo(data)


def test_a_picture_of_nothing_is_refused() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (80, 80)).save(out, "PNG")
    with pytest.raises(PhotoRefused, match="nothing to see"):
        draw_logo(out.getvalue())
