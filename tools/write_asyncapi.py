"""Writes coagent/asyncapi.yaml from the types that are sent."""

from pathlib import Path

import yaml

from coagent import __version__
from coagent.adapters.kafka.asyncapi import document

FILE = Path(__file__).parents[1] / "coagent" / "asyncapi.yaml"

FILE.write_text(yaml.safe_dump(document(__version__), sort_keys=False, width=120, allow_unicode=True))
