"""Tonight's five lines by e-mail or webhook, when the settings ask for it; a failing server never fails the night."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from complaints.run import Night
    from complaints.settings import Notify
    from reports.facts import OverviewFacts
    from reports.wording import Words

TIMEOUT_S = 10.0
MAX_ANSWER_BYTES = 10_000
# The services answer 200 even when they refuse; the field that then tells is not 0.
REFUSALS = {"wecom": "errcode", "dingtalk": "errcode", "feishu": "code"}


@dataclass(frozen=True, slots=True)
class Message:
    """What is told: the night's headline, its five lines, and where to read more (empty without a site's address)."""

    title: str
    lines: tuple[str, ...]
    url: str

    @property
    def text(self) -> str:
        """The message as plain text."""
        return "\n".join([self.title, "", *self.lines, *(["", self.url] if self.url else [])])


def message_of(facts: OverviewFacts, words: Words, url: str) -> Message:
    """Return the message of a night; it says no more than the overview's head, which holds no quote and no serial."""
    from reports.wording import headline, tonight

    lines = tuple(words.t("notify.line", label=line.label, text=line.text) for line in tonight(facts, words))
    return Message(headline(facts, words), lines, url)


def notify(night: Night) -> tuple[int, int]:
    """Send tonight's message where the settings ask for it, and return how many were sent and how many failed.

    A failure is logged with its channel and the kind of error; no address, password or answer of a server is.
    """
    settings = night.settings.notify
    channels = [name for name, wanted in (("mail", settings.mail_to), ("webhook", settings.webhook)) if wanted]
    if not channels:
        return 0, 0
    message = _tonight(night, settings.site_url)
    sent = 0
    for channel in channels:
        try:
            send_mail(message, settings) if channel == "mail" else send_webhook(message, settings)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            night.log.event("reports", "message failed", channel=channel, error=type(error).__name__)
        else:
            sent += 1
            night.log.event("reports", "message sent", channel=channel)
    return sent, len(channels) - sent


def _tonight(night: Night, url: str) -> Message:
    from reports.facts import OverviewReader
    from reports.site import code_names
    from reports.wording import Words

    reading = OverviewReader(night.store, night.as_of)
    names = {station.station_id: station.name for station in reading.stations.values()}
    words = Words(night.settings.general.language, code_names(night.dictionary), names)
    return message_of(reading.overview(), words, url)


def send_mail(message: Message, settings: Notify) -> None:
    """Send a message by SMTP.

    Raises:
        OSError, smtplib.SMTPException: the server is not there, or refuses.
        ValueError: an address or the title cannot stand in a header.
    """
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.title, settings.mail_from, ", ".join(settings.mail_to)
    mail["Date"] = formatdate()
    mail.set_content(message.text)
    context = ssl.create_default_context()
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S, context=context
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, os.environ.get(settings.smtp_password_variable, ""))
        server.send_message(mail)


def payload(message: Message, kind: str) -> dict[str, Any]:
    """Return what a service's webhook takes: WeCom, DingTalk, Feishu, or (generic) the message's parts."""
    if kind in ("wecom", "dingtalk"):
        return {"msgtype": "text", "text": {"content": message.text}}
    if kind == "feishu":
        return {"msg_type": "text", "content": {"text": message.text}}
    return {"title": message.title, "lines": list(message.lines), "url": message.url}


def send_webhook(message: Message, settings: Notify) -> None:
    """Send a message to a webhook.

    Raises:
        OSError: the server is not there, or answers with an error.
        ValueError: the address is no web address, or the service answers that it refuses.
    """
    if not settings.webhook.startswith(("http://", "https://")):
        raise ValueError("no web address")
    body = json.dumps(payload(message, settings.webhook_kind), ensure_ascii=False).encode()
    request = urllib.request.Request(
        settings.webhook, body, {"Content-Type": "application/json; charset=utf-8"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        said = answer.read(MAX_ANSWER_BYTES)
    field = REFUSALS.get(settings.webhook_kind)
    if field and json.loads(said).get(field, 0) != 0:
        raise ValueError("the service refuses")
