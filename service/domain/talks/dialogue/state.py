"""State of a dialogue, what was heard, and what is answered: plain values, kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Question = Literal["", "what", "where", "nearer", "ward", "kind", "confirm", "more"]
"""What was asked last: what happens, where, where exactly in a long street, in which ward a street lies that
no map tells, which kind, whether to send it, and to which report a word after sending belongs.
"""

Act = Literal["", "file", "person", "status", "drop", "add"]
"""What follows a turn: send the report, hand over to a person, tell the status, forget the draft, add to the
last report.
"""


@dataclass(frozen=True, slots=True)
class DialoguePlace:
    """Place of a report: WGS 84 degrees and how far it may be off. `inferred`: read from words."""

    lon: float
    lat: float
    accuracy_m: float = 0.0
    address: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class KindOffer:
    """Category that may be meant: its code and its name in the language in use."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of the searches in somebody's words: places, kinds, danger, a code.

    `spot` is exact enough, `street` too long to be a place by itself, `area` a ward or a street of which only
    the district is known. `kinds`: the best first; one alone is meant for sure. `calls`: numbers to call in
    danger. `outside`: a position was given that lies outside the city. `by_ward`: no map tells the city's
    streets, so an address is placed by its ward. `map_link`: a map was pointed to whose place is not in the
    link.
    """

    spot: DialoguePlace | None = None
    street: DialoguePlace | None = None
    area: str = ""
    ward: DialoguePlace | None = None
    unplaced: str = ""
    near: str = ""
    kinds: tuple[KindOffer, ...] = ()
    calls: tuple[str, ...] = ()
    code: str = ""
    outside: bool = False
    by_ward: bool = False
    map_link: bool = False


@dataclass(frozen=True, slots=True)
class UserInput:
    """Messages of one person within some seconds: words in order, number of photos, a shared position."""

    text: str = ""
    photos: int = 0
    spot: DialoguePlace | None = None
    sounds: bool = False
    """A voice note or a video came: kept, and for a person to look at."""
    silent: bool = False
    """A sticker or a picture of a thumb, which says nothing."""
    large: bool = False
    """A letter came that was too large to be fetched."""
    corrected: bool = False
    """Words that were sent before were changed by their writer."""
    sealed: str = ""
    """What of a letter cannot be opened here: `encrypted` its words, `winmail` what Outlook packed."""


@dataclass(frozen=True, slots=True)
class DialogueState:
    """A dialogue so far. `offers` are the codes of the kinds that were offered by number.

    `ward` and `unplaced` are a ward and an address without a place on the map, said one before the other.
    """

    text: str = ""
    photos: int = 0
    spot: DialoguePlace | None = None
    street: DialoguePlace | None = None
    ward: DialoguePlace | None = None
    unplaced: str = ""
    kind: str = ""
    kind_name: str = ""
    asked: Question = ""
    offers: tuple[tuple[str, str], ...] = ()
    questions: int = 0
    misses: int = 0
    sounds: bool = False
    by_ward: bool = False
    """Where is asked together with the ward, without which no address of this city is placed."""
    last_code: str = ""
    """Code of the report that was sent last in this conversation."""
    later: str = ""
    """Words of another problem that was told with this one: its turn comes when this one was sent."""

    @property
    def begun(self) -> bool:
        """Return whether anything of a report is known."""
        return bool(self.text or self.photos or self.spot or self.street or self.ward or self.kind)

    def as_json(self) -> dict[str, object]:
        """Return the state as it is kept."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Reply:
    """A sentence to be said: its msgid and what is filled in."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """Outcome of what was heard: the state after it, sentences in order, and what is to be done."""

    state: DialogueState
    says: tuple[Reply, ...] = ()
    act: Act = ""
    urgent: bool = False
    """Danger was spoken of: the conversation goes to the top of the desk."""
    link: bool = False
    """The answer ends with a link to the form of the report, filled in with what was said."""
    unplaced: bool = False
    """The place was not understood: a person looks, and the machine goes on where it is told meanwhile."""


def read_dialogue(stored: Mapping[str, Any]) -> DialogueState:
    """Return a kept state; unknown keys are of another version and left out."""
    known = {name: stored[name] for name in DialogueState.__dataclass_fields__ if name in stored}
    for name in ("spot", "street", "ward"):
        if known.get(name):
            known[name] = DialoguePlace(**known[name])
    if "offers" in known:
        known["offers"] = tuple((code, name) for code, name in known["offers"])
    return DialogueState(**known)
