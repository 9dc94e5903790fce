"""`faust -A streams.app worker`: detect, group and confirm, with settings from the environment."""

from threading import Thread

from coagent.bootstrap.detection import confirm_step, detect_step
from coagent.settings import Settings
from streams.coagent_app import make_app
from streams.warm_up import warm_for_changes, warm_up

settings = Settings()


def _warm_up() -> None:
    """The rest goes on beside the join: only the first change of all would wait for it."""
    warm_up(detect_step(settings))
    Thread(target=_warm_for_changes, name="warming", daemon=True).start()


def _warm_for_changes() -> None:
    warm_for_changes(detect_step(settings), confirm_step(settings))


app = make_app(settings, ["streams.detect", "streams.group", "streams.confirm"], _warm_up)
