"""Environment to typed, grouped, immutable settings: `COAGENT_<GROUP>__<FIELD>`, read once."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from coagent.delivery_settings import DeliverySettings
from coagent.domain.telemetry_format import Format
from coagent.settings_group import Group

TEST_VARIABLES = frozenset({"COAGENT_CASES", "COAGENT_INPUTS", "COAGENT_KAFKA_HOME"})
"""Read by the tests alone."""

SECRET_ENDINGS = (".password", ".passphrase", ".key.pem", ".client.secret", ".jaas.config")

AnyFormat = Literal["auto", Format]
"""`auto`: each message by its content."""


class KafkaSettings(Group):
    """The cluster that carries telemetry and coagent's own topics."""

    bootstrap_servers: str | None = Field(None, description="host:port,…; unset: `coagent up` embeds one")
    options: dict[str, str] = Field({}, description="any librdkafka option (SASL, TLS, …), passed through")
    secrets: dict[str, SecretStr] = Field({}, description="never printed, such as sasl.password")
    partitions: int = Field(4, ge=1, description="partitions of each topic that coagent creates")
    replication_factor: int = Field(1, ge=1, description="replicas of each topic that coagent creates")
    session_timeout_ms: int = Field(6000, ge=1000, description="a dead member's partitions move after this long")
    embedded_port: int | None = Field(
        None, ge=1, le=65535, description="of the embedded broker; unset: that of last time, at first 19092 or any free"
    )

    @field_validator("options")
    @classmethod
    def _no_secrets(cls, options: dict[str, str]) -> dict[str, str]:
        secret = [name for name in options if name.endswith(SECRET_ENDINGS)]
        if secret:
            raise ValueError(f"{', '.join(secret)} belongs into COAGENT_KAFKA__SECRETS, which are never printed")
        return options


class PostgresSettings(Group):
    """The database that people query."""

    url: SecretStr | None = Field(None, description="postgresql://…; unset: `coagent up` runs an embedded Postgres")
    embedded_port: int | None = Field(
        None, ge=1, le=65535, description="of the embedded one; unset: that of last time, at first 15432 or any free"
    )


class IngestSettings(Group):
    """Telemetry in."""

    topics: tuple[str, ...] = Field(("llm.telemetry",), description="topics to read")
    formats: dict[str, AnyFormat] = Field({}, description="pins a topic to a format; others are detected by content")
    mappings: dict[str, Path] = Field({}, description="reads a topic by a mapping file, see docs/mapping.md")
    flush_rows: int = Field(
        2048, ge=1, description="rows after which a segment's batch is sent, or sooner where its texts are long"
    )
    flush_age_s: float = Field(0.5, gt=0, description="seconds after which a segment's batch is sent however small")
    commit_s: float = Field(0.5, gt=0, description="seconds between commits: what a crash makes ingest read again")
    max_rows: int = Field(200_000, ge=1, description="rows held in memory at most; then the oldest batches go out")
    max_segments: int = Field(50_000, ge=1, description="segments told apart; the rest counts under `(other)`")
    hash_key: SecretStr | None = Field(None, description="HMAC key for prompt and prefix hashes; unset: none are made")
    prices_file: Path | None = Field(None, description="price overrides, see README")
    task_attribute: str | None = Field(None, description="span attribute or request tag that names the task")
    tenant_attribute: str | None = Field(None, description="resource attribute or metadata key that names the tenant")


class DetectionSettings(Group):
    """One budget for the whole fleet; thresholds follow from it."""

    false_alarms_per_month: float = Field(1.0, gt=0, description="pages a month that may be false, over all segments")
    rows_per_month: float | None = Field(None, gt=0, description="rows a month in the fleet; unset: measured")


class ModelSettings(Group):
    """The local model that explains (an OpenAI-compatible server such as vLLM). Without one, code narrates."""

    base_url: str | None = Field(None, description="http://127.0.0.1:8000/v1; unset: the deterministic narrator")
    name: str | None = Field(None, description="model name to ask for")
    api_key: SecretStr | None = Field(None, description="bearer token, where the server wants one")
    timeout_s: float = Field(60.0, gt=0, description="seconds to wait for one answer")


class AgentSettings(Group):
    """The slow side: advise, narrate, deliver."""

    narrate_every_s: float = Field(1.0, gt=0, description="seconds between looks for shifts to tell")
    advise_every_s: float = Field(60.0, gt=0, description="seconds between looks for opportunities")
    silence_every_s: float = Field(120.0, gt=0, description="seconds between looks for segments that stopped")
    measure_every_s: float = Field(60.0, gt=0, description="seconds between measurements of the fleet's traffic")
    route_every_s: float = Field(1.0, gt=0, description="seconds between looks for news to send and words of people")
    roll_up_every_s: float = Field(60.0, gt=0, description="seconds between sums of minutes to hours and days")
    deliver_every_s: float = Field(1.0, gt=0, description="seconds between looks into the outbox")
    poll_every_s: float = Field(60.0, gt=0, description="seconds between looks at trackers that no webhook reports of")
    lookback_days: float = Field(30.0, gt=0, description="days of rollups behind an opportunity")


class RetentionSettings(Group):
    """How long Postgres keeps what; days are kept for ever."""

    minutes_days: float = Field(14.0, ge=1, description="days that rollups by the minute are kept")
    hours_days: float = Field(400.0, ge=1, description="days that rollups by the hour are kept")


class Settings(BaseSettings):
    """All settings; `coagent settings` prints them with their descriptions, secrets hidden."""

    model_config = SettingsConfigDict(
        env_prefix="COAGENT_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(Path(".coagent"), description="where embedded servers and stream state live")
    kafka: KafkaSettings = KafkaSettings()
    postgres: PostgresSettings = PostgresSettings()
    ingest: IngestSettings = IngestSettings()
    detection: DetectionSettings = DetectionSettings()
    model: ModelSettings = ModelSettings()
    agent: AgentSettings = AgentSettings()
    delivery: DeliverySettings = DeliverySettings()
    retention: RetentionSettings = RetentionSettings()


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like settings and are none: nobody would read them."""
    known = {f"COAGENT_{name}".upper() for name in Settings.model_fields} | TEST_VARIABLES
    named = (name for name in environment if name.upper().startswith("COAGENT_"))
    return sorted(name for name in named if name.upper().split("__")[0] not in known)


def explain(problem: ValidationError | SettingsError) -> str:
    """Which variables are wrong and how, without their values: they may be secrets."""
    if isinstance(problem, SettingsError):
        group = re.sub(r'.*field "(\w+)".*', r"COAGENT_\1", str(problem)).upper()
        return f"a variable of {group}__… cannot be read: lists and tables are written as JSON"
    return "; ".join(
        f"{'COAGENT_' + '__'.join(str(part) for part in error['loc']).upper()}: {error['msg']}"
        for error in problem.errors(include_input=False, include_url=False)
    )
