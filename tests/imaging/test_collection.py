"""Every file of the shared collection is either a photo with public versions or clearly refused."""

import pytest

from service.imaging.inspection import inspect_photo
from service.imaging.refusal import PhotoRefused, Reason
from service.imaging.render import holds_only_pixels, render
from tests.imaging.pictures import SHARED, collection

ROWS = {row["file"]: row for row in collection()}
CUT_SHORT = "broken__heic_NullPointerException.HeifPictureHandler.processBox.heif"  # its header is whole
GOOD = [name for name, row in ROWS.items() if not row["open_error"] and name != CUT_SHORT]
BAD = [name for name, row in ROWS.items() if row["open_error"]] + [CUT_SHORT]


def test_the_index_tells_of_every_file() -> None:
    assert {path.name for path in SHARED.iterdir()} == ROWS.keys() | {"index.csv"}
    assert len(GOOD) > 35
    assert len(BAD) > 20


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_gives_public_versions(name: str) -> None:
    row, data = ROWS[name], (SHARED / name).read_bytes()

    found, versions = inspect_photo(data), render(data)

    size = [found.width, found.height]
    if row["orientation"] in {"5", "6", "7", "8"}:
        size.reverse()
    assert "x".join(str(side) for side in size) == row["size"]
    assert found.width * versions.full.height == pytest.approx(found.height * versions.full.width, rel=0.01)
    assert holds_only_pixels(versions.full.data)
    assert holds_only_pixels(versions.thumbnail.data)


@pytest.mark.parametrize("name", GOOD)
def test_position_is_as_the_index_says(name: str) -> None:
    told = ROWS[name]["gps"]
    found = inspect_photo((SHARED / name).read_bytes()).evidence

    if not told or told.startswith("odd") or told == "0.0,0.0":
        assert (found.lon, found.lat) == (None, None)
    else:
        lat, lon = (float(part) for part in told.split(","))
        assert (found.lon, found.lat) == pytest.approx((lon, lat), abs=1e-5)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused(name: str) -> None:
    data = (SHARED / name).read_bytes()

    with pytest.raises(PhotoRefused) as refused:
        inspect_photo(data)
    assert refused.value.reason in {Reason.EMPTY, Reason.NOT_A_PHOTO, Reason.BROKEN}
