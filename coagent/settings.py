"""Environment to typed, grouped, immutable settings: `COAGENT_<GROUP>__<FIELD>`, read once."""

import re
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from pydantic import Field, PositiveFloat, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from coagent.console_settings import ConsoleSettings
from coagent.delivery_settings import DeliverySettings
from coagent.domain.telemetry_format import Format
from coagent.settings_group import Days, Group, Name, Seconds

TEST_VARIABLES = frozenset(
    {"COAGENT_CASES", "COAGENT_INPUTS", "COAGENT_KAFKA_HOME", "COAGENT_QUIX_HOME", "COAGENT_VLLM_HOME"}
)
"""Read by the tests alone."""

SECRET_ENDINGS = (".password", ".passphrase", ".key.pem", ".client.secret", ".jaas.config")

LINK_PLACES = frozenset({"request_id", "day", "time"})
"""What a link to a request may name."""

AnyFormat = Literal["auto", Format]
"""`auto`: each message by its content."""


class KafkaSettings(Group):
    """The cluster that carries telemetry and coagent's own topics."""

    bootstrap_servers: Name | None = Field(None, description="host:port,…; unset: `coagent up` embeds one")
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
            raise ValueError(f"{', '.join(secret)} belongs in COAGENT_KAFKA__SECRETS, which are never printed")
        return options


class PostgresSettings(Group):
    """The database that people query."""

    url: SecretStr | None = Field(None, description="postgresql://…; unset: `coagent up` runs an embedded Postgres")
    embedded_port: int | None = Field(
        None, ge=1, le=65535, description="of the embedded one; unset: that of last time, at first 15432 or any free"
    )


class IngestSettings(Group):
    """Telemetry in."""

    topics: tuple[Name, ...] = Field(("llm.telemetry",), min_length=1, description="topics to read")
    formats: dict[str, AnyFormat] = Field({}, description="pins a topic to a format; others are detected by content")
    mappings: dict[str, Path] = Field({}, description="reads a topic by a mapping file, see docs/mapping.md")
    flush_rows: int = Field(
        2048, ge=1, description="rows after which a segment's batch is sent, or sooner where its texts are long"
    )
    flush_age_s: Seconds = Field(0.5, description="seconds after which a segment's batch is sent however small")
    commit_s: Seconds = Field(0.5, description="seconds between commits: what a crash makes ingest read again")
    max_rows: int = Field(200_000, ge=1, description="rows held in memory at most; then the oldest batches go out")
    max_segments: int = Field(50_000, ge=1, description="segments distinguished; the rest counts under `(other)`")
    hash_key: SecretStr | None = Field(None, description="HMAC key for prompt and prefix hashes; unset: none are made")
    prices_file: Path | None = Field(None, description="price overrides, see README")
    task_attribute: str | None = Field(None, description="span attribute or request tag that names the task")
    tenant_attribute: str | None = Field(None, description="resource attribute or metadata key that names the tenant")


class DetectionSettings(Group):
    """One budget for the whole fleet; thresholds follow from it."""

    false_alarms_per_month: float = Field(
        1.0, gt=0, le=1e6, description="pages a month that may be false, over all segments"
    )
    rows_per_month: float | None = Field(None, gt=0, le=1e15, description="rows a month in the fleet; unset: measured")


class ModelSettings(Group):
    """The local model that explains (an OpenAI-compatible server such as vLLM). Without one, code narrates."""

    base_url: Name | None = Field(None, description="http://127.0.0.1:8000/v1; unset: the deterministic narrator")
    name: Name | None = Field(None, description="model name to ask for")
    api_key: SecretStr | None = Field(None, description="bearer token, where the server wants one")
    timeout_s: Seconds = Field(60.0, description="seconds from a question to the last byte of its answer")
    concurrency: int = Field(16, ge=1, description="questions under way at once; a server such as vLLM batches them")
    answer_tokens: int = Field(1024, ge=64, description="tokens of one answer at most")
    tokens_per_hour: int | None = Field(
        None, ge=1, description="tokens of questions and answers in any hour, then code narrates; unset: no limit"
    )
    breaker_failures: int = Field(3, ge=1, description="failures in a row after which the server is left alone")
    breaker_open_s: Seconds = Field(30.0, description="seconds that it is left alone, until one question tries it")
    vllm_python: Path | None = Field(
        None, description="interpreter that has vLLM, for `coagent up --model`; unset: coagent's own"
    )
    vllm_options: tuple[str, ...] = Field((), description="more of vLLM's own options for `coagent up --model`")


