"""A folder read and judged whole, all mistakes at once."""

from __future__ import annotations

import re
from pathlib import Path

from service.domain.configuration.cityfile.boundaries import boundaries_in_folder, read_areas
from service.domain.configuration.cityfile.checks import cross_check
from service.domain.configuration.cityfile.folder import Folder, read_folder
from service.domain.configuration.cityfile.places import Mistake

LEVELS = ("error", "warning", "repair")


def check_folder(path: Path, areas: Path | None = None, *, accept_overlaps: bool = False) -> Folder:
    """Return what the folder says, with every mistake sorted by its place, errors first.

    `areas` is the boundary file (or folder of files) to take instead of the folder's own. Overlaps between
    areas that are no slivers are errors, unless `accept_overlaps`.
    """
    folder = read_folder(path)
    if path.is_dir():
        read_areas(folder, areas or boundaries_in_folder(path), accept_overlaps=accept_overlaps)
        folder.mistakes.extend(list(cross_check(folder)))
    folder.mistakes.sort(key=_by_place)
    return folder


def _by_place(mistake: Mistake) -> tuple[object, ...]:
    """Errors first; `features[9]` before `features[10]`."""
    path = re.sub(r"\d+", lambda number: number[0].zfill(9), mistake.path)
    return LEVELS.index(mistake.level), mistake.file, mistake.line, mistake.column, path, mistake.message
