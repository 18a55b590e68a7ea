"""Words that people say in front of a near place: `gần`, `đối diện`, `đầu kiệt`. Folded, `y` as `i`."""

from __future__ import annotations

import re

NEAR = (
    "o",
    "gan",
    "truoc",
    "canh",
    "doi dien",
    "sau lung",
    "khu vuc",
    "truoc mat",
    "ngai truoc",
    "nga tu",
    "nga ba",
    "nga nam",
    "nga sau",
    "nga 3",
    "nga 4",
    "nga 5",
    "nga 6",
    "goc",
    "doan",
    "dau duong",
    "cuoi duong",
    "ngai",
    "ngang",
    "ben canh",
    "phia sau",
    "phia truoc",
    "duoi chan",
    "duoi",
    "doc theo",
    "doc",
    "doan tu",
    "den",
    "giua duong",
    "giua",
    "tren duong",
    "tren via he",
    "tren",
    "via he",
    "le duong",
    "long duong",
    "ven duong",
    "ven",
    "ke ben",
    "sat ben",
    "sat",
    "ben hong",
    "mat sau",
    "mat truoc",
    "doi dien voi",
    "ngai canh",
    "ngai sau",
    "qua",
    "doan qua",
)
"""In front of, behind, opposite, at the corner of."""

AT_A_PLACE = re.compile(
    r"^\s*tai (?=(?:cho|cau|truong|duong|kiet|hem|ngo|nga|so|nha|benh|bv|khu|cong|chua|cua|goc|phuong|\d))"
)
"""“tại …” at the beginning; elsewhere the letters are those of “tây” and of names."""

ENDS_OF = re.compile(
    r"^\s*(?:nga[iy] )?(?:(?:dau|cuoi|giua|trong) (?=(?:k|kiet|hem|ngo|ngach)\.? ?\d)"
    r"|(?:dau|cuoi|giua|trong|chan|mo|doc) (?=(?:cau|cho) \w))"
)
"""“đầu kiệt”, “cuối hẻm” before the alley's number, “chân cầu”, “trong chợ” before a name."""