class AgentSettings(Group):
    """The slow side: advise, narrate, deliver."""

    narrate_every_s: Seconds = Field(1.0, description="seconds between looks for shifts to report")
    rewrite_every_s: Seconds = Field(1.0, description="seconds between looks for insights that a model arranges")
    questions: int = Field(6, ge=0, description="look-ups for one insight at most, by code and by the model")
    lookup_s: Seconds = Field(2.0, description="seconds that code's look-ups may delay an insight")
    rewrite_s: Seconds = Field(300.0, description="seconds that the model has for one insight in all")
    advise_every_s: Seconds = Field(
        60.0, description="seconds between looks for opportunities, more where a look takes over a second"
    )
    silence_every_s: Seconds = Field(120.0, description="seconds between looks for segments that stopped")
    behind_s: Seconds = Field(
        120.0,
        ge=30,  # heartbeats come every ten seconds
        description="seconds that messages wait or a process is stuck until it is reported; SILENCE_EVERY_S at least",
    )
    measure_every_s: Seconds = Field(60.0, description="seconds between measurements of the fleet's traffic")
    route_every_s: Seconds = Field(1.0, description="seconds between looks for news to send and words of people")
    roll_up_every_s: Seconds = Field(60.0, description="seconds between sums of minutes to hours and days")
    claim_s: Seconds = Field(
        600.0, description="seconds until another agent takes over what one has begun with the model; above REWRITE_S"
    )
    brief_every_s: Seconds = Field(60.0, description="seconds between looks whether a brief is due")
    forget_every_s: Seconds = Field(3600.0, description="seconds between deletions of what is old enough")
    deliver_every_s: Seconds = Field(1.0, description="seconds between looks into the outbox")
    poll_every_s: Seconds = Field(60.0, description="seconds between looks at trackers that no webhook reports of")
    money_every_s: Seconds = Field(60.0, description="seconds between looks at SLOs, savings and policy")
    review_every_s: Seconds = Field(60.0, description="seconds between looks for a queue to draw and for new labels")
    verdict_every_s: Seconds = Field(2.0, description="seconds between looks at trials that run")
    lookback_days: Days = Field(30.0, description="days of rollups behind an opportunity")

    @model_validator(mode="after")
    def _claims_outlive_the_work(self) -> "AgentSettings":
        if self.claim_s <= self.rewrite_s:
            raise ValueError("CLAIM_S has to be above REWRITE_S, else two agents ask the model about the same insight")
        return self


class ProbeSettings(Group):
    """Active probes, off until they have a budget."""

    usd_per_day: Decimal | None = Field(
        None, gt=0, description="US dollars a day (UTC) that all probes together may cost; unset: nothing is asked"
    )
    keys: dict[Name, SecretStr] = Field({}, description='API keys by the name that a probe gives, as {"acme": "sk-…"}')
    every_s: Seconds = Field(86_400.0, description="seconds between batches of border inputs")
    look_every_s: Seconds = Field(3600.0, description="seconds between looks at log-probabilities")
    due_every_s: Seconds = Field(60.0, description="seconds between looks for probes that are due")
    timeout_s: Seconds = Field(30.0, description="seconds from a call to the last byte of its answer")
    concurrency: int = Field(8, ge=1, le=64, description="calls under way to one endpoint")


class SloSettings(Group):
    """What users may expect."""

    file: Path | None = Field(None, description="YAML file of SLOs, see docs/money.md; unset: there are none")


