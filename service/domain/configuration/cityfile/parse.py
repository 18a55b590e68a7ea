"""Plain values judged by the schema; each error of pydantic becomes a mistake with place and suggestion."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service.domain.configuration.cityfile.places import Mistake, Path, SourcePositions, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
Model_co = TypeVar("Model_co", bound=BaseModel, covariant=True)


@dataclass(frozen=True, slots=True)
class Item(Generic[Model_co]):
    """Entry of a list in a file. `value` is None when it has mistakes; `code` is what it calls itself."""

    file: str
    path: Path
    code: str | None
    value: Model_co | None


def parse_model(
    model: type[Model], data: object, path: Path, places: SourcePositions
) -> tuple[Model | None, list[Mistake]]:
    """Return `data` as `model`, or None and everything that is wrong with it."""
    if not isinstance(data, dict):
        keys = ", ".join(model.model_fields)
        return None, [places.mistake(path, f"expected a mapping with keys such as {keys}")]
    try:
        return model.model_validate(data), []
    except ValidationError as wrong:
        return None, [
            _mistake(model, data, path, places, detail) for detail in wrong.errors(include_url=False)
        ]


def parse_list(
    model: type[Model], data: object, path: Path, places: SourcePositions, *, name: str = "code"
) -> tuple[list[Item[Model]], list[Mistake]]:
    """Return each entry on its own, so that one bad entry does not hide the others."""
    if not isinstance(data, list):
        return [], [places.mistake(path, "expected a list")]
    items: list[Item[Model]] = []
    mistakes: list[Mistake] = []
    for number, entry in enumerate(data):
        value, wrong = parse_model(model, entry, (*path, number), places)
        code = entry.get(name) if isinstance(entry, dict) else None
        items.append(Item(places.file, (*path, number), code if isinstance(code, str) else None, value))
        mistakes += wrong
    return items, mistakes


def unknown_keys(
    data: Mapping[str, object], known: Iterable[str], places: SourcePositions
) -> Iterator[Mistake]:
    """Return top-level keys that mean nothing."""
    names = list(known)
    for key in data:
        if key not in names:
            yield places.mistake((key,), _unknown(key, names), at_key=True)


def _unknown(key: str, known: Iterable[str]) -> str:
    names = list(known)
    hint = did_you_mean(key, names) or "; known are " + ", ".join(names)
    return f'unknown key "{key}"{hint}'


def _mistake(
    model: type[BaseModel], data: object, path: Path, places: SourcePositions, detail: ErrorDetails
) -> Mistake:
    loc = _within(data, detail["loc"])
    place = (*path, *loc)
    if detail["type"] == "extra_forbidden":
        inner = _model_at(model, loc[:-1])
        return places.mistake(place, _unknown(str(loc[-1]), inner.model_fields if inner else ()), at_key=True)
    if detail["type"] == "missing" and isinstance(detail["loc"][-1], int):
        return places.mistake(place, f"too few values: number {detail['loc'][-1] + 1} is missing")
    if detail["type"] == "missing":
        return places.mistake(place, f'"{loc[-1]}" is missing')
    return places.mistake(place, _message(detail))


def _within(data: object, loc: tuple[str | int, ...]) -> Path:
    """Return the location without the steps that pydantic adds and the file does not have."""
    path: list[str | int] = []
    for number, step in enumerate(loc):
        if isinstance(data, dict) and isinstance(step, str):
            if step not in data and number < len(loc) - 1:
                continue
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            continue
        path.append(step)
    return tuple(path)


def _message(detail: ErrorDetails) -> str:
    given = detail.get("input")
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return str(context["error"])
    if given is None:
        return "a value is missing here"
    shown = f'"{given}"' if isinstance(given, str) else "this"
    if detail["type"] in ("literal_error", "enum"):
        expected = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ", ").split(",")]
        hint = did_you_mean(str(given), expected) if isinstance(given, str) else ""
        return f"{shown} is not one of {', '.join(expected)}{hint}"
    if detail["type"] == "string_pattern_mismatch":
        return f"{shown} does not have the expected form {context['pattern']}"
    text = detail["msg"].replace("Input should be", "should be").replace("String should", "should")
    return f"{shown} {text}" if text.startswith("should") else f"{shown}: {text}"


def _model_at(model: type[BaseModel], loc: Path) -> type[BaseModel] | None:
    """Return the model that stands at `loc` below `model`."""
    found: object = model
    for step in loc:
        if isinstance(step, str) and isinstance(found, type) and issubclass(found, BaseModel):
            field = found.model_fields.get(step)
            found = _inner(field.annotation) if field else None
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _inner(annotation: object) -> object:
    """Return the model inside `X | None`, `tuple[X, ...]` and the like."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType, tuple, list):
        return next((_inner(a) for a in get_args(annotation) if a not in (type(None), Ellipsis)), None)
    if origin is not None and get_args(annotation):
        return _inner(get_args(annotation)[0])
    return annotation
