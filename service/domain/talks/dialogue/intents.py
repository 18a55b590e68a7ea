"""Meanings of short messages: yes, no, a number, thanks, a wish for a person. Marks may be missing."""

from __future__ import annotations

import re
from typing import Literal

from service.domain.kernel.texts import fold
from service.domain.talks.dialogue.vocabulary import word_set

Intent = Literal[
    "", "yes", "no", "thanks", "greeting", "person", "cancel", "status", "unknown_place", "insult"
]

_POLITE = word_set(
    """da vang ah a oi nhe nha ban anh chi em ad admin minh toi giup voi cho chao xin cac co chu
    de nghi dum ho ne nghe shop bot"""
)
_WORD = re.compile(r"[^\W_]+")

_YES = {"gui", "gui di", "ok", "oke", "okay", "okie", "uh", "u", "um", "uhm", "dung", "dung roi", "dung vay"}
_YES |= {"yes", "y", "chuan", "chinh xac", "phai", "phai roi", "duoc", "dong y", "chuan roi", "send", "roi"}
_YES |= {"gui luon", "gui luon di", "ok gui", "ok gui di", "dung gui", "dung gui di", "ukm", "uk", "vang gui"}
_YES |= {"dung roi gui", "dung roi gui di", "dung the", "xac nhan", "1 gui"}
_NO = {"sua", "khong", "khong phai", "sai", "sai roi", "no", "ko", "k", "hong", "chua dung", "khong dung"}
_NO |= {"ko phai", "nham", "nham roi", "doi", "sua lai", "ko dung", "khong phai o do"}
_THANKS = {"cam on", "cam on nhieu", "thanks", "thank", "thank you", "tks", "cam on nhieu lam", "ok cam on"}
_THANKS |= {"tot qua", "tuyet", "camon", "cam on rat nhieu", "thks", "ok thanks", "cam on da ho tro"}
_GREETING = {"hello", "hi", "alo", "chao", "xin chao", "hey", "start", "bat dau", "chao buoi sang", ""}
_PERSON: tuple[str, ...] = (
    "gap nguoi",
    "gap nhan vien",
    "noi chuyen voi nguoi",
    "gap can bo",
    "nguoi that",
    "tong dai vien",
)
_PERSON += ("gap tu van vien", "can bo tra loi", "nhan vien tra loi", "talk to a person", "gap ai do")
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
_STATUS += (
    "den dau roi",
    "co ket qua chua",
    "tinh hinh sao",
    "bao gio xong",
    "bao gio xu ly",
    "khi nao xong",
)
_NO_PLACE = ("khong biet", "ko biet", "khong ro", "ko ro", "khong nho", "chiu")
_INSULT: tuple[str, ...] = (
    "dm",
    "dcm",
    "vcl",
    "vkl",
    "do ngu",
    "bon ngu",
    "lu ngu",
    "con cho",
    "cut di",
    "mat day",
    "clgt",
    "dit me",
)
_NUMBER = re.compile(r"(?:so|chon|cau|muc|\s)*(\d{1,2})[.)\s]*")


def plain(text: str) -> str:
    """Return the words in lower case without marks and signs, polite words left out at both ends."""
    words = _WORD.findall(fold(text))
    while words and words[0] in _POLITE and len(words) > 1:
        words = words[1:]
    while words and words[-1] in _POLITE and len(words) > 1:
        words = words[:-1]
    return " ".join(words)


def read_intent(text: str) -> Intent:
    """Return what a message means by itself; empty where it tells of something."""
    said, whole = plain(text), f" {' '.join(_WORD.findall(fold(text)))} "
    if any(f" {phrase} " in whole for phrase in _INSULT):
        return "insult"
    if any(f" {phrase} " in whole for phrase in _PERSON):
        return "person"
    if said in _YES or whole.strip() in ("vang", "da", "da vang", "da dung"):
        return "yes"
    if said in _NO:
        return "no"
    if said in _CANCEL:
        return "cancel"
    words = len(said.split())
    if said in _THANKS or (words <= 8 and " cam on " in whole and not re.search(r"\d", whole)):
        return "thanks"
    if said in _GREETING or (words <= 1 and said in _POLITE):
        return "greeting"
    if words <= 12 and any(phrase in whole for phrase in _STATUS):
        return "status"
    if words <= 6 and any(f" {phrase} " in whole for phrase in _NO_PLACE):
        return "unknown_place"
    return ""


def read_number(text: str) -> int | None:
    """Return the number that was chosen from a list, None where the message is none."""
    found = _NUMBER.fullmatch(fold(text).strip())
    return int(found[1]) if found else None
