"""`city.yaml`: what the city is called, where it lies, when it works, how long things are kept."""

from __future__ import annotations

from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from service.domain.city import config
from service.domain.city.calendar import Name
from service.domain.city.config import (
    Code,
    Colour,
    ContactsADay,
    DigestAbove,
    FlagsToDesk,
    HourPair,
    Licence,
    Text,
)
from service.domain.city.public_holidays import with_public_days
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage
from service.domain.configuration.cityfile.schema.decency import MaskingPart, SpamPart
from service.domain.configuration.cityfile.schema.signin import SignInPart
from service.i18n import N_
from service.models import Role

Channel = Literal["app", "portal", "email", "facebook", "zalo", "phone", "open311"]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(f'"{name}" is no time zone (expected one like Asia/Ho_Chi_Minh)') from None
    return name


def _hours(text: object) -> object:
    """Return `"07:30-11:30"` as two times; 24:00 is the midnight after."""
    if not isinstance(text, str):
        return text
    parts = [part.strip() for part in text.split("-")]
    if len(parts) != 2:
        raise ValueError('expected hours like "07:30-11:30"')
    return parts[0], "00:00" if parts[1] == "24:00" else parts[1]


def _listed(one_or_more: object) -> object:
    """Return `manager` as a list of one."""
    return [one_or_more] if isinstance(one_or_more, str) else one_or_more


def _forward(hours: HourPair) -> HourPair:
    if hours[0] >= hours[1] != time(0):
        raise ValueError(f"work cannot end ({hours[1]:%H:%M}) before it begins ({hours[0]:%H:%M})")
    return hours


def _in_order(day: tuple[HourPair, ...]) -> tuple[HourPair, ...]:
    for (_, closes), (opens, _) in pairwise(day):
        if closes == time(0) or opens < closes:
            raise ValueError("working hours overlap or are out of order")
    return day


Zone = Annotated[str, AfterValidator(_zone)]
Hours = Annotated[HourPair, BeforeValidator(_hours), AfterValidator(_forward)]
DayHours = Annotated[tuple[Hours, ...], AfterValidator(_in_order)]


class CityPoint(CityFileModel):
    """A place, WGS 84."""

    lon: Longitude
    lat: Latitude


class Hotline(CityFileModel):
    """Hotline to call when a case cannot wait."""

    phone: Annotated[str, StringConstraints(pattern=r"^[+0-9][0-9 .-]{2,20}$")]
    name: NameByLanguage
    note: NameByLanguage | None = None

    def config(self) -> dict[str, object]:
        """Return the line as `City.config` keeps it."""
        note = self.note.spec() if self.note else None
        return {"phone": self.phone, "name": self.name.spec(), "note": note}


class WorkingHours(CityFileModel):
    """Hours of each weekday; none on a day of rest."""

    mon: DayHours = ()
    tue: DayHours = ()
    wed: DayHours = ()
    thu: DayHours = ()
    fri: DayHours = ()
    sat: DayHours = ()
    sun: DayHours = ()

    def by_weekday(self) -> dict[int, tuple[HourPair, ...]]:
        """Return hours by number of the weekday, Monday is 0."""
        return dict(enumerate((self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)))


class SpecialDay(CityFileModel):
    """A date that is off, or worked, by the city's own decision."""

    date: date
    name: NameByLanguage


class CalendarPart(CityFileModel):
    """The working calendar. `holidays` names the country whose public holidays count, if any."""

    holidays: Literal["VN"] | None = None
    working_hours: WorkingHours
    days_off: tuple[SpecialDay, ...] = ()
    working_days: tuple[SpecialDay, ...] = ()

    def days(self) -> tuple[dict[date, Name], dict[date, Name]]:
        """Return all days off and all days worked instead of another, public ones included."""
        return with_public_days(
            self.holidays,
            {day.date: day.name.spec() for day in self.days_off},
            {day.date: day.name.spec() for day in self.working_days},
        )


