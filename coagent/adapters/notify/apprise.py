"""Channel `apprise`: any other service by its Apprise URL. Messages there cannot be edited: each news is a new one."""

import asyncio

from apprise import Apprise

from coagent.adapters.notify.notice import notice_of
from coagent.deliver.plain_text import text, title
from coagent.domain.errors import Fatal, Transient
from coagent.domain.insight import OutboxMessage


class AppriseNotifier:
    channel = "apprise"
    at_once = 1
    pace_s = 1.0

    def __init__(self, urls: list[str]) -> None:
        """Raises Fatal where an URL names no service; the URLs hold secrets and are not shown."""
        self._apprise = Apprise()
        for place, url in enumerate(urls):
            if not self._apprise.add(url):
                raise Fatal(f"COAGENT_DELIVERY__APPRISE_URLS[{place}] names no service that Apprise knows")

    async def send(self, message: OutboxMessage) -> None:
        notice = notice_of(message)
        if notice.is_silent:
            return
        taken = await asyncio.to_thread(
            self._apprise.notify, body=text(notice), title=title(notice), body_format="text", interpret_escapes=False
        )
        if not taken:
            raise Transient("channel apprise: a service did not take the message")
