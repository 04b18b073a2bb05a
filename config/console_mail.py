"""Mail on the terminal, as a person reads it: the links in it are whole."""

import sys
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

RULE = "─" * 72


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            head = f"Mail to {', '.join(message.to)}\nSubject: {message.subject}"
            # One write, so that two processes on one terminal don't mix their lines.
            sys.stdout.write(f"\n{RULE}\n{head}\n\n{message.body.rstrip()}\n{RULE}\n\n")
            sys.stdout.flush()
        return len(email_messages)
