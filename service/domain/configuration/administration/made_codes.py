"""Codes made of names, for who adds an entry without thinking of one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from service.domain.kernel.texts import fold

LONGEST = 40


def code_of_name(
    name: str, *, taken: Collection[str] = (), otherwise: str = "", longest: int = LONGEST
) -> str:
    """Return a code made of a name: `Rác thải, bụi` → `rac_thai_bui`; numbered where it is taken.

    `otherwise` stands for a name without a letter or figure.
    """
    made = re.sub("[^a-z0-9]+", "_", fold(name)).strip("_")[:longest].rstrip("_") or otherwise
    if not made or made not in taken:
        return made
    number = 2
    while f"{made}_{number}" in taken:
        number += 1
    return f"{made}_{number}"


def codes_of_rows(
    rows: Sequence[tuple[str, str]], *, otherwise: str = "", longest: int = LONGEST
) -> list[str]:
    """Return the codes of rows that each have a code or, being new, a name of which theirs is made; a made
    one is no other row's. `otherwise` and `longest` are as for `code_of_name`.
    """
    taken = {code for code, _ in rows}
    found = []
    for code, name in rows:
        found.append(code or code_of_name(name, taken=taken, otherwise=otherwise, longest=longest))
        taken.add(found[-1])
    return found
