"""Channel `alertmanager`: alerts to Alertmanager's API v2, which groups, routes and silences them itself."""

import msgspec

from coagent.adapters.notify.http import post
from coagent.adapters.notify.notice import notice_of
from coagent.deliver.alertmanager_alert import alert
from coagent.domain.insight import OutboxMessage


class AlertmanagerNotifier:
    """The conversation's label makes all its notices one alert."""

    channel = "alertmanager"
    at_once = 4
    pace_s = 0.0

    def __init__(self, url: str, timeout_s: float) -> None:
        self._url = f"{url.rstrip('/')}/api/v2/alerts"
        self._timeout_s = timeout_s

    async def send(self, message: OutboxMessage) -> None:
        notice = notice_of(message)
        began = notice.insight.created_at if notice.insight else notice.at
        body = msgspec.json.encode([alert(notice, began)])
        await post(self.channel, self._url, body, {}, self._timeout_s)
