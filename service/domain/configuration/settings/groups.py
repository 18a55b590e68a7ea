"""The groups of settings: the keys of `City.config` each is about, and what they may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from service.domain.city import config
from service.domain.city.config import Claim, Code, Colour, DigestAbove, HourPair, RoleGrant, Text
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage
from service.domain.configuration.cityfile.schema.city import (
    Administration,
    DangerPart,
    EmergencyNumber,
    EscalationPart,
    InspectionPart,
    LanguagesPart,
)
from service.domain.configuration.cityfile.schema.decency import MaskingPart, SpamPart
from service.i18n import N_
from service.models import BOUND_ROLES, WARD_ROLES, Role

READABLE = 4.5
"""Least contrast of text (WCAG 2.2, level AA)."""

DARK_PAGE = "#17131b"
DAYS = ("0", "1", "2", "3", "4", "5", "6")
"""Weekdays as the stored configuration numbers them; Monday is 0."""


def _in_order(stages: tuple[EscalationPart, ...]) -> tuple[EscalationPart, ...]:
    for before, after in pairwise(stages):
        if after.after_working_days <= before.after_working_days:
            raise ValueError(N_("Mỗi bậc phải muộn hơn bậc trước."))
    return stages


def _known_once(pairs: tuple[tuple[Text, Text], ...]) -> tuple[tuple[Text, Text], ...]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError(N_("Một tên gọi được ghi hai lần."))
    return pairs


def _two_times(span: object) -> object:
    """Return `"07:30-11:30"` or two texts as two times; an end at midnight is 00:00."""
    parts = span.split("-") if isinstance(span, str) else span
    if not isinstance(parts, list | tuple) or len(parts) != 2:
        raise ValueError(_NO_TIMES)
    begins, ends = (str(each).strip() for each in parts)
    if not begins or not ends:
        raise ValueError(N_("Cần cả giờ bắt đầu và giờ kết thúc."))
    try:
        pair = time.fromisoformat(begins), time(0) if ends == "24:00" else time.fromisoformat(ends)
    except ValueError:
        raise ValueError(_NO_TIMES) from None
    if any(each.tzinfo for each in pair):
        raise ValueError(_NO_TIMES)
    return pair


def _ends_later(span: HourPair) -> HourPair:
    if span[0] >= span[1] != time(0):
        raise ValueError(N_("Giờ kết thúc phải sau giờ bắt đầu."))
    return span


def _apart(day: tuple[HourPair, ...]) -> tuple[HourPair, ...]:
    inorder = tuple(sorted(day))
    for (_, closes), (opens, _) in pairwise(inorder):
        if closes == time(0) or opens < closes:
            raise ValueError(N_("Các ca trong ngày trùng giờ nhau."))
    return inorder


_NO_TIMES = N_("Cần giờ và phút, ví dụ 07:30.")
WorkSpan = Annotated[HourPair, BeforeValidator(_two_times), AfterValidator(_ends_later)]
WorkDay = Annotated[tuple[WorkSpan, ...], Field(max_length=12), AfterValidator(_apart)]


class HoursSettings(CityFileModel):
    """Working hours by weekday; a day's spans may come in any order."""

    working_hours: dict[Annotated[str, StringConstraints(pattern="^[0-6]$")], WorkDay]

    @model_validator(mode="after")
    def _somebody_works(self) -> HoursSettings:
        if not any(self.working_hours.values()):
            raise ValueError(N_("Cần ít nhất một ngày làm việc trong tuần."))
        return self


class EscalationSettings(CityFileModel):
    """The escalation, and how old an inspector's photo may be."""

    escalation: Annotated[tuple[EscalationPart, ...], Field(max_length=10), AfterValidator(_in_order)]
    inspection: InspectionPart


class NoticeSettings(CityFileModel):
    """Hour of the digest, and from how many new cases on a unit is told by it."""

    digest_hour: Annotated[int, Field(ge=0, le=23)]
    digest_above: DigestAbove


class SecuritySettings(CityFileModel):
    """Roles that need a second factor."""

    second_factor_roles: tuple[Role, ...]


class SpamSettings(CityFileModel):
    """Points for what spam has in common."""

    spam: SpamPart


class WordSettings(CityFileModel):
    """Parts of citizens' words that are hidden."""

    masking: MaskingPart


class DangerSettings(CityFileModel):
    """Phrases that speak of danger, and the numbers to call."""

    emergency_numbers: Annotated[tuple[EmergencyNumber, ...], Field(max_length=10)]
    danger_words: Annotated[tuple[DangerPart, ...], Field(max_length=50)]


class AliasSettings(CityFileModel):
    """Names that people use for places."""

    aliases: Annotated[tuple[tuple[Text, Text], ...], Field(max_length=500), AfterValidator(_known_once)]


class UnitNameSettings(CityFileModel):
    """Names that documents use for units, each with the unit's code."""

    unit_aliases: Annotated[dict[Text, Code], Field(max_length=500)]


class AreaGroupPart(CityFileModel):
    """Set of wards with a name."""

    code: Annotated[Code, StringConstraints(max_length=20)]
    name: NameByLanguage
    wards: Annotated[tuple[Text, ...], Field(min_length=1, max_length=500)]


