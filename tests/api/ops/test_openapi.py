"""The OpenAPI against the service: no 500, no answer that is not declared, whoever asks, whatever is sent."""

from __future__ import annotations

import contextlib
import copy
import functools
import zlib
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
import requests
import schemathesis
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition
from openapi_spec_validator import validate
from pydantic import SecretStr
from schemathesis import Case
from schemathesis.checks import CheckFunction
from schemathesis.config import (
    CoveragePhaseConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.core.result import Ok
from schemathesis.generation import derive_operation_seed
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from service.api.routes import mount_api
from service.app import create_app
from service.db import make_engine, unit_of_work
from service.domain.kernel.codes import report_secret
from service.models import Status
from service.settings import Settings
from tests.conftest import Servers
from tests.examples import LONG
from tests.support.factories import found_city, make_photo, make_report
from tests.support.people import KEY, PASSWORD, make_cast
from tests.support.photo_stage import jpeg
from tests.support.small_city import IN_W1
from tests.support.web import running

SIGN_OUT = "DELETE /api/v1/sessions/current"
"""Whoever signs out here is gone for all others, so nobody does."""

EXAMPLES, RUNS, STEPS = (300, 100, 20) if LONG else (12, 5, 12)
NEVER = UUID(int=7)
ROLES = ("nobody", "reporter", "triage", "department", "inspector", "administrator")
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BRIEFLY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not LONG,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@functools.cache
def document() -> dict[str, Any]:
    """The OpenAPI of an application that is never started; to be read, not changed."""
    nowhere = Settings(
        database_url="postgresql://nobody@/none",
        redis_url="unix:///nowhere/redis.sock",
        media_url="file:///nowhere",
        secret_key=SecretStr(KEY.decode()),
    )
    return create_app(nowhere).openapi()


def load() -> schemathesis.BaseSchema:
    """The document as schemathesis reads it."""
    phases = PhasesConfig(coverage=CoveragePhaseConfig(enabled=True))
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(phases=phases)))
    return schemathesis.openapi.from_dict(copy.deepcopy(document()), config=config)


STREAM = "/api/v1/feed/stream"
"""A stream never ends by itself: it has tests of its own."""


class Listing(FastAPI):
    """Notes which calls the document will name: to make it takes some seconds, in every process."""

    labels: ClassVar[list[str]] = []

    def include_router(self, router: APIRouter, *given: object, prefix: str = "", **more: Any) -> None:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                path = prefix + route.path_format
                self.labels.extend(f"{method} {path}" for method in sorted(route.methods or ()))


mount_api(Listing())
LABELS = [label for label in Listing.labels if not label.endswith(STREAM)]


@functools.cache
def schema() -> schemathesis.BaseSchema:
    """The document without the stream."""
    return load().exclude(path_regex=f"{STREAM}$")


@functools.cache
def operations() -> dict[str, APIOperation[Any, Any, Any, Any]]:
    """The calls of the document by their labels."""
    return {each.ok().label: each.ok() for each in schema().get_all_operations() if isinstance(each, Ok)}


def try_all(label: str, test: Callable[..., None], **given: Any) -> None:
    """Run a test with all cases of an operation: the boundaries, or with `given` the generated ones.

    They are made here, for `schema().parametrize()` makes those of all operations while it collects, in each
    process: some 15 s of both cores.
    """
    boundaries = [HypothesisTestMode.COVERAGE, HypothesisTestMode.EXAMPLES]
    config = HypothesisTestConfig(
        modes=[HypothesisTestMode.FUZZING] if given else boundaries,
        project=schema().config,
        explicit_settings=BRIEFLY if given else settings(BRIEFLY, phases=[Phase.explicit]),
        seed=derive_operation_seed(schema().config.seed, label),
        given_kwargs=given,
    )
    create_test(operation=operations()[label], test_func=test, config=config)()


def quiet_session() -> requests.Session:
    """One connection for thousands of requests, that takes neither cookies nor a proxy."""
    made = requests.Session()
    made.trust_env = False
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return made


@dataclass
class World:
    """A running service with reports in every status, and everybody who may ask."""

    url: str
    tokens: dict[str, str]
    names: list[str] = field(default_factory=list)
    ids: dict[str, UUID] = field(default_factory=dict)
    http: requests.Session = field(default_factory=lambda: quiet_session())
    photos: list[UUID] = field(default_factory=list)

    def look(self, name: str) -> dict[str, Any]:
        """The report as triage sees it; empty for one that is none."""
        found: dict[str, Any] = httpx.get(
            f"{self.url}/api/v1/reports/{quote(name, safe='')}",
            headers={"Authorization": self.tokens["triage"]},
        ).json()
        return found

    def headers(self, case: Case[Any], role: str) -> dict[str, str]:
        """What says who asks. A reporter shows the secret of the report that is asked about."""
        if role == "nobody" or case.operation.label == SIGN_OUT:
            return {}
        if role == "reporter":
            report_id = self.ids.get(str((case.path_parameters or {}).get("name")), NEVER)
            return {"Authorization": f"Report {report_secret(KEY, report_id)}"}
        return {"Authorization": self.tokens[role]}

    def ask(self, case: Case[Any], headers: dict[str, str], checks: list[CheckFunction]) -> None:
        """Send a case and look at the answer."""
        case.call_and_validate(base_url=self.url, session=self.http, headers=headers, checks=checks)


