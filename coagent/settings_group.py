"""Base of the groups of settings."""

from pydantic import BaseModel, ConfigDict


class Group(BaseModel):
    """Frozen, and a misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
