"""Channel `stdout`: each notice as plain text, for logs and pipes."""

import sys
from typing import TextIO

from coagent.adapters.notify.notice import notice_of
from coagent.deliver.plain_text import text, title
from coagent.domain.insight import OutboxMessage


class StdoutNotifier:
    """Writes to the stream that is standard output when it sends, or to `stream`."""

    channel = "stdout"
    at_once = 1
    pace_s = 0.0

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    async def send(self, message: OutboxMessage) -> None:
        notice = notice_of(message)
        stream = self._stream or sys.stdout
        stream.write(f"── {title(notice)}\n{text(notice)}\n\n")
        stream.flush()