class Periods(config.PeriodsConfig, CityFileModel):
    """Periods in which citizens may still act, in calendar days."""


class EmergencyNumber(CityFileModel):
    """A number that people call when there is danger, such as 113 for the police."""

    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ]{2,20}$")]
    name: NameByLanguage


class DangerPart(config.Danger, CityFileModel):
    """Phrases that speak of one danger, words in their order, and the emergency numbers to call first."""


class EscalationPart(config.EscalationStage, CityFileModel):
    """Stage of the escalation: recipients, and the working days after a deadline when they are warned."""

    to: Annotated[tuple[config.Warned, ...], BeforeValidator(_listed), Field(min_length=1)]


class InspectionPart(config.InspectionConfig, CityFileModel):
    """Limits within which a photo counts as taken on the spot."""


class LanguagesPart(config.LanguagesConfig, CityFileModel):
    """Languages of the pages; Vietnamese is always among them."""

    @model_validator(mode="after")
    def _can_be_chosen(self) -> LanguagesPart:
        if "vi" not in self.offered or len(set(self.offered)) < len(self.offered):
            raise ValueError(N_("Tiếng Việt luôn được dùng; mỗi ngôn ngữ ghi một lần."))
        if self.first != "browser" and self.first not in self.offered:
            raise ValueError(N_("Ngôn ngữ thấy đầu tiên phải là ngôn ngữ đang dùng."))
        return self


class AwardFormsPart(config.AwardForms, CityFileModel):
    """Law by which units are commended, with the days on which it is in force."""


class WorksPart(config.WorksConfig, CityFileModel):
    """Terms of works and difficulties; a city that leaves them out has no plans."""

    award_forms: Annotated[tuple[AwardFormsPart, ...], Field(max_length=20)] = ()


class CablesPart(config.CablesConfig, CityFileModel):
    """Rules of hanging cables: who keeps the plan, whose they are, who owns the poles."""


class SurveysPart(config.SurveysConfig, CityFileModel):
    """Occasions of the year, and the surveys that are proposed before them."""


class NumbersPart(config.NumbersConfig, CityFileModel):
    """Terms of numbers on advertisements: who leads, who writes to carriers, how long everybody has."""


class Retention(config.RetentionConfig, CityFileModel):
    """Months after a report's end until what is personal is erased."""


class Administration(config.AdministrationConfig, CityFileModel):
    """Heading and signature of administrative documents, without a person's name: who signs writes it."""


class OpenDataPart(CityFileModel):
    """Licence and privacy rules of the files that anybody may take."""

    licence: Licence = "CC-BY-4.0"
    publisher: NameByLanguage | None = None
    contact: Text | None = None
    coarse: Annotated[tuple[Code, ...], Field(max_length=200)] = ()
    delay_hours: Annotated[int, Field(ge=0, le=720)] = 24

    def config(self) -> dict[str, object]:
        """Return the part as `City.config` keeps it."""
        general = self.model_dump(mode="json", exclude={"publisher"})
        return {**general, "publisher": self.publisher.spec() if self.publisher else None}


class Open311Part(CityFileModel):
    """Words of Open311's discovery: whom to ask, how one gets a key, whether it is for trying out."""

    contact: NameByLanguage | None = None
    key_service: NameByLanguage | None = None
    type: Literal["production", "test"] | None = None

    def config(self) -> dict[str, object]:
        """Return the part as `City.config` keeps it."""
        named = {"contact": self.contact, "key_service": self.key_service}
        return {"type": self.type, **{name: each.spec() if each else None for name, each in named.items()}}


class PartnerPart(config.PartnerConfig, CityFileModel):
    """Department whose cases are worked on in another system, reached by Open311."""


