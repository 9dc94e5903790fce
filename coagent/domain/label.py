"""What people say of single requests: `coagent.labels.v1`.

JSON, one object a message, keyed by the request's id. Anybody may send one; what cannot be taken becomes a dead letter
with its reason. There is no free text in it: what a request held must not come here by way of a comment.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from coagent.domain.request import Text
from coagent.domain.review import Verdict

AHEAD = timedelta(days=1)
"""A label of a later time than this would stand for ever against all that are said meanwhile."""
MOST_TAGS = 16

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Who = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
RequestId = Annotated[Text, msgspec.Meta(min_length=1)]
Tag = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class _OfRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """`id` makes it count once however often it comes; who and when decides which label of a reviewer stands."""

    id: Id
    at: Instant
    by: Who
    request_id: RequestId
    version: Literal[1] = 1

    def key(self) -> bytes:
        return self.request_id.encode(errors="replace")


class Label(_OfRequest, frozen=True, tag="label"):
    """A person's verdict. `tags`: short names of what was wrong, such as `wrong-language`."""

    verdict: Verdict
    tags: Annotated[list[Tag], msgspec.Meta(max_length=MOST_TAGS)] = []


class UserReport(_OfRequest, frozen=True, tag="report"):
    """A user was not content: somebody should look at it."""


Said = Label | UserReport


class SaidOfRequest(msgspec.Struct, frozen=True):
    """A label or report, and where on `coagent.labels.v1` it was said."""

    said: Said
    cluster: str
    partition: int
    offset: int
