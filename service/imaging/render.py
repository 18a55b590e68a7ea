"""The public versions of a photo: upright, sRGB, WebP, and nothing in the file but pixels."""

import io
from dataclasses import dataclass

from PIL import Image, ImageCms

from service.imaging.decode import decode_pixels, open_photo, refusing
from service.imaging.exif import read_orientation

FULL_SIDE = 2048
THUMBNAIL_SIDE = 480
LONGEST = 7

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_RESIZED_AS_IT_IS = {"RGB", "RGBA", "L", "LA", "CMYK"}
_PIXEL_CHUNKS = {b"VP8 ", b"VP8L"}


@dataclass(frozen=True, slots=True)
class Version:
    """Public picture: a WebP file of `width` × `height` pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Versions:
    """Public versions of one photo."""

    full: Version
    thumbnail: Version


def render(data: bytes) -> Versions:
    """Return the public versions of the file's first picture; raises PhotoRefused where it cannot be
    decoded.
    """
    kind, image = open_photo(data)
    orientation = read_orientation(image)
    decode_pixels(kind, image, FULL_SIDE)
    with refusing():
        picture = _standard(_shrunk(image, FULL_SIDE))
        if orientation in _UPRIGHT:
            picture = picture.transpose(_UPRIGHT[orientation])
        return Versions(_encode(picture, 80), _encode(_shrunk(picture, THUMBNAIL_SIDE), 75))


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    """Return the picture within `side` either way; never enlarged.
    Before any conversion: that keeps memory low.

    What is longer than twice its width (a panorama, a scrolled screen) keeps a short side of half of `side`,
    up to a long one of `LONGEST` times `side`: shrunk by its long side alone nobody could read it.
    """
    longest, shortest = max(image.size), min(image.size)
    scale = min(max(side / longest, side / 2 / shortest), LONGEST * side / longest)
    if scale >= 1:
        return image
    as_it_is = image.mode in _RESIZED_AS_IT_IS and "transparency" not in image.info
    ready = image if as_it_is else plain_pixels(image)
    size = (max(1, round(ready.width * scale)), max(1, round(ready.height * scale)))
    small = ready.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    small.info = {"icc_profile": image.info.get("icc_profile")}
    return small


def _standard(image: Image.Image) -> Image.Image:
    """RGB in sRGB, flattened on white."""
    flat = plain_pixels(image)
    if flat.mode == "RGBA":
        white = Image.new("RGBA", flat.size, "white")
        flat = Image.alpha_composite(white, flat).convert("RGB")
    return _in_srgb(flat, image.info.get("icc_profile"))


def plain_pixels(image: Image.Image) -> Image.Image:
    """Return the picture as one of RGB, RGBA, L, CMYK, whatever the file held."""
    if image.mode.startswith("I"):  # 16 bits a pixel; Pillow's own conversion would clip, not scale
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a broken or unfitting profile: the pixels are taken as sRGB
        if converted:
            return converted
    return image.convert("RGB")


def _encode(picture: Image.Image, quality: int) -> Version:
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)  # a new image has no metadata that an encoder could copy
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=quality, method=4)
    data = out.getvalue()
    if not holds_only_pixels(data):
        raise AssertionError("an encoder wrote more than pixels")
    return Version(data, bare.width, bare.height)


def holds_only_pixels(webp: bytes) -> bool:
    """Return True for a WebP file of one picture chunk and nothing else:
    no EXIF, XMP, ICC, animation or tail.

    Read from the container itself (RFC 9649), not through a library that may overlook something.
    """
    size = int.from_bytes(webp[16:20], "little")
    return (
        webp[:4] == b"RIFF"
        and webp[8:12] == b"WEBP"
        and webp[12:16] in _PIXEL_CHUNKS
        and len(webp) == 20 + size + size % 2 == 8 + int.from_bytes(webp[4:8], "little")
    )
