"""Headers of every answer: pages say how browsers may treat them, built files only what concerns files."""

from __future__ import annotations

from service.rendering.assets import load_assets
from service.web.edge.middleware import DOCUMENT_HEADERS, HEADERS
from tests.support.site import Site


def test_pages_and_refusals_say_more_than_built_files(site: Site) -> None:
    style = load_assets().url("styles/app.css")
    assert style
    file = site.client.get(style)
    assert file.status_code == 200
    assert file.headers["x-content-type-options"] == "nosniff"
    assert not DOCUMENT_HEADERS.keys() & file.headers.keys()
    for path in ("/", "/assets/none.css", "/api/v1/categories"):
        answer = site.client.get(path)
        assert (HEADERS | DOCUMENT_HEADERS).items() <= dict(answer.headers).items(), path
