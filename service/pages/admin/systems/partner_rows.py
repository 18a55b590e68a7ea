"""Names of kinds and states in a partner's system, as rows of its form.

Every kind has a field of its own (`service.<code>`); a word for a state and its step stand side by side
(`status.<n>.word`, `status.<n>.step`), with some empty rows below those that are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from service.domain.city.config import PartnerConfig
from service.domain.city.reference import Reference
from service.errors import invalid
from service.i18n import N_, pick
from service.pages.shared.kinds import below, roots

SERVICE = "service."
BLANK_STATES = 3
_STATE = re.compile(r"status\.(\d{1,3})\.word")


def fields_of_names(config: PartnerConfig) -> dict[str, str]:
    """Return the fields of a form that say what `config` does."""
    fields = {SERVICE + code: name for code, name in config.services.items()}
    for number, (word, step) in enumerate(config.statuses.items()):
        fields |= {f"status.{number}.word": word, f"status.{number}.step": step}
    return fields


def service_rows(reference: Reference, form: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return codes and names of the kinds to ask for, each below its own; also of those no longer active
    that have a name there.
    """
    found: dict[str, str] = {}
    for root in roots(reference):
        found[root.code] = pick(root.name)
        for each in below(reference, root):
            found[each.code] = f"{pick(root.name)} › {pick(each.name)}"
    for name in form:
        code = name.removeprefix(SERVICE)
        if name != code and form[name] and code not in found:
            view = reference.category_by_code.get(code)
            found[code] = pick(view.name) if view else code
    return list(found.items())


def state_rows(form: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the words for states with their steps, and empty rows for more."""
    filled = [(word, step) for word, step in _states(form) if word or step]
    return [*filled, *[("", "")] * BLANK_STATES]


def read_services(form: Mapping[str, str]) -> dict[str, str]:
    """Return what kinds are called there; one that is left empty goes by our code."""
    return {
        name.removeprefix(SERVICE): text for name, text in form.items() if name.startswith(SERVICE) and text
    }


def read_state_words(form: Mapping[str, str]) -> dict[str, str]:
    """Return words for states with their steps; a row without a word is none. Raises Invalid."""
    found: dict[str, str] = {}
    for word, step in _states(form):
        if not word:
            continue
        if not step:
            raise invalid(["statuses"], N_("Hãy chọn bước cho “{word}”."), word=word[:80])
        if word in found:
            raise invalid(["statuses"], N_("“{key}” được ghi hai lần."), key=word[:80])
        found[word] = step
    return found


def _states(form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, word in form.items():
        if _STATE.fullmatch(name):
            yield word, form.get(f"{name.removesuffix('word')}step", "")
