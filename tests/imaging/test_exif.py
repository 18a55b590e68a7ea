"""What a photo says of itself, and what of that is believed to be meant."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from service.imaging.exif import Evidence, parse_offset, parse_time, read_evidence, read_position, read_time
from service.imaging.inspection import inspect_photo
from tests.imaging.pictures import SHARED, encoded, quarters

HUE: dict[int, object] = {1: "N", 2: (16.0, 28.0, 3.0), 3: "E", 4: (107.0, 34.0, 48.0)}
ODD_POSITIONS: dict[str, dict[int, object]] = {
    "nothing": {},
    "version only": {0: b"\x02\x02\x00\x00"},
    "no latitude reference": {**HUE, 1: None},
    "no longitude reference": {**HUE, 3: ""},
    "reference of the other axis": {**HUE, 1: "E"},
    "no longitude": {1: "N", 2: (16.0, 28.0, 3.0), 3: "E"},
    "zero denominator": {**HUE, 2: (IFDRational(16, 0), IFDRational(28), IFDRational(3))},
    "not a number": {**HUE, 4: (float("nan"), 0.0, 0.0)},
    "infinite": {**HUE, 4: (float("inf"), 0.0, 0.0)},
    "too far north": {**HUE, 2: (91.0, 0.0, 0.0)},
    "a second beyond the pole": {**HUE, 2: (90.0, 0.0, 1.0)},
    "too far east": {**HUE, 4: (180.0, 0.1, 0.0)},
    "negative": {**HUE, 2: (-16.0, 28.0, 3.0)},
    "seventy minutes": {**HUE, 2: (16.0, 70.0, 3.0)},
    "two numbers": {**HUE, 2: (16.0, 28.0)},
    "one number": {**HUE, 2: 16.4675},
    "text": {**HUE, 2: "16.4675"},
    "bytes": {**HUE, 2: b"\x10\x1c\x03"},
    "texts": {**HUE, 2: ("16", "28", "3")},
    "null island": {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
    "no fix": {**HUE, 9: "V"},
}


@pytest.mark.parametrize("name", ODD_POSITIONS)
def test_odd_positions_are_none(name: str) -> None:
    assert read_position(ODD_POSITIONS[name]) is None


def test_a_position_is_read_in_every_hemisphere() -> None:
    assert read_position(HUE) == pytest.approx((107.58, 16.4675))
    assert read_position({**HUE, 1: b"s\x00", 3: "W\x00", 9: "A"}) == pytest.approx((-107.58, -16.4675))
    assert read_position({1: "N", 2: (0, 0, 0), 3: "E", 4: (9, 0, 0)}) == (9, 0)  # the equator is a place


numbers = st.one_of(
    st.floats(), st.integers(), st.fractions(), st.text(), st.binary(), st.none(), st.booleans()
)
values = st.one_of(numbers, st.tuples(numbers, numbers, numbers), st.lists(numbers, max_size=4))


@given(st.dictionaries(st.sampled_from([1, 2, 3, 4, 7, 9, 29, 31]), values))
def test_any_directory_gives_a_position_on_earth_or_none(gps: dict[int, object]) -> None:
    place = read_position(gps)

    assert place is None or (-180 <= place[0] <= 180 and -90 <= place[1] <= 90)
    taken_at, _, clock = read_time({}, {}, gps)
    assert (taken_at is None) == (clock is None)


@given(lon=st.fractions(-180, 180, max_denominator=10**6), lat=st.fractions(-90, 90, max_denominator=10**6))
def test_position_survives_degrees_minutes_seconds(lon: Fraction, lat: Fraction) -> None:
    def sexagesimal(value: Fraction) -> tuple[float, float, float]:
        degrees, rest = divmod(abs(value), 1)
        minutes, rest = divmod(rest * 60, 1)
        return float(degrees), float(minutes), float(rest * 60)

    gps = {
        1: "S" if lat < 0 else "N",
        2: sexagesimal(lat),
        3: "W" if lon < 0 else "E",
        4: sexagesimal(lon),
    }
    place = read_position(gps)

    if abs(lon) < 0.001 and abs(lat) < 0.001:
        assert place is None
    else:
        assert place == pytest.approx((float(lon), float(lat)), abs=1e-9)


LOCAL = "2024:04:22 14:38:09"
SEVEN = timezone(timedelta(hours=7))


def test_time_with_offset_is_aware() -> None:
    found = read_time({}, {0x9003: LOCAL, 0x9011: "+07:00"}, {})

    assert found == (datetime(2024, 4, 22, 14, 38, 9, tzinfo=SEVEN), "2024-04-22T14:38:09", "offset")


def test_satellite_time_stands_in_for_a_missing_offset() -> None:
    gps = {29: "2024:04:22", 7: (7.0, 38.0, 5.0)}

    assert read_time({}, {0x9003: LOCAL}, gps) == (
        datetime(2024, 4, 22, 7, 38, 5, tzinfo=UTC),
        "2024-04-22T14:38:09",
        "gps",
    )
    assert read_time({}, {}, gps)[2] == "gps"


def test_an_old_fix_does_not_date_the_photo() -> None:
    gps = {29: "2024:04:20", 7: (7.0, 38.0, 5.0)}

    assert read_time({}, {0x9003: LOCAL}, gps) == (None, "2024-04-22T14:38:09", "local")


def test_time_without_zone_stays_without() -> None:
    assert read_time({}, {0x9003: LOCAL}, {}) == (None, "2024-04-22T14:38:09", "local")
    assert read_time({}, {0x9004: LOCAL}, {}) == (None, "2024-04-22T14:38:09", "local")
    assert read_time({0x0132: LOCAL}, {0x9003: "    :  :     :  :  "}, {}) == (
        None,
        "2024-04-22T14:38:09",
        "local",
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0000:00:00 00:00:00",
        "2024:13:01 00:00:00",
        "2023:02:29 10:00:00",
        "2024:01:01 24:00:00",
        "1970:01:01 00:00:00",
        "yesterday",
        None,
        20240422,
        b"\xff\xfe\x00",
    ],
)
def test_impossible_times_are_none(value: object) -> None:
    assert parse_time(value) is None


@given(st.one_of(st.text(), st.binary(), st.integers(), st.from_regex(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d")))
def test_any_value_as_time(value: object) -> None:
    found = parse_time(value)

    assert found is None or 1990 <= found.year < 2100


@pytest.mark.parametrize(
    ("value", "hours"), [("+07:00", 7), ("-03:30", -3.5), ("Z", 0), (b"+07:00\x00", 7), ("+14:00", 14)]
)
def test_an_offset_is_read_as_hours(value: object, hours: float) -> None:
    assert parse_offset(value) == timedelta(hours=hours)


@pytest.mark.parametrize("value", ["", "7", "+7:00", "+07:60", "+15:00", "   :  ", None, 7])
def test_impossible_offsets_are_none(value: object) -> None:
    assert parse_offset(value) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_evidence_is_read_from_every_format(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Máy ảnh thử\0", "M1"
    exif.get_ifd(0x8769).update({0x9003: LOCAL, 0x9011: "+07:00"})
    exif.get_ifd(0x8825).update({**HUE, 31: 12.5})

    found = inspect_photo(encoded(quarters(), kind, exif=exif.tobytes())).evidence

    assert (found.lon, found.lat) == pytest.approx((107.58, 16.4675))
    assert found.accuracy_m == 12.5
    assert found.taken_at == datetime(2024, 4, 22, 14, 38, 9, tzinfo=SEVEN)
    assert found.camera is not None
    assert found.camera.endswith(" M1")


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"nonsense" * 40])
def test_broken_exif_spoils_nothing(exif: bytes) -> None:
    found = inspect_photo(encoded(quarters(), "JPEG", exif=exif))

    assert found.evidence == Evidence()
    assert (found.width, found.height) == (96, 64)


def test_camera_is_named_once() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "Canon EOS 40D"

    assert inspect_photo(encoded(quarters(), "JPEG", exif=exif.tobytes())).evidence.camera == "Canon EOS 40D"


def test_a_real_phone() -> None:
    found = inspect_photo((SHARED / "gps_ok__heic_IMG_5195.HEIC").read_bytes()).evidence

    assert (found.lon, found.lat) == pytest.approx((-94.28877, 39.05134), abs=1e-5)
    assert found.accuracy_m == pytest.approx(38.813, abs=0.001)
    assert found.taken_at == datetime(2021, 4, 11, 20, 47, 53, tzinfo=UTC)
    assert found.camera == "Apple iPhone 11 Pro Max"


def test_a_picture_without_exif_says_nothing() -> None:
    assert read_evidence(quarters()) == Evidence()