@pytest.fixture(scope="module")
def world(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(servers, f"openapi_{servers.worker}", tmp_path_factory.mktemp("media")) as made:
        yield made


@pytest.fixture
def untouched_world(servers: Servers, tmp_path: Path) -> Iterator[World]:
    """One where nobody was before, so that everything in it goes the same way each time."""
    with open_world(servers, f"lives_{servers.worker}", tmp_path) as made:
        yield made


@contextlib.contextmanager
def open_world(servers: Servers, name: str, media: Path) -> Iterator[World]:
    servers.postgres.create_database(name, "schema")
    made = Settings(
        database_url=servers.postgres.url(name),
        redis_url=f"unix://{servers.redis_socket}?db={servers.worker}",
        media_url=media.as_uri(),
        secret_key=SecretStr(KEY.decode()),
        rate_limits="off",
    )
    filled = fill(made)
    with running(made) as client:
        filled.url = str(client.base_url)
        yield filled
    servers.postgres.drop_database(name)


def fill(made: Settings) -> World:
    now = datetime.now(UTC)
    world = World("", {})
    engine = make_engine(made.sqlalchemy_url)
    with unit_of_work(engine) as session:
        reference = found_city(session)
        cast = make_cast(session, reference)
        for role in ROLES[2:]:
            world.tokens[role] = getattr(cast, role).token(session, now)["Authorization"]
        for status in Status:
            for category in ("litter", "hanging_cable"):
                report = make_report(
                    session,
                    reference,
                    status,
                    category=category,
                    executor="telecom",
                    at=now - timedelta(days=1),
                )
                world.photos.append(make_photo(session, report, at=now))
                world.names += [str(report.id), report.code.lower()]
                world.ids |= dict.fromkeys(world.names[-2:], report.id)
    engine.dispose()
    return world


@dataclass
class Dice:
    """Throws that follow from one number of hypothesis's, so that they fall the same again."""

    seed: int

    def throw(self, what: str, sides: int) -> int:
        return zlib.crc32(f"{self.seed} {what}".encode()) % sides

    def pick(self, what: str, values: Sequence[Any]) -> Any:
        return values[self.throw(f"which {what}", len(values))]


USUAL: dict[str, Sequence[Any]] = {
    "category": ["litter", "hanging_cable", "pollution"],
    "location": [dict(zip(("lon", "lat"), IN_W1, strict=True))],
    "attributes": [{}],
    "contact": [None, {"phone": "0905123456"}],
    "occurred_at": [None, "2026-05-04T08:30:00+07:00"],
    "lead": [None, "city-cables", "ward-W1"],
    "executor": [None, "telecom"],
    "supports": [None, [], ["ward-W2"]],
    "policy": [None, "standard", "urgent"],
    "evidence": [[]],
    "photos": [[]],
    "version": [1],
    "username": ["triage", "inspector"],
    "password": [PASSWORD],
    "file": [jpeg(7)],
    "id": [None],
    "kind": [None],
    "rules": [[{"number": 1, "categories": ["litter"], "lead": "city-cables", "policy": "standard"}]],
    "without": [[], [1]],
    "since": [None],
    "until": [None],
    "lon": [IN_W1[0]],
    "lat": [IN_W1[1]],
    "near": ["107.52,16.42"],
    "bbox": ["107.5,16.4,107.6,16.45"],
    "status": ["closed", "received,triage"],
    "ward": ["W1"],
    "department": ["city-cables"],
    "created_after": ["2026-01-01"],
    "created_before": ["2030-01-01T00:00:00+07:00"],
    "updated_after": ["2026-01-01"],
    "updated_before": ["2030-01-01T00:00:00Z"],
    "type": ["report.received,report.closed"],
    "purpose": ["gọi hỏi thêm"],
    "z": [0, 11, 16],
    "x": [0, 1636],
    "y": [0, 927],
}
"""Values that mean something. What the dice leave alone stays as it was generated."""


def steer(case: Case[Any], world: World, dice: Dice) -> None:
    """Let most examples meet something that is there: at random nobody finds a report."""
    for fields in (case.path_parameters, case.query, case.body):
        if not isinstance(fields, MutableMapping):
            continue
        for name in fields.keys() & USUAL.keys():
            if dice.throw(name, 8):
                fields[name] = dice.pick(name, USUAL[name])
    parameters = case.path_parameters or {}
    if "name" in parameters and dice.throw("name", 8):
        parameters["name"] = dice.pick("name", world.names)
    if "photo_id" in parameters and dice.throw("photo", 4):
        parameters["photo_id"] = str(dice.pick("photo", world.photos))
    if case.query and dice.throw("query", 4):
        # An unknown parameter is refused, a cursor of others too: seldom is enough.
        for name in case.query.keys() - USUAL.keys() - KEPT:
            del case.query[name]


KEPT = {"q", "limit", "sort", "overdue", "lang"}


def test_the_document_is_valid() -> None:
    validate(schema().raw_schema)
    found = [operation for path in schema().raw_schema["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in found}) == len(found)
    for operation in found:
        assert operation["description"], operation["operationId"]
        assert {"422", "503"} <= operation["responses"].keys() or "requestBody" not in operation


def test_every_call_of_the_document_is_tried() -> None:
    assert sorted(LABELS) == sorted(operations())


PROMISED = """
POST /reports · POST /reports/{name}/photos · GET /reports/{name} · GET /reports · GET /reports/{name}/events
POST /reports/{name}/comments · POST /reports/{name}/follow · POST /reports/{name}/rating
POST /reports/{name}/reopen · POST /reports/{name}/withdraw · GET /reports/similar
GET /categories · GET /departments · GET /wards · GET /wards/at · GET /stats
GET /tiles/reports/{z}/{x}/{y}.mvt · GET /tiles/wards/{z}/{x}/{y}.mvt · GET /feed · GET /feed/stream
POST /reports/{name}/transitions · GET /queue · GET /reports/{name}/routing · POST /rules/try
"""
FILTERS = """bbox near radius_m category status ward department created_after created_before updated_after
updated_before overdue q sort cursor limit"""
VIEW = """id code category status description location address ward lead supports executor due_at late photos
created_at updated_at version links"""


def test_what_outsiders_rely_on_is_there() -> None:
    paths = document()["paths"]
    for call in PROMISED.replace("\n", " · ").split(" · "):
        if call:
            method, path = call.split()
            assert method.lower() in paths[f"/api/v1{path}"], call
    assert {each["name"] for each in paths["/api/v1/reports"]["get"]["parameters"]} >= set(FILTERS.split())
    view = document()["components"]["schemas"]["ReportView"]
    assert set(view["required"]) == set(VIEW.split())


def test_every_refusal_is_a_problem() -> None:
    for path, found in schema().raw_schema["paths"].items():
        for operation in found.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_it_says_who_may() -> None:
    named = {
        label: operation["security"]
        for path, found in schema().raw_schema["paths"].items()
        for method, operation in found.items()
        if "security" in operation and (label := f"{method.upper()} {path}")
    }
    assert {} in named["GET /api/v1/reports/{name}"]
    assert {"ReportSecret": []} in named["POST /api/v1/reports/{name}/rating"]
    assert {"ReportSecret": []} not in named["GET /api/v1/queue"]


@pytest.mark.parametrize("label", LABELS)
def test_every_boundary_is_answered(label: str, world: World) -> None:
    """Each limit of each field, each way to leave it, each method that is not there."""

    def answered(case: Case[Any]) -> None:
        parameters = case.path_parameters or {}
        if "name" in parameters:
            parameters["name"] = world.names[0]
        headers = {**dict(case.headers or {}), **world.headers(case, "triage")}
        world.ask(case, headers, [*CHECKS, unsupported_method])

    try_all(label, answered)


@pytest.mark.parametrize("label", LABELS)
def test_every_answer_is_declared(label: str, world: World) -> None:
    def answered(case: Case[Any], role: str, seed: int) -> None:
        steer(case, world, Dice(seed))
        world.ask(case, world.headers(case, role), CHECKS)

    given = {"role": st.sampled_from(ROLES), "seed": st.integers(0, 2**32)}
    try_all(label, answered, **given)


MAIN_STEPS = {f"POST /api/v1/reports{what}" for what in ("", "/{name}/transitions", "/{name}/photos")}


@pytest.mark.timeout(0 if LONG else 300)
def test_lives_along_the_links(untouched_world: World) -> None:
    from tests.api.ops.lives import Lives  # here: it makes the document, which takes some seconds

    Lives.begin(untouched_world)
    briefly = settings(BRIEFLY, max_examples=10, stateful_step_count=STEPS)
    for number in range(RUNS):
        # What answers depends on what is stored by then: that the same request finds something else is no
        # failure, but ends hypothesis's run.
        with contextlib.suppress(FlakyStrategyDefinition):
            seed(number)(Lives).run(settings=briefly)
    assert Lives.failed == []
    reached = {label for label, status in Lives.seen if status < 300}
    assert reached >= MAIN_STEPS, "the same each time: another seed or more runs, never less of these"
