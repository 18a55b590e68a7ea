"""E-mail as a mail server gets it."""

from __future__ import annotations

import socket

import pytest

from service.sending.email.smtp import Smtp
from service.sending.envelope import SendFailed
from tests.sending.envelopes import ONE_CLICK, envelope
from tests.support.sinks import mail_server

FROM = "Phản ánh hiện trường Huế <phananh@hue.example>"


def test_a_mail_is_readable_in_text_and_html_and_can_be_ended_in_one_click() -> None:
    with mail_server() as box:
        Smtp(box.url, FROM).send(envelope("lan@example.org"))

    [mail] = box.mails
    assert box.recipients == ["lan@example.org"]
    assert mail["Subject"] == "HUE-7K3M-92: đã xử lý xong"
    assert mail["From"].addresses[0].display_name == "Phản ánh hiện trường Huế"
    assert mail["List-Unsubscribe"] == f"<{ONE_CLICK}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "\n.một dòng bắt đầu bằng dấu chấm" in text.get_content().replace("\r", "")
    assert "<p>Phường Thuận Hóa" in html.get_content()


def test_the_same_message_has_the_same_id_at_every_try() -> None:
    with mail_server() as box:
        for _ in range(2):
            Smtp(box.url, FROM).send(envelope("lan@example.org"))

    assert len({mail["Message-ID"] for mail in box.mails}) == 1


def test_a_subject_with_line_breaks_makes_no_headers() -> None:
    with mail_server() as box:
        Smtp(box.url, FROM).send(envelope("lan@example.org", subject="Chào\r\nBcc: khac@example.org"))

    [mail] = box.mails
    assert mail["Bcc"] is None
    assert box.recipients == ["lan@example.org"]


@pytest.mark.parametrize(("answer", "for_good"), [("550 no such mailbox", True), ("450 later", False)])
def test_a_refused_recipient_is_given_up_or_tried_later(answer: str, for_good: bool) -> None:
    with mail_server() as box:
        box.refuse = answer
        with pytest.raises(SendFailed) as refused:
            Smtp(box.url, FROM).send(envelope("nobody@example.org"))

    assert (refused.value.for_good, refused.value.away) == (for_good, False)


def test_a_server_that_is_not_there_is_away() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(SendFailed) as failed:
        Smtp(f"smtp://127.0.0.1:{port}", FROM).send(envelope("lan@example.org"))

    assert failed.value.away
    assert not failed.value.for_good
