"""Surveys in a test: made, opened and walked as the routes of the API do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from service.domain.surveys.forms import NewSurvey, PointObservation, PointsChange
from service.domain.surveys.observations import ObservedPoint, see_point
from service.domain.surveys.survey_changes import change_points, make_survey, take_survey_step
from service.domain.works.forms import WorkStep
from service.models import Report, Staff, SurveyPoint, Work
from tests.support.people import Person
from tests.support.works.stage import WorksStage


def survey_form(**said: object) -> dict[str, Any]:
    """A survey of hanging cables in the week after noon's day."""
    return {
        "id": str(uuid4()),
        "category": "hanging_cable",
        "first": "2026-03-05",
        "last": "2026-03-20",
        **said,
    }


def spot(number: int = 0) -> dict[str, Any]:
    """A spot by hand in the west ward, some 50 m east of the last."""
    return {"id": str(uuid4()), "lon": 107.51 + number * 0.0005, "lat": 16.42, "words": f"Cột {number}"}


@dataclass
class SurveyStage(WorksStage):
    """One city whose inspectors walk."""

    def draft(self, person: Person, many: int = 3, **said: object) -> Work:
        """The person drafts a survey with spots by hand."""
        form = survey_form(**{"points": [spot(n) for n in range(many)], **said})
        return make_survey(self.ctx(person), NewSurvey.model_validate(form))[0].work

    def change(self, person: Person, work: Work, **said: object) -> None:
        """The person changes its points, people or days."""
        change_points(self.ctx(person), work.code, PointsChange.model_validate(said))

    def take(self, person: Person, work: Work, to: str, **said: Any) -> Work:
        """The person moves the survey on."""
        body = WorkStep.model_validate({"to": to, "version": work.version, **said})
        return take_survey_step(self.ctx(person), work.code, body)

    def walked(self, person: Person, *inspectors: Person, many: int = 3, **said: object) -> Work:
        """An open survey."""
        names = [self.session.get_one(Staff, each.account.id).username for each in inspectors]
        work = self.draft(person, many, inspectors=names, **said)
        return self.take(person, work, "open")

    def points(self, work: Work) -> list[SurveyPoint]:
        """Its points in their order."""
        mine = select(SurveyPoint).where(SurveyPoint.work_id == work.id)
        return list(self.session.scalars(mine.order_by(SurveyPoint.position)))

    def see(
        self, person: Person, work: Work, point: SurveyPoint, state: str = "ok", **said: object
    ) -> ObservedPoint:
        """The inspector says what they saw."""
        sight = PointObservation.model_validate({"state": state, **said})
        return see_point(self.ctx(person), work.code, point.id, sight)

    def found(self) -> list[Report]:
        """Reports that inspections made."""
        mine = select(Report).where(Report.channel == "inspection")
        return list(self.session.scalars(mine.order_by(Report.created_at, Report.id)))
