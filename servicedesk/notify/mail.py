"""E-mail by SMTP: one letter a connection, in bounded time; says how far it came when it breaks off."""

import smtplib
import socket
import ssl
import threading
import time
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, localtime, parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from servicedesk.notify.letters import Letter
from servicedesk.notify.models import ChannelSettings
from servicedesk.sending.http import DEADLINE_SECONDS, Answer, excerpt_of

# What the server says by a number of its own.
TAKEN = 250
HOPELESS = 500


def send_mail(letter: Letter, row: ChannelSettings, *, deadline: float = DEADLINE_SECONDS) -> Answer:
    """Hands the letter to the mail server of `EMAIL_URL`. Never raises for what the network or the server does."""
    began = time.monotonic()
    late = threading.Event()
    sent = _Progress()
    try:
        found = _talk(letter, row, sent, late, deadline)
    except smtplib.SMTPResponseException as refused:
        text = refused.smtp_error if isinstance(refused.smtp_error, bytes) else str(refused.smtp_error).encode()
        found = _answer(refused.smtp_code, text)
    except (smtplib.SMTPException, OSError) as error:
        found = Answer(error="timeout" if late.is_set() else _code_of(error, sent), was_begun=sent.begun)
    return replace(found, millis=round((time.monotonic() - began) * 1000))


class _Progress:
    """How far it came: `begun` from the moment the letter itself is on its way."""

    def __init__(self) -> None:
        self.connected = self.begun = False


def _talk(letter: Letter, row: ChannelSettings, sent: _Progress, late: threading.Event, deadline: float) -> Answer:
    server = _connect(min(settings.EMAIL_TIMEOUT, deadline))
    sent.connected = True
    # A time-out of the socket starts anew with every byte; this one does not.
    watch = threading.Timer(deadline, _hang_up, [server, late])
    watch.daemon = True
    watch.start()
    try:
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        server.ehlo_or_helo_if_needed()
        for code, text in (server.mail(parseaddr(row.sender)[1]), server.rcpt(letter.to)):
            if not 200 <= code < 300:
                return _answer(code, text)
        sent.begun = True
        return _answer(*server.data(message_of(letter, row).as_bytes(policy=WIRE)))
    finally:
        watch.cancel()
        server.close()


def _connect(timeout: float) -> smtplib.SMTP:
    host, port, own = settings.EMAIL_HOST, settings.EMAIL_PORT, own_host()
    if settings.EMAIL_USE_SSL:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, local_hostname=own, timeout=timeout, context=context)
    return smtplib.SMTP(host, port, local_hostname=own, timeout=timeout)


def message_of(letter: Letter, row: ChannelSettings) -> EmailMessage:
    """The letter as a mail; who gets it twice recognises it by its Message-ID."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = row.sender, letter.to, " ".join(letter.subject.split())
    mail["Date"], mail["Message-ID"] = format_datetime(localtime()), f"<{letter.key}@{own_host()}>"
    mail["Idempotency-Key"], mail["Auto-Submitted"] = letter.key, "auto-generated"
    mail.set_content(letter.text)
    return mail


def own_host() -> str:
    """The name this installation gives itself towards mail servers."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _hang_up(server: smtplib.SMTP, late: threading.Event) -> None:
    late.set()
    if server.sock is not None:
        try:
            server.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself meanwhile


def _answer(code: int, text: bytes) -> Answer:
    # Only 250 takes a letter; anything else of the two hundreds is a misunderstanding.
    error = "refused" if 200 <= code < 300 and code != TAKEN else ""
    return Answer(code, error, excerpt_of(text), was_begun=True)


def _code_of(error: Exception, sent: _Progress) -> str:
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "timeout"
    return "broken_off" if sent.connected else "no_connection"
