"""What people read of a trial's figures."""

from collections.abc import Mapping

from coagent.domain.number_format import MINUS, UNKNOWN, number
from coagent.domain.verdict import RELATIVE, Metric, MetricFigures, Trial, TrialStatus
from coagent.domain.vocabulary import signal_name

METRIC_NAME: Mapping[Metric, str] = {
    "success": "success rate",
    "quality": signal_name("quality_score"),
    "cost": "mean cost a request",
    "latency": "typical latency",
}
ARM_NAME: Mapping[str, str] = {
    "app_version": "app version",
    "prompt_template": "prompt template",
    "service_tier": "service tier",
    "response_model": "response model",
}
STATUS_NAME: Mapping[TrialStatus, str] = {
    "running": "running",
    "certified": "certified: not worse than its margins",
    "halted": "halted: worse than a margin",
    "undecided": "undecided: cannot tell",
    "stopped": "stopped without a verdict",
}
PERCENT = 100


def change(metric: Metric, effect: float | None) -> str:
    """Candidate less control: points of a rate, a score, percent of a cost or latency.

    >>> change("success", 0.012), change("quality", 0.02), change("cost", 0.3), change("latency", None)
    ('+1.2 points', '+0.02', '+30 %', '-')
    """
    if effect is None:
        return UNKNOWN
    factor, unit = (PERCENT, " %") if metric in RELATIVE else (PERCENT, " points") if metric == "success" else (1, "")
    text = number(abs(effect) * factor) or "0"
    sign = "" if text == "0" else MINUS if effect < 0 else "+"
    return f"{sign}{text}{unit}"


def interval(figures: MetricFigures) -> str:
    """`+0.2 points to +1.1 points`; a bound that is not known yet is a question mark."""
    low, high = (change(figures.metric, one) if one is not None else "?" for one in (figures.low, figures.high))
    return f"{low} to {high}"


def worst(metric: Metric, margin: float) -> str:
    """The effect at the margin.

    >>> worst("success", -0.02), worst("cost", 0.1)
    ('+2 points', '+10 %')
    """
    return change(metric, margin if metric in RELATIVE else -margin)


def arms(trial: Trial) -> str:
    """`app version 2 against 1`."""
    field = trial.arms.field
    return f"{ARM_NAME.get(field, field)} {trial.arms.candidate} against {trial.arms.control}"
