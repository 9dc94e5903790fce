"""An application that ends the moment its calls are answered: python -m … SERVER_URL BOOTSTRAP_SERVERS."""

import asyncio
import sys

import litellm

from coagent.producers.litellm_logger import KafkaLogger
from tests.integration.kafka.clients.calls import PLAIN
from tests.integration.kafka.clients.openai_server import API_KEY

litellm.callbacks = [KafkaLogger(sys.argv[2])]
request = {**PLAIN, "model": "openai/gpt-4o", "api_base": sys.argv[1], "api_key": API_KEY}
litellm.completion(**request)
asyncio.run(litellm.acompletion(**request))
