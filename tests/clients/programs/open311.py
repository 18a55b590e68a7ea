"""GeoReport v2 by the client `georeport`, and a request that is sent ten times at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
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
