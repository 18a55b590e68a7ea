"""Words around the table: the plan's name, what it follows, who is told, documents it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.kernel.texts import fold

_KINDS = "|".join(
    (
        "Nghị quyết",
        "Nghị định",
        "Quyết định",
        "Chỉ thị",
        "Kế hoạch",
        "Công văn",
        "Thông báo",
        "Chương trình",
        "Đề án",
        "Kết luận",
        "Hướng dẫn",
        "Thông tư",
        "Công điện",
        "Tờ trình",
        "Quy định",
        "Luật",
        "Văn bản",
    )
)
_DAY = (
    r"ngày\s+(?P<d>\d{1,2})\s*(?:[/.\-]|\s+tháng\s+)\s*(?P<m>\d{1,2})\s*(?:[/.\-]|\s+năm\s+)\s*(?P<y>\d{4})"
)
_CITED_NUMBER = r"(?P<number>[\w.\-]{0,30}/?[\w.\-]{0,30}\d[\w./\-&]{0,40})"
_CITED = re.compile(rf"(?P<kind>{_KINDS})\s+(?:số\s*:?\s*)?{_CITED_NUMBER},?\s+{_DAY}", re.IGNORECASE)
_NOT_OF = "|".join(("về", "ban hành", "quy định", "tăng cường", "triển khai"))
_OF = re.compile(rf"\s+(?:của|do)\s+(?:(?!\s+(?:{_NOT_OF})\b)[^;.,(])+", re.IGNORECASE)
_BASES = ("căn cứ", "thực hiện", "theo", "xét", r"triển\s+khai\s+thực\s+hiện", r"tiếp\s+tục\s+thực\s+hiện")
_BASIS = re.compile(rf"^\W*({'|'.join(_BASES)})\b", re.IGNORECASE)
_PLAN = re.compile(r"^\W*KẾ HOẠCH\W*$")
_PLAN_BEGINS = re.compile(r"^\W*(KẾ HOẠCH)\s+(?P<rest>\S.*)$")
_FOLLOWS_TITLE = (
    r"[IVX]+\s*[.\-)]",
    r"1\s*[.\-)]",
    r"(?:bảng|phụ lục|biểu)\s+(?:số\s+)?[\dIVX]+\b",
    "căn cứ",
    r"thực hiện (?:kế|quyết|nghị|chỉ|công|chương)",
    r"theo (?:quyết|kế|công)",
    "kính gửi",
    r"số\s*:",
    r"\(?kèm theo",
)
_ENDS_TITLE = re.compile(rf"^\W*({'|'.join(_FOLLOWS_TITLE)})", re.IGNORECASE)
_NUMBER = re.compile(r"\bSố\s*:\s*(\S*/\s?KH[\w.\-Đđ&]*)", re.IGNORECASE)
_DATED = re.compile(r"\bngày\s+(\d{1,2})?\s*tháng\s+(\d{1,2})?\s*năm\s+(\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"\bnăm\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_TOLD = re.compile(r"^\W*Nơi nhận\W*$", re.IGNORECASE)
_PURPOSE = re.compile(r"\s*\(([^()]{1,40})\)\s*$")
_PATH = re.compile(r"^\W*(?:[A-Za-z]:\\|\\\\|file:|/(?:home|Users|mnt)/)", re.IGNORECASE)
_SIGNS = re.compile(r"^\W*(KT|TM|TL|TUQ|K/T|Q)\s?\.|^\W*(GIÁM ĐỐC|CHỦ TỊCH|TRƯỞNG|PHÓ|CHÁNH)\b")
_LONGEST_LINE = 10_000
"""Letters of a line that are searched: no time grows with what a stranger pads it with."""
_MOST_TITLE = 6
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class PaperRecipient:
    """Recipient of a document, and the purpose in brackets."""

    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """Document that is cited: its words, its number, its day."""

    words: str
    number: str
    dated: date


@dataclass(frozen=True, slots=True)
class PlanFrame:
    """Frame of a plan's table. `paths` are recipients that are paths of a computer: left out."""

    title: str
    number: str
    dated: date | None
    year: int | None
    parents: tuple[str, ...]
    recipients: tuple[PaperRecipient, ...]
    paths: tuple[str, ...]


def plan_frame(lines: Sequence[str]) -> PlanFrame:
    """Return what the lines outside of the tables say."""
    lines = [line[:_LONGEST_LINE] for line in lines]
    title = _title(lines)
    recipients, paths = _recipients(lines)
    head = "\n".join(lines[:40])
    number = found[1] if (found := _NUMBER.search(head)) else ""
    dated = _dated(lines[:40])
    return PlanFrame(
        title, number, dated[0], _year(title, dated[1]), tuple(_parents(lines)), recipients, paths
    )


def cited_documents(texts: Iterable[str]) -> Iterator[CitedDocument]:
    """Return the documents that are cited with number and day, as often as they are."""
    for text in texts:
        for found in _CITED.finditer(text[:_LONGEST_LINE]):
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                continue
            yield CitedDocument(found[0], found["number"], day)


def _title(lines: Sequence[str]) -> str:
    for at, line in enumerate(lines):
        begins = _PLAN_BEGINS.match(line) if not _PLAN.match(line) else None
        if not begins and not _PLAN.match(line):
            continue
        said = [begins["rest"]] if begins else []
        for each in lines[at + 1 : at + 1 + _MOST_TITLE]:
            if _ENDS_TITLE.match(each) or re.fullmatch(r"[\W_]*", each):
                break
            said.append(each.strip())
        return _clean(" ".join(said))[:_LONGEST_TITLE]
    return ""


def _clean(text: str) -> str:
    return " ".join(text.replace("*", "").split())


def _dated(lines: Sequence[str]) -> tuple[date | None, int | None]:
    for line in lines:
        found = _DATED.search(line)
        # “Huế, ngày 5 tháng 3 năm 2026”, not a day in a sentence.
        if found and found.end() >= len(line.rstrip(" *_.")) and found.start() < 40:
            year = int(found[3])
            try:
                return date(year, int(found[2]), int(found[1])), year
            except (TypeError, ValueError):
                return None, year
    return None, None


def _year(title: str, dated: int | None) -> int | None:
    years = {int(each) for each in _YEAR.findall(title)}
    return years.pop() if len(years) == 1 else dated


def _parents(lines: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for line in lines:
        if not _BASIS.match(line):
            continue
        for found in _CITED.finditer(line):
            of = _OF.match(line, found.end())
            key = fold(found["number"])
            if key not in seen:
                seen.add(key)
                yield line[found.start() : of.end() if of else found.end()].rstrip()


def _recipients(lines: Sequence[str]) -> tuple[tuple[PaperRecipient, ...], tuple[str, ...]]:
    at = next((at for at, line in enumerate(lines) if _TOLD.match(line)), None)
    recipients: list[PaperRecipient] = []
    paths: list[str] = []
    for line in lines[at + 1 :] if at is not None else ():
        plain = line.strip().strip("*").strip()
        if _SIGNS.match(plain):
            break
        bullet = plain[:1] in "-–+•"
        name = plain.lstrip("-–+• ").rstrip(" ;,.")
        if _PATH.match(name):
            paths.append(name)
            continue
        if not name or not (bullet or plain.endswith((";", ",", "."))):
            if recipients:
                break
            continue
        purpose = _PURPOSE.search(name)
        recipients.append(
            PaperRecipient(name[: purpose.start()] if purpose else name, purpose[1] if purpose else "")
        )
    return tuple(recipients), tuple(paths)
