"""Tables of conversations with citizens on their own channels."""

from service.models.talks.group import CompanyGroup, GroupMember, GroupPost
from service.models.talks.talk import (
    ChannelToken,
    Conversation,
    ConversationReport,
    InboxEntry,
    MailboxMark,
    TalkFile,
    TalkMessage,
)

__all__ = [
    "ChannelToken",
    "CompanyGroup",
    "Conversation",
    "ConversationReport",
    "GroupMember",
    "GroupPost",
    "InboxEntry",
    "MailboxMark",
    "TalkFile",
    "TalkMessage",
]