def _each_once(groups: tuple[AreaGroupPart, ...]) -> tuple[AreaGroupPart, ...]:
    if len({each.code for each in groups}) < len(groups):
        raise ValueError(N_("Một mã được ghi hai lần."))
    return groups


class AreaGroupSettings(CityFileModel):
    """Sets of wards that lists and rules can speak of."""

    area_groups: Annotated[tuple[AreaGroupPart, ...], Field(max_length=50), AfterValidator(_each_once)]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (`#rrggbb`) as WCAG 2.2 counts it, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _under_white(colour: str) -> str:
    if contrast(colour, "#ffffff") < READABLE:
        raise ValueError(N_("Chữ trắng khó đọc trên màu này. Hãy chọn màu đậm hơn."))
    return colour


def _on_dark(colour: str) -> str:
    if contrast(colour, DARK_PAGE) < READABLE:
        raise ValueError(N_("Màu này khó đọc trên nền tối. Hãy chọn màu sáng hơn."))
    return colour


class LookSettings(CityFileModel):
    """Colours of the pages, readable where they stand."""

    colour: Annotated[Colour, AfterValidator(_under_white)]
    colour_dark: Annotated[Colour, AfterValidator(_on_dark)] | None


class LanguageSettings(CityFileModel):
    """Languages of the pages, and which one a newcomer sees."""

    languages: LanguagesPart


class GrantSetting(RoleGrant, CityFileModel):
    """Role that a group of the city's directory gives, held to where it can be given."""

    department: Code | None = None
    area_group: Code | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> GrantSetting:
        if self.department and self.own_department:
            raise ValueError(N_("Chọn một đơn vị, hoặc đơn vị của chính người đó, không cả hai."))
        if self.role in BOUND_ROLES and not (self.department or self.own_department):
            raise ValueError(N_("Vai trò này cần một đơn vị, hoặc đơn vị của chính người đó."))
        if self.area_group and (self.role not in WARD_ROLES or self.department or self.own_department):
            raise ValueError(
                N_(
                    "Nhóm phường, xã chỉ dành cho thanh tra và lãnh đạo, và thay cho đơn vị. "
                    "Hãy bỏ một trong hai."
                )
            )
        return self


class SignInSetting(CityFileModel):
    """Grants of the city's directory; the first that fits counts."""

    roles_claim: Claim = "groups"
    department_claim: Claim = "department"
    departments: Annotated[dict[Text, Code], Field(max_length=500)] = Field(default_factory=dict)
    grants: Annotated[tuple[GrantSetting, ...], Field(max_length=200)] = ()
    contact: NameByLanguage | None = None


class SignInSettings(CityFileModel):
    """Rules of who is let in by the city's directory, as what."""

    sign_in: SignInSetting


class DocumentSettings(CityFileModel):
    """Heading and signature of administrative documents."""

    administration: Administration


GROUPS: Mapping[str, type[CityFileModel]] = {
    "hours": HoursSettings,
    "escalation": EscalationSettings,
    "notices": NoticeSettings,
    "security": SecuritySettings,
    "spam": SpamSettings,
    "words": WordSettings,
    "danger": DangerSettings,
    "aliases": AliasSettings,
    "units": UnitNameSettings,
    "area_groups": AreaGroupSettings,
    "look": LookSettings,
    "languages": LanguageSettings,
    "signin": SignInSettings,
    "documents": DocumentSettings,
}


def keys_of(group: str) -> tuple[str, ...]:
    """Return the keys of the configuration that a group is about."""
    return tuple(GROUPS[group].model_fields)


def settings_values(group: str, whole: config.CityConfig) -> dict[str, object]:
    """Return the group's values as they are stored, with the defaults of what is not."""
    if group == "hours":
        return {"working_hours": {day: _clock(whole.working_hours.get(int(day), ())) for day in DAYS}}
    said = whole.model_dump(mode="json")
    return {key: said[key] for key in keys_of(group)}


def stored_change(group: str, change: CityFileModel) -> dict[str, object]:
    """Return a change as `City.config` keeps it."""
    said = change.model_dump(mode="json", exclude_none=group == "words")
    if group == "hours":
        return {"working_hours": {day: _clock(said["working_hours"].get(day, ())) for day in DAYS}}
    if group == "signin" and isinstance(change, SignInSettings):
        contact = change.sign_in.contact
        return {"sign_in": {**said["sign_in"], "contact": contact.spec() if contact else None}}
    if isinstance(change, AreaGroupSettings):
        named = [{**vars(each), "name": each.name.spec()} for each in change.area_groups]
        return {"area_groups": [{**each, "wards": sorted(set(each["wards"]))} for each in named]}
    if group == "danger":
        return said | {
            "emergency_numbers": [
                {**each, "name": {"vi": each["name"]["vi"], "en": each["name"]["en"] or each["name"]["vi"]}}
                for each in said["emergency_numbers"]
            ]
        }
    return said


def _clock(spans: Sequence[Sequence[object]]) -> list[list[str]]:
    """Spans of hours without seconds."""
    return [[str(begins)[:5], str(ends)[:5]] for begins, ends in spans]
