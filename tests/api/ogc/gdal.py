"""GDAL as a client of a service that this very process serves: in a process of its own, since a read holds
the interpreter's lock until the answer is there.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

import pyogrio
import pyogrio.raw

LONGEST_S = 60


class Gdal:
    """GDAL with one source opened for reading."""

    def __init__(self, pool: ProcessPoolExecutor, source: str) -> None:
        self._pool, self._source = pool, source

    def info(self, layer: str) -> dict[str, Any]:
        """Number of features, names and types of fields as text."""
        return self._pool.submit(_info, self._source, layer).result(LONGEST_S)

    def rows(self, layer: str, **filters: object) -> int:
        """Return how many features are read."""
        return self._pool.submit(_rows, self._source, layer, filters).result(LONGEST_S)


@contextmanager
def gdal(source: str) -> Iterator[Gdal]:
    """GDAL in a child that ends with the block."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield Gdal(pool, source)


def _info(source: str, layer: str) -> dict[str, Any]:
    found = pyogrio.read_info(source, layer=layer)
    types = {name: str(kind) for name, kind in zip(found["fields"], found["dtypes"], strict=True)}
    return {"features": found["features"], "types": types}


def _rows(source: str, layer: str, filters: dict[str, object]) -> int:
    return len(pyogrio.raw.read(source, layer=layer, **filters)[2])
