"""Word to somebody who has been silent for too long: what a channel takes then, if anything."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.talks.next_way import OUTSIDE_WINDOW
from service.sending.envelope import SendFailed


class WindowOver(SendFailed):
    """Failure because the person's last word is too long ago; `detail` is what the channel answered."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{OUTSIDE_WINDOW} ({detail})" if detail else OUTSIDE_WINDOW, for_good=True)


@dataclass(frozen=True, slots=True)
class LateWord:
    """Step of a case for a template that the channel has approved: a sentence and the address of the page.

    `phone` is the number that the person left with the report, empty for none; `key` is the step's own, the
    same at every try.
    """

    text: str
    link: str
    phone: str = ""
    key: str = ""
