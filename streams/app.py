"""`faust -A streams.app worker`: detect, group and confirm, with settings from the environment."""

from coagent.bootstrap.detection import confirm_step, detect_step
from coagent.settings import Settings
from streams.coagent_app import make_app
from streams.warm_up import warm_up

settings = Settings()


def _warm_up() -> None:
    warm_up(detect_step(settings), confirm_step(settings))


app = make_app(settings, ["streams.detect", "streams.group", "streams.confirm"], _warm_up)
