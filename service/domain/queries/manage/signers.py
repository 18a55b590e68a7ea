"""Signers of a document, as a manager chooses before it is made."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.kernel.texts import tidy
from service.errors import invalid
from service.i18n import N_

HEAD, DEPUTY, ACTING, ORDER, AUTHORITY = "head", "deputy", "acting", "order", "authority"
SIGNERS: Mapping[str, str] = {
    HEAD: N_("Người đứng đầu ký"),
    DEPUTY: N_("Cấp phó ký thay (KT.)"),
    ACTING: N_("Người được giao quyền cấp trưởng ký (Q.)"),
    ORDER: N_("Ký thừa lệnh (TL.)"),
    AUTHORITY: N_("Ký thừa ủy quyền (TUQ.)"),
}
LONGEST_NAME = 100


def read_signer(signs: str, name: str) -> dict[str, str]:
    """Return who signs as an order keeps it; empty for what was not chosen. Raises Invalid."""
    if signs and signs not in SIGNERS:
        raise invalid(["signs"], N_("Hãy chọn một trong: {expected}."), expected=", ".join(SIGNERS))
    signer = tidy(name)
    if len(signer) > LONGEST_NAME:
        raise invalid(["signer"], N_("Tên dài quá {most} chữ."), most=LONGEST_NAME)
    return {key: value for key, value in (("signs", signs), ("signer", signer)) if value}
