"""The public versions: upright, in sRGB, of the right size, and with nothing but pixels in the file."""

import io
import struct
from typing import Any

import pytest
from PIL import Image, ImageCms

from service.imaging.refusal import PhotoRefused
from service.imaging.render import holds_only_pixels, render
from tests.imaging.pictures import CORNERS, SHARED, alike, corners, encoded, quarters

UPSIDE_DOWN = Image.Transpose.ROTATE_180
SECRETS = (b"SECRET-IN-EXIF", b"SECRET-IN-XMP", b"SECRET-IN-COMMENT")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(kind: str, orientation: int) -> None:
    versions = render(encoded(quarters(orientation), kind, orientation))

    for version in (versions.full, versions.thumbnail):
        assert (version.width, version.height) == (96, 64)
        assert alike(corners(version.data), CORNERS)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_impossible_orientations_change_nothing(orientation: int) -> None:
    assert alike(corners(render(encoded(quarters(), "JPEG", orientation)).full.data), CORNERS)


@pytest.mark.parametrize("name", ["landscape_5", "landscape_7", "landscape_8"])
def test_real_rotated_photos_look_like_the_upright_one(name: str) -> None:
    upright, turned = (_small_and_grey(each) for each in ("landscape_1", name))

    assert _difference(upright, turned) < 12 < 30 < _difference(upright, upright.transpose(UPSIDE_DOWN))


def _small_and_grey(name: str) -> Image.Image:
    versions = render((SHARED / f"rotated__jpg_orientation_{name}.jpg").read_bytes())
    with Image.open(io.BytesIO(versions.full.data)) as image:
        return image.convert("L").resize((24, 18))


def _difference(one: Image.Image, other: Image.Image) -> float:
    return sum(abs(a - b) for a, b in zip(one.tobytes(), other.tobytes(), strict=True)) / (24 * 18)


@pytest.mark.parametrize(
    ("size", "full", "thumbnail"),
    [
        ((5000, 2500), (2048, 1024), (480, 240)),
        ((1000, 4000), (1000, 4000), (240, 960)),
        ((8000, 3000), (2731, 1024), (640, 240)),
        ((12000, 900), (12000, 900), (3200, 240)),
        ((800, 24000), (478, 14336), (112, 3360)),
        ((600, 300), (600, 300), (480, 240)),
        ((20, 10), (20, 10), (20, 10)),
        ((6000, 2), (6000, 2), (3360, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_versions_are_as_large_as_promised_and_never_larger_than_the_photo(
    kind: str, size: tuple[int, int], full: tuple[int, int], thumbnail: tuple[int, int]
) -> None:
    versions = render(encoded(Image.new("RGB", size, "red"), kind))

    assert (versions.full.width, versions.full.height) == full
    assert (versions.thumbnail.width, versions.thumbnail.height) == thumbnail
    with Image.open(io.BytesIO(versions.full.data)) as image:
        assert (image.format, image.size) == ("WEBP", full)


@pytest.mark.parametrize(("mode", "hidden", "seen"), [("L", 0, 200), ("RGB", (0, 0, 0), (9, 200, 9))])
def test_what_a_colour_hides_is_white_also_when_it_is_shrunk(mode: str, hidden: Any, seen: Any) -> None:
    picture = Image.new(mode, (3000, 3000), hidden)
    picture.paste(seen, (1500, 0, 3000, 3000))

    made = render(encoded(picture, "PNG", transparency=hidden)).full

    with Image.open(io.BytesIO(made.data)) as image:
        left, right = (image.convert("RGB").getpixel((x, 1000)) for x in (300, 1700))
    assert min(left) > 245, left  # type: ignore[arg-type]
    assert max(left) - min(right) > 30  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_nothing_but_pixels_is_published(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRETS[0].decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (16.0, 28.0, 3.0), 3: "E", 4: (107.0, 34.0, 48.0)})
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, Any] = {"exif": exif.tobytes(), "icc_profile": srgb, "xmp": SECRETS[1]}
    if kind == "JPEG":
        options["comment"] = SECRETS[2]
    data = encoded(quarters(), kind, **options)
    assert SECRETS[0] in data

    versions = render(data)

    for version in (versions.full, versions.thumbnail):
        assert holds_only_pixels(version.data)
        assert not any(secret in version.data for secret in SECRETS)
        with Image.open(io.BytesIO(version.data)) as image:
            assert not dict(image.getexif())
            assert not {"exif", "xmp", "icc_profile", "comment"} & image.info.keys()


def test_bytes_after_the_picture_are_not_published() -> None:
    data = encoded(quarters(), "JPEG") + b"<script>" + SECRETS[0]

    assert SECRETS[0] not in render(data).full.data


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data + b"tail",
        lambda data: data[:-1],
        lambda data: _extended(data, b"EXIF", b"Exif\0\0"),
        lambda data: _extended(data, b"XMP ", b"<x/>"),
        lambda data: b"GIF89a" + data,
        lambda data: b"",
    ],
)
def test_the_check_sees_what_is_more_than_pixels(spoil: object) -> None:
    data = render(encoded(quarters(), "JPEG")).full.data
    assert holds_only_pixels(data)

    assert callable(spoil)
    assert not holds_only_pixels(spoil(data))


