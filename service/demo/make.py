"""Making demo reports as rows: where, what, by which rule, and the life each of them had."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, islice
from random import Random
from uuid import uuid4

from geo.distance import haversine_m
from service.demo import newest, words
from service.demo.drawings.pictures import picture_name, scene_of
from service.demo.lives import AFTERWARDS, DemoLife, Moment, cut, life_moments
from service.demo.people import contact
from service.demo.places import DemoPlace
from service.domain.city.reference import CategoryView
from service.domain.deadlines.clock import Clock
from service.domain.kernel.codes import ALPHABET
from service.domain.rules.choice import Decision
from service.domain.rules.routing import Deadlines, deadlines, routing_account
from service.domain.rules.rulebook import Rulebook
from service.domain.rules.rules import ReportFacts
from service.models import DONE, FINISHED, EventType, ReceptionChannel, Status
from service.models.reports.report import ReportChanges

CHANNELS: Mapping[ReceptionChannel, int] = {
    ReceptionChannel.APP: 60,
    ReceptionChannel.PORTAL: 20,
    ReceptionChannel.ZALO: 9,
    ReceptionChannel.PHONE: 6,
    ReceptionChannel.FACEBOOK: 3,
    ReceptionChannel.EMAIL: 2,
}
CHANNEL_WEIGHTS = tuple(accumulate(CHANNELS.values()))
WEIGHTS = {
    "litter": 38,
    "illegal_ad": 14,
    "hanging_cable": 12,
    "pavement_order": 10,
    "street_light": 8,
    "blocked_drain": 7,
    "fallen_tree": 4,
    "pollution": 4,
}
NEAR_DEG = 0.00008

TRIES = 40
HOME_TRIES = 400
RARE_TRIES = 1_000


@dataclass(slots=True)
class Made:
    """Report with all its rows' values."""

    id: str
    received_at: datetime
    spot: DemoPlace
    columns: dict[str, object]
    """The report's row, instants as text where events share them."""
    moments: list[Moment]
    contact: tuple[str, str | None, str | None] | None
    photos: list[tuple[str, str, str]] = field(default_factory=list)
    """Kind, picture and time of each photo."""


