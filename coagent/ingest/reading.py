"""What a decoder found in one record, before coagent's own terms: the contract between formats and `normalize`."""

from typing import Any

import msgspec


class Reading(msgspec.Struct, gc=False):
    """One request as its producer wrote it.

    `fields`: canonical names (`coagent.ingest.record.Record`) to plain values; numbers and booleans may be text, None,
    "" and NaN are unknown. Besides them it may hold what token counts are completed from:

    - `total_tokens`: all tokens as the producer adds them up;
    - `uncached_input_tokens`: input without cache reads and cache writes;
    - `cache_write_5m_tokens`: cache writes that are kept five minutes.

    `provider` is what the producer calls it: a provider, a gateway or a framework; `host` is the server's address or
    URL, from which the endpoint follows where `fields` has none; `marks` are providers that the record itself shows
    by its shape (`groq` for `x_groq`, `openrouter` for its generation ids), the surest first.

    `input_excludes_cache` and `output_excludes_reasoning` say how the producer counts; None where it is not known.
    `unread` are names of usage keys with a number other than 0 that nothing reads. `response_id` is the provider's id
    of the answer.
    """

    fields: dict[str, Any]
    host: str | None = None
    marks: tuple[str, ...] = ()
    input_excludes_cache: bool | None = None
    output_excludes_reasoning: bool | None = None
    unread: tuple[str, ...] = ()
    response_id: str | None = None
    attributes: dict[str, str] = {}
