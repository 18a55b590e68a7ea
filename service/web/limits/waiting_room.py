"""Ceilings on how many requests wait for one scarce thing; whoever comes beyond them is told so at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import TooMany
from service.i18n import N_

RETRY_S = 3


class WaitingRoom:
    """Places for requests that wait: so many in all, so many of one address, so many for one account."""

    def __init__(self, most: int, *, of_address: int, of_account: int) -> None:
        self._most, self._of = most, {"address": of_address, "account": of_account}
        self._taken: Counter[tuple[str, str]] = Counter()
        self._in_all = 0

    @contextmanager
    def place(self, *, address: str, account: str) -> Iterator[None]:
        """Hold a place while the block runs. Raises TooMany where there is none."""
        keys = [("address", address), ("account", account)]
        if self._in_all >= self._most or any(self._taken[key] >= self._of[key[0]] for key in keys):
            raise TooMany(
                N_("Đang có nhiều người đăng nhập cùng lúc. Vui lòng thử lại sau {seconds} giây."),
                headers={"Retry-After": str(RETRY_S)},
                seconds=RETRY_S,
            )
        self._in_all += 1
        self._taken.update(keys)
        try:
            yield
        finally:
            self._in_all -= 1
            self._taken.subtract(keys)
            for key in keys:
                if not self._taken[key]:
                    del self._taken[key]
