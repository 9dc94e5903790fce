"""What a forge's refusal means for whoever runs the command."""

from collections.abc import Mapping
from http import HTTPStatus

from coagent.domain.errors import CoagentError, Fatal, Transient

LONGEST = 200


def problem(where: str, status: int | None, said: str, hints: Mapping[HTTPStatus, str]) -> CoagentError:
    """`status` None: there was no answer. `said`: the error's own words, where no hint is better."""
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Transient(f"{where}: no good answer ({said}): try again")
    return Fatal(f"{where}: {status}: {next((text for one, text in hints.items() if one == status), said[:LONGEST])}")
