"""Signers of a document, as a manager chooses before it is made."""

from __future__ import annotations

from collections.abc import Mapping

from service.i18n import N_

HEAD, DEPUTY, ACTING, ORDER, AUTHORITY = "head", "deputy", "acting", "order", "authority"
SIGNERS: Mapping[str, str] = {
    HEAD: N_("Người đứng đầu ký"),
    DEPUTY: N_("Cấp phó ký thay (KT.)"),
    ACTING: N_("Người được giao quyền cấp trưởng ký (Q.)"),
    ORDER: N_("Ký thừa lệnh (TL.)"),
    AUTHORITY: N_("Ký thừa ủy quyền (TUQ.)"),
}
