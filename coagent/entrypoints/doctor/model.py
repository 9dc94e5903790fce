"""The model endpoint."""

import httpx

from coagent.entrypoints.doctor.check import Finding
from coagent.settings import Settings

OK = 200


def check_model(settings: Settings) -> Finding:
    """Asks the OpenAI-compatible server for its models."""
    model = settings.model
    if model.base_url is None:
        return Finding("model", "skipped", "no COAGENT_MODEL__BASE_URL: the deterministic narrator writes")
    headers = {"Authorization": f"Bearer {model.api_key.get_secret_value()}"} if model.api_key else {}
    try:
        answer = httpx.get(f"{model.base_url.rstrip('/')}/models", headers=headers, timeout=5.0)
        names = [str(entry["id"]) for entry in answer.json()["data"]] if answer.status_code == OK else []
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
        return Finding("model", "problem", f"{model.base_url}: {problem}", "start the model server, or unset the URL")
    if answer.status_code != OK:
        return Finding("model", "problem", f"status {answer.status_code}", "check COAGENT_MODEL__API_KEY")
    if model.name not in names:
        return Finding("model", "problem", f"{model.name!r} is not among {names}", "set COAGENT_MODEL__NAME to one")
    return Finding("model", "ok", f"{model.name} at {model.base_url}")
