"""A request a second of each account, spread evenly over the second."""

import random
from collections.abc import Iterator

import msgspec

SEED = 1


class FleetTraffic:
    """Canonical JSON requests of `accounts` accounts (a task and a tenant each) on `streams` models."""

    def __init__(self, accounts: int, streams: int) -> None:
        self._chance = random.Random(SEED)  # noqa: S311  # traffic, not secrets
        self._encode = msgspec.json.Encoder().encode
        self._names = [
            {"provider": f"provider-{n % streams % 3}", "request_model": f"model-{n % streams}", **_part(n // streams)}
            for n in range(accounts)
        ]
        self._sent = 0

    def requests(self, count: int, time_s: float) -> Iterator[bytes]:
        """The next `count`, account after account."""
        for _ in range(count):
            yield self._encode({"time": time_s, **self._names[self._sent % len(self._names)], **self._measured()})
            self._sent += 1

    def _measured(self) -> dict[str, object]:
        chance = self._chance
        output_tokens, first_token_s = int(chance.lognormvariate(5.0, 0.7)), chance.lognormvariate(-0.9, 0.4)
        return {
            "input_tokens": int(chance.lognormvariate(6.5, 0.8)),
            "output_tokens": output_tokens,
            "time_to_first_token_s": first_token_s,
            "duration_s": first_token_s + output_tokens / chance.uniform(60, 90),
            "stream": True,
            "finish_reason": "stop",
            "status": "ok",
        }


def _part(number: int) -> dict[str, str]:
    return {"task": f"task-{number % 10}", "tenant": f"tenant-{number // 10}"}
