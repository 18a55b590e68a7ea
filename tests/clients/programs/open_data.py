"""Every file that the catalogues name: fetched, measured, opened; nobody's number or address inside."""

import hashlib
import json
import re
import sys
from pathlib import Path

import httpx
import pyogrio
import rdflib

url, work = sys.argv[1], Path(sys.argv[2])
PHONE = re.compile(r"(?<![\d.])(?:\+?84|0)[35789]\d{8}(?!\d)")
MAIL = re.compile(r"[\w.+-]{2,}@[\w-]+\.[a-z]{2,}")
MAPS = {"gpkg", "geojson", "fgb", "pmtiles"}


def words_of(file: Path) -> str:
    """What is written in a file; of a binary one its values: its bytes side by side look like anything."""
    if file.suffix[1:] in ("gpkg", "fgb"):
        values = pyogrio.raw.read(file)[3]
        return "\n".join(str(value) for column in values for value in column)
    return file.read_text(encoding="utf-8-sig") if file.suffix[1:] in ("csv", "geojson", "json") else ""


package = httpx.get(f"{url}/open-data/datapackage.json")
(work / "datapackage.json").write_bytes(package.content)
resources = json.loads(package.content)["resources"]
assert len(resources) >= 7
for each in resources:
    content = httpx.get(f"{url}/open-data/{each['path']}").raise_for_status().content
    assert len(content) == each["bytes"], each["path"]
    assert f"sha256:{hashlib.sha256(content).hexdigest()}" == each["hash"], each["path"]
    file = work / each["path"]
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    if file.suffix[1:] in MAPS:
        assert pyogrio.read_info(file)["features"] > 0, file
    words = words_of(file)
    assert not PHONE.search(words), (file, PHONE.search(words))
    assert not MAIL.search(words), (file, MAIL.search(words))

catalogue = httpx.get(f"{url}/open-data/catalog.jsonld").text
graph = rdflib.Graph().parse(data=catalogue, format="json-ld")
dcat, dct = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.Namespace("http://purl.org/dc/terms/")
sets = list(graph.subjects(rdflib.RDF.type, dcat.Dataset))
assert {str(each).partition("#")[2] for each in sets} >= {"reports", "cleanups", "cable_routes"}, sets
distributions = [one for each in sets for one in graph.objects(each, dcat.distribution)]
assert len(distributions) == len(resources)
for each in distributions:
    for name in (dcat.downloadURL, dcat.byteSize, dcat.mediaType, dct.license):
        assert graph.value(each, name) is not None, (each, name)
