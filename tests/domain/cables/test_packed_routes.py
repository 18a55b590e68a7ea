"""A KMZ is a KML in an archive: read like one, and never more of it than is good for the machine."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from service.errors import Invalid, TooLarge
from service.routefile import packed
from service.routefile.packed import PackedFileRefused, kml_inside
from service.routefile.reader import read_pole_points, read_route_lines
from tests.domain.cables.test_route_imports import KML, VRT

SPOT = KML.replace("LineString", "Point").replace("107.5228,16.42,0", "")
OTHER = KML.replace("Lê Lợi", "Trần Phú")


def kmz(*parts: tuple[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "parts",
    [
        [("doc.kml", KML)],
        [("files/icon.png", b"\x89PNG"), ("doc.kml", KML)],
        [("layers/extra.kml", OTHER), ("DOC.KML", KML)],
        [("tuyen/Tuyến ngầm.kml", KML), ("b.kml", OTHER)],
        [("doc.kml", KML.replace("UTF-8", "UTF-16").encode("utf-16"))],
    ],
)
def test_the_document_of_an_archive_is_read(parts: list[tuple[str, str | bytes]]) -> None:
    [(said, line)] = read_route_lines("Tuyen.KMZ", kmz(*parts))
    assert said["Name"] == "Lê Lợi"
    assert line is not None
    assert line["coordinates"] == [[107.52, 16.42], [107.5228, 16.42]]


def test_points_come_out_of_one_as_well() -> None:
    [said] = read_pole_points("cot.kmz", kmz(("doc.kml", SPOT)))
    assert (said["lon"], said["lat"]) == ("107.52", "16.42")


def bomb() -> bytes:
    """Some kilobytes that are more than MAX_UNPACKED bytes once they are unpacked."""
    return kmz(("doc.kml", KML + " " * packed.MAX_UNPACKED))


def sealed() -> bytes:
    """An archive that says it has a password."""
    data = bytearray(kmz(("doc.kml", KML)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def modest(data: bytes) -> bytes:
    """The same archive, whose lists say that its file is small."""
    lied = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        where = lied.index(mark) + at
        lied[where : where + 4] = (100).to_bytes(4, "little")
    return bytes(lied)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04", "broken"),
        (KML.encode(), "broken"),
        (kmz(("doc.kml", KML))[:-40], "broken"),
        (kmz(("anh.png", b"\x89PNG")), "broken"),
        (sealed(), "broken"),
        (bomb(), "unpacked"),
        (kmz(("doc.kml", bomb())), ""),
        (kmz(*((f"{n}.kml", "") for n in range(packed.MOST_PARTS + 1))), "unpacked"),
    ],
)
def test_what_is_no_kmz_or_too_much_is_refused(data: bytes, why: str) -> None:
    if why:
        with pytest.raises(PackedFileRefused, match=why):
            kml_inside(data)
    with pytest.raises(TooLarge if why == "unpacked" else Invalid):
        read_route_lines("a.kmz", data)


def test_what_an_archive_says_of_its_own_size_is_not_believed() -> None:
    """No more comes out than it says, or nothing at all."""
    with pytest.raises(PackedFileRefused):
        kml_inside(modest(bomb()))


def test_an_archive_opens_no_other_file_of_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,wkt\nsecret,"LINESTRING(107.52 16.42,107.53 16.42)"\n')
    for text in (VRT.format(path=path), f"<kml><!-- {VRT.format(path=path)} --></kml>"):
        with pytest.raises(Invalid):
            read_route_lines("a.kmz", kmz(("doc.kml", text)))
