"""All pages, in the order of the menu."""

from coagent.entrypoints.console.page import Page
from coagent.entrypoints.console.pages import (
    budgets,
    deliveries,
    inputs,
    ledger,
    now,
    opportunities,
    review,
    scorecard,
    shift,
    shifts,
    spend,
    verdicts,
)

PAGES: tuple[Page, ...] = (
    *(now.PAGE, shifts.PAGE, shift.PAGE),
    *(opportunities.PAGE, spend.PAGE, scorecard.PAGE, budgets.PAGE, ledger.PAGE),
    *(verdicts.PAGE, review.PAGE),
    *(inputs.PAGE, deliveries.PAGE),
)
