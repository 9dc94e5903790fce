"""`coagent policy`."""

import difflib
from typing import Annotated, Literal

import msgspec
import typer

from coagent.adapters.postgres.policies import PostgresPolicies
from coagent.bootstrap.postgres import database
from coagent.domain.errors import Fatal
from coagent.domain.routing_policy import RoutingPolicy
from coagent.policy.litellm import litellm_yaml
from coagent.settings import Settings

policy = typer.Typer(add_completion=False, no_args_is_help=True, help="What is approved, as a routing policy.")
Form = Annotated[
    Literal["litellm", "json"],
    typer.Option("--as", help="litellm: a part of LiteLLM's config.yaml; json: as on coagent.policy.v1."),
]
EVERY = 10_000


@policy.command()
def show(as_: Form = "json") -> None:
    """Print the newest version."""
    newest = PostgresPolicies(database(Settings())).newest()
    if newest is None:
        raise Fatal("there is no policy yet: nothing was approved (`coagent opportunities list`)")
    typer.echo(_text(newest, as_), nl=False)


@policy.command()
def diff(
    since: Annotated[int | None, typer.Option("--from", help="Version to compare with; else the one before.")] = None,
    as_: Form = "json",
) -> None:
    """Print what the newest version changed."""
    versions = {one.version: one for one in PostgresPolicies(database(Settings())).versions(EVERY)}
    if not versions:
        raise Fatal("there is no policy yet: nothing was approved (`coagent opportunities list`)")
    newest = max(versions)
    before = newest - 1 if since is None else since
    if before and before not in versions:
        raise Fatal(f"--from {before}: versions are {min(versions)} to {newest}")
    old = _text(versions[before], as_) if before else ""
    names = (f"version {before}", f"version {newest}")
    lines = difflib.unified_diff(old.splitlines(), _text(versions[newest], as_).splitlines(), *names, lineterm="")
    typer.echo("\n".join(lines))


def _text(found: RoutingPolicy, form: Literal["litellm", "json"]) -> str:
    if form == "litellm":
        return litellm_yaml(found)
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"