class CityPart(CityFileModel):
    """The whole of `city.yaml`."""

    code: Code
    name: NameByLanguage
    service_name: NameByLanguage | None = None
    timezone: Zone
    tracking_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,5}$")]
    bbox: tuple[Longitude, Latitude, Longitude, Latitude]
    centre: CityPoint
    tolerance_m: Annotated[float, Field(ge=0, le=5000)] = 100
    colour: Colour = "#5b2a86"
    colour_dark: Colour | None = None
    hotline: Hotline
    emergency_numbers: tuple[EmergencyNumber, ...] = ()
    danger_words: Annotated[tuple[DangerPart, ...], Field(max_length=50)] = ()
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "VN"
    aliases: dict[Text, Text] = Field(default_factory=dict, max_length=500)
    unit_aliases: dict[Text, Code] = Field(default_factory=dict, max_length=500)
    triage_department: Code
    channels: tuple[Channel, ...] = ("app", "portal")
    languages: LanguagesPart = LanguagesPart()
    calendar: CalendarPart
    periods: Periods = Periods()
    escalation: tuple[EscalationPart, ...] = ()
    inspection: InspectionPart = InspectionPart()
    works: WorksPart | None = None
    cables: CablesPart | None = None
    numbers: NumbersPart = NumbersPart()
    surveys: SurveysPart = SurveysPart()
    retention: Retention = Retention()
    second_factor_roles: tuple[Role, ...] = ()
    sign_in: SignInPart = SignInPart()
    masking: MaskingPart = MaskingPart()
    spam: SpamPart = SpamPart()
    flags_to_desk: FlagsToDesk = 3
    contact_for_lead: bool = True
    contacts_a_day: ContactsADay = 100
    digest_hour: Annotated[int, Field(ge=0, le=23)] = 7
    digest_above: DigestAbove = 20
    attribution: Text | None = None
    administration: Administration = Administration()
    open_data: OpenDataPart | None = None
    open311: Open311Part = Open311Part()
    partners: Annotated[tuple[PartnerPart, ...], Field(max_length=50)] = ()

    def config(self) -> dict[str, object]:
        """Return `City.config`; read by `service.domain.city.config`."""
        calendar = self.calendar
        hours = calendar.working_hours.by_weekday()
        return {
            "service_name": (self.service_name or self.name).spec(),
            "bbox": list(self.bbox),
            "centre": [self.centre.lon, self.centre.lat],
            "tolerance_m": self.tolerance_m,
            "colour": self.colour,
            "colour_dark": self.colour_dark,
            "hotline": self.hotline.config(),
            "emergency_numbers": [{"phone": e.phone, "name": e.name.spec()} for e in self.emergency_numbers],
            "danger_words": [each.model_dump(mode="json") for each in self.danger_words],
            "region": self.region,
            "aliases": [list(pair) for pair in sorted(self.aliases.items())],
            "unit_aliases": self.unit_aliases,
            "triage_department": self.triage_department,
            "channels": list(self.channels),
            "languages": self.languages.model_dump(mode="json"),
            "holidays": calendar.holidays,
            "working_hours": {
                str(day): [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in pairs] for day, pairs in hours.items()
            },
            **self.periods.model_dump(),
            "escalation": [rung.model_dump(mode="json") for rung in self.escalation],
            "inspection": self.inspection.model_dump(),
            "works": self.works.model_dump(mode="json") if self.works else None,
            "cables": self.cables.model_dump(mode="json") if self.cables else None,
            "surveys": self.surveys.model_dump(mode="json"),
            "numbers": self.numbers.model_dump(mode="json"),
            "retention": self.retention.model_dump(),
            "second_factor_roles": list(self.second_factor_roles),
            "sign_in": self.sign_in.config(),
            "masking": self.masking.config(),
            "spam": self.spam.model_dump(mode="json"),
            "flags_to_desk": self.flags_to_desk,
            "contact_for_lead": self.contact_for_lead,
            "contacts_a_day": self.contacts_a_day,
            "digest_hour": self.digest_hour,
            "digest_above": self.digest_above,
            "attribution": self.attribution,
            "administration": self.administration.model_dump(mode="json"),
            "open_data": self.open_data.config() if self.open_data else None,
            "open311": self.open311.config(),
            "partners": [each.model_dump(mode="json") for each in self.partners],
        }
