"""Where a request's content lives: an address made from a template, for people. coagent itself reads nothing there."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote


def link_maker(template: str | None) -> Callable[[str, datetime | None], str | None]:
    """`{request_id}`, `{day}` and `{time}` (epoch milliseconds) are filled in, quoted for an address. None without a
    template, and where it names a time that is not known.
    """

    def link(request_id: str, time: datetime | None) -> str | None:
        if template is None or (time is None and ("{day}" in template or "{time}" in template)):
            return None
        filled = template.replace("{request_id}", quote(request_id, safe="", errors="replace"))
        return filled if time is None else _with_time(filled, time)

    return link


def _with_time(text: str, time: datetime) -> str:
    return text.replace("{day}", f"{time:%Y-%m-%d}").replace("{time}", str(int(1000 * time.timestamp())))
