"""A clone may stand alone: tests that read the shared data beside it are skipped where these are missing.

A pytest plugin, named in conftest.py.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
REASON = "the shared data are not beside this repository"


def lacks_shared(said: str) -> bool:
    """Whether an error tells of a file that a lone clone cannot have."""
    return not SHARED.exists() and str(SHARED) in said


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that reads shared data while it is imported."""
    report = yield
    if report.failed and lacks_shared(str(report.longrepr)):
        report.outcome = "skipped"
        report.longrepr = (str(collector.path), 0, f"Skipped: {REASON}")
    return report


def names_shared(item: pytest.Item) -> bool:
    """Whether the test's own lines name a path among the shared data."""
    function = getattr(item, "function", None)
    if function is None:
        return False
    named = (function.__globals__.get(name) for name in function.__code__.co_names)
    return any(isinstance(value, Path) and value.is_relative_to(SHARED) for value in named)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """A test that names them, or whose fixture reads them."""
    if not SHARED.exists() and names_shared(item):
        pytest.skip(REASON)
    yield from _skipping()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    """A test that reads them."""
    yield from _skipping()


def _skipping() -> Generator[None, None, None]:
    try:
        yield
    except Exception as problem:
        if lacks_shared(str(problem)):
            pytest.skip(REASON)
        raise
