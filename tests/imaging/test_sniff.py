"""What a file is by its first bytes."""

import pytest
from PIL import Image

from service.imaging.sniff import Format, jpeg_scans, sniff
from tests.imaging.pictures import encoded, quarters

STRANGERS = {
    "gif": b"GIF89a\x01\x00\x01\x00",
    "svg": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n",
    "mp3": b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb" * 30,
    "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42",
    "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1avif",
    "avif that calls itself general": b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif",
    "bmp": b"BM\x00\x00\x00\x00",
    "tiff": b"II*\x00\x08\x00\x00\x00",
    "zip": b"PK\x03\x04",
    "executable": b"\x7fELF",
    "wave": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "jpeg 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n",
    "html before a jpeg": b"<b>" + b"\xff\xd8\xff\xe0",
    "nearly a png": b"\x89PNG\n\x1a\n\x00",
    "nothing": b"",
}


@pytest.mark.parametrize("name", STRANGERS)
def test_everything_else_is_refused(name: str) -> None:
    assert sniff(STRANGERS[name]) is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("JPEG", Format.JPEG), ("PNG", Format.PNG), ("WEBP", Format.WEBP), ("HEIF", Format.HEIC)],
)
def test_the_four_kinds_are_known(kind: str, expected: Format) -> None:
    data = encoded(quarters(), kind)

    assert sniff(data[:64]) is expected
    assert all(sniff(data[:length]) in (None, expected) for length in range(64))


def test_general_brand_with_hevc_is_heic() -> None:
    assert sniff(b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heic") is Format.HEIC


def test_every_format_has_its_media_type() -> None:
    assert [kind.media_type for kind in Format] == ["image/jpeg", "image/png", "image/webp", "image/heic"]


def test_scans_of_baseline_and_progressive() -> None:
    image = Image.effect_noise((64, 64), 90)

    assert jpeg_scans(encoded(image, "JPEG")) == 1
    assert 2 < jpeg_scans(encoded(image.convert("RGB"), "JPEG", progressive=True)) < 20


def test_scans_in_thumbnail_and_tail_do_not_count() -> None:
    inner = encoded(quarters(), "JPEG")
    with_thumbnail = encoded(quarters(), "JPEG", comment=inner)

    assert jpeg_scans(with_thumbnail + inner) == 1


def test_scans_of_broken_structure_end() -> None:
    assert jpeg_scans(b"\xff\xd8\xff") == 0
    assert jpeg_scans(b"\xff\xd8\xff\xe0\x00\x00" + b"\xff\xda\x00\x02" * 5) == 5
