"""The counting worker that makes no checkpoint while it runs: what comes out of it left when it stopped in order."""

from streams import group_commit
from tests.integration.kafka import counting_app
from tests.integration.kafka.counting_app import app

FOR_EVER_S = 3600.0

counting_app.CHECKPOINT_EVERY_S = FOR_EVER_S
group_commit.IDLE_S = FOR_EVER_S

__all__ = ["app"]
