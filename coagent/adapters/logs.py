"""What a process reports to its operator: lines on standard error, one a minute for what repeats."""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

REPEATS_AFTER_S = 60.0
MOST_KINDS = 1_000
"""Kinds of messages that are remembered; beyond, all are forgotten and each is written once more."""
TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "data"}


def log_to_stderr(*, as_json: bool) -> None:
    """From INFO on."""
    logging.basicConfig(level=logging.INFO, format=TEXT)
    shape_logs(as_json=as_json)


def shape_logs(*, as_json: bool) -> None:
    """Once a minute for what repeats, whoever set the logs up; as JSON where it is wanted."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(OnceAMinute())
        if as_json:
            handler.setFormatter(JsonLines())


class OnceAMinute(logging.Filter):
    """Warnings and errors of one kind, that is of one logger and one text before its values are filled in: the first
    at once, then one a minute that says how many there were. An outage would else write thousands.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        kind, now = (record.name, str(record.msg)), self._clock()
        since, left_out = self._seen.get(kind, (-REPEATS_AFTER_S, 0))
        if now - since < REPEATS_AFTER_S:
            self._seen[kind] = since, left_out + 1
            return False
        if len(self._seen) >= MOST_KINDS:
            self._seen.clear()
        self._seen[kind] = now, 0
        if left_out:
            record.msg, record.args = f"{record.getMessage()} ({left_out} more like this since the last line)", ()
        return True


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, and what the call named besides (`extra`), such as `shift`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _OWN},
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)
