"""Channel `webhook`: each notice as JSON, signed as the Standard Webhooks specification says."""

import binascii

from standardwebhooks.webhooks import Webhook

from coagent.adapters.notify.http import post
from coagent.adapters.notify.notice import notice_of
from coagent.domain.errors import Fatal
from coagent.domain.insight import OutboxMessage
from coagent.ports import Clock


class WebhookNotifier:
    """`webhook-id` is the message's own key: whoever gets it twice knows."""

    channel = "webhook"
    at_once = 4
    pace_s = 0.0

    def __init__(self, url: str, secret: str, clock: Clock, timeout_s: float) -> None:
        try:
            self._signer = Webhook(secret)
        except (binascii.Error, ValueError) as error:
            raise Fatal("COAGENT_DELIVERY__WEBHOOK_SECRET: no base64 after whsec_: make one of 24 bytes") from error
        self._url = url
        self._clock = clock
        self._timeout_s = timeout_s

    async def send(self, message: OutboxMessage) -> None:
        notice_of(message)
        at, body = self._clock.now(), message.payload.decode()
        headers = {
            "webhook-id": message.idempotency_key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signer.sign(msg_id=message.idempotency_key, timestamp=at, data=body),
        }
        await post(self.channel, self._url, body.encode(), headers, self._timeout_s)
