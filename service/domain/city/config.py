"""The city's configuration as stored in `City.config`: its keys, their types and what counts without them.

`city.yaml` is read by `configuration/cityfile/schema`, which is stricter and shares these parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints, ValidationError

from service.domain.city.config_parts import AreaGroup as AreaGroup
from service.domain.city.config_parts import AwardForms as AwardForms
from service.domain.city.config_parts import Code as Code
from service.domain.city.config_parts import ConfigPart as ConfigPart
from service.domain.city.config_parts import InspectionConfig as InspectionConfig
from service.domain.city.config_parts import LanguagesConfig as LanguagesConfig
from service.domain.city.config_parts import Names as Names
from service.domain.city.config_parts import WorkDays as WorkDays
from service.domain.city.config_parts import WorksConfig as WorksConfig
from service.domain.city.occasions import SurveysConfig as SurveysConfig
from service.domain.kernel.masking import MaskingConfig
from service.errors import Unavailable
from service.i18n import N_
from service.models import Role

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")
]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60, pattern=r"^[^\x00]*$")
]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Points = Annotated[int, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=0, le=3650)]
Months = Annotated[int, Field(ge=1, le=1200)]
FlagsToDesk = Annotated[int, Field(ge=1, le=100)]
"""How many different people must flag a report to bring it before a coordinator."""
DigestAbove = Annotated[int, Field(ge=0, le=10_000)]
ContactsADay = Annotated[int, Field(ge=1, le=10_000)]
"""How often one person, or one key, reads who reported, in 24 hours."""
HourPair = tuple[time, time]
"""Opening and closing; a closing at 00:00 is the midnight after."""


class PhoneLine(ConfigPart):
    """Telephone number and whose it is: the hotline, or a number to call in danger such as 113."""

    phone: str
    name: Names
    note: Names | None = None


class Danger(ConfigPart):
    """Phrases that speak of one danger, words in their order, and the emergency numbers to call first."""

    words: Annotated[tuple[Words, ...], Field(min_length=1, max_length=200)]
    call: Annotated[tuple[str, ...], Field(max_length=5)] = ()


class ConfiguredStreet(NamedTuple):
    """Street of the city's list and where it is, within `radius_m`; `district` tells namesakes apart."""

    name: str
    district: str
    lon: float
    lat: float
    radius_m: float


class ConfiguredLandmark(NamedTuple):
    """Landmark of the city's list: its kind as maps tell it, and where it is, within `radius_m`."""

    name: str
    kind: str
    lon: float
    lat: float
    radius_m: float


class PeriodsConfig(ConfigPart):
    """Periods in which citizens may still act, in calendar days."""

    reopen_days: Days = 15
    appeal_days: Days = 15
    verification_days: Days = 5
    reminder_days: Days = 3
    waiting_days: Days = 10
    follow_up_days: Days = 14


Warned = Literal["holder", "manager", "city_manager", "triage"]
"""Circles of people who can be warned."""


class EscalationStage(ConfigPart):
    """Stage of the escalation: recipients, and the working days after a deadline when they are warned."""

    after_working_days: Annotated[int, Field(ge=1, le=365)]
    to: Annotated[tuple[Warned, ...], Field(min_length=1)]


class CablesConfig(ConfigPart):
    """Rules of hanging cables; a city without them keeps no plan of what goes underground.

    `office` keeps the plan, `companies` own cables, `pole_owner` most of the poles. Reports of `category`
    (and below it) within `near_m` metres of a route tell its plan.
    """

    office: Code
    companies: Annotated[tuple[Code, ...], Field(min_length=1, max_length=50)]
    pole_owner: Code | None = None
    category: Code = "hanging_cable"
    near_m: Annotated[int, Field(ge=5, le=200)] = 25


class NumbersConfig(ConfigPart):
    """Terms of numbers on advertisements.

    `department` leads the cases of numbers that were seen in `wards` wards or more; `may_request` are the
    units that write to carriers, empty for every one that leads a case; `carriers` the codes of the carriers
    by the names that prefixes have. In working days: an owner has `appear_days` to come, a carrier
    `trace_days` to say whose a number is and `act_days` for all else, an objection is answered within
    `objection_days`. On the calendar: a number is listed for `listed_days` at most, a case closes
    `quiet_days` after the owner complied; `subscriber_months` after that the owner's data is erased.
    """

    department: Code | None = None
    wards: Annotated[int, Field(ge=2, le=100)] = 3
    may_request: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    carriers: Annotated[dict[str, Code], Field(max_length=50)] = Field(default_factory=dict)
    appear_days: WorkDays = 5
    trace_days: WorkDays = 7
    act_days: WorkDays = 3
    objection_days: WorkDays = 5
    listed_days: Annotated[int, Field(ge=1, le=90)] = 90
    quiet_days: WorkDays = 30
    subscriber_months: Months = 12


