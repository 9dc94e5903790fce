"""What a process of coagent reports of itself every few seconds."""

from datetime import datetime
from typing import Literal

import msgspec

Process = Literal["ingest", "worker", "sink", "agent"]


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """`instance`: host and process id. `started`: when the process began. `progressed`: when it last got through a turn
    of its work, which it does every few seconds without anything to read too; None: not yet. `ready`: as `/ready`.
    """

    process: Process
    instance: str
    number: int
    at: datetime
    started: datetime
    progressed: datetime | None
    ready: bool
    version: str
