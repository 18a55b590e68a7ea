"""Words of events about whose a cable is, and of a company's section beside a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.i18n import N_, pick, translate
from service.models import ClaimAnswer

CLAIM_WORDS: Mapping[str, str] = {
    ClaimAnswer.MINE: N_("nhận là cáp của mình"),
    ClaimAnswer.NOT_MINE: N_("không phải cáp của mình"),
    ClaimAnswer.NONE: N_("không trả lời trong hạn"),
}
"""Answers to the question whose a cable is."""


def cable_facts(data: Mapping[str, Any]) -> dict[str, object]:
    """Return what such an event's sentence is filled with; nothing for events of another kind."""
    filled: dict[str, object] = {}
    if "company_name" in data:
        answer = CLAIM_WORDS.get(str(data.get("answer")), "")
        filled |= {"company": pick(data["company_name"]), "street": data.get("street")}
        filled["claim"] = translate(answer) if answer else ""
    if "owner_name" in data:
        filled |= {"owner": pick(data["owner_name"]), "until": data.get("until")}
    return filled
