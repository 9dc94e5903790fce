"""Which dead letters are meant."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coagent.adapters.kafka.dead_letters import KeptLetter
from coagent.domain.errors import Fatal

_PLACE = re.compile(r"(?P<topic>[^\[\]@]+)\[(?P<partition>\d+)\]@(?P<offset>\d+)(?:#\d+)?")


@dataclass(frozen=True)
class Selection:
    """By reason, topic and place (`topic[partition]@offset`); what is None or empty excludes nothing."""

    reason: str | None = None
    topic: str | None = None
    places: frozenset[str] = frozenset()

    def of(self, letters: Iterable[KeptLetter]) -> Iterator[KeptLetter]:
        """In their order."""
        return (kept for kept in letters if self._holds(kept))

    def _holds(self, kept: KeptLetter) -> bool:
        letter = kept.letter
        return (
            self.reason in (None, letter.reason)
            and self.topic in (None, letter.topic)
            and (not self.places or str(letter.origin) in self.places)
        )


def checked_places(texts: Iterable[str]) -> frozenset[str]:
    """Places as `list` and the view `insights.rejections` print them, without the index. Raises Fatal."""
    return frozenset(map(_checked, texts))


def _checked(text: str) -> str:
    found = _PLACE.fullmatch(text)
    if not found:
        raise Fatal(f"{text!r} is no place: say topic[partition]@offset, as `coagent deadletter list` prints it")
    return f"{found['topic']}[{int(found['partition'])}]@{int(found['offset'])}"
