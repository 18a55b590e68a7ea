"""Token pairs of channels: one process refreshes, the new pair is stored before anybody uses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.kernel.sealing import seal_for, unseal_for
from service.models import ChannelToken

REFRESH_BEFORE = timedelta(hours=5)
"""A pair that lasts 25 hours is refreshed after about 20."""

REFRESH_LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Tokens of an account; `refresh` is good once."""

    access: str
    refresh: str
    expires_at: datetime


def store_pair(
    session: Session, key: bytes, channel: str, account: str, pair: TokenPair, now: datetime
) -> None:
    """Store a pair in the place of the one before."""
    values = {
        "access": seal_for(key, "channel-token", pair.access),
        "refresh": seal_for(key, "channel-token", pair.refresh) if pair.refresh else None,
        "expires_at": pair.expires_at,
        "refreshed_at": now,
        "refreshing_until": None,
        "problem": "",
        "problem_at": None,
    }
    row = insert(ChannelToken).values(channel=channel, account=account, **values)
    session.execute(row.on_conflict_do_update(index_elements=["channel", "account"], set_=values))


def access_token(session: Session, key: bytes, channel: str, account: str) -> str:
    """Return the token to call the channel with; empty where there is none."""
    row = session.get(ChannelToken, (channel, account), populate_existing=True)
    return (unseal_for(key, "channel-token", row.access) or "") if row and row.access else ""


def begin_refresh(
    session: Session, key: bytes, channel: str, account: str, now: datetime, *, refused: str = ""
) -> str | None:
    """Return the refresh token if it is this process that refreshes now, else None.

    Under the row's lock: whoever comes while another refreshes, or after it, gets None and reads the new
    token. `refused` is the access token that the channel did not take: refreshed whatever its age, but not
    if another one is there by now.
    """
    query = select(ChannelToken).where(ChannelToken.channel == channel, ChannelToken.account == account)
    row = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None or row.refresh is None:
        return None
    if row.refreshing_until is not None and row.refreshing_until > now:
        return None
    current = unseal_for(key, "channel-token", row.access) if row.access else ""
    if refused:
        if current != refused:
            return None
    elif row.expires_at is not None and row.expires_at - now > REFRESH_BEFORE:
        return None
    row.refreshing_until = now + REFRESH_LEASE
    return unseal_for(key, "channel-token", row.refresh)


def problem_of(session: Session, channel: str, account: str) -> str:
    """Return why an account cannot be used, as administrators are told; empty for no reason."""
    row = session.get(ChannelToken, (channel, account))
    return row.problem if row is not None else ""


def note_problem(session: Session, channel: str, account: str, problem: str, now: datetime) -> None:
    """Note why an account cannot be used, for administrators; an empty one takes the note away."""
    values = {"problem": problem[:500], "problem_at": now if problem else None, "refreshing_until": None}
    row = insert(ChannelToken).values(channel=channel, account=account, **values)
    session.execute(row.on_conflict_do_update(index_elements=["channel", "account"], set_=values))