@dataclass(slots=True)
class Maker:
    """Makes reports one after the other, oldest first. The same seed makes the same city but for ids."""

    book: Rulebook
    now: datetime
    random: Random
    spots: Iterator[DemoPlace]
    codes: set[str]
    """Tracking codes already given."""
    home: int | None = None
    """The ward in which some of the newest reports are to lie."""
    _decisions: dict[tuple[int, int | None], Decision] = field(default_factory=dict)
    _accounts: dict[int, str] = field(default_factory=dict)
    _leaves: dict[str, list[CategoryView]] = field(default_factory=dict)
    _roots: list[str] = field(init=False)
    _weights: list[int] = field(init=False)
    """Of the roots, each with all before it, as `random.choices` is quickest with."""
    _latest: dict[int, Made] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parents = {view.parent_id for view in self.book.reference.categories.values()}
        for view in self.book.reference.categories.values():
            if view.active and view.id not in parents:
                self._leaves.setdefault(view.path[0], []).append(view)
        self._roots = list(self._leaves)
        self._weights = list(accumulate(WEIGHTS.get(root, 2) for root in self._roots))

    def make_newest(self, received_at: datetime, index: int, number: int) -> Made:
        """Make report `index` of `number`, where the balance of the demo's lists wants it."""
        return self.make(
            received_at, newest.wanted_status(index, number), at_home=newest.at_home(index, number)
        )

    def make(self, received_at: datetime, wanted: Status | None = None, *, at_home: bool = False) -> Made:
        """Return a report received at that time, if possible standing in that status and in the home ward."""
        category = self._category()
        if wanted == Status.DUPLICATE and self._latest:
            category = self.book.reference.categories[self.random.choice(list(self._latest))]
        earlier = self._latest.get(category.id)
        repeats = wanted == Status.DUPLICATE or (wanted is None and self.random.random() < 0.03)
        if repeats and earlier is not None:
            return self._duplicate(category, earlier, received_at)
        spot = self._spot(at_home=at_home)
        made = self._single(category, spot, received_at, wanted)
        if category.duplicate_action != "ignore":
            self._latest[category.id] = made
        return made

    def make_closed(self, category: CategoryView, spot: DemoPlace, received_at: datetime) -> Made:
        """Return a report of that kind at that place, long ago enough to be closed."""
        return self._single(category, spot, received_at, Status.CLOSED)

    def _spot(self, *, at_home: bool) -> DemoPlace:
        tries = HOME_TRIES if at_home and self.home is not None else 1
        for spot in islice(self.spots, tries):
            if spot.ward_id == self.home:
                break
        return spot

    def _category(self) -> CategoryView:
        root = self.random.choices(self._roots, cum_weights=self._weights)[0]
        return self.random.choice(self._leaves[root])

    def _single(
        self, category: CategoryView, spot: DemoPlace, received_at: datetime, wanted: Status | None
    ) -> Made:
        decision = self._decide(category, spot.ward_id)
        rule = decision.rule
        times = deadlines(self.book, rule.policy, received_at) if rule else None
        wanted = newest.outlived(self.random, wanted, times.due_at if times else None, self.now)
        term = times.due_at - received_at if times else timedelta(days=9)
        moments = self._live(received_at, term, decision, wanted)
        made = self._report(category, spot, received_at, moments)
        if moments:  # what was received just now is not routed yet
            made.columns["routing"] = self._account(decision, moments[0].at)
        if rule is not None and moments:
            made.columns |= self._parts(decision, moments)
            known = self.book.reference.department_by_code
            made.columns["support_ids"] = sorted(known[code].id for code in decision.supports)
        if times is not None and "lead_id" in made.columns:
            made.columns |= self._times(times, rule.policy if rule else "", received_at, moments)
        return made

    def _live(
        self, received_at: datetime, term: timedelta, decision: Decision, wanted: Status | None
    ) -> list[Moment]:
        """Return a life; where a status is wanted, one that stands there."""
        for _ in range(RARE_TRIES if wanted in newest.RARE else TRIES):
            life = DemoLife(self.random, received_at, self.now, term, self._leads(decision))
            moments = life_moments(life, routed=decision.rule is not None)
            if wanted is None:
                return moments
            if (standing := cut(moments, wanted)) is not None:
                return standing
        return moments

    def _duplicate(self, category: CategoryView, original: Made, received_at: datetime) -> Made:
        spot = DemoPlace(
            round(original.spot.lon + self.random.uniform(-NEAR_DEG, NEAR_DEG), 6),
            round(original.spot.lat + self.random.uniform(-NEAR_DEG, NEAR_DEG), 6),
            original.spot.ward_id,
        )
        life = DemoLife(self.random, received_at, self.now, timedelta(days=9), ())
        life.step(EventType.TRIAGED, Status.TRIAGE, timedelta(seconds=1), "system", why="suspected_duplicate")
        life.step(EventType.MERGED, Status.DUPLICATE, life.hours(2), original=original.columns["code"])
        made = self._report(category, spot, received_at, life.moments)
        if made.columns["status"] == Status.DUPLICATE:
            made.columns["duplicate_of_id"] = original.id
        if life.moments:
            apart_m = haversine_m(spot.lon, spot.lat, original.spot.lon, original.spot.lat)
            suspicion = {
                "code": original.columns["code"],
                "distance_m": round(apart_m, 1),
                "action": category.duplicate_action,
            }
            decision = self._decide(category, spot.ward_id)
            made.columns["routing"] = self._account(decision, life.moments[0].at, suspicion=suspicion)
        return made

    def _report(
        self, category: CategoryView, spot: DemoPlace, received_at: datetime, moments: list[Moment]
    ) -> Made:
        random = self.random
        identity, received = str(uuid4()), str(received_at)
        last = next((each for each in reversed(moments) if each.type not in AFTERWARDS), None)
        variant = random.randrange(100)
        columns = {
            "id": identity,
            "code": self._code(),
            "category_id": category.id,
            "status": last.status if last else Status.RECEIVED,
            "description": words.description(random, category.path),
            "address": words.address(random, self._ward_name(spot)),
            "location": ewkb(spot.lon, spot.lat),
            "accuracy_m": round(random.uniform(4, 60), 1),
            "attributes": "{}",
            "channel": random.choices(list(CHANNELS), cum_weights=CHANNEL_WEIGHTS)[0],
            "created_at": received,
            "updated_at": moments[-1].stamp if moments else received,
            "version": 1 + len(moments),
            "body_hash": b"demo",
            "ward_id": spot.ward_id if moments else None,
            "triage_reason": str(last.data.get("why", "refused"))
            if last and last.status == Status.TRIAGE
            else None,
            "routed_at": moments[0].stamp if moments else None,
            "accepted_at": _when(moments, EventType.ACCEPTED),
            "resolved_at": _when(moments, EventType.RESOLVED) if _stays_resolved(last) else None,
            "closed_at": last.stamp if last and last.status in FINISHED else None,
            "paused_at": last.stamp if last and last.status == Status.WAITING else None,
            "desk_reasons": [],
            "support_ids": [],
        }
        if columns["triage_reason"]:
            columns |= {"desk_since": last and last.stamp, "desk_reasons": [columns["triage_reason"]]}
        made = Made(identity, received_at, spot, columns, moments, contact(random))
        pictured, scene = random.random() < 0.65, scene_of(category.path)
        if scene and pictured:
            made.photos.append(("report", picture_name(scene, variant, fixed=False), received))
        for moment in moments:
            if scene and moment.photo:
                fixed = moment.status == Status.RESOLVED
                made.photos.append(("evidence", picture_name(scene, variant, fixed=fixed), moment.stamp))
        return made

    def _ward_name(self, spot: DemoPlace) -> str:
        return self.book.reference.wards[spot.ward_id].name if spot.ward_id else ""

    def _decide(self, category: CategoryView, ward_id: int | None) -> Decision:
        key = (category.id, ward_id)
        if key not in self._decisions:
            ward = self.book.reference.wards[ward_id] if ward_id else None
            facts = ReportFacts(
                categories=category.path,
                ward=ward.code if ward else None,
                ward_kind=ward.unit_kind if ward else None,
                attributes={},
                departments=self.book.holders,
                committees=self.book.committees,
            )
            # A place outside every ward is for a person to decide, whatever the rules would say.
            self._decisions[key] = self.book.rules.decide(facts) if ward else Decision(facts)
        return self._decisions[key]

    def _leads(self, decision: Decision) -> tuple[str, ...]:
        if decision.lead is None:
            return ()
        other = decision.supports or tuple(self.book.committees.values())
        return decision.lead, self.random.choice(other)

    def _parts(self, decision: Decision, moments: Sequence[Moment]) -> dict[str, object]:
        known = self.book.reference.department_by_code
        lead = next((str(m.data["lead"]) for m in reversed(moments) if "lead" in m.data), None)
        if lead is None or moments[-1].status == Status.TRIAGE:
            return {}
        return {
            "lead_id": known[lead].id,
            "executor_id": known[decision.executor].id if decision.executor else None,
            "rule_id": decision.rule.id if decision.rule else None,
        }

    def _times(
        self, times: Deadlines, policy: str, received_at: datetime, moments: Sequence[Moment]
    ) -> ReportChanges:
        columns = times.columns()
        if any(moment.status == Status.WAITING or moment.type == EventType.REOPENED for moment in moments):
            policy_in_force = self.book.policies[policy].policy
            clock = Clock.from_events(moments)
            state = clock.state(
                policy_in_force.resolve,
                received_at,
                self.book.calendar,
                self.now,
                policy_in_force.amber_ratio,
            )
            columns["due_at"], columns["amber_at"] = state.at, state.amber_at
        return columns

    def _account(self, decision: Decision, at: datetime, **own: object) -> str:
        """Return the account of a routing decision in JSON, as routing would have written it; what several
        reports share is made once for each decision.
        """
        if id(decision) not in self._accounts:
            columns = routing_account(self.book, decision, at)
            del columns["at"]
            if decision.facts.ward:
                columns["ward_distance_m"] = 0.0
            self._accounts[id(decision)] = json.dumps(columns, ensure_ascii=False)[1:]
        return f"{json.dumps({'at': at.isoformat(), **own})[:-1]}, {self._accounts[id(decision)]}"

    def _code(self) -> str:
        while True:
            letters = "".join(self.random.choices(ALPHABET, k=6))
            code = f"{self.book.reference.code_prefix}-{letters[:4]}-{letters[4:]}"
            if code not in self.codes:
                self.codes.add(code)
                return code


def ewkb(lon: float, lat: float) -> str:
    """Return a WGS 84 point as COPY takes it: hexadecimal EWKB."""
    return struct.pack("<BIIdd", 1, 0x20000001, 4326, lon, lat).hex()


def _when(moments: Sequence[Moment], type: EventType) -> str | None:  # noqa: A002
    return next((moment.stamp for moment in reversed(moments) if moment.type == type), None)


def _stays_resolved(last: Moment | None) -> bool:
    return last is not None and last.status in DONE
