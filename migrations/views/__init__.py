"""The stable views, one a file. They are renewed after every migration, so they have no history of their own."""

from sqlalchemy import Connection

from migrations.views.commands import COMMANDS
from migrations.views.decisions import DECISIONS
from migrations.views.deliveries import DELIVERIES
from migrations.views.detectors import DETECTORS
from migrations.views.dismissals import DISMISSALS
from migrations.views.drafts import DRAFTS
from migrations.views.functions import FUNCTIONS
from migrations.views.gaps import GAPS
from migrations.views.intake import INTAKE
from migrations.views.model_scorecard import MODEL_SCORECARD
from migrations.views.mutes import MUTES
from migrations.views.opportunities import OPPORTUNITIES
from migrations.views.probes import PROBES
from migrations.views.quality import QUALITY
from migrations.views.quality_changes import QUALITY_CHANGES
from migrations.views.rejections import REJECTIONS
from migrations.views.review import REVIEW_AGREEMENT, REVIEW_LABELS, REVIEW_QUEUE
from migrations.views.savings_ledger import SAVINGS_LEDGER
from migrations.views.shifts import SHIFTS
from migrations.views.slo_status import SLO_STATUS
from migrations.views.spend import SPEND
from migrations.views.streams import STREAMS
from migrations.views.streams_1h import STREAMS_1H
from migrations.views.tickets import TICKETS
from migrations.views.traffic import REQUESTS_1D, REQUESTS_1H, REQUESTS_1M
from migrations.views.unpriced_models import UNPRICED_MODELS
from migrations.views.verdicts import VERDICTS

VIEWS = (
    COMMANDS,
    MUTES,  # of commands
    SHIFTS,  # of mutes
    DISMISSALS,
    OPPORTUNITIES,
    DRAFTS,
    REQUESTS_1M,
    REQUESTS_1H,
    REQUESTS_1D,
    STREAMS,
    STREAMS_1H,
    SPEND,
    MODEL_SCORECARD,
    UNPRICED_MODELS,
    REJECTIONS,
    DETECTORS,
    GAPS,
    SLO_STATUS,
    DECISIONS,
    SAVINGS_LEDGER,
    PROBES,
    INTAKE,
    REVIEW_QUEUE,
    REVIEW_LABELS,
    REVIEW_AGREEMENT,
    QUALITY,
    QUALITY_CHANGES,
    DELIVERIES,
    TICKETS,
    VERDICTS,
)


def install(connection: Connection) -> None:
    """Make or renew every view with its comments and its grant, and the functions that they use."""
    statements = [*FUNCTIONS, *(statement for view in VIEWS for statement in view.statements())]
    for statement in statements:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
