"""Two installations that hand cases to each other, with a proxy between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, update

from service.db import unit_of_work
from service.domain.city.reference import Reference, load_reference
from service.domain.configuration.administration import keys
from service.domain.configuration.administration.changes import EditStamp
from service.domain.partners import register
from service.models import City, Comment, HandOver, Partner, Report
from service.settings import get_settings
from tests.api.desk import Desk, open_desk
from tests.conftest import Servers
from tests.support.factories import found_city, make_report
from tests.support.people import make_cast
from tests.workers.partners.proxy import Proxy, proxy_to

WORDS = "Cáp sà xuống đường, gọi 0905 123 456"
SERVICES = {"hanging_cable": "street_light"}


@dataclass
class Exchange:
    """Our installation, which hands over, and the partner's, which is asked through a proxy."""

    worker: ModuleType
    engine: Engine
    partner: Desk
    proxy: Proxy
    reference: Reference
    department_id: int
    began: datetime

    def report(self, status: str = "assigned", **columns: Any) -> UUID:
        with unit_of_work(self.engine) as session:
            values = {"category": "hanging_cable", "description": WORDS, **columns}
            report: UUID = make_report(session, self.reference, status, **values).id
            return report

    def status(self, report: UUID) -> str:
        with unit_of_work(self.engine) as session:
            return str(session.get_one(Report, report).status)

    def hand_over(self, report: UUID) -> HandOver:
        with unit_of_work(self.engine) as session:
            query = select(HandOver).where(HandOver.report_id == report).order_by(HandOver.turn.desc())
            return session.scalars(query.limit(1)).one()

    def comments(self, report: UUID, kind: str) -> list[str]:
        with unit_of_work(self.engine) as session:
            query = select(Comment.text).where(Comment.report_id == report, Comment.kind == kind)
            return list(session.scalars(query.order_by(Comment.created_at)))

    def let_time_pass(self) -> None:
        """Make due what waits, and the next look at the partner."""
        before = self.worker.now() - timedelta(seconds=1)
        with unit_of_work(self.engine) as session:
            session.execute(update(HandOver).values(next_at=before))
            session.execute(update(Partner).values(next_poll_at=None))

    def there(self) -> list[Report]:
        """The reports at the partner's."""
        with unit_of_work(self.partner.engine) as session:
            new = select(Report).where(Report.created_at >= self.began)
            return list(session.scalars(new.order_by(Report.created_at)))


@pytest.fixture(scope="module")
def partner(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The partner's installation."""
    with open_desk(servers, f"partner_{servers.worker}", tmp_path_factory.mktemp("partner")) as made:
        yield made


@pytest.fixture(scope="module")
def token(partner: Desk) -> str:
    """The key that the partner gave us."""
    with unit_of_work(partner.engine) as session:
        who = partner.person("administrator").account
        stamp = EditStamp(who.id, who.name, datetime.now(UTC))
        wish = keys.KeyRequest.model_validate({"name": "Thành phố", "role": "triage", "scope": "write"})
        return keys.make_key(session, partner.reference, stamp, wish)[1].token


@pytest.fixture
def exchange(
    worker_settings: dict[str, str],
    clean_engine: Engine,
    partner: Desk,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Exchange]:
    import workers.partners.exchange as module

    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "worker_reference", load_reference)
    with proxy_to(str(partner.client.base_url).rstrip("/")) as proxy:
        with unit_of_work(clean_engine) as session:
            cast = make_cast(session, found_city(session))
            city = session.get_one(City, 1)
            own = {"department": "city-cables", "endpoint": f"{proxy.url}/open311/v2/", "services": SERVICES}
            city.config = {**city.config, "partners": [own]}
            session.flush()
            reference = load_reference(session)
            stamp = EditStamp(cast.administrator.account.id, "Quản trị", datetime.now(UTC))
            secret = get_settings().secret
            register.set_partner_key(session, reference, stamp, secret, "city-cables", token)
            department = reference.department_by_code["city-cables"].id
        began = datetime.now(UTC)
        yield Exchange(module, clean_engine, partner, proxy, reference, department, began)
