"""Numbers that Word counts by itself: an STT column is often such a list, and its cells hold no letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from docx.document import Document
from docx.opc.part import XmlPart
from docx.opc.rel import _Relationship
from docx.oxml.ns import qn
from lxml.etree import _Element as Element

_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_BULLETS = {"-", "–", "+", "*", "•"}
_DEEPEST = 9


def roman(number: int) -> str:
    """Return a number in small Roman figures, as far as lists go; the standard library has none."""
    figures = ""
    for value, letters in _ROMAN:
        figures += letters * (number // value)
        number %= value
    return figures


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


_FORMS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "upperRoman": lambda number: roman(number).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
}


class Numbering:
    """Counter of the lists of one document, asked of each paragraph in the document's order."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles: dict[str, Element] = {}
        abstract: dict[str, Element] = {}
        for part in {id(rel.target_part): rel.target_part for rel in _inside(document)}.values():
            if isinstance(part, XmlPart) and part.partname.endswith("/numbering.xml"):
                root = part.element
                abstract = {each.get(qn("w:abstractNumId")): each for each in root.iter(qn("w:abstractNum"))}
                for num in root.iter(qn("w:num")):
                    self._learn(num, abstract)
        for style in document.styles.element.iter(qn("w:style")):
            if (found := style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")) is not None:
                self._styles[style.get(qn("w:styleId"))] = found

    def _learn(self, num: Element, abstract: Mapping[str, Element]) -> None:
        named = num.find(qn("w:abstractNumId"))
        form = abstract.get(named.get(qn("w:val"))) if named is not None else None
        if form is None:
            return
        for level in form.iter(qn("w:lvl")):
            label = [_value(level, name) for name in ("w:numFmt", "w:lvlText", "w:start")]
            start = int(label[2]) if label[2] and label[2].isdecimal() else 1
            key = num.get(qn("w:numId")), int(level.get(qn("w:ilvl"), "0"))
            self._levels[key] = (label[0] or "decimal", label[1] or "", start)

    def before(self, paragraph: Element, words: str) -> str:
        """Return what Word shows before the paragraph: `1.`, `- `; counted on. Empty for most."""
        found = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if found is None:
            named = _value(paragraph.find(qn("w:pPr")), "w:pStyle")
            found = self._styles.get(named or "")
        if found is None:
            return ""
        number, depth = _value(found, "w:numId") or "0", _value(found, "w:ilvl") or "0"
        level = min(int(depth), _DEEPEST - 1) if depth.isdecimal() else 0
        if (number, level) not in self._levels:
            return ""
        form, text, _ = self._levels[number, level]
        if form in ("bullet", "none"):
            return f"{text if text in _BULLETS else '•'} " if form == "bullet" and words else ""
        self._count(number, level)
        for at in range(level + 1):
            own, _, start = self._levels.get((number, at), ("decimal", "", 1))
            value = self._counts[number][at] or start
            text = text.replace(f"%{at + 1}", _FORMS.get(own, str)(value))
        return text + (" " if words else "")

    def _count(self, number: str, level: int) -> None:
        counts = self._counts.setdefault(number, [0] * _DEEPEST)
        counts[level] = counts[level] + 1 if counts[level] else self._levels[number, level][2]
        counts[level + 1 :] = [0] * (_DEEPEST - level - 1)


def _inside(document: Document) -> list[_Relationship]:
    return [rel for rel in document.part.rels.values() if not rel.is_external]


def _value(parent: Element | None, name: str) -> str | None:
    found = parent.find(qn(name)) if parent is not None else None
    value: str | None = found.get(qn("w:val")) if found is not None else None
    return value
