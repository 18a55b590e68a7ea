"""Rounding as people and spreadsheets do it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def round_half_up(value: float, digits: int) -> Decimal:
    """Return a value with so many decimals, halves away from zero: 6.25 is 6.3, where Python's own is 6.2.

    Spreadsheets and offices round so, and a page must tell what the file beside it tells. As they do, it
    reads 15 digits of the value, so that the error of a binary fraction turns no half. Never minus zero.
    """
    return Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0