def _extended(webp: bytes, name: bytes, body: bytes) -> bytes:
    more = webp[12:] + name + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(more)) + b"WEBP" + more


def test_transparency_becomes_white() -> None:
    clear = Image.new("RGBA", (60, 60), (0, 0, 0, 0))

    assert alike(corners(render(encoded(clear, "PNG")).full.data), ((255, 255, 255),) * 4)


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        (Image.new("L", (600, 600), 128), (128, 128, 128)),
        (Image.new("I;16", (600, 600), 128 * 257), (128, 128, 128)),
        (Image.new("1", (600, 600), 1), (255, 255, 255)),
        (Image.new("LA", (600, 600), (50, 255)), (50, 50, 50)),
        (Image.new("RGB", (3000, 600), (200, 10, 10)).quantize(4), (200, 10, 10)),
        (Image.new("RGBA", (3000, 600), (200, 10, 10, 255)), (200, 10, 10)),
    ],
)
def test_every_kind_of_pixel(image: Image.Image, colour: tuple[int, int, int]) -> None:
    assert alike(corners(render(encoded(image, "PNG")).full.data), (colour,) * 4)


def test_printers_colours_become_those_of_screens() -> None:
    cyan = Image.new("CMYK", (60, 60), (255, 0, 0, 0))

    assert alike(corners(render(encoded(cyan, "JPEG")).full.data), ((0, 255, 255),) * 4)


def test_srgb_said_or_unsaid_is_the_same() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    plain = encoded(Image.new("RGB", (60, 60), (120, 60, 60)), "PNG")
    with_srgb = encoded(Image.new("RGB", (60, 60), (120, 60, 60)), "PNG", icc_profile=srgb.tobytes())

    assert corners(render(with_srgb).full.data) == corners(render(plain).full.data)


def test_a_real_wide_gamut_photo_changes_when_converted() -> None:
    data = (SHARED / "gps_ok__heic_IMG_5195.HEIC").read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        unconverted = image.convert("RGB").resize((40, 52)).tobytes()
    with Image.open(io.BytesIO(render(data).full.data)) as image:
        converted = image.convert("RGB").resize((40, 52)).tobytes()

    biggest = max(abs(a - b) for a, b in zip(unconverted, converted, strict=True))
    assert 3 < biggest < 90


@pytest.mark.parametrize("profile", [b"nonsense", bytes(200)])
def test_a_broken_profile_is_ignored(profile: bytes) -> None:
    assert alike(corners(render(encoded(quarters(), "JPEG", icc_profile=profile)).full.data), CORNERS)


def test_an_animation_shows_its_first_picture() -> None:
    second = Image.new("RGB", (96, 64), "black")
    for kind in ("PNG", "WEBP"):
        data = encoded(quarters(), kind, save_all=True, append_images=[second], duration=100)
        assert alike(corners(render(data).full.data), CORNERS)


def test_what_cannot_be_decoded_is_refused() -> None:
    with pytest.raises(PhotoRefused):
        render(encoded(quarters(), "JPEG")[:300])
