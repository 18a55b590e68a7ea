"""Lives of reports along the links of the OpenAPI, as a machine that schemathesis runs."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

import schemathesis
from schemathesis import Case

from service.domain.reports.edges import EDGES, INSPECTOR, LEAD, TRIAGE
from tests.api.ops.test_openapi import CHECKS, ROLES, STEPS, Dice, World, load, steer
from tests.support.photo_stage import jpeg

COLLEAGUES = {TRIAGE: "triage", LEAD: "department", INSPECTOR: "inspector"}
STEPS_OF_STAFF = {f"POST /api/v1/reports/{{name}}/{what}" for what in ("transitions", "extensions")}

# The whole document would lead away from reports: most requests have nothing to do with their lives.
OF_REPORTS = load().include(path_regex=r"^/api/v1/reports(/|$)")


class Lives(OF_REPORTS.as_state_machine()):  # type: ignore[misc]
    """Reports and what follows from them, along the links: each answer is where the next request goes."""

    world: ClassVar[World]
    seen: ClassVar[Counter[tuple[str, int]]]
    failed: ClassVar[list[Exception]]
    lives: ClassVar[Iterator[int]]

    @classmethod
    def begin(cls, world: World) -> None:
        """Forget whatever was before."""
        cls.world, cls.seen, cls.failed, cls.lives = world, Counter(), [], itertools.count()

    def setup(self) -> None:
        self.life, self.steps = next(self.lives), itertools.count()

    def before_call(self, case: Case[Any]) -> None:
        # Not from what is sent: it holds ids that are others each time.
        self.dice = Dice(self.life * STEPS + next(self.steps))
        linked = dict(case.path_parameters or {})
        steer(case, self.world, self.dice)
        if linked.get("name") in self.world.ids:
            case.path_parameters.update(linked)
        self.role = self.dice.pick("role", ROLES)
        if not isinstance(case.body, dict):
            return
        if "file" in case.body:
            case.body = dict[str, Any](case.body, file=jpeg())  # another one each time
        if case.operation.label in STEPS_OF_STAFF and self.dice.throw("sense", 5):
            self.next_step(str(case.path_parameters["name"]), case.body)

    def next_step(self, name: str, body: dict[str, Any]) -> None:
        """A step that the report's life has, by somebody who may take it, with what it requires."""
        now = self.world.look(name)
        edges = [edge for edge in EDGES if edge.source == now.get("status") and edge.who & COLLEAGUES.keys()]
        if "to" not in body or not edges:
            self.role = "department"
            body["version"] = now.get("version", 1)
            return
        edge = self.dice.pick("edge", edges)
        self.role = COLLEAGUES[min(edge.who & COLLEAGUES.keys())]
        evidence = [photo["id"] for photo in now["photos"] if photo["kind"] == "evidence"]
        body.clear()
        body |= {"to": edge.target, "version": now["version"], "evidence": evidence, "reason": "Cần làm"}
        body |= {"lead": "city-cables"} if "lead" in edge.needs else {}
        body |= (
            {"duplicate_of": self.dice.pick("original", self.world.names)}
            if "duplicate_of" in edge.needs
            else {}
        )

    def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
        return {"base_url": self.world.url, "headers": self.world.headers(case, self.role)}

    def after_call(self, response: schemathesis.Response, case: Case[Any]) -> None:
        self.seen[case.operation.label, response.status_code] += 1
        if case.operation.label == "POST /api/v1/reports" and response.status_code == 201:
            told = response.json()
            self.world.ids |= dict.fromkeys((told["id"], told["code"]), UUID(told["id"]))

    def validate_response(self, response: schemathesis.Response, case: Case[Any], **kwargs: Any) -> None:
        try:
            case.validate_response(response, checks=CHECKS)
        except Exception as failure:
            self.failed.append(failure)
            raise
