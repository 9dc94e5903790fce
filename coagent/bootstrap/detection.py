"""Steps 2 and 3: detect and confirm."""

from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.review.sampler import ReviewConfig
from coagent.settings import Settings
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep
from coagent.steps.streams_in_memory import StreamsInMemory


def detect_step(settings: Settings) -> DetectStep:
    """Step 2 under the operator's budget of false alarms."""
    return DetectStep(_detect_config(settings), review_config(settings))


def streams_in_memory(settings: Settings) -> StreamsInMemory:
    """The same without a state that outlives the process, and nobody who reviews requests."""
    return StreamsInMemory(_detect_config(settings))


def review_config(settings: Settings) -> ReviewConfig:
    """What is sampled for people."""
    review = settings.review
    return ReviewConfig(budget=review.requests_per_day, seed=review.seed, low_score=review.low_score)


def _detect_config(settings: Settings) -> DetectConfig:
    detection = settings.detection
    return DetectConfig(
        false_alarms_per_month=detection.false_alarms_per_month,
        rows_per_month=detection.rows_per_month,
    )


def confirm_step(_settings: Settings) -> ConfirmStep:
    """Step 3; nothing of it is the operator's to set."""
    return ConfirmStep(ConfirmConfig())
