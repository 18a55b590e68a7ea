"""Sealing of people's words and names on their channels, and hashes that find them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from service.domain.kernel.sealing import seal_for, unseal_for
from service.domain.kernel.tokens import keyed_digest


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals with the installation's key."""

    key: bytes

    def seal(self, text: str) -> str:
        """Return the text sealed."""
        return seal_for(self.key, "talk", text)

    def open(self, sealed: str | None) -> str:
        """Return what was sealed; empty where it was erased, or the key is gone."""
        return (unseal_for(self.key, "talk", sealed) or "") if sealed else ""

    def seal_json(self, value: object) -> str:
        """Return a value sealed as JSON."""
        return self.seal(to_json(value).decode())

    def open_json(self, sealed: str | None) -> dict[str, Any]:
        """Return the mapping that was sealed; empty where there is none."""
        text = self.open(sealed)
        value = from_json(text) if text else {}
        return value if isinstance(value, dict) else {}

    def person_hash(self, channel: str, account: str, person: str) -> bytes:
        """Return what stands for a person of a channel's account."""
        return keyed_digest(self.key, "talk-person", f"{channel}:{account}:{person}")
