"""Words for what comes again: “thứ Sáu đầu tiên mỗi tháng”."""

from __future__ import annotations

import re

from service.domain.plans.recurrence import WEEKDAYS, parts_of, weekday_of_week
from service.i18n import N_, MarkedText, translate

_DAYS = (
    N_("thứ Hai"),
    N_("thứ Ba"),
    N_("thứ Tư"),
    N_("thứ Năm"),
    N_("thứ Sáu"),
    N_("thứ Bảy"),
    N_("Chủ nhật"),
)
_NTH = {
    "1": N_("{day} đầu tiên mỗi tháng"),
    "2": N_("{day} thứ hai mỗi tháng"),
    "3": N_("{day} thứ ba mỗi tháng"),
    "4": N_("{day} thứ tư mỗi tháng"),
    "5": N_("{day} thứ năm mỗi tháng"),
    "-1": N_("{day} cuối cùng mỗi tháng"),
}
_IN_WEEK = {
    1: N_("{day} của tuần có ngày 01 mỗi tháng"),
    2: N_("{day} của tuần thứ hai mỗi tháng"),
    3: N_("{day} của tuần thứ ba mỗi tháng"),
    4: N_("{day} của tuần thứ tư mỗi tháng"),
    -1: N_("{day} của tuần có ngày cuối tháng"),
}
_EVERY = {
    ("DAILY", 1): N_("mỗi ngày"),
    ("WEEKLY", 1): N_("mỗi tuần một lần"),
    ("MONTHLY", 1): N_("mỗi tháng một lần"),
    ("MONTHLY", 3): N_("mỗi quý một lần"),
    ("MONTHLY", 6): N_("sáu tháng một lần"),
    ("YEARLY", 1): N_("mỗi năm một lần"),
}


def rule_words(rule: str) -> str:
    """Return a rule as people say it; the rule itself where nobody says it. Raises Invalid for none."""
    parts = parts_of(rule)
    every = parts["FREQ"], int(parts.get("INTERVAL", 1))
    days, month_days = parts.get("BYDAY", ""), parts.get("BYMONTHDAY", "")
    if days and month_days:
        for number, sentence in _IN_WEEK.items():
            if days in WEEKDAYS and parts_of(weekday_of_week(days, number)) == parts:
                return translate(sentence, day=_day(days))
        return rule
    nth = re.fullmatch(r"(-1|[1-5])([A-Z]{2})", days)
    if nth and every == ("MONTHLY", 1):
        return translate(_NTH[nth[1]], day=_day(nth[2]))
    if days and every == ("WEEKLY", 1):
        named = ", ".join(translate(_DAYS[WEEKDAYS.index(each)]) for each in days.split(","))
        return translate(N_("{days} mỗi tuần"), days=named)
    if month_days == "-1" and every == ("MONTHLY", 1):
        return translate(N_("ngày cuối mỗi tháng"))
    if month_days and "-" not in month_days and every == ("MONTHLY", 1):
        return translate(N_("ngày {days} mỗi tháng"), days=month_days.replace(",", ", "))
    if month_days and every == ("YEARLY", 1) and parts.get("BYMONTH", "").isdecimal():
        return translate(N_("ngày {day} mỗi năm"), day=f"{int(month_days):02}/{int(parts['BYMONTH']):02}")
    return translate(_EVERY[every]) if every in _EVERY and not days and not month_days else rule


def _day(code: str) -> MarkedText:
    return MarkedText(_DAYS[WEEKDAYS.index(code)])
