"""A group of settings: its form, what a change would do, both texts where two change the same at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, NamedTuple, cast

from fastapi import APIRouter, Path
from fastapi.responses import Response

from service.domain.configuration.cityfile.schema.base import CityFileModel
from service.domain.configuration.settings.groups import GROUPS, settings_values
from service.domain.configuration.settings.store import (
    OutdatedSettings,
    SettingsGroup,
    preview_change,
    put_group,
    read_group,
)
from service.domain.routing.settings_trial import SettingsEffect, try_settings
from service.errors import AppError
from service.i18n import N_, pick, translate
from service.i18n.wording import exact
from service.pages.admin.conflicts import BothTexts
from service.pages.admin.settings.forms import FORMS
from service.pages.admin.settings.kinds import RowsField, SettingsField, SettingsForm, TicksField, value_at
from service.pages.admin.visit import AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import SentForm, read
from service.pages.shared.kinds import departments_by_name, wards_by_name
from service.pages.shared.visit import not_here

router = APIRouter(prefix="/admin/settings")

Group = Annotated[str, Path(max_length=40)]


class SettingsLine(NamedTuple):
    """A field that differs: in its own words, as it is and as it would be."""

    label: str
    before: str
    after: str


@router.get("")
async def index(visit: AdminVisitDep) -> Response:
    """Every group."""
    return visit.draw("admin/settings/index.html", {"forms": list(FORMS.values())})


@router.get("/{group}")
async def editor(group: Group, visit: AdminVisitDep) -> Response:
    """Show one group."""
    form, stored = _form(group), await visit.run(read_group, group)
    return _draw(visit, form, stored, stored.values, stored.version)


@router.post("/{group}")
async def change(group: Group, sent: AdminFormDep) -> Response:
    """Look at what a change would do, or put it in force."""
    visit, form = sent.visit, _form(group)
    stored = await visit.run(read_group, group)
    values, version = _sent_fields(form, sent.form), sent.form.text("version")
    try:
        wanted = _read(form, values)
        if sent.form.text("act") == "look":
            before, after = await visit.run(preview_change, visit.reference, group, wanted)
            effects = await visit.run(try_settings, visit.book, group, before, after, visit.now)
            lines = _lines(visit, form, settings_values(group, before), settings_values(group, after))
            foreseen = {"lines": lines, "effects": [_readable_effect(visit, each) for each in effects]}
            return _draw(visit, form, stored, values, version, foreseen=foreseen)
        await visit.run(put_group, visit.reference, visit.stamp, group, wanted, version)
    except OutdatedSettings as refusal:
        now = refusal.current
        beside = [BothTexts(*each) for each in _lines(visit, form, now.values, values)]
        return _draw(visit, form, now, values, now.version, refusal, foreseen={"beside": beside})
    except AppError as error:
        error.errors = tuple(replace(each, loc=(_field_of(form, each.loc),)) for each in error.errors)
        return _draw(visit, form, stored, values, version, error)
    return redirect_to(f"/admin/settings/{group}", "saved")


def _form(group: str) -> SettingsForm:
    if group not in FORMS:
        raise not_here()
    return FORMS[group]


def _sent_fields(form: SettingsForm, sent: SentForm) -> dict[str, object]:
    """Return what was filled in, nested as it is stored."""
    made: dict[str, object] = {}
    for each in form.fields:
        *above, last = each.name.split(".")
        parent = made
        for step in above:
            parent = cast("dict[str, object]", parent.setdefault(step, {}))
        parent[last] = each.read(sent)
    return _without_empty_names(made)


def _without_empty_names(made: dict[str, object]) -> dict[str, object]:
    """Return the values with a name that says nothing in any language as none."""
    sign_in = made.get("sign_in")
    if isinstance(sign_in, dict) and not sign_in["contact"]["vi"]:
        sign_in["contact"] = None
    return made


def _read(form: SettingsForm, values: Mapping[str, object]) -> CityFileModel:
    """Return the change. Raises Invalid."""
    return read(GROUPS[form.group], values)


def _field_of(form: SettingsForm, loc: tuple[str | int, ...]) -> str:
    """Return the field of the form that a place of the values belongs to; of hours, with its span."""
    path = ".".join(str(step) for step in loc)
    named = [each for each in form.fields if path == each.name or path.startswith(f"{each.name}.")]
    field = named[0] if named else form.fields[0]
    within = path.removeprefix(field.name).split(".")
    return f"{field.name}.{within[1]}" if field.kind == "hours" and len(within) > 1 else field.name


def _wrong_fields(form: SettingsForm, error: AppError) -> str:
    """Return a sentence that names the form's fields which are wrong; empty where none is."""
    wrong = [f"{each.loc[0]}." for each in error.errors if each.loc]
    named = [each for each in form.fields if any(at.startswith(f"{each.name}.") for at in wrong)]
    labels = ", ".join(translate(each.label) for each in named)
    return translate(N_("Vui lòng xem lại: {fields}."), fields=labels) if labels else ""


def _words(visit: AdminVisit, field: SettingsField, value: object) -> str:
    """Return a value as people read it; units, wards and categories by their names."""
    known = _choices(visit)
    if isinstance(field, RowsField):
        columns = [replace(each, choices=known.get(each.kind, each.choices)) for each in field.columns]
        return replace(field, columns=columns).words(value)
    if isinstance(field, TicksField) and field.kind == "categories":
        return replace(field, choices=known["category"]).words(value)
    return field.words(value)


def _choices(visit: AdminVisit) -> dict[str, list[tuple[str, str]]]:
    """Return code and name of what fields choose by name."""
    reference = visit.reference
    return {
        "department": [(each.code, pick(each.name)) for each in departments_by_name(reference)],
        "wards": [(each.code, each.full_name) for each in wards_by_name(reference)],
        "category": [(each.code, pick(each.name)) for each in reference.category_by_code.values()],
        "area_group": [(each.code, pick(each.name)) for each in reference.config.area_groups],
    }


def _lines(
    visit: AdminVisit, form: SettingsForm, before: Mapping[str, object], after: Mapping[str, object]
) -> list[SettingsLine]:
    """Return the fields that differ, in words."""
    rows = [
        SettingsLine(
            each.label, *(_words(visit, each, value_at(some, each.name)) for some in (before, after))
        )
        for each in form.fields
    ]
    return [line for line in rows if line.before != line.after]


def _readable_effect(visit: AdminVisit, effect: SettingsEffect) -> SettingsEffect:
    """Return the effect with its moments in words."""
    zone = visit.reference.timezone
    params = {
        key: exact(value, zone) if isinstance(value, datetime) else value
        for key, value in effect.params.items()
    }
    return SettingsEffect(effect.says, params, effect.examples)


def _draw(
    visit: AdminVisit,
    form: SettingsForm,
    stored: SettingsGroup,
    values: Mapping[str, object],
    version: str,
    error: AppError | None = None,
    foreseen: Mapping[str, object] | None = None,
) -> Response:
    context = {
        "form": form,
        "stored": stored,
        "drawn": [(each, each.drawn(value_at(values, each.name))) for each in form.fields],
        "version": version,
        "named": _choices(visit),
        **({"wrong_fields": _wrong_fields(form, error)} if error else {}),
        "lines": None,
        "effects": (),
        "beside": (),
        **(foreseen or {}),
    }
    return visit.draw("admin/settings/editor.html", context, error=error)
