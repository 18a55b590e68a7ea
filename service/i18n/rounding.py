"""Rounding as people and spreadsheets do it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def round_half_up(value: float | Decimal, digits: int) -> Decimal:
    """Return a value with so many decimals, halves away from zero: 6.25 is 6.3, where Python's own is 6.2.

    Spreadsheets and offices round so, and a page must tell what the file beside it tells. As they do, it
    reads 15 digits of the value, so that the error of a binary fraction turns no half. Never minus zero.
    """
    return Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def round_share(rate: float, digits: int) -> Decimal:
    """Return a part of a whole (0.5 is a half) in percent. All and nothing are said of all and nothing alone:
    one late case among three thousand leaves 99.9, and one of three thousand is 0.1.
    """
    found, least = round_half_up(100 * rate, digits), Decimal(1).scaleb(-digits)
    return min(max(found, least), 100 - least) if 0 < rate < 1 else found


def told_share(rate: float, digits: int) -> float:
    """Return a part of a whole for a cell that rounds it itself: as it is, but where it would read all or
    nothing and is neither, what `round_share` tells.
    """
    plain, told = round_half_up(100 * rate, digits), round_share(rate, digits)
    return rate if plain == told else float(told / 100)
