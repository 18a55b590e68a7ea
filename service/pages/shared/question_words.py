"""Questions of a category in words: how they are answered, and each in a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.i18n import N_, Language, pick, translate

DATATYPES = {
    "singlevaluelist": N_("chọn một câu trả lời"),
    "multivaluelist": N_("chọn nhiều câu trả lời"),
    "string": N_("một dòng chữ"),
    "text": N_("đoạn chữ"),
    "number": N_("con số"),
    "datetime": N_("ngày giờ"),
}


def describe_question(question: Mapping[str, Any], language: Language) -> str:
    """Return a question in a line: what is asked, the answers or their kind, whether it must be answered."""
    dangerous = translate(N_("nguy hiểm"), language)
    named = [
        pick(value["name"], language) + (f" ({dangerous})" if value.get("danger") else "")
        for value in question.get("values", ())
    ]
    datatype = str(question["datatype"])
    kind = ", ".join(named) or translate(DATATYPES.get(datatype, datatype), language)
    must = f", {translate(N_('bắt buộc'), language)}" if question.get("required") else ""
    return f"{pick(question['label'], language)} [{kind}{must}]"
