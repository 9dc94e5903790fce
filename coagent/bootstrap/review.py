"""The review queue, and the way of labels."""

from sqlalchemy import Engine

from coagent.adapters.kafka.labels_topic import LabelsTopic
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.review_store import PostgresReviewStore
from coagent.bootstrap.kafka import kafka_connection
from coagent.ports import Clock
from coagent.review.links import link_maker
from coagent.settings import Settings
from coagent.steps.review import QueueConfig, ReviewStep


def review_step(settings: Settings, engine: Engine, clock: Clock) -> ReviewStep:
    """Draws queues and finds success rates."""
    review = settings.review
    config = QueueConfig(review.requests_per_day, review.second_looks)
    return ReviewStep(PostgresReviewStore(engine), PostgresInsightStore(engine), clock, config, link_maker(review.link))


def labels_topic(settings: Settings) -> LabelsTopic:
    """Where labels are said; raises Fatal where no cluster is named."""
    return LabelsTopic(kafka_connection(settings), "coagent-labels")
