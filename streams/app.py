"""`faust -A streams.app worker`: detect and confirm, with settings from the environment."""

from coagent import bootstrap
from coagent.settings import Settings
from streams.coagent_app import make_app

app = make_app(Settings(), ["streams.detect", "streams.confirm"], bootstrap.warm_up_steps)
