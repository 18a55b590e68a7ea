"""Catalogues of open data for machines, DCAT-AP and Frictionless, made of the rows of the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.city.reference import Reference
from service.domain.opendata.columns import BULK, OpenColumn
from service.domain.opendata.datasets import DATASETS, Dataset, DatasetId
from service.domain.opendata.formats import FORMATS, LICENCES, FileKind, licence_of
from service.domain.opendata.published_files import PublishedFile
from service.i18n import LANGUAGES, Language, pick, translate

Item = dict[str, object]

DAILY = "http://publications.europa.eu/resource/authority/frequency/DAILY"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/VIE"
THEME = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
PATH = "/open-data"
_CONTEXT: Item = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_BOOLEANS = {"trueValues": ["có"], "falseValues": ["không"]}


def data_publisher(reference: Reference, language: Language | None = None) -> str:
    """Return who publishes: the city, unless it names another."""
    config = reference.config.open_data
    return pick((config.publisher if config else None) or reference.city_name, language)


def data_contact(reference: Reference) -> str | None:
    """Return whom one asks: what the city names, else its hotline."""
    config, line = reference.config.open_data, reference.config.hotline
    return (config.contact if config else None) or (line.phone if line else None)


def data_package(reference: Reference, files: Sequence[PublishedFile], base: str) -> Item:
    """Return the description of all files as a Frictionless data package; paths are relative to it."""
    config = reference.config.open_data
    licence = config.licence if config else ""
    reports = DATASETS[DatasetId.REPORTS]
    package: Item = {
        "name": f"{reference.city_code}-reports",
        "id": f"{base}{PATH}",
        "title": reports.name(reference, "vi"),
        "description": translate(reports.about, "vi"),
        "homepage": f"{base}{PATH}",
        "keywords": list(reports.keywords),
        "contributors": [{"title": data_publisher(reference, "vi"), "role": "publisher"}],
        "resources": [_resource(file) for file in files],
    }
    if licence:
        words = LICENCES[licence]
        package["licenses"] = [{"name": licence, "title": words.name, "path": words.url}]
    if files:
        package["created"] = max(file.made_at for file in files).isoformat(timespec="seconds")
    return package


def dcat_catalogue(reference: Reference, files: Sequence[PublishedFile], base: str) -> Item:
    """Return the description of all files as DCAT-AP in JSON-LD."""
    here, reports = f"{base}{PATH}", DATASETS[DatasetId.REPORTS]
    sets = [
        (identity, each, own)
        for identity, each in DATASETS.items()
        if (own := [file for file in files if file.dataset is identity])
    ]
    publisher = {
        "@id": f"{here}#publisher",
        "@type": "foaf:Agent",
        "foaf:name": _in_both(lambda language: data_publisher(reference, language)),
    }
    return {
        "@context": _CONTEXT,
        "@id": f"{here}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _in_both(lambda language: reports.name(reference, language)),
        "dct:description": _in_both(lambda language: translate(reports.about, language)),
        "dct:publisher": publisher,
        "dct:language": _typed(LANGUAGE, "dct:LinguisticSystem"),
        "foaf:homepage": _typed(here, "foaf:Document"),
        **_licence(reference),
        "dcat:dataset": [_dataset(reference, *one, base) for one in sets],
    }


def file_address(base: str, file: PublishedFile) -> str:
    """Return where a file is fetched."""
    return f"{base}{PATH}/files/{file.name}"


def _resource(file: PublishedFile) -> Item:
    form = FORMATS[file.kind]
    resource: Item = {
        "name": file.name.replace(".", "-"),
        "path": f"files/{file.name}",
        "title": _file_title(file, "vi"),
        "description": translate(form.about, "vi"),
        "format": file.name.rpartition(".")[2],
        "mediatype": form.media_type,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    if file.kind is FileKind.BULK:
        fields = [_bulk_field(name, column) for name, column in BULK.items()]
        return {**resource, "encoding": "utf-8", "type": "table", "schema": {"fields": fields}}
    if form.media_type == "text/csv":
        fields = [_excel_field(column) for column in DATASETS[file.dataset].columns.values()]
        data = {"encoding": "utf-8", "dialect": {"delimiter": ";"}}
        return {**resource, **data, "type": "table", "schema": {"fields": fields}}
    return resource


def _file_title(file: PublishedFile, language: Language) -> str:
    """Return what the file is called beside those of other data sets."""
    if file.dataset is DatasetId.REPORTS:
        return file.title(language)
    name = translate(DATASETS[file.dataset].title, language, city="").rstrip(": ")
    return f"{name}: {file.title(language)}"


def _excel_field(column: OpenColumn) -> Item:
    """Return a column of the tables for people: its name is the heading that stands in the file."""
    types: Mapping[str, Item] = {
        "text": {"type": "string"},
        "time": {"type": "datetime", "format": "%d/%m/%Y %H:%M"},
        "yes": {"type": "boolean", **_BOOLEANS},
        "number": {"type": "number", "decimalChar": ","},
        "whole": {"type": "integer"},
    }
    return {"name": translate(column.title, "vi"), **_words(column), **types[column.kind]}


def _bulk_field(name: str, column: OpenColumn) -> Item:
    types: Mapping[str, Item] = {
        "text": {"type": "string"},
        "time": {"type": "datetime", "format": "any"},
        "yes": {"type": "boolean"},
        "number": {"type": "number"},
        "whole": {"type": "integer"},
    }
    return {"name": name, **_words(column), **types[column.kind]}


def _words(column: OpenColumn) -> Item:
    about = {"description": translate(column.about, "vi")} if column.about else {}
    return {"title": translate(column.title, "en"), **about}


def _dataset(
    reference: Reference, identity: DatasetId, one: Dataset, files: Sequence[PublishedFile], base: str
) -> Item:
    here, contact = f"{base}{PATH}", data_contact(reference)
    west, south, east, north = reference.config.bbox
    box = f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    first, last = _span(files)
    dataset: Item = {
        "@id": f"{here}#{identity}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{reference.city_code}-{identity}",
        "dct:title": _in_both(lambda language: one.name(reference, language)),
        "dct:description": _in_both(lambda language: translate(one.about, language)),
        "dct:publisher": {"@id": f"{here}#publisher"},
        "dct:accrualPeriodicity": _typed(DAILY, "dct:Frequency"),
        "dct:modified": _moment(max(file.made_at for file in files), reference.timezone),
        "dct:language": _typed(LANGUAGE, "dct:LinguisticSystem"),
        "dcat:theme": {
            **_typed(THEME, "skos:Concept"),
            "skos:prefLabel": {"@language": "en", "@value": "Government and public sector"},
        },
        "dct:spatial": {"@type": "dct:Location", "dcat:bbox": {"@type": "geo:wktLiteral", "@value": box}},
        "dcat:keyword": list(one.keywords),
        "dcat:landingPage": _typed(here, "foaf:Document"),
        "dcat:distribution": [_distribution(reference, file, base) for file in files],
    }
    if contact:
        dataset["dcat:contactPoint"] = _contact_point(reference, contact)
    if first and last:
        dataset["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _moment(first, reference.timezone),
            "dcat:endDate": _moment(last, reference.timezone),
        }
    return dataset


def _distribution(reference: Reference, file: PublishedFile, base: str) -> Item:
    form = FORMATS[file.kind]
    address = file_address(base, file)
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _in_both(lambda language: _file_title(file, language)),
        "dcat:accessURL": {"@id": f"{base}{PATH}"},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": _typed(f"{MEDIA_TYPES}{form.media_type}", "dct:MediaType"),
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
        "dct:modified": _moment(file.made_at, reference.timezone),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _typed("spdx:checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"),
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
        **_licence(reference),
    }


def _licence(reference: Reference) -> Item:
    licence = licence_of(reference)
    return {"dct:license": _typed(licence.url, "dct:LicenseDocument")} if licence else {}


def _typed(address: str, kind: str) -> Item:
    """Return a thing described elsewhere, of the class that DCAT-AP asks for: validators do not fetch it."""
    return {"@id": address, "@type": kind}


def _contact_point(reference: Reference, contact: str) -> Item:
    point: Item = {"@type": ["vcard:Organization", "vcard:Kind"], "vcard:fn": data_publisher(reference, "vi")}
    if "@" in contact:
        return {**point, "vcard:hasEmail": {"@id": f"mailto:{contact}"}}
    if contact.startswith(("http://", "https://")):
        return {**point, "vcard:hasURL": {"@id": contact}}
    return {**point, "vcard:hasTelephone": {"@id": f"tel:{contact.replace(' ', '')}"}}


def _span(files: Sequence[PublishedFile]) -> tuple[datetime | None, datetime | None]:
    """Return when the oldest and the newest report came."""
    firsts = [file.first_at for file in files if file.first_at]
    lasts = [file.last_at for file in files if file.last_at]
    return min(firsts, default=None), max(lasts, default=None)


def _moment(at: datetime, timezone: str) -> Item:
    here = at.astimezone(ZoneInfo(timezone)).isoformat(timespec="seconds")
    return {"@type": "xsd:dateTime", "@value": here}


def _in_both(words: Callable[[Language], str]) -> list[Item]:
    return [{"@language": language, "@value": words(language)} for language in LANGUAGES]
