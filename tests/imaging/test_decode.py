"""What is refused before or while it is decoded, and why."""

import io

import pytest
from PIL import Image

from service.imaging.inspection import inspect_photo
from service.imaging.refusal import MAX_BYTES, PhotoRefused, Reason
from service.imaging.sniff import Format
from tests.imaging.pictures import (
    encoded,
    heic_claiming,
    jpeg_claiming,
    png,
    quarters,
    webp_claiming,
)

BOMBS = {
    "png": png(60_000, 60_000),
    "png, just under Pillow's own warning": png(9_000, 9_000),
    "png, one long line": png(40_000, 100),
    "jpeg": jpeg_claiming(65_000, 65_000),
    "jpeg, just over": jpeg_claiming(8_200, 8_200),
    "heic": heic_claiming(20_000, 20_000),
    "webp": webp_claiming(16_000, 16_000),
    "webp, just over its own limit": webp_claiming(6_000, 6_000),
}


def reason_of(data: bytes) -> Reason:
    with pytest.raises(PhotoRefused) as refused:
        inspect_photo(data)
    return refused.value.reason


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_by_their_header(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("service.imaging.inspection.decode_pixels", never)

    assert reason_of(BOMBS[name]) is Reason.TOO_MANY_PIXELS


def test_jpeg_of_endless_scans_is_refused() -> None:
    data = encoded(quarters(), "JPEG", progressive=True)
    scan, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")

    assert reason_of(data[:end] + data[scan:end] * 200 + data[end:]) is Reason.BROKEN


def test_empty_and_too_large() -> None:
    assert reason_of(b"") is Reason.EMPTY
    assert reason_of(b"\xff\xd8\xff" + bytes(MAX_BYTES)) is Reason.TOO_LARGE


def test_largest_size_is_taken() -> None:
    data = encoded(quarters(), "JPEG")

    found = inspect_photo(data + bytes(MAX_BYTES - len(data)))

    assert (found.format, found.width, found.height) == (Format.JPEG, 96, 64)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_truncated_files_are_refused(kind: str, part: float) -> None:
    data = encoded(Image.effect_noise((200, 150), 60).convert("RGB"), kind)

    assert reason_of(data[: int(len(data) * part)]) is Reason.BROKEN


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_counts(kind: str) -> None:
    first, second = quarters(), Image.new("RGB", (96, 64), "black")
    data = encoded(first, kind, save_all=True, append_images=[second], duration=100)

    found = inspect_photo(data)

    assert (found.width, found.height) == (96, 64)


def test_name_inside_does_not_decide() -> None:
    gif = io.BytesIO()
    quarters().save(gif, "GIF")

    assert reason_of(gif.getvalue()) is Reason.NOT_A_PHOTO


def test_magic_bytes_alone_are_not_enough() -> None:
    assert reason_of(b"\xff\xd8\xff\xe0<script>alert(1)</script>") is Reason.BROKEN
    assert reason_of(b"\x89PNG\r\n\x1a\n" + b"<svg/>") is Reason.BROKEN
    assert reason_of(b"RIFF\x10\x00\x00\x00WEBPVP8 ") is Reason.BROKEN
    assert reason_of(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic") is Reason.BROKEN
