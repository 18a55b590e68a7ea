"""A city's logo: without its empty border, small, PNG, and nothing in the file but pixels."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from service.imaging.decode import decode_pixels, open_photo, refusing
from service.imaging.refusal import PhotoRefused, Reason
from service.imaging.render import plain_pixels

LOGO_WIDTH, LOGO_HEIGHT = 480, 120
"""The box that a logo is shrunk into, in pixels; never enlarged."""


@dataclass(frozen=True, slots=True)
class LogoPicture:
    """PNG file of `width` × `height` pixels."""

    data: bytes
    width: int
    height: int


def draw_logo(data: bytes) -> LogoPicture:
    """Return the logo of the file's first picture, what is transparent kept.

    Raises PhotoRefused where it cannot be decoded or shows nothing.
    """
    kind, image = open_photo(data)
    decode_pixels(kind, image, LOGO_WIDTH)
    with refusing():
        picture = plain_pixels(ImageOps.exif_transpose(image))
        picture = picture if picture.mode == "RGBA" else picture.convert("RGB").convert("RGBA")
        shown = picture.getchannel("A").getbbox()
        if shown is None:
            raise PhotoRefused(Reason.BROKEN, "nothing to see")
        small = picture.crop(shown)
        small.thumbnail((LOGO_WIDTH, LOGO_HEIGHT), Image.Resampling.LANCZOS)
        return _encode_logo(small)


def _encode_logo(picture: Image.Image) -> LogoPicture:
    bare = Image.new("RGBA", picture.size)
    bare.paste(picture)  # a new image has no metadata that an encoder could copy
    out = io.BytesIO()
    bare.save(out, "PNG", optimize=True)
    return LogoPicture(out.getvalue(), *picture.size)
