"""Meanings of short messages: yes, no, a number, thanks, a wish for a person. Marks may be missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from service.domain.city.danger_words import lower_words, matches_word
from service.domain.kernel.texts import fold, tidy
from service.domain.talks.dialogue.vocabulary import word_set

Intent = Literal[
    "", "yes", "no", "thanks", "greeting", "person", "cancel", "status", "unknown_place", "insult"
]

_POLITE = word_set(
    """da vang ah a oi nhe nha ban anh chi em ad admin minh toi giup voi cho chao xin cac co chu
    de nghi dum ho ne nghe shop bot hi he ni no o bac"""
)
_WORD = re.compile(r"[^\W_]+")

_YES = {"gui", "gui di", "ok", "oke", "okay", "okie", "uh", "u", "um", "uhm", "dung", "dung roi", "dung vay"}
_YES |= {"yes", "y", "chuan", "chinh xac", "phai", "phai roi", "duoc", "dong y", "chuan roi", "send", "roi"}
_YES |= {"gui luon", "gui luon di", "ok gui", "ok gui di", "dung gui", "dung gui di", "ukm", "uk", "vang gui"}
_YES |= {
    "dung roi gui",
    "dung roi gui di",
    "dung the",
    "xac nhan",
    "1 gui",
    "goi",
    "goi di",
    "goi luon",
    "uh goi di",
}
_YES |= {
    "dung rua",
    "dung rua do",
    "rua do",
    "phai rua",
    "dung cho no",
    "chuan luon",
    "u gui di",
    "uh gui di",
    "o",
    "nhanh len",
    "nhanh",
    "le len",
    "gap lam",
    "xu ly",
    "xu ly som",
    "mong xu ly som",
}
_YES |= {
    "correct",
    "send it",
    "yes please",
    "yes send",
    "yes send it",
    "right",
    "that s right",
    "sure",
    "confirm",
}
_SURE = word_set("gui goi ok oke okay okie dung chuan send yes")
_AGREEING = _SURE | _POLITE | word_set("uh u um ukm uk vang phai roi di luon lien duoc do rua vay the xong")
"""Words of a yes; and those of them that are one by themselves."""

_NO = {"wrong", "not correct", "not right", "that s wrong", "change", "edit", "correct it"}
_NO |= {"sua", "khong", "khong phai", "sai", "sai roi", "no", "ko", "k", "hong", "chua dung", "khong dung"}
_NO |= {"ko phai", "nham", "nham roi", "doi", "sua lai", "ko dung", "khong phai o do"}
_NO |= {"khong phai mo", "khong phai cho no", "mo phai", "sai cho roi", "khong phai rua", "nham cho"}
_THANKS = {"cam on", "cam on nhieu", "thanks", "thank", "thank you", "tks", "cam on nhieu lam", "ok cam on"}
_THANKS |= {"thank you very much", "thank you so much", "many thanks", "thanks a lot"}
_THANKS |= {"tot qua", "tuyet", "camon", "cam on rat nhieu", "thks", "ok thanks", "cam on da ho tro"}
_WELL = word_set("roi xong sach nhanh tot tuyet ok oke")
"""Words of somebody who is content."""

_THANKFUL = word_set(
    """tran trong chan thanh doi ngu da ho tro lan truoc hom qua nhieu rat lam xu ly nhanh chong kip thoi
    nhiet tinh cac thanh pho cong ty roi sach dep qua phan hoi tra loi cua vi viec som luon that la nghiem tuc
    va don nhan vien bo moi nguoi may bua nghe hen nha
    quy co quan tinh than trach nhiem lanh dao"""
)
"""Words of somebody who thanks for what was done, at any length."""

SHORT_WISH = 6
_GREETING = {
    "alo alo",
    "co ai khong",
    "ai khong",
    "ai o do khong",
    "co ai o do khong",
    "co ai day khong",
    "ad oi",
    "are you there",
    "good morning",
    "good afternoon",
}
_GREETING |= {"hello", "hi", "alo", "chao", "xin chao", "hey", "start", "bat dau", "chao buoi sang", ""}
_PERSON: tuple[str, ...] = (
    "gap nhan vien",
    "noi chuyen voi nguoi",
    "gap can bo",
    "tong dai vien",
)
_PERSON += tuple(
    f"{act} {whom}"
    for act in ("noi chuyen voi", "trao doi voi", "lien he voi", "lien lac voi", "chat voi")
    for whom in ("can bo", "nhan vien", "nguoi that", "tong dai", "chuyen vien")
)
_PERSON += ("gap tu van vien", "can bo tra loi", "nhan vien tra loi")
_PERSON += ("talk to a person", "speak to a person", "talk to someone", "speak to someone", "human agent")
_PERSON_ALONE = ("gap nguoi", "nguoi that", "gap ai do")
"""Said in few words: who tells that they met somebody tells of something."""

_CANCEL = {
    "huy",
    "huy bo",
    "thoi",
    "thoi khoi",
    "bo qua",
    "cancel",
    "khong gui nua",
    "thoi khong gui",
    "ngung",
}
_STATUS: tuple[str, ...] = (
    "trang thai",
    "xu ly chua",
    "xu ly toi dau",
    "xu ly den dau",
    "giai quyet chua",
    "toi dau roi",
)
_STATUS += ("the status", "what status", "is it done", "is it fixed", "any news")
_STATUS += (
    "den dau roi",
    "co ket qua chua",
    "tinh hinh sao",
    "bao gio xong",
    "bao gio xu ly",
    "khi nao xong",
    "toi mo roi",
    "den mo roi",
    "xong chua",
    *(f"{when} {then}" for when in ("bao gio", "khi nao", "khi mo") for then in ("thi xong", "moi xong")),
    "khi mo xong",
)
_HOW_NOW = re.compile(r"(?<!\bbi)(?:^| )(?:sao|rang) roi$")
"""“Bóng đèn bữa trước răng rồi?”; but “cống bị sao rồi” tells of something."""

_DONE_YET = re.compile(
    r"(?:^| )(?:don|sua|lam|hot|thu gom|xu ly|xu li|giai quyet|thay) chua(?: (?:rua|a|ha|hi|vay|nhi))*$"
)
"""“Bữa ni dọn chưa rứa”; but “dọn chưa sạch” tells of something."""

_NO_PLACE: tuple[str, ...] = (
    "khong biet",
    "ko biet",
    "khong ro",
    "ko ro",
    "khong nho",
    "ko nho",
    "k biet",
    "k ro",
    "k nho",
)
_NO_PLACE += ("don t know", "dont know", "do not know", "not sure", "no idea")
_NO_PLACE += ("chiu", "no biet", "hong biet", "biet mo", "biet chi mo")
_INSULTS = tuple(
    tuple(phrase.split())
    for phrase in (
        *(
            "đm",
            "dm",
            "đcm",
            "dcm",
            "vcl",
            "vkl",
            "clgt",
            "đồ ngu",
            "bọn ngu",
            "lũ ngu",
            "đồ chó",
            "đồ con chó",
        ),
        *("lũ chó", "bọn chó", "cút đi", "mất dạy", "địt mẹ", "đụ mẹ"),
    )
)
"""With their marks: “con chó chết” is a report, “mất dây” is none of these."""

_NUMBER = re.compile(r"(?:so|chon|cau|muc|\s)*(\d{1,2})[.)\s]*(?: (?:di|thoi|luon))*")
_NOT_THERE = re.compile(
    r"(?:(?:khong|ko|k|hong|no) phai|(?:khong|ko|k) dung)"
    r"(?: (?:la|o|cho|duong|noi|dia chi|vi tri|do|day|no|nay|ni|rua|dau|mo|ma))*"
)
"""“Không phải chỗ đó”, “ko đúng đường”: no, whatever the place is called."""


def plain(text: str) -> str:
    """Return the words in lower case without marks and signs, polite words left out at both ends."""
    words = _WORD.findall(fold(text))
    while words and words[0] in _POLITE and len(words) > 1:
        words = words[1:]
    while words and words[-1] in _POLITE and len(words) > 1:
        words = words[:-1]
    return " ".join(words)


def read_intent(text: str) -> Intent:
    """Return what a message means by itself; empty where it tells of something.

    Of several lines what all of them mean: “ok”, “gửi”, “cảm ơn” is a yes.
    """
    return (_of_lines(text) if "\n" in text else "") or _meant(text)


def _meant(text: str) -> Intent:
    said, whole = plain(text), f" {' '.join(_WORD.findall(fold(text)))} "
    typed = lower_words(text)
    if any(_stands(typed, phrase) for phrase in _INSULTS):
        return "insult"
    alone = len(said.split()) <= SHORT_WISH and any(f" {phrase} " in whole for phrase in _PERSON_ALONE)
    if alone or any(f" {phrase} " in whole for phrase in _PERSON):
        return "person"
    if said in _YES or whole.strip() in ("vang", "da", "da vang", "da dung") or _is_yes(whole.split()):
        return "yes"
    if said in _NO or _NOT_THERE.fullmatch(said):
        return "no"
    if said in _CANCEL:
        return "cancel"
    words = len(said.split())
    if said in _THANKS or _is_thanks(whole):
        return "thanks"
    if said in _GREETING or (words <= 1 and said in _POLITE) or _greets(text):
        return "greeting"
    if words <= 12 and (
        any(phrase in whole for phrase in _STATUS) or _HOW_NOW.search(said) or _DONE_YET.search(said)
    ):
        return "status"
    if words <= 6 and any(f" {phrase} " in whole for phrase in _NO_PLACE):
        return "unknown_place"
    return ""


_GREETS = re.compile(r"alo+|hel+o+|hal+o+|hi+|hey+|chao")
_AROUND = _POLITE | word_set("buoi sang trua chieu toi moi nguoi good morning afternoon evening there")
_ASKS_LEAVE = re.compile(
    r"(?:\w+ ){0,3}cho (?:(?:em|minh|toi|tui|chi|anh|con|chau) )?hoi(?: (?:ti|chut|xiu|voi|a))*"
)


def _greets(text: str) -> bool:
    """Return whether words greet and no more, however often (“alo alo alo”, “chào buổi chiều ad”), or ask
    whether one may ask. “chỗ em hôi” says something else.
    """
    words = [fold(word) for word in _WORD.findall(text)]
    if any(_GREETS.fullmatch(word) for word in words):
        return all(word in _AROUND or _GREETS.fullmatch(word) for word in words)
    return "hôi" not in tidy(text).casefold() and _ASKS_LEAVE.fullmatch(" ".join(words)) is not None


def _is_yes(words: Sequence[str]) -> bool:
    """Return whether all words agree, one of them for sure: “uh gửi”, “ok gửi đi bạn”."""
    return bool(words) and set(words) <= _AGREEING and bool(set(words) & _SURE)


def _of_lines(text: str) -> Intent:
    """Return what all lines mean, thanks and greetings beside it left out; empty where they differ."""
    meant = {read_intent(line) for line in text.split("\n") if line.strip()}
    meant = meant - {"thanks", "greeting"} or meant - {"greeting"} or meant
    return meant.pop() if len(meant) == 1 else ""


def _is_thanks(whole: str) -> bool:
    """Return whether a sentence thanks and no more: “rác ở Ngự Bình, cảm ơn” tells of something first."""
    before, thanks, after = whole.partition(" cam on ")
    if thanks and set(f"{before} {after}".split()) <= _POLITE | _THANKFUL:
        return True
    if not thanks or len(whole.split()) > 8 or re.search(r"\d", whole):
        return False
    words = [word for word in f"{before} {after}".split() if word not in _POLITE | _THANKFUL]
    return len(words) < 2 or bool(_WELL & set(before.split()))


def _stands(typed: Sequence[str], phrase: Sequence[str]) -> bool:
    """Return whether the words of a phrase stand side by side, with their marks where they have any."""
    starts = range(len(typed) - len(phrase) + 1)
    return any(all(matches_word(typed[at + n], word) for n, word in enumerate(phrase)) for at in starts)


_CORRECTS = re.compile(
    r"\W*(?:(?:a|oi|y|da|ua|um)[\s,]+)*(?:(?:khong|ko|k|hong|no)\s*[,.;!]|(?:khong|ko|k|hong) phai\b|nham\b"
    r"|(?:nhan|ghi|viet) nham\b|lon roi\b|sua lai\b|dinh chinh\b|sorry\b|y (?:la|toi|em|minh)\b"
    r"|sai (?:roi|cho)\b)"
    r"|\W*a[\s,]+(?:khong|ko|k)\b"
)


def begins_correction(text: str) -> bool:
    """Return whether words begin as those of somebody who corrects what they said: “à không, …”."""
    return _CORRECTS.match(fold(text)) is not None


def read_number(text: str) -> int | None:
    """Return the number that was chosen from a list, None where the message is none."""
    found = _NUMBER.fullmatch(fold(text).strip()) or _NUMBER.fullmatch(plain(text))
    return int(found[1]) if found else None


_ADDS = re.compile(
    r"(?:(?:a|oi|y|da|ua|um|ad|voi|co)[\s,.!…]+)*(?:quen\b|bo sung\b|noi them\b|bao them cho\b"
    r"|them (?:mot|1) (?:y|chi tiet)\b|forgot to (?:say|mention|add)\b|i forgot\b)"
)
_SAME = re.compile(
    r"(?:(?:cho|van|thi|la|van la|bo sung|them|cai|vu|viec|phan anh|ho so|ma|vao) )*"
    r"(?:cu|do|nay|ay|kia|truoc|hoi nay|luc nay|hoi so|so 1|the (?:old|same|first) one|same one)"
)


def begins_addition(text: str) -> bool:
    """Return whether words begin as those of somebody who forgot something: “à quên, …”."""
    return _ADDS.match(fold(text).strip()) is not None


def means_the_same(text: str) -> bool:
    """Return whether words mean what was reported before: “cái cũ”, “cho vụ đó”."""
    return _SAME.fullmatch(plain(text)) is not None


def asks_status(text: str) -> bool:
    """Return whether somebody asks, at any length, how far something is."""
    whole = f" {' '.join(_WORD.findall(fold(text)))} "
    return any(phrase in whole for phrase in _STATUS)