class RetentionConfig(ConfigPart):
    """Months after a report's end until what is personal is erased."""

    contact_months: Months = 12
    original_photo_months: Months = 24
    device_months: Months = 3


class AdministrationConfig(ConfigPart):
    """Heading and signature of administrative documents, without a person's name: who signs writes it."""

    superior: Text | None = None
    issuer: Text | None = None
    symbol: Text | None = None
    place: Text | None = None
    signs: Text | None = None
    recipients: tuple[Text, ...] = ()


Licence = Literal["CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "ODbL-1.0", "PDDL-1.0"]
"""The licence of open data, by its SPDX name."""


class OpenDataConfig(ConfigPart):
    """Rules of open data. `coarse`: categories whose reports are told without words, on a grid of 100 m;
    `delay_hours`: a report is not in the files before. Who publishes is the city, unless it is named.
    """

    licence: Licence = "CC-BY-4.0"
    publisher: Names | None = None
    contact: Text | None = None
    coarse: Annotated[tuple[Code, ...], Field(max_length=200)] = ()
    delay_hours: Annotated[int, Field(ge=0, le=720)] = 24


class Open311Config(ConfigPart):
    """Words of Open311's discovery: whom to ask, how one gets a key, whether it is for trying out.

    Clients look for `production` alone, which is what nothing stands for: of the type `test` none finds it.
    """

    contact: Names | None = None
    key_service: Names | None = None
    type: Literal["production", "test"] | None = None


PartnerStep = Literal["none", "begun", "done", "returned"]


class PartnerConfig(ConfigPart):
    """Department whose cases are worked on in another system, reached by Open311 at `endpoint`; an address
    without a host is this installation's: the demo's partner.

    `services`: our categories (with those below them) and what they are called there; `statuses`: words of
    its own for a step; `updates_by`: the extension of FixMyStreet, or the plain requests; `contact`: what it
    is told of who reported; one that is not `enabled` is left alone.
    """

    department: Code
    endpoint: Annotated[str, StringConstraints(pattern=r"^(https?:/)?/[!-~]+$", max_length=500)]
    jurisdiction_id: Text | None = None
    services: Annotated[dict[Code, Text], Field(max_length=500)] = Field(default_factory=dict)
    default_service: Text | None = None
    updates_by: Literal["servicerequestupdates", "requests"] = "servicerequestupdates"
    statuses: Annotated[dict[str, PartnerStep], Field(max_length=100)] = Field(default_factory=dict)
    photos: Literal["none", "media_url"] = "none"
    poll_minutes: Annotated[int, Field(ge=1, le=1440)] = 5
    contact: Literal["none", "name", "all"] = "none"
    enabled: bool = True


class PenaltyConfig(ConfigPart):
    """Penalty for an act by a decree's article, in đồng; without amounts nobody has read them yet."""

    code: Code
    categories: tuple[Code, ...]
    act: Names
    decree: Text
    article: Text
    person_min: int | None = None
    person_max: int | None = None
    factor_organisation: int = 1
    remedies: Names | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    checked_on: date
    source: Text


class RoleGrant(ConfigPart):
    """Grant of a role to whoever has `value` at the OpenID provider: in `department`, in their own, in the
    wards of `area_group` (a code), or for the whole city.
    """

    value: Text
    role: Role
    department: str | None = None
    own_department: bool = False
    area_group: str | None = None


Claim = Annotated[str, StringConstraints(pattern=r"^\S+$", max_length=200)]
"""The name of a claim; dots lead into it, as `realm_access.roles`."""


class SignIn(ConfigPart):
    """Roles of those who sign in at the OpenID provider; who is granted none is told to ask `contact`."""

    roles_claim: Claim = "groups"
    department_claim: Claim = "department"
    departments: dict[str, str] = Field(default_factory=dict)
    grants: tuple[RoleGrant, ...] = ()
    contact: Names | None = None


class Spam(ConfigPart):
    """Points for what spam has in common; a report with `hold_at` of them waits for a person, unpublished."""

    hold_at: Annotated[int, Field(ge=1, le=1000)] = 10
    window_hours: Annotated[int, Field(ge=1, le=168)] = 24
    link: Points = 4
    phrase: Points = 4
    phrases: tuple[Words, ...] = ()
    phrases_allowed_in: tuple[Code, ...] = ()
    repeated: Points = 4
    repeated_at_least: Annotated[int, Field(ge=10, le=2000)] = 40


class CityConfig(PeriodsConfig):
    """The whole configuration. Box and points are degrees (lon, lat), WGS 84; Monday is weekday 0.

    `tolerance_m`: how far outside the boundaries still counts; `attribution`: whose the boundaries are;
    `aliases`: names people use for a place, each with its name on maps; `unit_aliases`:
    names documents use for a unit, each with its code; `region`: country of phone numbers;
    `channels`: by which reports are taken, empty for all; `triage_department`: its code, told of emergencies
    at its own address where no coordinator has one; `contact_for_lead`: a case's lead may see who reported
    it; `digest_hour`: the local hour from which the daily digest goes out; `digest_above`: a unit with
    more new cases in 24 hours is told of them by the digest, unless a person chose otherwise; `holidays`:
    the country whose public holidays count; `second_factor_roles`: roles that cannot sign in without a second
    factor; without `open_data` there are no files for everybody.
    """

    bbox: tuple[float, float, float, float]
    working_hours: dict[int, tuple[HourPair, ...]]
    centre: tuple[float, float] | None = None
    tolerance_m: Annotated[float, Field(ge=0, le=5000)] = 100.0
    service_name: Names | None = None
    colour: Colour = "#5b2a86"
    colour_dark: Colour | None = None
    attribution: str | None = None
    hotline: PhoneLine | None = None
    emergency_numbers: tuple[PhoneLine, ...] = ()
    danger_words: tuple[Danger, ...] = ()
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "VN"
    aliases: tuple[tuple[str, str], ...] = ()
    unit_aliases: dict[str, str] = Field(default_factory=dict)
    area_groups: tuple[AreaGroup, ...] = ()
    streets: tuple[ConfiguredStreet, ...] = ()
    landmarks: tuple[ConfiguredLandmark, ...] = ()
    triage_department: str = ""
    channels: tuple[str, ...] = ()
    languages: LanguagesConfig = LanguagesConfig()
    holidays: str | None = None
    escalation: tuple[EscalationStage, ...] = ()
    inspection: InspectionConfig = InspectionConfig()
    retention: RetentionConfig = RetentionConfig()
    second_factor_roles: tuple[Role, ...] = ()
    sign_in: SignIn = SignIn()
    masking: MaskingConfig = MaskingConfig()
    spam: Spam = Spam()
    flags_to_desk: FlagsToDesk = 3
    contact_for_lead: bool = True
    contacts_a_day: ContactsADay = 100
    digest_hour: Annotated[int, Field(ge=0, le=23)] = 7
    digest_above: DigestAbove = 20
    administration: AdministrationConfig = AdministrationConfig()
    open_data: OpenDataConfig | None = None
    open311: Open311Config = Open311Config()
    partners: tuple[PartnerConfig, ...] = ()
    works: WorksConfig | None = None
    penalties: tuple[PenaltyConfig, ...] = ()
    cables: CablesConfig | None = None
    numbers: NumbersConfig = NumbersConfig()
    surveys: SurveysConfig = SurveysConfig()

    @cached_property
    def middle(self) -> tuple[float, float]:
        """The city's centre, or the middle of its box where the city names none."""
        west, south, east, north = self.bbox
        return self.centre or ((west + east) / 2, (south + north) / 2)


def read_config(stored: Mapping[str, object]) -> CityConfig:
    """Return a stored configuration, of this version or one before; a key that holds null is missing.

    Raises Unavailable, naming the first key that is wrong.
    """
    try:
        return CityConfig.model_validate({key: value for key, value in stored.items() if value is not None})
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        key = ".".join(str(step) for step in first["loc"])
        raise Unavailable(
            N_("Cấu hình đã lưu của thành phố chưa đúng ở “{key}”: {why}. Hãy nạp lại thư mục thành phố."),
            key=key,
            why=first["msg"],
        ) from wrong
