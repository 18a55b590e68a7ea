"""Foreign bytes of every kind: a photo or a refusal, never anything else."""

import contextlib
import functools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from service.imaging import sandbox
from service.imaging.inspection import inspect_photo
from service.imaging.refusal import PhotoRefused
from service.imaging.render import holds_only_pixels, render
from tests.imaging.pictures import SHARED, encoded, quarters

MAGIC = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x00\x10\x00\x00WEBPVP8X",
    b"RIFF\x00\x10\x00\x00WEBPVP8L",
    b"",
)
QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@functools.cache
def good_file(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769).update({0x9003: "2024:04:22 14:38:09"})
    exif.get_ifd(0x8825).update({1: "N", 2: (16.0, 28.0, 3.0), 3: "E", 4: (107.0, 34.0, 48.0)})
    if kind == "PROGRESSIVE":
        return encoded(quarters(), "JPEG", exif=exif.tobytes(), progressive=True)
    return encoded(quarters(), kind, exif=exif.tobytes())


@st.composite
def damaged(draw: st.DrawFn, *kinds: str) -> bytes:
    """A good file with bytes flipped, cut out, put in, or its end missing."""
    data = bytearray(good_file(draw(st.sampled_from(kinds))))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data)))
        end = place + draw(st.integers(0, 4))
        data[place:end] = draw(st.binary(max_size=4))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


def photo_or_refusal(data: bytes) -> None:
    try:
        found = inspect_photo(data)
        versions = render(data)
    except PhotoRefused:
        return
    assert found.width > 0
    assert found.height > 0
    assert holds_only_pixels(versions.full.data)


@QUIET
@given(st.sampled_from(MAGIC), st.binary(max_size=400))
def test_random_bytes_are_a_photo_or_a_refusal(magic: bytes, rest: bytes) -> None:
    photo_or_refusal(magic + rest)


@QUIET
@given(damaged("JPEG", "PROGRESSIVE", "PNG", "WEBP"))
def test_damaged_files_are_a_photo_or_a_refusal(data: bytes) -> None:
    photo_or_refusal(data)


@settings(QUIET, max_examples=15)
@given(damaged("HEIF"))
def test_damaged_heic_in_the_sandbox(data: bytes) -> None:
    """In the child: a decoder that crashes must not take the tests (or the service) with it."""
    with contextlib.suppress(PhotoRefused):
        assert sandbox.inspect_in_child(data).width > 0


@settings(QUIET, max_examples=15)
@given(st.integers(0, 41_000))
def test_truncations_of_a_real_file(length: int) -> None:
    data = (SHARED / "gps_ok__jpg_FujiFilm_FinePixS1Pro_(4).jpg").read_bytes()

    photo_or_refusal(data[:length])
