"""A refused form as it was sent: every field holds again what was typed or chosen, and says what is wrong.

It is done to the page that is drawn, whichever template drew it, so that no form can forget a field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape
from starlette.datastructures import FormData

from service.errors import AppError, FieldError
from service.i18n import N_, translate
from service.rendering.drawn_forms import CHOSEN, VOLATILE, Control, DrawnForm, DrawnForms

NOT_KEPT = frozenset({"password", "file", "submit", "button", "image", "reset"})
"""Types of inputs that a page never brings back."""

ONE_TIME = "one-time-code"
"""What a field of a code says for `autocomplete`: a refused code is of no use, another one is wanted."""

SECRETS = frozenset({"access", "again", "current", "new", "refresh", "secret"})
"""Names of fields for passwords and keys, beside those that have `password` in their name."""

OWN_STATE = "data-own-state"
"""Says of a box that its template knows better: what it stands for came with the form that was refused."""

_PROVING = re.compile(r"/(?:login|mine/signin/code|account/factor)(?:/.*)?")

CHOOSE_AGAIN = N_("Tệp cần được chọn lại.")

_NAMED = re.compile(r'<p data-wrong="([^"]*)">(.*?)</p>', re.DOTALL)

Sent = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class RestoredForm:
    """The page with its form filled in, and the words that were typed but have no place in it any more."""

    page: str
    lost: Sequence[str]


@dataclass(slots=True)
class _Edits:
    """Edits of the page: words put behind an offset, and spans that are replaced."""

    behind: dict[int, str] = field(default_factory=dict)
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    links: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def add(self, at: int, text: Markup) -> None:
        self.behind[at] = self.behind.get(at, "") + str(text)


def texts_of(sent: FormData) -> dict[str, list[str]]:
    """Return the texts of a form by field, as they were typed; without token and proof of work."""
    found: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str) and name not in ("csrf_token", "proof"):
            found.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return found


def files_of(sent: FormData) -> list[str]:
    """Return the names of the fields that brought files."""
    chosen = {name for name, each in sent.multi_items() if not isinstance(each, str) and each.filename}
    return sorted(chosen)


def is_secret_field(name: str) -> bool:
    """Return whether a field of that name holds a password or a key, which no page repeats."""
    return "password" in name or name in SECRETS


def takes_codes(path: str) -> bool:
    """Return whether codes are sent to this address that are good once: they are typed anew."""
    return _PROVING.fullmatch(path) is not None


def restore_form(page: str, path: str, form: FormData, error: AppError, warning: str) -> RestoredForm:
    """Return the page drawn for a form that was sent to `path` and refused, as it was sent.

    `warning` is the picture beside what is wrong. Passwords, codes that are good once and files do not come
    back; where a file was chosen the page says so.
    """
    drawn, sent, edits = DrawnForms(page), texts_of(form), _Edits()
    found = _find(drawn, path, sent)
    if found is None:
        return RestoredForm(page, [] if takes_codes(path) else _words(sent))
    for name in {each.name for each in found.controls if each.name in sent or each.type == "checkbox"}:
        _fill(found.named(name), sent.get(name, ()), edits)
    wrong = _mark(found, drawn, sent, error.errors, warning, edits)
    for fold in (*found.folds, *(fold for each in wrong for fold in each.folds)):
        fold.switch("open", on=True)
    if wrong:
        _focus(drawn, wrong[0])
    _ask_for_files(found, files_of(form), page, edits)
    return RestoredForm(_apply(drawn, edits), _words(_placeless(found, sent)))


def said(fault: FieldError) -> str:
    """Return what a page says of a fault, in the language in use: who chose nothing is not told codes."""
    if fault.msg == N_("Hãy chọn một trong: {expected}."):
        return translate(N_("Hãy chọn một mục."))
    return translate(fault.msg, **(fault.params or {}))


def _find(drawn: DrawnForms, path: str, sent: Sent) -> DrawnForm | None:
    there = [each for each in drawn.forms if each.goes_to(path)]
    best = max(there, key=lambda each: each.likeness(sent), default=None)
    return best if best is not None and (len(there) == 1 or best.likeness(sent)[0] >= 0) else None


def _fill(controls: Sequence[Control], values: Sequence[str], edits: _Edits) -> None:
    """Put what was sent into the fields of one name."""
    for control in controls:
        own = OWN_STATE in control.tag.attributes
        if not own and (control.type == "checkbox" or (control.type == "radio" and values)):
            control.tag.switch("checked", on=(control.tag.get("value") or "on") in values)
    typed = [each for each in controls if each.type not in CHOSEN and _is_kept(each)]
    if len(typed) == 1 and "multiple" in typed[0].tag.attributes:
        _choose(typed[0], values)
    elif len(typed) == len(values):
        for control, value in zip(typed, values, strict=True):
            _type_in(control, value, edits)


def _is_kept(control: Control) -> bool:
    return control.type not in NOT_KEPT and control.tag.get("autocomplete") != ONE_TIME


def _type_in(control: Control, value: str, edits: _Edits) -> None:
    if control.type == "select":
        _choose(control, [value])
    elif control.type == "textarea":
        if control.text.strip() != value.strip():
            edits.spans.append((control.tag.end, _content_end(control), f"\n{escape(value)}"))
    elif control.type != "hidden" or not control.tag.get("value"):
        control.tag.put("value", value)


def _choose(control: Control, values: Sequence[str]) -> None:
    if any(value in values for _, value in control.options):
        for tag, value in control.options:
            tag.switch("selected", on=value in values)


def _content_end(control: Control) -> int:
    return control.end - len("</textarea>")


def _mark(
    form: DrawnForm, drawn: DrawnForms, sent: Sent, errors: Sequence[FieldError], warning: str, edits: _Edits
) -> list[Control]:
    """Say at each field what is wrong with it, unless its template did; return the fields, in order."""
    told: dict[int, tuple[Control, list[str]]] = {}
    lines = _names_by_line(sent) if any(fault.given for fault in errors) else {}
    for fault in errors:
        control = _at(form, fault.loc) or _holding(form, lines, fault.given, told)
        if control is not None:
            text = said(fault)
            texts = told.setdefault(id(control), (control, []))[1]
            texts += [text] if text not in texts else []
            place = ".".join(str(each) for each in fault.loc)
            edits.links[place] = (*_name(control, drawn), text)
    for control, texts in told.values():
        tag, (own, _) = control.tag, _name(control, drawn)
        if tag.get("aria-invalid") == "true":
            continue
        described = f"{own}-error"
        tag.put("aria-invalid", "true")
        tag.put("aria-describedby", f"{tag.get('aria-describedby')} {described}".strip())
        if described in drawn.ids:
            continue
        text = Markup('<span class="field-error" id="{}">{}<span>{}</span></span>')
        edits.add(_behind(form, control), text.format(described, Markup(warning), " ".join(texts)))  # noqa: S704
    marked = [each for each in form.controls if each.tag.get("aria-invalid") == "true"]
    return marked or [each for each, _ in told.values()]


def _behind(form: DrawnForm, control: Control) -> int:
    """Return where words about a field may stand; about one of several choices behind the last of them."""
    return max(each.after for each in form.named(control.name)) if control.type in CHOSEN else control.after


def _at(form: DrawnForm, loc: Sequence[str | int]) -> Control | None:
    """Return the field that an error is about: the one of its whole name, else of its last or first part."""
    parts = [str(each) for each in loc if each != "body"]
    whole = [sign.join(parts) for sign in (".", "_", "-", "")]
    single = [] if any(isinstance(each, int) for each in loc) else [*parts[-1:], *parts[:1]]
    for name in (*whole, *single):
        shown = [each for each in form.named(name) if each.type not in ("hidden", "submit", "button")]
        if shown:
            return shown[0]
    return None


def _names_by_line(sent: Sent) -> dict[str, list[str]]:
    """Return the names of the fields that say a text, or say it in a line of theirs, by that text."""
    found: dict[str, list[str]] = {}
    for name, values in sent.items():
        for line in {line.strip() for value in values for line in (value, *value.split("\n"))} - {""}:
            found.setdefault(line, []).append(name)
    return found


def _holding(
    form: DrawnForm, lines: Mapping[str, Sequence[str]], given: str | None, told: Mapping[int, object]
) -> Control | None:
    """Return the field of a row that an error is about: the text, or a line of it, is the one refused."""
    for name in lines.get((given or "").strip(), ()):
        for each in form.named(name):
            if each.type != "hidden" and id(each) not in told:
                return each
    return None


def _name(control: Control, drawn: DrawnForms) -> tuple[str, str]:
    """Return the field's id, which it is given where it has none, and its label."""
    tag = control.tag
    if not tag.get("id"):
        own = f"wrong-{re.sub(r'[^A-Za-z0-9_-]', '-', control.name)}"
        while own in drawn.ids:
            own += "-x"
        drawn.ids.add(own)
        tag.put("id", own)
    return tag.get("id"), control.legend or drawn.labels.get(tag.get("id"), "") or tag.get("aria-label")


