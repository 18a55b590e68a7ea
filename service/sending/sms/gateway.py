"""SMS through whatever HTTP gateway the city has: address, body and headers are templates of the settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx

from service.sending.envelope import Envelope, SendFailed
from service.sending.sms_text import fit

TIMEOUT_S = 10.0

_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Gateway:
    """`{phone}` (E.164), `{digits}` (without the plus), `{text}` and `{id}` stand in `url` and `body`.

    A body that begins like JSON has them escaped as JSON, any other as a form's values; without one it is a
    GET. The id is the same at every try and goes along as `Idempotency-Key`.
    """

    url: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, envelope: Envelope) -> None:
        """Hand one SMS to the gateway. Raises SendFailed."""
        given = {
            "phone": envelope.recipient,
            "digits": envelope.recipient.removeprefix("+"),
            "text": envelope.sms or fit(lambda words: words, envelope.short, envelope.link),
            "id": str(envelope.id),
        }
        url = _fill(self.url, {name: quote(value, safe="") for name, value in given.items()})
        headers = {"Idempotency-Key": str(envelope.id), **self.headers}
        try:
            with httpx.Client(timeout=TIMEOUT_S) as client:
                if self.body:
                    content, kind = self._content(given)
                    answer = client.post(url, content=content, headers={"Content-Type": kind, **headers})
                else:
                    answer = client.get(url, headers=headers)
        except (httpx.TransportError, OSError) as error:
            raise SendFailed(f"SMS gateway: {type(error).__name__}", away=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise SendFailed(f"SMS gateway: {type(error).__name__}", for_good=True) from None
        _judge(answer.status_code)

    def _content(self, given: Mapping[str, str]) -> tuple[bytes, str]:
        if self.body.lstrip().startswith(("{", "[")):
            escaped = {name: json.dumps(value, ensure_ascii=False)[1:-1] for name, value in given.items()}
            return _fill(self.body, escaped).encode(), "application/json"
        escaped = {name: quote(value, safe="") for name, value in given.items()}
        return _fill(self.body, escaped).encode(), "application/x-www-form-urlencoded"


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fill in the template without `format`: braces of JSON stay, what was filled in is not filled again."""
    parts, rest = [], template
    while rest:
        found = [(rest.find("{" + name + "}"), name) for name in values if "{" + name + "}" in rest]
        if not found:
            break
        index, name = min(found)
        parts += [rest[:index], values[name]]
        rest = rest[index + len(name) + 2 :]
    return "".join([*parts, rest])


def _judge(status: int) -> None:
    if status < 300:
        return
    if status in (401, 403):
        raise SendFailed(f"SMS gateway answered {status}", away=True)
    raise SendFailed(f"SMS gateway answered {status}", for_good=status < 500 and status not in _LATER)
