"""The picture that goes with a message: what changed, before and after."""

from io import BytesIO

import msgspec

from coagent.domain.insight import Insight
from coagent.domain.report import ShiftReport
from coagent.domain.shift import Shift, nan_for_null


def change_picture(insight: Insight) -> bytes | None:
    """PNG of a shift's signals that changed; None where there is none to draw."""
    shift = _shift(insight) if insight.kind == "shift" else None
    if shift is None or not any(one.moved for one in shift.signals):
        return None
    from coagent.drawing.files import DPI  # noqa: PLC0415  matplotlib is loaded only when something is drawn
    from coagent.drawing.style import drawing  # noqa: PLC0415
    from coagent.entrypoints.plots.shift_figure import change_figure  # noqa: PLC0415

    file = BytesIO()
    with drawing():
        change_figure(shift).savefig(file, format="png", dpi=DPI)
    return file.getvalue()


def _shift(insight: Insight) -> ShiftReport | None:
    """None where another version wrote it."""
    plain = dict(insight.subject)
    try:
        for name in ("signals", "parts"):
            plain[name] = nan_for_null(plain.get(name) or [])
        return ShiftReport.of(msgspec.convert(plain, Shift))
    except (msgspec.ValidationError, TypeError, KeyError):
        return None
