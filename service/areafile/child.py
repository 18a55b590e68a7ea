"""The program that reads one boundary file and ends: `python -m service.areafile.child NAME PARENT`.

The file comes on standard input; one line of JSON goes out: `refused`, or units and findings.
"""

from __future__ import annotations

import importlib
import io
import json
import resource
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from geo.boundaries.answers import AreaFileRead, FindingRead, UnitRead
from geo.gdal_pointers import MAGIC, POINTING
from service.ops.confinement import confine_process, end_with, leave_network

if TYPE_CHECKING:
    from geo.boundaries.findings import Finding

MEMORY_BYTES = 3 << 30
CPU_S = 120
WRITTEN_BYTES = 200 << 20
MOST_PARTS = 60
SHAPEFILE = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})


class AreaFileRefused(Exception):
    """The file is none that is taken; says why, in a word."""


def main() -> None:
    """Limit this process before it reads the first byte, then answer what it is asked."""
    end_with(int(sys.argv[2]))
    leave_network()
    import_reader()
    confine_reader()
    answer: AreaFileRead | dict[str, str]
    try:
        answer = parse_area_file(sys.argv[1], sys.stdin.buffer.read())
    except AreaFileRefused as refused:
        answer = {"refused": str(refused)}
    sys.stdout.write(json.dumps(answer) + "\n")


def import_reader() -> None:
    """Import the reader before the memory has a limit."""
    for name in ("pyogrio", "shapely", "geo.boundaries.boundaries"):
        importlib.import_module(name)


def confine_reader() -> None:
    """Limit memory, time and disk of this process, without core dumps and at the lowest priority."""
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_S,
        resource.RLIMIT_FSIZE: WRITTEN_BYTES,
    }
    confine_process(limits, may_open=True)  # GDAL reads its file by a path


def parse_area_file(name: str, data: bytes) -> AreaFileRead:
    """Return what is in the file: its units, mended where that is safe, and everything found.
    Raises Refused.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = unpack_upload(name, data, Path(folder))
        return _read(path)


def unpack_upload(name: str, data: bytes, folder: Path) -> Path:
    """Return the file, or what a zipped Shapefile holds, on disk. Raises Refused."""
    suffix = PurePosixPath(name.lower()).suffix
    if suffix == ".zip":
        return _unzip(data, folder)
    if suffix not in (".geojson", ".json", ".gpkg"):
        raise AreaFileRefused("kind")
    if suffix in MAGIC and not data.startswith(MAGIC[suffix]):
        raise AreaFileRefused("content")
    if suffix not in MAGIC and POINTING.search(data):
        raise AreaFileRefused("content")
    path = folder / f"areas{suffix}"
    path.write_bytes(data)
    return path


def _unzip(data: bytes, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            wanted = [p for p in parts if PurePosixPath(p.filename.lower()).suffix in SHAPEFILE]
            if len(parts) > MOST_PARTS or sum(p.file_size for p in wanted) > WRITTEN_BYTES:
                raise AreaFileRefused("too_large")
            shapes = [p for p in wanted if p.filename.lower().endswith(".shp")]
            if len(shapes) != 1:
                raise AreaFileRefused("no_shapefile" if not shapes else "several")
            stem = PurePosixPath(shapes[0].filename).with_suffix("")
            for part in wanted:
                inside = PurePosixPath(part.filename)
                if inside.with_suffix("") == stem:
                    with archive.open(part) as source:
                        body = source.read(WRITTEN_BYTES + 1)
                    if len(body) > WRITTEN_BYTES:
                        raise AreaFileRefused("too_large")
                    # Names inside an archive are not to be trusted as paths.
                    (folder / f"areas{inside.suffix.lower()}").write_bytes(body)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError):
        raise AreaFileRefused("content") from None
    if not (folder / "areas.shp").read_bytes().startswith(MAGIC[".shp"]):
        raise AreaFileRefused("content")
    return folder / "areas.shp"


def _read(path: Path) -> AreaFileRead:
    import shapely

    from geo.boundaries.boundaries import BoundaryError, check_boundaries, read_boundaries

    try:
        report = check_boundaries(read_boundaries(path))
    except BoundaryError as error:
        return {"ok": False, "units": [], "findings": [_finding(found) for found in error.findings]}
    units: list[UnitRead] = [
        {
            "code": each.code,
            "name": each.name,
            "full_name": each.full_name,
            "kind": each.kind,
            "geometry": json.loads(shapely.to_geojson(each.geometry)),
        }
        for each in report.boundaries
    ]
    return {"ok": report.ok, "units": units, "findings": [_finding(found) for found in report.findings]}


def _finding(found: Finding) -> FindingRead:
    return {
        "kind": found.kind.value,
        "severity": found.severity.value,
        "message": found.message,
        "code": found.code,
        "others": list(found.others),
        "figures": dict(found.figures),
    }


if __name__ == "__main__":
    main()
