"""Whether the model server answers, and to which names."""

import httpx
import msgspec

from coagent.domain.shown_url import shown_url
from coagent.settings import ModelSettings

OK = 200
WITHIN_S = 5.0


class ModelState(msgspec.Struct, frozen=True):
    """`problem` is None where the server answers and serves the model. `is_away`: it cannot be reached at all."""

    name: str | None
    base_url: str
    problem: str | None = None
    action: str | None = None
    is_away: bool = False


def model_state(model: ModelSettings) -> ModelState | None:
    """Asks the server for its models; None where no server is named."""
    if model.base_url is None:
        return None
    headers = {"Authorization": f"Bearer {model.api_key.get_secret_value()}"} if model.api_key else {}
    try:
        answer = httpx.get(f"{model.base_url.rstrip('/')}/models", headers=headers, timeout=WITHIN_S)
        names = [str(entry["id"]) for entry in answer.json()["data"]] if answer.status_code == OK else []
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as problem:
        action = "start the model server, or unset the URL"
        return _state(model, f"{type(problem).__name__}: {problem}", action, is_away=True)
    if answer.status_code != OK:
        return _state(model, f"status {answer.status_code}", "check COAGENT_MODEL__API_KEY")
    if model.name not in names:
        return _state(model, f"{model.name!r} is not among {names}", "set COAGENT_MODEL__NAME to one")
    return _state(model, None, None)


def _state(model: ModelSettings, problem: str | None, action: str | None, *, is_away: bool = False) -> ModelState:
    return ModelState(model.name, shown_url(model.base_url or ""), problem, action, is_away)
