"""What Google's own server of OpenAI's API counts otherwise."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.numbers import number_of
from coagent.ingest.loose_json.objects import mapping


def hidden_thoughts(response: Mapping[str, Any], usage: Mapping[str, Any]) -> dict[str, Any]:
    """Gemini's thoughts, which are billed as output: they are in the total, and in none of its parts. {} where none
    are hidden.

    >>> usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 40}
    >>> hidden_thoughts({"model": "gemini-2.5-flash"}, usage), hidden_thoughts({"model": "gpt-5"}, usage)
    ({'reasoning_tokens': 25}, {})
    """
    model = str(response.get("model")).removeprefix("google/").removeprefix("models/")
    prompt, shown, total = (
        number_of(usage.get(name)) for name in ("prompt_tokens", "completion_tokens", "total_tokens")
    )
    reported = mapping(usage.get("completion_tokens_details")).get("reasoning_tokens")
    if reported or total is None or prompt is None or not model.startswith("gemini-"):
        return {}
    hidden = total - prompt - (shown or 0)
    return {"reasoning_tokens": int(hidden)} if hidden > 0 else {}
