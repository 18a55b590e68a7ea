"""Checking what a citizen sends: the place, the category, its questions, the contact."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

import phonenumbers
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticKnownError

from geo.points import BBox, PointProblem, point_problem
from service.domain.city.questions import check_attributes
from service.domain.city.reference import CategoryView, Reference
from service.domain.kernel.addresses import tidy_mailbox
from service.domain.kernel.texts import shows_nothing, tidy
from service.domain.reports.reports import ContactDraft, Draft
from service.errors import FieldError, Invalid
from service.i18n import N_
from service.models.reports.channels import WITHOUT_A_SWITCH

OUTSKIRTS_DEG = 0.1
"""How far outside the city's bounding box a point is still taken, for triage to decide (about 11 km)."""

UNSURE_M = 300.0
"""A place that may be off by more, such as a ward alone, says nothing of what lies near it."""

YEARS = range(1900, 3000)
"""Nothing that is reported lies beyond, and calendars of other programs do not reach much further."""

PLACE_MESSAGES: Mapping[PointProblem, str] = {
    PointProblem.NOT_A_NUMBER: N_("Vị trí không đọc được. Hãy chọn lại điểm trên bản đồ."),
    PointProblem.NOT_FINITE: N_("Vị trí không đọc được. Hãy chọn lại điểm trên bản đồ."),
    PointProblem.NULL_ISLAND: N_("Điện thoại chưa định vị được (0, 0). Hãy chọn điểm trên bản đồ."),
    PointProblem.SWAPPED: N_("Kinh độ và vĩ độ có vẻ bị đổi chỗ: cần lon trước, lat sau."),
    PointProblem.OUT_OF_RANGE: N_("Tọa độ nằm ngoài giới hạn: lon từ -180 đến 180, lat từ -90 đến 90."),
    PointProblem.OUTSIDE: N_("Điểm này nằm ngoài địa bàn thành phố. Hãy chọn lại điểm trên bản đồ."),
}


def moment_in_utc(moment: datetime) -> datetime:
    """Return the same instant in UTC: the database knows no clocks that are sixteen hours off or more.

    Raises ValueError for one that lies beyond YEARS.
    """
    if moment.year not in YEARS:
        raise ValueError(N_("Thời điểm này quá xa."))
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(moment_in_utc)]


