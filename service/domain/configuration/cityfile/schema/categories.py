"""`categories.yaml`: what can be reported, and what is asked about it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.domain.city.config import Code, Text
from service.domain.configuration.cityfile.schema.base import CityFileModel, Metres, NameByLanguage
from service.models import ChoiceSpec, QuestionSpec

Datatype = Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
LISTS: frozenset[Datatype] = frozenset({"singlevaluelist", "multivaluelist"})
Publication = Literal["immediate", "after_triage", "never"]


class QuestionChoice(CityFileModel):
    """Answer of a list. `danger`: whoever chooses it is shown the hotline at once."""

    key: Code
    name: NameByLanguage
    danger: bool = False


class QuestionPart(CityFileModel):
    """Question, in the terms of Open311's service definitions; `order` defaults to its place."""

    code: Code
    label: NameByLanguage
    description: NameByLanguage | None = None
    datatype: Datatype
    required: bool = False
    order: Annotated[int, Field(ge=1, le=1000)] | None = None
    values: tuple[QuestionChoice, ...] = ()

    def spec(self, number: int) -> QuestionSpec:
        """Return what `Category.questions` keeps of it; `number` counts from 1."""
        return {
            "code": self.code,
            "label": self.label.spec(),
            "description": self.description.spec() if self.description else None,
            "datatype": self.datatype,
            "required": self.required,
            "order": self.order or number,
            "values": [
                ChoiceSpec(key=v.key, name=v.name.spec(), danger=True)
                if v.danger
                else ChoiceSpec(key=v.key, name=v.name.spec())
                for v in self.values
            ],
        }


class Duplicates(CityFileModel):
    """Settings of the search for repetitions: distance and age of an open report nearby, and what follows."""

    radius_m: Metres
    window_hours: Annotated[float, Field(gt=0, le=24 * 365)]
    action: Literal["suggest", "merge", "ignore"] = "suggest"


class CategoryPart(CityFileModel):
    """Category; what is None is taken over from its parent."""

    code: Code
    parent: Code | None = None
    name: NameByLanguage
    description: NameByLanguage | None = None
    icon: Code | None = None
    keywords: tuple[Text, ...] = ()
    duplicates: Duplicates | None = None
    inspection_radius_m: Metres | None = None
    evidence_required: bool | None = None
    publication: Publication | None = None
    questions: tuple[QuestionPart, ...] = ()
