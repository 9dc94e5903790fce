"""The server that the real clients talk to."""

import os
from collections.abc import Iterator

import pytest

from tests.integration.kafka.clients.openai_server import OpenAiServer, openai_server

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # litellm fetches its price map at import else


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with openai_server() as running:
        yield running
