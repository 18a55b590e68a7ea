"""Keeping of what was heard in the state of a dialogue: words, photos, place and kind."""

from __future__ import annotations

from dataclasses import replace

from service.domain.kernel.texts import fold, tidy
from service.domain.talks.dialogue.intents import (
    Intent,
    begins_correction,
    plain,
    read_intent,
    read_number,
)
from service.domain.talks.dialogue.points import without_links
from service.domain.talks.dialogue.state import DialoguePlace, DialogueState, Findings, UserInput
from service.domain.talks.dialogue.vocabulary import NO_NAMES, STOPS

LONGEST_TEXT = 2000
LONGEST_ADDRESS = 120
SHORTEST_TEXT = 2
"""Words of a report, and letters that make a message worth keeping as its words."""


def with_user_input(
    state: DialogueState, user_input: UserInput, found: Findings, intent: Intent
) -> DialogueState:
    """Return the state with what was heard in it: words, photos, place and kind, where they tell any."""
    correcting = state.asked == "confirm" or user_input.corrected or begins_correction(user_input.text)
    spot = _shared(user_input, found) or found.spot
    if spot is not None and (state.spot is None or correcting or user_input.spot or not spot.inferred):
        state = replace(state, spot=replace(spot, address=_address(state, spot, correcting=correcting)))
    elif found.near and state.street and state.spot is None:
        beside = (
            f"{state.street.address.partition(',')[0]}, gần {found.near}"  # an address, in every language
        )
        state = replace(state, spot=replace(state.street, address=beside))
    elif found.street and (state.spot is None or correcting):
        state = replace(state, spot=None, street=found.street)
    state = with_ward_address(state, found)
    if found.kinds and (not state.kind or correcting):
        sure = found.kinds[0] if len(found.kinds) == 1 else None
        if sure:
            state = replace(state, kind=sure.code, kind_name=sure.name, offers=())
        else:
            state = replace(state, offers=tuple((each.code, each.name) for each in found.kinds[:4]))
    state = replace(state, photos=state.photos + user_input.photos, sounds=state.sounds or user_input.sounds)
    return state if intent and intent != "insult" else with_description(state, user_input)


def _shared(user_input: UserInput, found: Findings) -> DialoguePlace | None:
    """Return the position that was sent, with the address that stood beside it."""
    named = found.spot or found.street
    if user_input.spot is None or user_input.spot.address or named is None:
        return user_input.spot
    return replace(user_input.spot, address=named.address)


def with_ward_address(state: DialogueState, found: Findings) -> DialogueState:
    """Return the state with the ward and the address that were said: a place, where no map tells one."""
    ward, unplaced = found.ward or state.ward, found.unplaced or state.unplaced
    if state.asked == "ward" and found.ward and fold(found.unplaced) in fold(found.ward.address):
        unplaced = state.unplaced  # “Thuận Hóa” answers which ward, though a street is called so too
    before = f"{state.unplaced}, {state.ward.address}" if state.ward else ""
    elsewhere = state.street or (state.spot and state.spot.address != before)
    state = replace(state, ward=ward, unplaced=unplaced)
    if ward is None or not unplaced or elsewhere:
        return state
    return replace(state, spot=replace(ward, address=f"{unplaced}, {ward.address}"))


def with_described_place(state: DialogueState, words: str) -> DialogueState:
    """Return the state with words that no map knows as the address in the ward that was said before."""
    line = address_line(words)
    return with_ward_address(state, Findings(unplaced=line)) if line else state


def address_line(words: str) -> str:
    """Return the words as the line of an address; empty for too few, or where none may be of a name."""
    line = " ".join(tidy(words).split())[:LONGEST_ADDRESS]
    return line if len(plain(line)) > 3 and not set(plain(line).split()) <= _NO_ADDRESS else ""


_NO_ADDRESS = STOPS | NO_NAMES
"""Words that say how something is: “bị hư rồi” goes on with a sentence, and tells no place."""


def _address(state: DialogueState, spot: DialoguePlace, *, correcting: bool) -> str:
    """Return the address of a new place: a landmark stands beside the street that was said before."""
    before = state.street or (None if correcting else state.spot)
    if before is None or correcting or not spot.address:
        return spot.address or (before.address if before else "")
    street = before.address.partition(",")[0]
    if not spot.inferred or street in spot.address:
        return spot.address
    return f"{street}, gần {spot.address}"  # an address, in the words of the city in every language


def without_yes(text: str) -> str:
    """Return the lines of a message without those that only agree: “gửi” is none of a report's words."""
    lines = text.split("\n")
    telling = [line for line in lines if read_intent(line) != "yes"]
    return "\n".join(telling) if len(lines) > 1 and telling else text


def with_description(state: DialogueState, user_input: UserInput) -> DialogueState:
    """Return the state with the words among the report's, where they are any and not said before."""
    said = without_yes(user_input.text)
    description = tidy(without_links(said)) if read_number(said) is None else ""
    if len(description) < SHORTEST_TEXT or description in state.text.split("\n"):
        return state
    return replace(state, text="\n".join(part for part in (state.text, description) if part)[:LONGEST_TEXT])
