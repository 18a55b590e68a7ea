"""GeoReport v2 by the client `georeport`, and a request that is sent ten times at once."""

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx
import jsonschema
from georeport import GeoReport

url, key = sys.argv[1], sys.argv[2]
root = f"{url}/open311/v2"
seen = {}
for form in ("json", "xml"):
    client = GeoReport(root, "", key, form)
    services = client.get_service_list()
    codes = [each["service_code"] for each in services]
    assert len(codes) > 10, codes
    asked = next(each["service_code"] for each in services if str(each["metadata"]).lower() == "true")
    assert client.get_service_definition(asked)["service_code"] == asked
    found = client.get_service_requests()
    first = client.get_service_request(found[0]["service_request_id"])
    assert first["service_request_id"] == found[0]["service_request_id"]
    seen[form] = (codes, [each["service_request_id"] for each in found])
assert seen["json"][0] == seen["xml"][0]

TEXT, NAME = {"type": ["string", "null"]}, {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "format": "date-time"}
TIME = {"type": ["string", "null"], "format": "date-time"}
YES, NUMBER = {"type": "boolean"}, {"type": ["number", "null"]}


def listed(needed: dict[str, object], may: dict[str, object]) -> dict[str, object]:
    """A list of objects that have what is needed, each of its type."""
    one = {"type": "object", "required": list(needed), "properties": {**needed, **may}}
    return {"type": "array", "items": one}


def check(path: str, schema: Mapping[str, object], **asked: str) -> list[dict[str, object]]:
    answer = httpx.get(f"{root}/{path}.json", params=asked, timeout=60).raise_for_status()
    told: list[dict[str, object]] = answer.json()
    checker = jsonschema.FormatChecker()
    assert {"date-time", "uri"} <= checker.checkers.keys()
    jsonschema.validate(told, schema, format_checker=checker)
    return told


KIND = {"enum": ["realtime", "batch", "blackbox"]}
SERVICES = listed(
    {"service_code": NAME, "service_name": NAME, "metadata": YES, "type": KIND},
    {"description": TEXT, "keywords": TEXT, "group": TEXT},
)
DATATYPE = {"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]}
DEFINITION = {
    "type": "object",
    "required": ["service_code", "attributes"],
    "properties": {
        "service_code": NAME,
        "attributes": listed(
            {"variable": YES, "code": NAME, "datatype": DATATYPE, "required": YES},
            {
                "datatype_description": TEXT,
                "description": TEXT,
                "order": {"type": ["integer", "null"]},
                "values": listed({"key": NAME, "name": NAME}, {}),
            },
        ),
    },
}
REQUESTS = listed(
    {
        "service_request_id": NAME,
        "status": {"enum": ["open", "closed"]},
        "service_code": NAME,
        "requested_datetime": MOMENT,
    },
    {
        "status_notes": TEXT,
        "service_name": TEXT,
        "description": {"type": ["string", "null"], "maxLength": 4000},
        "agency_responsible": TEXT,
        "service_notice": TEXT,
        "updated_datetime": TIME,
        "expected_datetime": TIME,
        "address": TEXT,
        "address_id": TEXT,
        "zipcode": TEXT,
        "lat": NUMBER,
        "long": NUMBER,
        "media_url": {"type": ["string", "null"], "format": "uri"},
        "notes": listed({"datetime": MOMENT, "description": NAME, "type": NAME}, {}),
    },
)
for service in check("services", SERVICES):
    check(f"services/{service['service_code']}", DEFINITION)
for extensions in ("", "true"):
    assert len(check("requests", REQUESTS, extensions=extensions)) > 50
check(f"requests/{seen['json'][1][0]}", REQUESTS, extensions="true")

sent = {"api_key": key, "service_code": "litter", "lat": "16.4637", "long": "107.5909",
        "description": "Rác ở đầu kiệt, gửi mười lần một lúc"}  # fmt: skip


def post(_: int) -> httpx.Response:
    return httpx.post(f"{root}/requests.json", data=sent, timeout=60)


with ThreadPoolExecutor(10) as pool:
    answers = list(pool.map(post, range(10)))
assert {each.status_code for each in answers} == {201}, [each.text for each in answers]
assert len({each.json()[0]["service_request_id"] for each in answers}) == 1

for status, wrong in (
    (403, {"api_key": "none"}),
    (404, {"jurisdiction_id": "elsewhere"}),
    (400, {"lat": ""}),
):
    for form in ("json", "xml"):
        refused = httpx.post(f"{root}/requests.{form}", data={**sent, **wrong}, timeout=60)
        assert refused.status_code == status, (status, refused.text)
        assert f"{status}" in refused.text
