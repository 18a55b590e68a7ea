"""Tables of notices: messages, subscriptions, devices."""

from service.models.notices.channels import NoticeAudience, NoticeChannel
from service.models.notices.notice import Message, NoticeChoice, PushDevice, SentCopy, Subscription
from service.models.notices.own_notice import OwnNotice

__all__ = [
    "Message",
    "NoticeAudience",
    "NoticeChannel",
    "NoticeChoice",
    "OwnNotice",
    "PushDevice",
    "SentCopy",
    "Subscription",
]
