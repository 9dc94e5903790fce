"""The local model."""

from coagent.adapters.llm.limits import ModelLimits
from coagent.domain.errors import Fatal
from coagent.ports import ChatModel
from coagent.settings import Settings


def chat_model(settings: Settings) -> ChatModel | None:
    """The local model, or None where none is named; raises Fatal where it is named by half."""
    model = settings.model
    if model.base_url is None:
        return None
    if model.name is None:
        raise Fatal("COAGENT_MODEL__BASE_URL is set: say which model to ask for with COAGENT_MODEL__NAME")
    from coagent.adapters.llm.openai_compatible import OpenAiCompatibleModel  # noqa: PLC0415  30 MB, where a model is named

    limits = ModelLimits(
        timeout_s=model.timeout_s,
        answer_tokens=model.answer_tokens,
        concurrency=model.concurrency,
        tokens_per_hour=model.tokens_per_hour,
        breaker_failures=model.breaker_failures,
        breaker_open_s=model.breaker_open_s,
    )
    return OpenAiCompatibleModel(model.base_url, model.name, model.api_key, limits)
