"""Channel that people write by, besides its sender: its reader, its delivery, its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from service.domain.talks.arrivals import Incoming
from service.domain.talks.outgoing import Addressee
from service.settings import Settings
from service.storage import Storage


class TalkDelivery(Protocol):
    """Sends words to the person of a conversation; holds no transaction."""

    def deliver(self, to: Addressee, text: str, *, by_person: bool = False, key: str = "") -> str:
        """Send words; return the channel's own id of them. Raises SendFailed.

        `by_person`: a colleague wrote them; `key` is the same at every try.
        """
        ...

    def renew(self) -> object:
        """Renew what keeps the account open, where the channel has such a thing. Raises SendFailed."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


def _no_end(_: Settings) -> timedelta | None:
    """Return None: whoever wrote may be answered whenever it is."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkChannel:
    """Face of a channel to conversations.

    `account` returns the id of the installation's account, None where it has none; `is_demo` whether that is
    the demo's twin, which has its page at `twin`. `read` makes an arrival of what the hook or the mailbox
    kept, None of what says nothing; it raises ValueError for what is broken. `fetch` returns the bytes of a
    file that a message pointed to. `hook` is the path that the channel is to be told, empty for none; a photo
    whose shorter side has fewer points than `least_side` is a signature's logo; `has_tokens`: administrators
    enter a pair of tokens. `window` returns how long after a person's last word a colleague may answer, None
    where that has no end.
    """

    account: Callable[[Settings], str | None]
    is_demo: Callable[[Settings], bool]
    read: Callable[[str], Incoming | None]
    make_delivery: Callable[[Settings], TalkDelivery | None]
    fetch: Callable[[Settings, Storage, str], bytes]
    hook: str = ""
    twin: str = ""
    has_tokens: bool = False
    least_side: int = 0
    window: Callable[[Settings], timedelta | None] = _no_end
