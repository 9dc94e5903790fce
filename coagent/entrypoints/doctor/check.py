"""What a check finds."""

from typing import Literal

import msgspec

State = Literal["ok", "problem", "skipped"]


class Finding(msgspec.Struct, frozen=True):
    """`text` says what was found; `action` what to do about it, None where nothing is."""

    name: str
    state: State
    text: str
    action: str | None = None
