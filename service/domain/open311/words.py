"""Categories, questions and public reports in the words of Open311 GeoReport v2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from service.domain.city.questions import questions_of
from service.domain.city.reference import CategoryView, Reference
from service.domain.queries.views import ReportView
from service.errors import NotFound
from service.i18n import N_, pick, translate
from service.i18n.wording import STATUSES, status_sentence
from service.models import FINISHED, QuestionSpec

Item = dict[str, object]

NO_SERVICE = N_("Không có loại phản ánh “{code}”.")


def service_list(reference: Reference) -> list[Item]:
    """Return every active category as a service, in the city's order and the language in use."""
    return [_service(reference, view) for view in reference.categories.values() if view.active]


def definition(reference: Reference, code: str) -> Item:
    """Return what is asked about a category. Raises NotFound."""
    view = reference.category_by_code.get(code)
    if view is None or not view.active:
        raise NotFound(NO_SERVICE, code=code)
    questions = questions_of(reference, view)
    return {
        "service_code": code,
        "attributes": [_attribute(each, number) for number, each in enumerate(questions, start=1)],
    }


def request(reference: Reference, view: ReportView, notes: Sequence[Item] | None = None) -> Item:
    """Return a public report as a service request; with `notes` also these, the finer status, all photos."""
    lead = view.lead.name if view.lead else None
    photos = [photo.url for photo in view.photos]
    item: Item = {
        "service_request_id": view.code,
        "status": "closed" if view.status in FINISHED else "open",
        "status_notes": status_sentence(view.status, lead or ""),
        "service_name": pick(reference.category_by_code[view.category].name),
        "service_code": view.category,
        "description": view.description or None,
        "agency_responsible": lead,
        "service_notice": None,
        "requested_datetime": view.created_at.isoformat(timespec="seconds"),
        "updated_datetime": view.updated_at.isoformat(timespec="seconds"),
        "expected_datetime": view.due_at.isoformat(timespec="seconds") if view.due_at else None,
        "address": view.address or None,
        "address_id": None,
        "zipcode": None,
        "lat": view.location.lat,
        "long": view.location.lon,
        "media_url": photos[0] if photos else None,
    }
    if notes is not None:
        item["notes"] = list(notes)
        item["extended_attributes"] = {
            "status": view.status,
            "status_name": translate(STATUSES[view.status].name),
            "ward": view.ward.code if view.ward else None,
            "page": view.links.page,
            "photos": photos,
        }
    return item


def _service(reference: Reference, view: CategoryView) -> Item:
    parents = [reference.category_by_code[code] for code in view.path if code != view.code]
    return {
        "service_code": view.code,
        "service_name": pick(view.name),
        "description": pick(view.description) or None,
        "metadata": bool(questions_of(reference, view)),
        "type": "realtime",
        "keywords": ", ".join(view.keywords) or None,
        "group": pick(parents[0].name) if parents else None,
    }


def _attribute(question: QuestionSpec, number: int) -> Item:
    return {
        "variable": True,
        "code": question["code"],
        "datatype": question["datatype"],
        "required": bool(question.get("required")),
        "datatype_description": pick(question.get("description") or {}) or None,
        "order": number,
        "description": pick(question["label"]),
        "values": list(_values(question.get("values") or ())),
    }


def _values(choices: Iterable[object]) -> Iterator[Item]:
    for choice in choices:
        if isinstance(choice, dict):
            yield {"key": choice["key"], "name": pick(choice["name"])}
