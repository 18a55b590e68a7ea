"""The forms in a page that is drawn: the fields of each, and where in the text they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from markupsafe import escape

CHOSEN = ("checkbox", "radio")
"""Types of inputs that are sent, or not, with a value of their own."""

FOLDS = ("details", "dialog")
"""What may hide a field, and shows it once it is `open`."""

_FIELDS = ("input", "select", "textarea", "button")


@dataclass(slots=True)
class Tag:
    """A start tag between two offsets of the text."""

    name: str
    attributes: dict[str, str | None]
    start: int
    end: int
    changed: bool = False

    def get(self, name: str) -> str:
        """Return an attribute; empty where it is missing or has no value."""
        return self.attributes.get(name) or ""

    def put(self, name: str, value: str | None) -> None:
        """Give it an attribute; None for one without a value."""
        if name not in self.attributes or self.attributes[name] != value:
            self.attributes[name], self.changed = value, True

    def switch(self, name: str, *, on: bool) -> None:
        """Give it an attribute without a value, or take it away."""
        if on:
            self.put(name, None)
        elif name in self.attributes:
            del self.attributes[name]
            self.changed = True

    def drawn(self) -> str:
        """Return the tag as text."""
        parts = (
            f" {name}" if value is None else f' {name}="{escape(value)}"'
            for name, value in self.attributes.items()
        )
        return f"<{self.name}{''.join(parts)}>"


@dataclass(slots=True)
class Control:
    """A field or button. `end` is where it ends, `after` where something may stand behind it: a label that
    encloses it ends there; `folds` are what may hide it, `text` what a `<textarea>` holds.
    """

    tag: Tag
    folds: tuple[Tag, ...]
    legend: str = ""
    options: list[tuple[Tag, str]] = field(default_factory=list)
    end: int = 0
    after: int = 0
    text: str = ""

    @property
    def name(self) -> str:
        """Return the name by which it is sent; empty for none."""
        return self.tag.get("name")

    @property
    def type(self) -> str:
        """Return the type of an input, else the name of its tag."""
        return (self.tag.get("type") or "text").lower() if self.tag.name == "input" else self.tag.name


@dataclass(slots=True)
class DrawnForm:
    """A form with its fields, in the order of the page."""

    tag: Tag
    folds: tuple[Tag, ...]
    controls: list[Control] = field(default_factory=list)
    _by_name: dict[str, list[Control]] = field(default_factory=dict)

    def add(self, control: Control) -> None:
        """Take a field or button into the form."""
        self.controls.append(control)
        if control.tag.name != "button":
            self._by_name.setdefault(control.name, []).append(control)

    def named(self, name: str) -> Sequence[Control]:
        """Return the fields of that name; buttons are none."""
        return self._by_name.get(name, ())

    def goes_to(self, path: str) -> bool:
        """Return whether it, or a button of it, is sent to this address of a page that was drawn there."""
        if self.tag.get("method").lower() != "post":
            return False
        addresses = [self.tag.get("action")]
        addresses += [each.tag.get("formaction") for each in self.controls if each.tag.get("formaction")]
        return any((urlsplit(each).path or path) == path for each in addresses)

    def likeness(self, sent: Mapping[str, Sequence[str]]) -> tuple[int, int]:
        """Return how well it is the form that was sent, among those that go to one address: by its hidden
        fields and the button that was pressed, below 0 for another one; then by its other fields.
        """
        hidden = [each for each in self.controls if each.type == "hidden" and each.tag.get("value")]
        pressed = [each for each in self.controls if each.tag.name == "button" and each.name in sent]
        hits = sum(
            1 if each.tag.get("value") in sent.get(each.name, ()) else -1
            for each in (*hidden, *pressed)
            if each.name not in VOLATILE
        )
        return hits, sum(bool(self.named(name)) for name in sent)


VOLATILE = frozenset({"csrf_token", "proof", "id", "version"})
"""Hidden fields that are another each time a form is drawn, or when what it is about has changed."""


class DrawnForms(HTMLParser):
    """The forms of a page, its labels by the id that they are for, and where its main part begins."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.forms: list[DrawnForm] = []
        self.labels: dict[str, str] = {}
        self.ids: set[str] = set()
        self.alerts: list[Tag] = []
        self.main = 0
        self._lines = [0, *(found.end() for found in re.finditer("\n", page))]
        self._form: DrawnForm | None = None
        self._folds: list[Tag] = []
        self._legends: list[str] = []
        self._open: Control | None = None
        self._label: tuple[str, list[Control], list[str]] | None = None
        self._in_legend = False
        self._templates = 0
        self._elsewhere: list[Control] = []
        self.feed(page)
        self.close()
        by_id = {each.tag.get("id"): each for each in self.forms if each.tag.get("id")}
        for control in self._elsewhere:
            if (owner := by_id.get(control.tag.get("form"))) is not None:
                owner.add(control)

    def controls(self) -> Iterator[Control]:
        """Yield the fields of every form."""
        for form in self.forms:
            yield from form.controls

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that begins."""
        start = self._at()
        found = Tag(tag, dict(attrs), start, start + len(self.get_starttag_text() or ""))
        if tag == "template":
            self._templates += 1
        if self._templates:
            return
        self.ids.add(found.get("id"))
        if found.get("role") == "alert":
            self.alerts.append(found)
        if tag == "form":
            self._form = DrawnForm(found, tuple(self._folds))
            self.forms.append(self._form)
        elif tag in _FIELDS:
            self._begin(found)
        elif tag == "option" and self._open is not None:
            self._open.options.append((found, found.get("value")))
        else:
            self._begin_around(found)

    def handle_endtag(self, tag: str) -> None:
        """Note a tag that ends."""
        if tag == "template":
            self._templates = max(0, self._templates - 1)
        if self._templates:
            return
        end = self.page.find(">", self._at()) + 1
        if tag == "form":
            self._form = None
        elif tag in FOLDS and self._folds:
            self._folds.pop()
        elif tag == "fieldset" and self._legends:
            self._legends.pop()
        elif tag == "legend":
            self._in_legend = False
        elif tag == "label" and self._label is not None:
            target, inside, texts = self._label
            words = " ".join("".join(texts).split())
            self.labels.setdefault(target, words)
            for control in inside:
                control.after, control.legend = end, control.legend or words
            self._label = None
        elif tag in ("select", "textarea") and self._open is not None:
            self._open.end = self._open.after = end
            self._open = None

    def handle_data(self, data: str) -> None:
        """Note the words of labels, options and what was typed."""
        if self._open is not None:
            if self._open.tag.name == "textarea":
                self._open.text += data
            elif self._open.options and "value" not in self._open.options[-1][0].attributes:
                tag, text = self._open.options[-1]
                self._open.options[-1] = (tag, (text + data).strip())
        elif self._in_legend and self._legends:
            self._legends[-1] += data
        elif self._label is not None:
            self._label[2].append(data)

    def _begin(self, tag: Tag) -> None:
        legend = " ".join(self._legends[-1].split()) if self._legends and tag.get("type") in CHOSEN else ""
        control = Control(tag, tuple(self._folds), legend, end=tag.end, after=tag.end)
        if tag.get("form"):
            self._elsewhere.append(control)
        elif self._form is not None:
            self._form.add(control)
        if tag.name in ("select", "textarea"):
            self._open = control
        if self._label is not None:
            self._label[1].append(control)

    def _begin_around(self, tag: Tag) -> None:
        if tag.name in FOLDS:
            self._folds.append(tag)
        elif tag.name == "fieldset":
            self._legends.append("")
        elif tag.name == "legend":
            self._in_legend = True
        elif tag.name == "label":
            self._label = (tag.get("for"), [], [])
        elif tag.name == "main":
            self.main = tag.end

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
