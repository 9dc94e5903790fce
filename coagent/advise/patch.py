"""A change as data: an RFC 6902 JSON patch and the traffic whose configuration it changes."""

from typing import Any

import msgspec

from coagent.domain.segment import Segment


def patch(segment: Segment, path: str, value: Any) -> dict[str, Any]:
    """Sets `path` (a JSON pointer into the route's configuration) to `value` for the segment's requests."""
    match = {name: text for name, text in msgspec.structs.asdict(segment).items() if text is not None}
    return {"match": match, "patch": [{"op": "add", "path": path, "value": value}]}
