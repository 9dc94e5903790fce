"""Settings of the channels: `COAGENT_DELIVERY__<FIELD>`. A channel is configured when its first field is set."""

from pathlib import Path

from pydantic import Field, SecretStr

from coagent.settings_group import Group, Seconds


class DeliverySettings(Group):
    """Who is notified, and where. Without a routes file, pages go to every configured channel."""

    routes_file: Path | None = Field(None, description="YAML file of routes, see docs/delivery.md; unset: the default")
    folder: Path | None = Field(None, description="a Markdown file for each finding; `coagent up` sets it")
    stdout: bool = Field(default=False, description="notices as text on the agent's standard output")

    slack_token: SecretStr | None = Field(None, description="bot token, xoxb-…, with chat:write")
    slack_channel: str | None = Field(None, description="channel name or id, such as #llm-alerts")
    slack_signing_secret: SecretStr | None = Field(None, description="checks button clicks; for `coagent serve`")
    slack_url: str = Field("https://slack.com/api/", description="another address of Slack's API")

    github_token: SecretStr | None = Field(None, description="token that may read and write issues")
    github_repository: str | None = Field(None, description="owner/name of the repository whose issues are used")
    github_webhook_secret: SecretStr | None = Field(None, description="checks webhooks; for `coagent serve`")
    github_url: str = Field("https://api.github.com", description="address of a GitHub Enterprise server's API")

    gitlab_token: SecretStr | None = Field(None, description="token with scope api")
    gitlab_project: str | None = Field(None, description="group/project whose issues are used")
    gitlab_webhook_token: SecretStr | None = Field(None, description="checks webhooks; for `coagent serve`")
    gitlab_url: str = Field("https://gitlab.com", description="address of a GitLab server")

    jira_url: str | None = Field(None, description="https://your-site.atlassian.net")
    jira_user: str | None = Field(None, description="account's e-mail address")
    jira_token: SecretStr | None = Field(None, description="its API token")
    jira_project: str | None = Field(None, description="key of the project, such as OPS")
    jira_issue_type: str = Field("Task", description="type of new issues")
    jira_webhook_secret: SecretStr | None = Field(None, description="checks webhooks; for `coagent serve`")

    pagerduty_routing_key: SecretStr | None = Field(None, description="integration key of an Events API v2 service")
    pagerduty_url: str = Field("https://events.pagerduty.com", description="address of the Events API")

    alertmanager_url: str | None = Field(None, description="http://alertmanager:9093, for its API v2")
    alertmanager_webhook_url: str | None = Field(None, description="takes what an Alertmanager webhook sends (v4)")
    alertmanager_secret: SecretStr | None = Field(None, description="bearer token of Alertmanager's own webhooks")

    webhook_url: str | None = Field(None, description="gets each notice as JSON, signed as Standard Webhooks")
    webhook_secret: SecretStr | None = Field(None, description="its secret, whsec_… in base64")

    email_server: str | None = Field(None, description="host:port of an SMTP server")
    email_from: str = Field("coagent@localhost", description="sender's address")
    email_to: tuple[str, ...] = Field((), description="recipients, as a JSON list")
    email_user: str | None = Field(None, description="SMTP user, where the server wants one")
    email_password: SecretStr | None = Field(None, description="SMTP password")
    email_tls: bool = Field(default=True, description="STARTTLS, or TLS from the start on port 465")

    apprise_urls: tuple[SecretStr, ...] = Field((), description="any other service as Apprise URLs, as a JSON list")

    serve_host: str = Field("127.0.0.1", description="address that `coagent serve` listens on")
    serve_port: int = Field(8700, ge=0, le=65535, description="port that `coagent serve` listens on")
    timeout_s: Seconds = Field(10.0, description="seconds to wait for a channel's answer")
