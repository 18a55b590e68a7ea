"""Walking over the forms of a site: every form that somebody sees, filled in with one field wrong."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import lxml.html

from tests.support.site import HTML, Site

OF_THIS_SITE = {**HTML, "Sec-Fetch-Site": "same-origin"}
CODE = re.compile(r"(?<=/)([A-Z]+\d*-[A-Z0-9-]+|[0-9a-f]{8}-[0-9a-f-]{27}|\d+)(?=/|$)")
NO_PAGE = re.compile(
    r"^/(api|assets|media|ogc|open311|dev|logout|calendar)\b|\.\w{2,5}($|\?)|[?&](lang|theme)="
)
TOO_LONG = "quá dài " * 6000
NOT_FILLED = ("hidden", "file", "password", "submit", "button", "image", "reset")


@dataclass
class FilledForm:
    """A form of a page with what a person filled in; `wrong` names the field that cannot be taken."""

    page: str
    action: str
    files: bool
    sent: list[tuple[str, str]]
    fields: frozenset[str]
    wrong: str = ""

    @property
    def key(self) -> tuple[str, frozenset[str], tuple[str, ...]]:
        """What tells the forms of one template from those of another."""
        steps = tuple(value for name, value in self.sent if name in ("act", "to", "step", "what"))
        return CODE.sub("*", self.action), self.fields, steps

    def send(self, site: Site) -> Any:
        """Send it as a browser does."""
        if self.files:
            parts = [(name, (None, value)) for name, value in self.sent]
            return site.client.post(self.action, files=parts, headers=OF_THIS_SITE)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return site.client.post(self.action, content=urlencode(self.sent), headers=OF_THIS_SITE | kind)

    def lost_in(self, text: str) -> list[str]:
        """The names of the fields that do not hold what was sent; all of them where the form is not there."""
        again = [
            _held(form) for form in posted_forms(text) if _path(form, self.action) == _path_of(self.action)
        ]
        sent = _grouped(each for each in self.sent if each[0] in self.fields)
        lost = [[name for name, values in sent.items() if held.get(name, []) != values] for held in again]
        return min(lost, key=len, default=sorted(self.fields))


@dataclass
class Walk:
    """The pages that a role reaches from its rooms, one of each kind."""

    site: Site
    most: int = 60
    seen: set[str] = field(default_factory=set)

    def pages(self, start: list[str]) -> Iterator[tuple[str, str]]:
        """Yield address and text of each page."""
        waiting = list(start)
        while waiting and len(self.seen) < self.most:
            address = waiting.pop(0).partition("#")[0]
            kind = CODE.sub("*", address.partition("?")[0])
            if kind in self.seen or NO_PAGE.search(address):
                continue
            self.seen.add(kind)
            answer = self.site.look(address)
            if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
                yield address, answer.text
                links = lxml.html.fromstring(answer.text).xpath("//a/@href")
                waiting += [each for each in links if each.startswith("/") and not each.startswith("//")]


def posted_forms(text: str) -> list[Any]:
    """The forms of a page that write."""
    forms = lxml.html.fromstring(text).xpath("//form")
    return [form for form in forms if form.get("method", "").lower() == "post"]


def filled_forms(page: str, text: str) -> Iterator[FilledForm]:
    """Every form of the page that a person types into, with its last such field wrong."""
    for form in posted_forms(text):
        buttons = [each for each in form.xpath(".//button[@name]") if each.get("type", "submit") == "submit"]
        for button in buttons or [None]:
            yield from _filled(page, form, button)


def _filled(page: str, form: Any, button: Any) -> Iterator[FilledForm]:
    sent: list[tuple[str, str]] = []
    typed: list[Any] = []
    for each in _fields(form):
        name, kind = each.get("name"), _kind(each)
        value = _value(each, kind, typed)
        if value is not None and (kind != "radio" or name not in dict(sent)):
            sent.append((name, value))
    if not typed:
        return
    wrong = typed[-1]
    last = max(at for at, (name, _) in enumerate(sent) if name == wrong.get("name"))
    sent[last] = (wrong.get("name"), TOO_LONG if _is_words(wrong) else "mười hai")
    if button is not None:
        sent.append((button.get("name"), button.get("value", "")))
    address = (button.get("formaction") if button is not None else "") or form.get("action") or page
    shown = frozenset(each.get("name") for each in _fields(form) if _kind(each) not in NOT_FILLED)
    files = "multipart" in form.get("enctype", "")
    yield FilledForm(page, address.partition("#")[0], files, sent, shown, wrong.get("name"))


def _value(each: Any, kind: str, typed: list[Any]) -> str | None:
    """What is sent of a field; None for nothing. Notes in `typed` where anything can be written."""
    if kind == "hidden":
        return str(each.get("value", ""))
    if kind in ("checkbox", "radio"):
        return str(each.get("value", "on"))
    if kind == "select":
        return _options(each)[-1] if _options(each) else None
    if kind in NOT_FILLED and kind != "password":
        return None
    if kind != "password":
        typed.append(each)
    return "Mật khẩu" if kind == "password" else "3" if not _is_words(each) else f"Chữ {each.get('name')}"


def _held(form: Any) -> dict[str, list[str]]:
    """What the fields of a form hold, as a browser would send it."""
    held = []
    for each in _fields(form):
        kind, name = _kind(each), each.get("name")
        if kind == "select":
            chosen = each.xpath(".//option[@selected]") or each.xpath(".//option")[:1]
            held += [(name, option.get("value", (option.text or "").strip())) for option in chosen]
        elif kind in ("checkbox", "radio"):
            held += [(name, each.get("value", "on"))] if each.get("checked") is not None else []
        elif kind == "textarea":
            held.append((name, each.text or ""))
        elif kind not in NOT_FILLED:
            held.append((name, each.get("value", "")))
    return _grouped(held)


def _grouped(pairs: Any) -> dict[str, list[str]]:
    found = defaultdict(list)
    for name, value in pairs:
        found[name].append(value.strip())
    return {name: sorted(values) for name, values in found.items()}


def _fields(form: Any) -> list[Any]:
    own = form.xpath(".//input[@name]|.//select[@name]|.//textarea[@name]")
    beside = form.xpath("//*[@form=$own]", own=form.get("id", "-"))
    return [each for each in [*own, *beside] if each.get("disabled") is None and each.tag != "button"]


def _kind(each: Any) -> str:
    return str(each.get("type", "text").lower() if each.tag == "input" else each.tag)


def _is_words(each: Any) -> bool:
    return each.get("inputmode") is None and each.get("data-date") is None and _kind(each) != "number"


def _options(select: Any) -> list[str]:
    return [str(each.get("value", (each.text or "").strip())) for each in select.xpath(".//option")]


def _path(form: Any, action: str) -> str:
    sent_to = [form.get("action") or action, *form.xpath(".//button/@formaction")]
    return _path_of(action) if _path_of(action) in map(_path_of, sent_to) else _path_of(sent_to[0])


def _path_of(address: str) -> str:
    return address.partition("?")[0].partition("#")[0]