class ReviewSettings(Group):
    """Which requests people look at, see docs/prove.md."""

    requests_per_day: int = Field(50, ge=0, le=500, description="looks that people have for a day at most; 0: none")
    second_looks: float = Field(0.1, ge=0, le=1, description="share of the sample that two people look at")
    low_score: float = Field(0.5, ge=0, le=1, description="a score of quality below it is low")
    seed: Name = Field("coagent", description="fixes the random order in which requests are drawn")
    link: Name | None = Field(
        None, description="address of a request where its content lives, with {request_id}, {day} or {time}"
    )
    labels_token: SecretStr | None = Field(None, description="bearer token of POST /labels; for `coagent serve`")

    @field_validator("link")
    @classmethod
    def _known_places(cls, link: str | None) -> str | None:
        unknown = set(re.findall(r"\{([^}]*)\}", link or "")) - LINK_PLACES
        if unknown:
            raise ValueError(f"knows {', '.join(sorted(LINK_PLACES))}, not {', '.join(sorted(unknown))}")
        return link


class SelfHostingSettings(Group):
    """What a GPU of the company's own would cost and do; self-hosting is advised only where all three are set."""

    gpu_usd_per_hour: PositiveFloat | None = Field(
        None, description="US dollars an hour of one GPU; unset: not advised"
    )
    gpu_output_tokens_per_s: PositiveFloat | None = Field(
        None, description="tokens out a second of one GPU, measured under load"
    )
    model: str | None = Field(None, description="model that it would serve")


class RetentionSettings(Group):
    """How long Postgres keeps what; days are kept for ever."""

    minutes_days: Days = Field(14.0, ge=1, description="days that rollups by the minute are kept")
    hours_days: Days = Field(400.0, ge=1, description="days that rollups by the hour are kept")
    drafts_days: Days = Field(30.0, ge=1, description="days that the model's answers are kept, refused ones too")
    findings_days: Days = Field(
        400.0, ge=1, description="days that ended shifts, dismissals, silences, opportunities and decisions are kept"
    )
    deliveries_days: Days = Field(90.0, ge=1, description="days that messages which were sent or dropped are kept")
    dead_letters_days: Days = Field(30.0, ge=1, description="days that places and reasons of dead letters are kept")
    intake_days: Days = Field(90.0, ge=1, description="days that counts of what was skipped and rejected are kept")


class MetricsSettings(Group):
    """Each process serves /metrics, /live and /ready; where its port is taken, at any free one, as its log says."""

    host: Name = Field("127.0.0.1", description="address to serve at; no password is asked for")
    ingest_port: int = Field(9464, ge=0, le=65535, description="port of `coagent ingest`; 0: not served")
    worker_port: int = Field(9465, ge=0, le=65535, description="port of the worker; 0: not served")
    sink_port: int = Field(9466, ge=0, le=65535, description="port of `coagent sink`; 0: not served")
    agent_port: int = Field(9467, ge=0, le=65535, description="port of `coagent agent`; 0: not served")
    up_port: int = Field(9468, ge=0, le=65535, description="port of `coagent up`; 0: not served")


class LogSettings(Group):
    """What the processes write on standard error."""

    format: Literal["text", "json"] = Field("text", description="text for people, or json: one object a line")

    @property
    def is_json(self) -> bool:
        return self.format == "json"


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
    self_hosting: SelfHostingSettings = SelfHostingSettings()
    log: LogSettings = LogSettings()
    slo: SloSettings = SloSettings()
    review: ReviewSettings = ReviewSettings()
    probes: ProbeSettings = ProbeSettings()
    metrics: MetricsSettings = MetricsSettings()
    console: ConsoleSettings = ConsoleSettings()


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
        f"{_variable(error['loc'])}: {_wrong(error['loc'], error['type'], error['msg'])}"
        for error in problem.errors(include_input=False, include_url=False)
    )


def _variable(place: tuple[int | str, ...]) -> str:
    return "COAGENT_" + "__".join(str(part) for part in place).upper()


def _wrong(place: tuple[int | str, ...], kind: str, words: str) -> str:
    if kind != "extra_forbidden":
        return words
    near = get_close_matches(_variable(place), _variables(), 1)
    return f"no such setting{f', did you mean {near[0]}?' if near else ''}; `coagent settings` lists them"


def _variables() -> list[str]:
    """Of every group, such as COAGENT_KAFKA__PARTITIONS."""
    return [
        _variable((group, name))
        for group, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Group)
        for name in field.annotation.model_fields
    ]
