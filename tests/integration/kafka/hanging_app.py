"""A Faust worker that crashes at once, since it reads no topic, and then never stops by itself."""

import asyncio
from typing import Any

from coagent.settings import Settings
from streams.coagent_app import make_app

app = make_app(Settings(), [], lambda: None)


async def _wait_for_ever(*_args: Any, **_kwargs: Any) -> None:
    await asyncio.Event().wait()


app.on_before_shutdown.connect(_wait_for_ever, weak=False)
