"""Fair figures: indicators that no criterion uses, what it uses instead, and what is shown beside it."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.indicators.registry import INDICATORS, Indicator
from service.i18n import N_

INSTEAD: Mapping[str, str] = {
    "on_time": "on_time_unextended",
    "late": "late_unextended",
    "on_time_rate": "on_time_unextended_rate",
    "open_late": "late_unextended",
    "rating": "rating_fair",
}
"""Indicators that extensions or a few votes could embellish, each with the one that criteria use."""

NEVER = frozenset({"received"})
"""Being reported much is not a fault, being reported little no merit."""

BESIDE: Mapping[str, str] = {INSTEAD[code]: code for code in ("on_time", "late", "on_time_rate", "rating")}
"""Figures that are shown beside a criterion's, so that both are seen."""

USE_INSTEAD = N_("Tiêu chí không dùng “{name}”: gia hạn hay ít lượt chấm làm đẹp số liệu. Hãy dùng “{fair}”.")
NO_FAULT = N_("Được phản ánh nhiều không phải là lỗi: không chấm theo số phản ánh tiếp nhận.")


def fair_indicators() -> dict[str, Indicator]:
    """Return the indicators that a criterion may use, in their order."""
    return {code: each for code, each in INDICATORS.items() if code not in NEVER and code not in INSTEAD}
