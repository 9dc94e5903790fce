"""What is not read or not believed of one request, while it is being read."""

from coagent.domain.rejected import Noted


class Notes:
    """Collects `Noted`s of the request at one place of a message."""

    def __init__(self, index: int) -> None:
        self._index = index
        self.found: list[Noted] = []

    def add(self, reason: str, detail: str) -> None:
        self.found.append(Noted(reason=reason, detail=detail, index=self._index))