class StrictBody(BaseModel):
    """A body whose unknown fields are refused; a text of which nothing can be seen counts as empty."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="after")
    @classmethod
    def _seen(cls, value: object, info: ValidationInfo) -> object:
        # After the field's own rules: a function before them would keep forms' texts from becoming numbers.
        if not isinstance(value, str) or not shows_nothing(value):
            return value
        if value and any(getattr(each, "min_length", None) for each in _rules(cls, info.field_name)):
            raise PydanticKnownError("string_too_short", {"min_length": 1})
        return ""


def _rules(model: type[BaseModel], name: str | None) -> Sequence[object]:
    return model.model_fields[name].metadata if name else ()


class LocationIn(StrictBody):
    """WGS 84 degrees; `accuracy_m` is what the phone says of its own fix."""

    lon: FiniteFloat
    lat: FiniteFloat
    accuracy_m: Annotated[FiniteFloat, Field(ge=0, le=1_000_000)] | None = None


class ContactIn(StrictBody):
    """Contact of the reporter; seen by the coordinator only."""

    name: Annotated[str, Field(max_length=200)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None


class Submission(StrictBody):
    """A report as it is sent. The same `id` again is the same report. `anonymous` keeps no contact.

    Who knows no position sends the code of the `ward` with an `address`; a `location` counts before both.
    """

    id: UUID | None = None
    category: Annotated[str, Field(min_length=1, max_length=100)]
    description: Annotated[str, Field(max_length=2000)] = ""
    ward: Annotated[str, Field(max_length=100)] = ""
    location: Annotated[LocationIn | None, Field(validate_default=True)] = None
    address: Annotated[str, Field(max_length=500)] = ""
    occurred_at: Moment | None = None
    attributes: Annotated[dict[str, object], Field(max_length=50)] = Field(default_factory=dict)
    contact: ContactIn | None = None
    anonymous: bool = False

    @field_validator("location", mode="before")
    @classmethod
    def _somewhere(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.data.get("ward") == "":
            raise PydanticKnownError("missing")
        return value


@dataclass(frozen=True, slots=True)
class SenderHashes:
    """Trace of the device and address that a report came from: hashes, or nothing."""

    device_hash: bytes | None = None
    address_hash: bytes | None = None


UNKNOWN_SENDER = SenderHashes()


def check_submission(
    reference: Reference,
    sent: Submission,
    *,
    now: datetime,
    language: str,
    channel: str = "app",
    staff_id: int | None = None,
    sender: SenderHashes = UNKNOWN_SENDER,
) -> Draft:
    """Return the draft to store; `staff_id` is who of the staff reports. Raises Invalid naming every wrong
    place.
    """
    errors: list[FieldError] = []
    open_channels = reference.config.channels
    if open_channels and channel not in (*open_channels, *WITHOUT_A_SWITCH):
        errors.append(FieldError(("channel",), CLOSED_CHANNEL))
    category = _category(reference, sent.category, errors)
    place = _place(reference, sent, errors)
    contact = None if sent.anonymous else check_contact(reference, sent.contact, errors)
    attributes: Mapping[str, object] = {}
    if category:
        attributes, wrong = check_attributes(reference, category, sent.attributes)
        errors += wrong
    if errors or category is None or place is None:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    return Draft(
        id=sent.id or uuid4(),
        code_prefix=reference.code_prefix,
        category_id=category.id,
        description=tidy(sent.description),
        lon=place.lon,
        lat=place.lat,
        accuracy_m=place.accuracy_m,
        address=tidy(sent.address),
        # A phone whose clock runs ahead cannot have seen tomorrow.
        occurred_at=min(sent.occurred_at, now) if sent.occurred_at else None,
        attributes=attributes,
        channel=channel,
        language=language,
        published=category.publication == "immediate",
        body_hash=_body_hash(sent),
        received_at=now,
        contact=contact,
        staff_id=staff_id,
        device_hash=sender.device_hash,
        address_hash=sender.address_hash,
    )


NO_ADDRESS = N_("Khi chỉ biết phường, xã, hãy ghi thêm số nhà, đường hoặc mốc dễ thấy.")
CLOSED_CHANNEL = N_("Thành phố hiện không nhận phản ánh qua kênh này. Hãy gọi tổng đài hoặc dùng kênh khác.")


def check_place(reference: Reference, lon: float, lat: float) -> str | None:
    """Return the msgid of what is wrong with a place, or None; the outskirts are taken, for triage to
    decide.
    """
    box = BBox(*reference.config.bbox).expanded(OUTSKIRTS_DEG)
    problem = point_problem(lon, lat, box)
    return PLACE_MESSAGES[problem] if problem else None


def _category(reference: Reference, code: str, errors: list[FieldError]) -> CategoryView | None:
    found = reference.category_by_code.get(code)
    if found is None or not found.active:
        errors.append(FieldError(("category",), N_("Không có loại phản ánh “{code}”."), {"code": code}))
        return None
    return found


def _place(reference: Reference, sent: Submission, errors: list[FieldError]) -> LocationIn | None:
    """Return the place that was sent; of a ward alone its inside, as unsure as the ward is large."""
    if sent.location:
        if message := check_place(reference, sent.location.lon, sent.location.lat):
            errors.append(FieldError(("location",), message))
        return sent.location
    ward = reference.ward_by_code.get(sent.ward)
    if ward is None:
        errors.append(FieldError(("ward",), N_("Không có phường, xã “{code}”."), {"code": sent.ward}))
    if not tidy(sent.address):
        errors.append(FieldError(("address",), NO_ADDRESS))
    return LocationIn(lon=ward.lon, lat=ward.lat, accuracy_m=round(ward.radius_m)) if ward else None


def _body_hash(sent: Submission) -> bytes:
    """Return the digest that tells the same report; `ward` counts only where it was sent."""
    without = {"id"} if sent.ward else {"id", "ward"}
    return hashlib.sha256(sent.model_dump_json(exclude=without).encode()).digest()


def check_contact(
    reference: Reference, sent: ContactIn | None, errors: list[FieldError]
) -> ContactDraft | None:
    """Return the contact to keep, None for an empty one; what is wrong with it is added to `errors`."""
    if sent is None:
        return None
    name = tidy(sent.name or "") or None
    phone = tidy_phone(sent.phone, reference.config.region) if sent.phone else None
    if sent.phone and phone is None:
        errors.append(
            FieldError(("contact", "phone"), N_("Số điện thoại chưa đúng, ví dụ đúng: 0905 123 456."))
        )
    email = tidy_mailbox(sent.email) if sent.email else None
    if sent.email and email is None:
        errors.append(
            FieldError(("contact", "email"), N_("Địa chỉ email chưa đúng, ví dụ đúng: ten@vidu.vn."))
        )
    return ContactDraft(name, phone, email) if name or phone or email else None


def tidy_phone(text: str, region: str) -> str | None:
    """Return the number as `+84905123456`, or None when it is none in `region`."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
