"""Calls of an Open311 server: sending a request, looking for one, asking about tokens and updates (JSON)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from service.domain.city.config import PartnerConfig
from service.domain.partners.hand_overs import ReopenedHandOver
from service.domain.partners.updates import ReceivedUpdate
from service.sending.outgoing import CallAnswer, CallFailed, NoAnswer, NotCalled, OutgoingCalls

LOOK_BACK = timedelta(hours=1)
MOST_IDS = 50
MOST_PAGES, PAGE = 10, 1000
YEARS = range(1990, 9000)
PASSING = frozenset({408, 425, 429})


class RefusedByPartner(CallFailed):
    """A request that the partner does not take; the text is the partner's."""


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A partner's answer to a request: its id there, or a token by which the id is asked for later."""

    remote_id: str | None
    token: str | None


@dataclass
class Open311Partner:
    """Client of a partner's Open311 server."""

    config: PartnerConfig
    api_key: str
    calls: OutgoingCalls

    def services(self) -> list[str]:
        """Return the codes of the kinds that the partner takes. Raises CallFailed."""
        found = _items(self._get("services", {}), "services")
        return [code for each in found if (code := _text(each.get("service_code")))]

    def send(self, fields: Mapping[str, object]) -> SentRequest:
        """Send a request. Raises NotCalled where it certainly did not arrive, RefusedByPartner, and any other
        CallFailed where nobody knows.
        """
        data = {"api_key": self.api_key, **self._jurisdiction(), **fields}
        answer = self.calls.call("POST", self._url("requests"), data={k: v for k, v in data.items() if v})
        if answer.status in PASSING:
            raise NotCalled(f"status {answer.status}")
        if 400 <= answer.status < 500:
            raise RefusedByPartner(_error_of(answer))
        if not 200 <= answer.status < 300:
            raise NoAnswer(f"status {answer.status}")
        for each in _items(answer, "service_requests"):
            remote_id, token = _text(each.get("service_request_id")), _text(each.get("token"))
            if remote_id or token:
                return SentRequest(remote_id or None, token or None)
        raise NoAnswer("an answer without a number")

    def reopen(self, reopened: ReopenedHandOver, at: datetime) -> None:
        """Tell that a request is open again. Raises RefusedByPartner where that is not taken, CallFailed."""
        data = {
            "api_key": self.api_key,
            **self._jurisdiction(),
            "service_request_id": reopened.remote_id,
            "update_id": reopened.update_id,
            "updated_datetime": _moment(at),
            "status": "REOPEN",
            "description": reopened.why,
        }
        answer = self.calls.call("POST", self._url("servicerequestupdates"), data=data)
        if answer.status in PASSING:
            raise NotCalled(f"status {answer.status}")
        if 400 <= answer.status < 500:
            raise RefusedByPartner(_error_of(answer))
        if not 200 <= answer.status < 300:
            raise NoAnswer(f"status {answer.status}")

    def number_of(self, token: str) -> str | None:
        """Return the number of a request that was sent; None where there is none yet. Raises CallFailed."""
        answer = self._get(f"tokens/{quote(token, safe='')}", {})
        found = (_text(each.get("service_request_id")) for each in _items(answer, "service_requests"))
        return next((each for each in found if each), None)

    def find(self, fields: Mapping[str, object], mark: str, since: datetime) -> str | None:
        """Return the number of the request that has our mark as the last line. Raises CallFailed.

        RefusedByPartner where requests cannot be listed there.
        """
        for page in range(1, MOST_PAGES + 1):
            params = {
                "service_code": str(fields["service_code"]),
                "start_date": _moment(since - LOOK_BACK),
                "end_date": _moment(datetime.now(UTC) + LOOK_BACK),
                "page": str(page),
                "page_size": str(PAGE),
            }
            found = list(_items(self._get("requests", params), "service_requests"))
            for each in found:
                if _text(each.get("description")).rstrip().endswith(mark):
                    return _text(each.get("service_request_id")) or None
            if len(found) < PAGE:
                return None
        return None

    def updates(self, since: datetime, until: datetime, open_ids: Sequence[str]) -> list[ReceivedUpdate]:
        """Return what the partner tells of the time between, by whichever way it has. Raises CallFailed."""
        if self.config.updates_by == "requests":
            return self._states(open_ids)
        params = {"start_date": _moment(since), "end_date": _moment(until)}
        answer = self._get("servicerequestupdates", params)
        updates = (_update(each) for each in _items(answer, "service_request_updates"))
        return [each for each in updates if each is not None]

    def _states(self, open_ids: Sequence[str]) -> list[ReceivedUpdate]:
        """Return the state of each request as an update: a change has another time or status."""
        updates: list[ReceivedUpdate] = []
        for start in range(0, len(open_ids), MOST_IDS):
            wanted = ",".join(open_ids[start : start + MOST_IDS])
            answer = self._get("requests", {"service_request_id": wanted})
            updates += [
                each for item in _items(answer, "service_requests") if (each := _state(item)) is not None
            ]
        return updates

    def _get(self, path: str, params: Mapping[str, str]) -> CallAnswer:
        query = {**self._jurisdiction(), **params}
        query |= {"api_key": self.api_key} if self.api_key else {}
        answer = self.calls.get(f"{self._url(path)}?{urlencode(query)}" if query else self._url(path))
        if 400 <= answer.status < 500 and answer.status not in PASSING:
            raise RefusedByPartner(_error_of(answer))
        if answer.status != 200:
            raise CallFailed(f"status {answer.status}")
        return answer

    def _url(self, path: str) -> str:
        return f"{self.config.endpoint.rstrip('/')}/{path}.json"

    def _jurisdiction(self) -> dict[str, str]:
        return {"jurisdiction_id": self.config.jurisdiction_id} if self.config.jurisdiction_id else {}


def _items(answer: CallAnswer, root: str) -> Sequence[Mapping[str, object]]:
    """Return the entries of an answer; some servers keep the root of the XML. Raises NoAnswer."""
    try:
        payload = json.loads(answer.body)
    except (ValueError, RecursionError) as wrong:
        raise NoAnswer("an answer that is no JSON") from wrong
    if isinstance(payload, dict):
        payload = payload.get(root, [payload])
    return [each for each in payload if isinstance(each, dict)] if isinstance(payload, list) else []


def _error_of(answer: CallAnswer) -> str:
    try:
        sentences = [_text(each.get("description")) for each in _items(answer, "errors")]
    except NoAnswer:
        sentences = []
    return " ".join(each for each in sentences if each)[:500] or f"status {answer.status}"


def _update(data: Mapping[str, object]) -> ReceivedUpdate | None:
    identity, remote_id = _text(data.get("update_id")), _text(data.get("service_request_id"))
    at, status = _read_moment(data.get("updated_datetime")), _text(data.get("status"))
    if not identity or not remote_id or at is None:
        return None
    return ReceivedUpdate(identity[:200], remote_id, at, status, _text(data.get("description")))


def _state(data: Mapping[str, object]) -> ReceivedUpdate | None:
    remote_id, status = _text(data.get("service_request_id")), _text(data.get("status"))
    at = _read_moment(data.get("updated_datetime")) or _read_moment(data.get("requested_datetime"))
    if not remote_id or not status or at is None:
        return None
    identity = f"{remote_id}:{at.isoformat()}:{status}"[:200]
    return ReceivedUpdate(identity, remote_id, at, status, _text(data.get("status_notes")))


def _text(value: object) -> str:
    return str(value).replace("\0", "").strip() if isinstance(value, str | int | float) else ""


def _read_moment(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    if at.year not in YEARS:  # no time of an update, and the database's driver reads none before year 1
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
