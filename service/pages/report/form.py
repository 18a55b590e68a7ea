"""Reading the plain report form into the same submission that the API takes."""

from __future__ import annotations

from service.domain.city.reference import Reference
from service.domain.city.search.places import NamedPlace, ward_place
from service.domain.reports.drafts import ContactIn, Submission, check_contact
from service.errors import FieldError, Invalid, invalid
from service.i18n import N_
from service.pages.shared.answers import read_answers
from service.pages.shared.forms import SentForm, id_or_none, read

PHOTOS = "photos"
LONGEST_NAME = 200


def ward_chosen(form: SentForm) -> str:
    """Return the ward chosen in place of a position; empty when the form brings a position."""
    return "" if form.text("lon") else form.text("ward")


def read_submission(reference: Reference, form: SentForm) -> Submission:
    """Return the form as a submission. Raises Invalid with the places that are wrong."""
    place = ward_place(reference, ward_chosen(form))
    if place is None and not form.text("lon"):
        raise invalid(["ward"], N_("Hãy chọn phường, xã nơi bạn thấy sự việc."))
    return read(
        Submission,
        {
            "id": id_or_none(form.text("id")),
            "category": form.text("category") or "-",
            "description": form.text("description"),
            "location": _location(form, place),
            "address": form.text("address"),
            "attributes": read_answers(reference, form),
            "contact": read_contact_fields(reference, form)[0] or None,
            "anonymous": bool(form.text("anonymous")),
        },
    )


def _location(form: SentForm, place: NamedPlace | None) -> dict[str, object]:
    if place:
        return {"lon": place.lon, "lat": place.lat, "accuracy_m": round(place.radius_m)}
    return {name: value for name in ("lon", "lat", "accuracy_m") if (value := form.text(name))}


def read_contact_fields(reference: Reference, form: SentForm) -> tuple[dict[str, str], list[str]]:
    """Return the contact that can be kept, and the names of the fields that are wrong: the report goes
    without these, for a slip in a number that nobody asked for is no reason to lose it.
    """
    if form.text("anonymous"):
        return {}, []
    given = {name: value for name in ("phone", "email") if (value := form.text(name))}
    wrong = [name for name, value in given.items() if not _is_right(reference, name, value)]
    contact = {name: value for name, value in given.items() if name not in wrong}
    if called := form.text("name")[:LONGEST_NAME]:
        contact["name"] = called
    return contact, wrong


def _is_right(reference: Reference, name: str, value: str) -> bool:
    errors: list[FieldError] = []
    try:
        check_contact(reference, read(ContactIn, {name: value}), errors)
    except Invalid:  # longer than any number or address
        return False
    return not errors
