"""`penalties.yaml`: each code once, and only categories that there are."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.configuration.cityfile.checks.common import check_twice, codes, unknown_reference
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.places import Mistake


def check_penalties(folder: Folder) -> Iterator[Mistake]:
    """Yield mistakes among the penalties, and between them and the categories."""
    yield from check_twice(folder, folder.penalties)
    known = codes(folder.categories)
    for item in folder.penalties:
        for index, code in enumerate(item.value.categories if item.value else ()):
            if code not in known:
                yield folder.at(item, "categories", index, message=unknown_reference("category", code, known))
