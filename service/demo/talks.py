"""Demo conversations: what people wrote by each channel a while ago; the assistant answers when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.talks.arrivals import Incoming, WrittenLetter, store_incoming
from service.domain.talks.letters import take_letter
from service.domain.talks.vault import Vault
from service.models import Conversation

SAID: tuple[tuple[str, str, str, str], ...] = (
    ("zalo", "2468458835291975", "Tâm", "rác ở chợ An Cựu mấy bữa ni không ai dọn"),
    ("zalo", "2468458835291976", "Thảo", "cho tôi gặp nhân viên, phản ánh tuần trước chưa thấy trả lời"),
    ("facebook", "72468458835291975", "Tâm", "đèn đường tắt cả tuần rồi ad ơi"),
    ("facebook", "72468458835291976", "Thảo", "dây điện rơi xuống đường trước nhà, nguy hiểm lắm"),
    ("email", "tam@example.org", "Tâm", "Cống trước nhà bị nghẹt, mưa là nước tràn vào. Nhờ xử lý giúp."),
)
"""Channel, person as that channel knows them, name, words. None has one of the telephones at `/dev/…`: who
tries one begins with an empty conversation, and in the middle of nobody's draft.
"""


def demo_talks(session: Session, vault: Vault, accounts: Mapping[str, str], *, at: datetime) -> int:
    """Put down what people wrote to these accounts, by channel; how many. Once there is any, nothing."""
    if session.scalar(select(func.count()).select_from(Conversation)):
        return 0
    made = 0
    for n, (channel, person, name, text) in enumerate(SAID):
        account = accounts.get(channel)
        if account is None:
            continue
        key, when = f"demo-{channel}-{n}", at - timedelta(minutes=5 + 7 * n)
        letter = WrittenLetter(key=key, subject="Nhờ xử lý giúp") if channel == "email" else None
        came = Incoming(person, key, when, "text", text=text, name=name, letter=letter)
        take = take_letter if letter else store_incoming
        made += take(session, vault, channel, account, came, at) is not None
    return made
