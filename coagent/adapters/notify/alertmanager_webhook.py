"""Channel `alertmanager-webhook`: to receivers that take what Alertmanager's webhook sends (version 4)."""

import msgspec

from coagent.adapters.notify.http import post
from coagent.adapters.notify.notice import notice_of
from coagent.deliver.alertmanager_alert import webhook
from coagent.domain.insight import OutboxMessage


class AlertmanagerWebhookNotifier:
    channel = "alertmanager-webhook"
    at_once = 4
    pace_s = 0.0

    def __init__(self, url: str, timeout_s: float) -> None:
        self._url = url
        self._timeout_s = timeout_s

    async def send(self, message: OutboxMessage) -> None:
        notice = notice_of(message)
        began = notice.insight.created_at if notice.insight else notice.at
        body = msgspec.json.encode(webhook(notice, began, "coagent"))
        await post(self.channel, self._url, body, {}, self._timeout_s)
