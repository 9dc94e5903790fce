"""What calls of one model would do on another, without any change to read: asked, not proposed."""

from coagent.domain.gate import Change, ChangeEffects, Effect, Estimate, Snapshot
from coagent.gate.catalogue import Catalogue
from coagent.gate.effect.cost import monthly, scaled
from coagent.gate.effect.effects import effects_of
from coagent.gate.effect.measured import measured
from coagent.gate.model_name import model_name
from coagent.gate.read.changes import model_change
from coagent.gate.read.setting import MODEL


def what_if(
    model: str, other: str, task: str | None, snapshot: Snapshot | None, catalogue: Catalogue
) -> tuple[ChangeEffects, Effect]:
    """As the gate judges it, and the cost a request in US dollars, by the same figures."""
    change = Change(kind=model_change(model, other), name=MODEL, before=model, after=other, file="", line=0, task=task)
    [found] = effects_of([change], snapshot, catalogue)
    ours = measured(snapshot, model, task) if snapshot else None
    requests = monthly(ours, snapshot.days) if snapshot and ours else 0.0
    cost = next(one for one in found.effects if one.metric == "cost")
    return found, _per_request(cost, requests)


def _per_request(cost: Effect, requests: float) -> Effect:
    def each(one: Estimate | None) -> Estimate | None:
        return scaled(one, 1 / requests) if one is not None and requests else None

    return Effect(
        metric="cost",
        before=each(cost.before),
        after=each(cost.after),
        change=each(cost.change),
        method=cost.method,
        rests_on=cost.rests_on,
        why_unknown=cost.why_unknown,
    )


def names_in_telemetry(written: str) -> list[str]:
    """What requests may call a model that is written so."""
    return sorted({written, model_name(written).name, written.partition("/")[2] or written})
