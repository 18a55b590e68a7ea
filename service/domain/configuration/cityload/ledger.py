"""Record of the changes of one load, and of the folder's state at the load before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Literal

What = Literal["added", "changed", "retired", "unchanged", "kept", "disputed"]
"""`kept`: the folder says nothing new, but the entry was changed here since, or official areas stay.
`disputed`: the folder says something new of an entry that was changed here; what was done here stays."""

Entry = tuple[str, str]
"""Kind and code."""

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EntryChange:
    """Outcome of loading one entry; `before` and `after` hold the columns that were changed in place."""

    kind: str
    code: str
    what: What
    before: Columns = field(default_factory=dict)
    after: Columns = field(default_factory=dict)


class Ledger:
    """Compares the folder with itself at the last loading, so that what was changed here since is left alone.

    `before` and `after` hold a digest for each entry, by kind and code. `by_hand` are the entries that were
    changed here. With `overwrite` the folder counts as new throughout, and wins.
    """

    def __init__(
        self,
        before: Mapping[str, Mapping[str, str]],
        *,
        overwrite: bool,
        by_hand: Set[Entry] = frozenset(),
    ) -> None:
        self._before = {} if overwrite else before
        self._by_hand = frozenset() if overwrite else by_hand
        self._known = before
        self.after: dict[str, dict[str, str]] = {}
        self.changes: list[EntryChange] = []

    def says_something_new(self, kind: str, code: str, columns: Mapping[str, object]) -> bool:
        """Return whether the folder says of the entry what it did not say before; notes what it says."""
        digest = column_digest(columns)
        self.after.setdefault(kind, {})[code] = digest
        return self._before.get(kind, {}).get(code) != digest

    def disputes(self, kind: str, code: str) -> bool:
        """Return whether the entry was changed here, so that the folder's new word on it must wait; told if
        so.

        What the folder said before stays noted: the next load tells it again.
        """
        if (kind, code) not in self._by_hand:
            return False
        said = self._known.get(kind, {}).get(code)
        noted = self.after.setdefault(kind, {})
        if said is not None:
            noted[code] = said
        else:
            noted.pop(code, None)
        self.tell(kind, code, "disputed")
        return True

    def gone(self, kind: str) -> list[str]:
        """Return codes that were in the folder the last time and are not now. Ask when all entries were
        compared.
        """
        return sorted(self._known.get(kind, {}).keys() - self.after.get(kind, {}).keys())

    def tell(
        self, kind: str, code: str, what: What, before: Columns | None = None, after: Columns | None = None
    ) -> None:
        """Note what became of an entry."""
        self.changes.append(EntryChange(kind, code, what, before or {}, after or {}))

    @property
    def anything_changed(self) -> bool:
        return any(change.what in ("added", "changed", "retired") for change in self.changes)


def column_digest(columns: Mapping[str, object]) -> str:
    """Return a short digest of plain values, the same for equal values whatever their order."""
    text = json.dumps(columns, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def audit_facts(ledger: Ledger, revision: int) -> tuple[Columns, Columns]:
    """Return for the audit the changed columns before and after, and what was added, changed and retired."""
    entries: dict[str, dict[str, list[str]]] = {}
    for change in ledger.changes:
        if change.what in ("added", "changed", "retired"):
            entries.setdefault(change.what, {}).setdefault(change.kind, []).append(change.code)
    written = [change for change in ledger.changes if change.before]
    before = {f"{change.kind} {change.code}": plain_columns(change.before) for change in written}
    after = {f"{change.kind} {change.code}": plain_columns(change.after) for change in written}
    return before, {"revision": revision, "entries": entries, **after}


def plain_columns(columns: Mapping[str, object]) -> Columns:
    """Return the columns as JSON has them; dates as text."""
    payload: Columns = json.loads(json.dumps(columns, default=str))
    return payload
