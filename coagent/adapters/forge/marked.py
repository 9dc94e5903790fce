"""One comment of ours among those of others, found again by its marker and changed in place."""

from collections.abc import Sequence
from typing import Any, Protocol

PAGE, PAGES = 100, 30
"""Comments a page, and the most pages that are read of one place."""
TIMEOUT_S = 20.0


class Comments(Protocol):
    """Of one place. Each call raises Fatal or Transient."""

    def page(self, number: int) -> Sequence[dict[str, Any]]:
        """PAGE of them where there are more; the first page is 1. Those with a `body` may be ours."""
        ...

    def change(self, known: dict[str, Any], text: str) -> str | None:
        """Its address; None where it is not ours to change."""
        ...

    def make(self, text: str) -> str:
        """Its address."""
        ...


def put_marked(comments: Comments, text: str, marker: str) -> str:
    """Its address. Only a comment that begins with the marker is taken for ours; where none is ours to change, there is
    a new one.
    """
    for known in _marked(comments, marker):
        where = comments.change(known, text)
        if where is not None:
            return where
    return comments.make(text)


def _marked(comments: Comments, marker: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number in range(1, PAGES + 1):
        more = comments.page(number)
        found += [one for one in more if (one.get("body") or "").startswith(marker)]
        if len(more) < PAGE:
            break
    return found
