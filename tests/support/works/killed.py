"""`python -m tests.support.works.killed URL ACT PLAN MOMENT NOW`: makes works of a plan until it is killed.

ACT is `in_force` or `occurrences`; MOMENT is `work`, while the third work is made, or `commit`, when all of
them are written and nothing is committed yet. The process ends itself by SIGKILL: nothing runs after that.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from service.db import make_engine, unit_of_work
from service.domain.city.reference import load_reference
from service.domain.people.staff import actor_for
from service.domain.plans import plan_works
from service.domain.plans.repetition import make_coming
from service.models import Plan, Staff, Work
from tests.support.people import Person
from tests.support.works.stage import WorksStage


def kill_while(engine: Engine, act: str, plan: Plan, moment: str, now: datetime) -> None:
    """Run the program against the engine's database; it has to die of SIGKILL."""
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.support.works.killed", url, act, plan.code, moment]
    ended = subprocess.run([*command, now.isoformat()], capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


def make(session: Session, act: str, code: str, now: datetime) -> int:
    """Put the plan in force, or make what comes again; return how many works were made."""
    stage = WorksStage(session, load_reference(session), now)
    plan = session.scalars(select(Plan).where(Plan.code == code)).one()
    manager = session.scalars(select(Staff).where(Staff.username == "manager")).one()
    person = Person(manager, actor_for(manager, stage.reference))
    before = len(stage.works(plan))
    if act == "occurrences":
        return make_coming(session, stage.reference, stage.ctx(person).calendar, plan.id, now)
    stage.plan_step(person, plan)
    return len(stage.works(plan)) - before


def _die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Make the works, and die of it."""
    url, act, code, moment, now = sys.argv[1:]
    whole, made = plan_works._work, iter(range(2))

    def third_kills(*facts: Any) -> Work:
        if next(made, None) is None:
            _die()
        return whole(*facts)

    if moment == "work":
        vars(plan_works)["_work"] = third_kills
    with unit_of_work(make_engine(url)) as session:
        if moment == "commit":
            event.listen(session, "before_commit", _die)
        make(session, act, code, datetime.fromisoformat(now))


if __name__ == "__main__":
    main()
