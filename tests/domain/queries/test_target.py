"""Whether a department misses the target agrees with the share that is read beside it."""

from __future__ import annotations

import pytest

from service.domain.figures.reckon import Tally
from service.domain.queries.manage.dashboard import DashboardRow
from service.i18n.wording import percent_words


@pytest.mark.parametrize(
    ("on_time", "decided", "read", "below"),
    [
        (8994, 10_000, "89,9%", True),
        (2249, 2500, "90,0%", False),
        (63, 70, "90,0%", False),
        (9006, 10_000, "90,1%", False),
        (0, 5, "0%", True),
        (5, 5, "100%", False),
    ],
)
def test_a_department_misses_the_target_where_its_share_reads_so(
    on_time: int, decided: int, read: str, below: bool
) -> None:
    tally = Tally(received=decided, done=decided, decided=decided, on_time=on_time)
    row = DashboardRow("d", "D", tally, Tally(), place=1)
    assert (percent_words(tally.on_time_rate), row.below) == (read, below)
    assert not DashboardRow("d", "D", tally, Tally()).below, "without a place nothing is said"
