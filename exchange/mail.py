"""Mail: handed to the office's own mail server, one connection each, with limits on every wait."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from enum import StrEnum
from typing import Final

from engine.notices import MailAway, MailRefused

SECONDS: Final = 15
_PERMANENT: Final = range(500, 600)


class Security(StrEnum):
    """How the connection is kept secret: not at all, after a greeting in the open, or from the start."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed over, as whom, and the sender's address."""

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SmtpPostman:
    """Hands mail over by SMTP."""

    server: MailServer

    def send(self, address: str, subject: str, text: str, message_id: str) -> None:
        """Hand one mail over; the same *message_id* lets a mailbox know a second copy.

        Raises:
            MailAway: The server does not answer, or not now.
            MailRefused: It does not take mail for this address.
        """
        message = EmailMessage()
        message["From"] = self.server.sender
        message["To"] = address
        message["Subject"] = subject
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = f"<{message_id}@{self.server.sender.rpartition('@')[2]}>"
        # Nobody's absence is to answer a machine.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        with self._connected() as connection:
            connection.send_message(message)

    def greet(self) -> None:
        """See whether the server would take mail. Raises MailAway."""
        with self._connected() as connection:
            connection.noop()

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            with self._open() as connection:
                if self.server.security is Security.STARTTLS:
                    connection.starttls(context=ssl.create_default_context())
                if self.server.user:
                    connection.login(self.server.user, self.server.password)
                yield connection
        except smtplib.SMTPRecipientsRefused as cause:
            codes = [code for code, _ in cause.recipients.values()]
            if all(code in _PERMANENT for code in codes):
                raise MailRefused from cause
            raise MailAway from cause
        except (smtplib.SMTPException, OSError) as cause:
            raise MailAway from cause

    def _open(self) -> smtplib.SMTP:
        server = self.server
        if server.security is Security.TLS:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(server.host, server.port, timeout=SECONDS)
