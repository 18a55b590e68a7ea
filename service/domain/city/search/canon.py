"""Words for kinds of places and their abbreviations, one form each: `bệnh viện`, `BV`, `hospital` → `bv`."""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile

from service.domain.city.search.words import place_key

_FORMS = {
    "thpt": ("trung hoc pho thong", "cap 3"),
    "thcs": ("trung hoc co so", "cap 2"),
    "th": ("tieu hoc", "cap 1"),
    "mn": ("mam non", "mau giao", "nha tre"),
    "dh": ("dai hoc", "university"),
    "cd": ("cao dang", "college"),
    "hv": ("hoc vien",),
    "truong": ("school",),
    "bv": ("benh vien", "hospital"),
    "tti te": ("trung tam i te", "ttit"),
    "tram i te": ("trung tam suc khoe",),
    "tw": ("trung uong",),
    "ubnd": ("ui ban nhan dan", "ui ban", "ub", "uib", "uibnd"),
    "ca": ("cong an",),
    "cvien": ("cong vien", "cv", "park"),
    "caixang": ("cai xang", "tram xang", "cua hang xang dau", "chxd", "xang dau"),
    "nhathuoc": ("nha thuoc", "hieu thuoc", "tiem thuoc", "pharmacy"),
    "nhasach": ("nha sach", "hieu sach", "bookstore"),
    "nganhang": ("ngan hang", "bank", "atm", "cai atm"),
    "buudien": ("buu dien",),
    "rap": ("rap chieu phim", "rap phim", "cinema"),
    "cafe": ("ca phe", "coffee", "cf", "caphe", "quan cafe", "quan ca phe"),
    "tuongdai": ("tuong dai",),
    "bx": ("ben xe",),
    "ktx": ("ki tuc xa", "dormitori"),
    "nvh": ("nha van hoa",),
    "trung tam": ("tt",),
    "tttm": ("trung tam thuong mai",),
    "tand": ("toa an nhan dan", "toa an"),
    "ks": ("khach san", "hotel"),
    "nh": ("nha hang", "restaurant"),
    "st": ("sieu thi", "supermarket"),
    "nhatho": ("nha tho", "giao xu", "church"),
    "chua": ("pagoda",),
    "cho": ("market",),
    "cau": ("bridge",),
    "lang": ("tomb",),
    "cung": ("palace",),
    "cua": ("gate",),
    "bt": ("bao tang", "museum"),
    "svd": ("san van dong", "stadium"),
    "ql": ("quoc lo", "qlo", "national road"),
    "tl": ("tinh lo", "tlo", "duong tinh", "dt"),
    "kdt": ("khu do thi",),
    "kqh": ("khu qui hoach",),
    "kcn": ("khu cong nghiep",),
    "sbai": ("san bai", "cang hang khong", "airport"),
    "ho": ("lake",),
    "song": ("river",),
    "nguien": ("ng",),
    "baibien": ("bai bien", "bai tam"),
    "thixa": ("thi xa",),
}
_PHRASES = sorted(
    (
        (tuple(form.replace("y", "i").split()), tuple(short.split()))  # as keys spell it
        for short, forms in _FORMS.items()
        for form in forms
    ),
    key=lambda pair: -len(pair[0]),
)
_GLUED = {
    "bvtw": "bv tw",
    "bvqt": "bv quoc te",
    "bvdk": "bv da khoa",
    "bvtwh": "bv tw hue",
    "dhsp": "dh su pham",
    "dhkh": "dh khoa hoc",
    "dhid": "dh i duoc",
    "dhnl": "dh nong lam",
    "dhkt": "dh kinh te",
    "dhnn": "dh ngoai ngu",
    "ql1a": "ql 1",
    "ql1": "ql 1",
}

_ENGLISH = {"market", "bridge", "hospital", "school", "universiti", "pagoda", "church", "tomb", "gate"} | {
    "lake",
    "river",
    "museum",
    "park",
    "stadium",
    "coffee",
    "cinema",
    "pharmaci",
    "palace",
}
"""English says the kind behind the name."""

_ENGLISH_PAIRS = {
    ("train", "station"): "ga",
    ("railwai", "station"): "ga",
    ("bus", "station"): "bx",
    ("post", "office"): "buudien",
}
_ENGLISH_ENDS = {"beach": "baibien"}

_HOTEL = "ks"

KINDS = {
    "cho": {"market", "mall"},
    "cau": {"bridge"},
    "bv": {"hospital"},
    "tti": {"hospital", "clinic"},
    "tram": {"clinic", "hospital", "police"},
    "truong": {"school", "university", "kindergarten"},
    "thpt": {"school"},
    "thcs": {"school"},
    "th": {"school"},
    "mn": {"kindergarten", "school"},
    "dh": {"university"},
    "cd": {"university"},
    "hv": {"university"},
    "cua": {"gate"},
    "mon": {"gate"},
    "chua": {"worship"},
    "nhatho": {"worship"},
    "dinh": {"worship", "sight"},
    "den": {"worship", "sight"},
    "ga": {"station", "stop"},
    "bx": {"station", "stop"},
    "ubnd": {"government"},
    "ca": {"police"},
    "cvien": {"park"},
    "svd": {"park", "sport"},
    "ks": {"lodging"},
    "nh": {"food"},
    "quan": {"food"},
    "st": {"mall", "shop"},
    "lang": {"sight", "cemetery"},
    "dien": {"sight"},
    "bt": {"museum"},
    "ho": {"water"},
    "song": {"water"},
    "tiem": {"shop", "food"},
    "shop": {"shop"},
    "cafe": {"food"},
    "caixang": {"fuel"},
    "nhathuoc": {"pharmacy"},
    "nhasach": {"shop", "culture"},
    "nganhang": {"bank"},
    "buudien": {"post"},
    "rap": {"culture"},
    "tuongdai": {"sight"},
    "doi": {"sight", "settlement"},
    "thon": {"settlement"},
    "sbai": {"airport"},
    "baibien": {"beach", "sight"},
}
"""Kinds of places that a word in front of a name says."""


def search_key(name: str) -> str:
    """Return the key of a name with every word for a kind of place in its one form."""
    return canonical(place_key(name))


@lru_cache(maxsize=10_000)  # a search of 150 names: 1.9 ms, without 16
def canonical(key: str) -> str:
    """Return a folded key with every word for a kind of place in its one form."""
    words = [part for word in key.split() for part in _GLUED.get(word, word).split()]
    if len(words) > 2 and (kind := _ENGLISH_PAIRS.get((words[-2], words[-1]))):
        words = [kind, *words[:-2]]
    elif len(words) > 1 and (words[-1] in _ENGLISH or words[-1] in _ENGLISH_ENDS):
        words = [_ENGLISH_ENDS.get(words[-1], words[-1]), *words[:-1]]
    done: list[str] = []
    at = 0
    while at < len(words):
        for phrase, short in _PHRASES:
            if tuple(words[at : at + len(phrase)]) == phrase:
                done += short
                at += len(phrase)
                break
        else:
            done.append(words[at])
            at += 1
    if _HOTEL in done[1:]:  # “Huong Giang Hotel Resort & Spa”
        done.remove(_HOTEL)
        done.insert(0, _HOTEL)
    return " ".join(done)


def hinted_kinds(words: tuple[str, ...]) -> set[str]:
    """Return the kinds of places that the first words say; empty where they say none."""
    leading_kinds = takewhile(KINDS.__contains__, words[:2])
    return {kind for word in leading_kinds for kind in KINDS[word]}
