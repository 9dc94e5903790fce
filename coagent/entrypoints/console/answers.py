"""Asks the views as their reader. Pages that are open together share an answer for a moment."""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

from coagent.adapters.postgres.sql_reader import Answer, SqlReader

MOST_KEPT = 200

Key = tuple[str, tuple[tuple[str, Any], ...]]


class Answers:
    """Keeps the newest answers; `forget` after a decision, so that it is seen at once. A question has a lock as long as
    somebody asks it.
    """

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader
        self._kept: OrderedDict[Key, tuple[float, Answer]] = OrderedDict()
        self._locks: WeakValueDictionary[Key, threading.Lock] = WeakValueDictionary()
        self._guard = threading.Lock()

    def ask(self, sql: str, parameters: Mapping[str, Any], kept_s: float = 0.0) -> Answer:
        """At most `kept_s` old; of several that ask at once, one goes to the database. Raises Fatal, Transient."""
        key = (sql, tuple(sorted(parameters.items())))
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            found = self._kept.get(key)
            if found and time.monotonic() - found[0] < kept_s:
                return found[1]
            answer = self._reader.ask(sql, parameters)
            self._keep(key, answer)
            return answer

    def forget(self) -> None:
        """All of them."""
        with self._guard:
            self._kept.clear()

    def _keep(self, key: Key, answer: Answer) -> None:
        with self._guard:
            self._kept[key] = (time.monotonic(), answer)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
