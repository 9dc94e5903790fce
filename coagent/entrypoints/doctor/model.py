"""The model endpoint."""

from coagent.entrypoints.doctor.check import Finding
from coagent.entrypoints.model_state import model_state
from coagent.entrypoints.running import find_running
from coagent.settings import Settings

CHILD = "model"
"""Its name among the processes of `coagent up`."""


def check_model(settings: Settings) -> Finding:
    """Asks the OpenAI-compatible server for its models."""
    state = model_state(settings.model)
    if state is None:
        return Finding(CHILD, "skipped", "no COAGENT_MODEL__BASE_URL and no `up --model`: code writes each insight")
    if state.problem is None:
        return Finding(CHILD, "ok", f"{state.name} at {state.base_url}")
    if state.is_away and _is_a_child(settings):
        text = f"{state.name} at {state.base_url} is still loading; code writes each insight until it answers"
        return Finding(CHILD, "skipped", text, f"its log is {settings.data_dir / 'logs' / 'model.log'}")
    return Finding(CHILD, "problem", f"{state.base_url}: {state.problem}", state.action)


def _is_a_child(settings: Settings) -> bool:
    running = find_running(settings.data_dir)
    return running is not None and CHILD in running.processes
