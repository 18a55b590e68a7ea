"""Settings of the channels that notices go by and reports come by; each is off until it has its own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from service.settings.environment import EnvironmentSettings


class ChannelSettings(EnvironmentSettings):
    """Settings of e-mail, SMS, web push, the mailbox, Zalo and Facebook."""

    smtp_url: SecretStr | None = Field(
        default=None,
        description="Mail server: `smtp://user:password@host:587?tls=start` or `smtps://user:…@host`.",
    )
    mail_from: str = Field(
        default="", description="Who e-mails come from, as `Name <address>`; needed with a mail server."
    )
    sms_url: SecretStr | None = Field(
        default=None,
        description="SMS gateway; `{phone}`, `{digits}` (no plus), `{text}` and `{id}` are filled in.",
    )
    sms_body: SecretStr | None = Field(
        default=None,
        description="Body of the request to the gateway, a form or JSON, same fields; without it, a GET.",
    )
    sms_authorization: SecretStr | None = Field(
        default=None, description="`Authorization` header for the SMS gateway."
    )
    sms_per_number: int = Field(
        default=10, ge=1, description="The most SMS to one number in 24 hours; emergencies are not counted."
    )
    sms_per_day: int = Field(
        default=2000,
        ge=1,
        description="The most SMS of the installation in 24 hours; emergencies are not counted.",
    )
    vapid_private_key: SecretStr | None = Field(
        default=None,
        description="Key that signs web push, 32 bytes in base64url; `up` makes one in its data folder.",
    )
    vapid_contact: str = Field(
        default="", description="`mailto:` or `https:` address that push services may complain to."
    )
    imap_url: SecretStr | None = Field(
        default=None,
        description="Mailbox that reports are read from: `imaps://user:password@host/INBOX`, or `imap://…?tls=start`.",
    )
    mail_intake_address: str = Field(
        default="", description="Address of that mailbox, which people write to and answers come from."
    )
    mail_authserv_id: str = Field(
        default="",
        description="Name by which the city's own mail server signs `Authentication-Results`; what others say there counts nothing.",  # noqa: E501
    )
    mail_reply_style: Literal["plus", "subject"] = Field(
        default="plus",
        description="Where answers carry the token of their conversation: `plus` needs a server that delivers `name+token@…` to `name@…`.",  # noqa: E501
    )
    zalo_app_id: str = Field(
        default="", description="Zalo: id of the app that the Official Account is used by."
    )
    zalo_app_secret: SecretStr | None = Field(
        default=None, description="Zalo: the app's secret, which new tokens are asked with."
    )
    zalo_oa_id: str = Field(default="", description="Zalo: id of the Official Account.")
    zalo_oa_secret: SecretStr | None = Field(
        default=None,
        description="Zalo: OA Secret Key of the webhook page, which `/hooks/zalo` is signed with.",
    )
    zalo_api_url: str = Field(
        default="https://openapi.zalo.me", description="Zalo: where messages are sent to."
    )
    zalo_oauth_url: str = Field(
        default="https://oauth.zaloapp.com", description="Zalo: where tokens are renewed."
    )
    zalo_media_hosts: str = Field(
        default="*.zadn.vn *.zdn.vn *.zalo.me *.zaloapp.com",
        description="Zalo: hosts that photos of messages are fetched from, with spaces between.",
    )
    zalo_paid: bool = Field(
        default=False,
        description="Zalo: whether messages are also sent between 48 hours and 7 days after the person's last word, which Zalo bills.",  # noqa: E501
    )
    zalo_late_template: str = Field(
        default="",
        max_length=40,
        description="Zalo: id of an approved ZBS template with the parameters `text` and `link`, by which steps are told after that, which Zalo bills; empty for none.",  # noqa: E501
    )
    zalo_zbs_url: str = Field(
        default="https://business.openapi.zalo.me",
        description="Zalo: where that template goes by the number that the person left, when it cannot go by the conversation.",  # noqa: E501
    )
    zalo_bot_token: SecretStr | None = Field(
        default=None, description="Zalo Bot: token of the bot in the groups with companies."
    )
    zalo_bot_secret: SecretStr | None = Field(
        default=None, description="Zalo Bot: word that `/hooks/zalo-bot` is called with, 8 letters or more."
    )
    zalo_bot_url: str = Field(
        default="https://bot-api.zaloplatforms.com", description="Zalo Bot: where messages are sent to."
    )
    facebook_page_id: str = Field(default="", description="Facebook: id of the city's Page.")
    facebook_app_id: str = Field(
        default="",
        description="Facebook: id of the app, by which our own messages are known when they come back.",
    )
    facebook_page_token: SecretStr | None = Field(
        default=None, description="Facebook: the Page's token, which messages are sent with."
    )
    facebook_app_secret: SecretStr | None = Field(
        default=None, description="Facebook: the app's secret, which `/hooks/facebook` is signed with."
    )
    facebook_verify_token: SecretStr | None = Field(
        default=None, description="Facebook: word of your own that registering the webhook asks for."
    )
    facebook_api_url: str = Field(
        default="https://graph.facebook.com/v25.0", description="Facebook: where messages are sent to."
    )
    facebook_media_hosts: str = Field(
        default="*.fbcdn.net *.fbsbx.com",
        description="Facebook: hosts that photos of messages are fetched from, with spaces between.",
    )
