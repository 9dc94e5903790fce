"""Channel `email`: a mail for each notice; later ones answer the first."""

import msgspec
from aiosmtplib import SMTPException, SMTPResponseException, send

from coagent.adapters.notify.notice import notice_of
from coagent.deliver.mail import mail
from coagent.domain.errors import CoagentError, Fatal, Transient
from coagent.domain.insight import OutboxMessage

PERMANENT = 500
TLS_PORT = 465


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mails are handed in."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool
    timeout_s: float


class EmailNotifier:
    channel = "email"
    at_once = 1
    pace_s = 0.0

    def __init__(self, server: MailServer, sender: str, recipients: list[str]) -> None:
        self._server = server
        self._sender = sender
        self._recipients = recipients

    async def send(self, message: OutboxMessage) -> None:
        notice = notice_of(message)
        if notice.is_silent:
            return
        recipients = [message.target] if message.target else self._recipients
        server = self._server
        is_tls = server.tls and server.port == TLS_PORT
        try:
            await send(
                mail(notice, self._sender, recipients),
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                timeout=server.timeout_s,
                use_tls=is_tls,
                start_tls=server.tls and not is_tls,
            )
        except (SMTPException, OSError) as error:
            raise problem(error) from error


def problem(error: Exception) -> CoagentError:
    """5xx answers are for good (RFC 5321, section 4.2.1), all else passes."""
    if isinstance(error, SMTPResponseException) and error.code >= PERMANENT:
        return Fatal(f"channel email: {error.code} {error.message}: check sender, recipients and password")
    refused = getattr(error, "recipients", None)
    if refused and all(getattr(one, "code", 0) >= PERMANENT for one in refused):
        return Fatal(f"channel email: recipients refused ({error}): correct COAGENT_DELIVERY__EMAIL_TO")
    return Transient(f"channel email: {type(error).__name__}: {error}")
