"""A mail server as there are many: it takes what comes, refuses it, or stalls in the midst of it."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Received(list[EmailMessage]):
    """What a mail server was given, and how it behaves."""

    refuses = ""  # what it says in place of taking a mail
    stalls = False  # it has the mail, and does not say so
    slow = 0.0  # seconds that it takes over each

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message: Any = message_from_bytes(envelope.content, policy=policy.default)
        message.recipients, message.sender = envelope.rcpt_tos, envelope.mail_from
        if self.refuses:
            return self.refuses
        await asyncio.sleep(self.slow)
        self.append(message)
        while self.stalls:
            await asyncio.sleep(0.02)
        return "250 Taken"

    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self]


class Server(Controller):
    """On a port that is free: the machine chooses it."""

    def __init__(self, received: Received) -> None:
        super().__init__(received, hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
