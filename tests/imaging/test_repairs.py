"""Files that lack a formality are taken; files that lack pixels are not."""

import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from service.imaging.inspection import inspect_photo
from service.imaging.refusal import PhotoRefused, Reason
from service.imaging.render import render
from service.imaging.sniff import Format
from tests.imaging.pictures import CORNERS, alike, chunk, corners, encoded, grainy, quarters

END = b"\xff\xd9"
VENDOR = b"\x00\x00SEFH" + bytes(range(256)) * 40 + b"\xff\xff\xff\xe7SEFT"

BASE: dict[str, Callable[[], bytes]] = {
    "flat": lambda: encoded(quarters(), "JPEG"),
    "grainy": lambda: grainy(size=(320, 240)),
    "progressive": lambda: encoded(
        Image.effect_noise((200, 150), 60).convert("RGB"), "JPEG", progressive=True
    ),
    "gray": lambda: encoded(Image.effect_noise((200, 150), 60), "JPEG"),
    "with restart marks": lambda: encoded(
        Image.effect_noise((200, 150), 60).convert("RGB"), "JPEG", restart_marker_rows=1
    ),
    "with a thumbnail": lambda: encoded(quarters(), "JPEG", 6),
}


@pytest.mark.parametrize("name", BASE)
@pytest.mark.parametrize("tail", [b"", b"\x00", b"\n", VENDOR, b"\xff"])
def test_a_jpeg_without_its_end_mark_is_taken_whole(name: str, tail: bytes) -> None:
    data = BASE[name]()
    assert data.endswith(END)
    whole, without = render(data), render(data[:-2] + tail)

    assert without.full.data == whole.full.data
    assert inspect_photo(data[:-2] + tail) == inspect_photo(data)


@pytest.mark.parametrize("name", BASE)
@pytest.mark.parametrize("part", [0.5, 0.75, 0.97])
@pytest.mark.parametrize("tail", [b"", b"\x00", VENDOR[:20]])
def test_one_that_lacks_rows_is_refused(name: str, part: float, tail: bytes) -> None:
    data = BASE[name]()
    scan = data.rindex(b"\xff\xda")
    cut = data[: scan + int((len(data) - scan) * part)]

    with pytest.raises(PhotoRefused) as refused:
        inspect_photo(cut + tail)
    assert refused.value.reason is Reason.BROKEN


@pytest.mark.parametrize("blanks", [b"\n", b"\r\n", b"\x00", b"  \n\t"])
def test_blanks_before_a_jpeg_are_no_reason(blanks: bytes) -> None:
    data = encoded(quarters(6), "JPEG", 6)

    assert inspect_photo(blanks + data) == inspect_photo(data)
    assert alike(corners(render(blanks + data).full.data), CORNERS)


@pytest.mark.parametrize("before", [b"\n" * 40, b"<!doctype html>", b"\n\x89PNG\r\n\x1a\n"])
def test_what_is_more_than_blanks_is(before: bytes) -> None:
    with pytest.raises(PhotoRefused) as refused:
        inspect_photo(before + encoded(quarters(), "JPEG"))
    assert refused.value.reason is Reason.NOT_A_PHOTO


@pytest.mark.parametrize(
    "note",
    [
        (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000))),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<x/>" * 400_000)),
        (b"iCCP", b"icc\0\0" + zlib.compress(bytes(2_000_000))),
    ],
)
def test_notes_too_large_to_read_are_left_out(note: tuple[bytes, bytes]) -> None:
    whole = encoded(quarters(), "PNG")
    head, rest = whole[:33], whole[33:]

    found = inspect_photo(head + chunk(*note) + rest)

    assert (found.format, found.width, found.height) == (Format.PNG, 96, 64)
    assert render(head + chunk(*note) + rest).full == render(whole).full


def test_notes_that_can_be_read_stay() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh"
    data = encoded(quarters(), "PNG", exif=exif.tobytes())

    assert inspect_photo(data).evidence.camera