def _focus(drawn: DrawnForms, wrong: Control) -> None:
    """Let the browser begin at the field that is wrong, and nowhere else."""
    for control in drawn.controls():
        control.tag.switch("autofocus", on=control is wrong)


def _ask_for_files(form: DrawnForm, names: Sequence[str], page: str, edits: _Edits) -> None:
    if not names or translate(CHOOSE_AGAIN) in page or translate(N_("Ảnh cần được chọn lại.")) in page:
        return
    for control in form.controls:
        if control.type == "file" and control.name in names:
            hint = Markup('<span class="hint">{}</span>').format(translate(CHOOSE_AGAIN))
            edits.add(control.after, hint)


def _placeless(form: DrawnForm, sent: Sent) -> Sent:
    """Return what was sent under names that the form has no field for."""
    return {name: values for name, values in sent.items() if not form.named(name)}


def _words(sent: Sent) -> list[str]:
    """Return what people wrote, as against codes and ids: it has more than one word."""
    return [
        value.strip()
        for name, values in sent.items()
        if name not in VOLATILE and not is_secret_field(name)
        for value in values
        if len(value.split()) > 1
    ]


def _apply(drawn: DrawnForms, edits: _Edits) -> str:
    tags = [each.tag for each in drawn.controls()]
    tags += [tag for each in drawn.controls() for tag, _ in each.options]
    tags += [fold for each in drawn.forms for fold in each.folds]
    tags += [fold for each in drawn.controls() for fold in each.folds]
    spans = {each.start: (each.start, each.end, each.drawn()) for each in tags if each.changed}
    behind = [(at, at, text) for at, text in edits.behind.items()]
    pieces, at = [], 0
    for start, end, text in sorted([*spans.values(), *edits.spans, *behind]):
        pieces += [drawn.page[at:start], text]
        at = end
    page = "".join((*pieces, drawn.page[at:]))
    return _NAMED.sub(lambda found: _linked(found[1], found[2], edits), page)


def _linked(place: str, text: str, edits: _Edits) -> str:
    if place not in edits.links:
        return f"<p>{text}</p>"
    own, label, said_there = edits.links[place]
    link = Markup('<a href="#{}">{}</a>: ').format(own, label) if label else Markup("")
    return f"<p>{link}{escape(said_there)}</p>"


def put_on_top(page: str, text: str) -> str:
    """Return the page with a text at the beginning of its main part; of a fragment, before all else."""
    at = DrawnForms(page).main
    return page[:at] + text + page[at:]
