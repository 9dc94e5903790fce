"""The ways in which work fails. A change that turns out to be none is an outcome, not an error."""


class CoagentError(Exception):
    """Base of all errors that coagent raises on purpose; its text names the thing, the place and the next action."""


class Transient(CoagentError):
    """The world is busy or away: try again with backoff, or after `retry_after_s` where it said so."""

    def __init__(self, text: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class Unacceptable(CoagentError):
    """The other side never takes this value: it goes to the dead letters, and the rest goes on."""


class Fatal(CoagentError):
    """Going on would be wrong: stop, with the operator's next action in the text."""
