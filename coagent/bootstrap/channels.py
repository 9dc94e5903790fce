"""The configured channels: settings become notifiers. A channel's libraries are loaded where it is configured."""

from collections.abc import Callable, Sequence

from pydantic import SecretStr

from coagent.adapters.notify.folder import FolderNotifier
from coagent.adapters.notify.stdout import StdoutNotifier
from coagent.deliver.policy import DEFAULT, Policy
from coagent.deliver.policy_file import read_policy
from coagent.delivery_settings import DeliverySettings
from coagent.domain.errors import Fatal
from coagent.ports import AnswerSource, Clock, Notifier, Picture, Tickets

SMTP_PORT = 587

Make = Callable[[DeliverySettings, Tickets, Clock], Notifier | None]


def notifiers(
    settings: DeliverySettings, tickets: Tickets, clock: Clock, picture: Picture | None = None
) -> list[Notifier]:
    """One for each configured channel; `picture` draws what Slack shows in a thread. Raises Fatal where one is
    configured by half.
    """
    made = [_slack(settings, tickets, clock, picture), *(make(settings, tickets, clock) for make in MAKERS)]
    return [one for one in made if one is not None]


def polled(settings: DeliverySettings, configured: Sequence[Notifier]) -> list[AnswerSource]:
    """Trackers without a webhook's secret: nothing reaches coagent from them."""
    reached = {
        "github": settings.github_webhook_secret,
        "gitlab": settings.gitlab_webhook_token,
        "jira": settings.jira_webhook_secret,
    }
    return [one for one in configured if isinstance(one, AnswerSource) and reached.get(one.channel) is None]


def policy(settings: DeliverySettings) -> Policy:
    """Who is notified of what; raises Fatal where the file of routes is missing or wrong."""
    path = settings.routes_file
    if path is None:
        return DEFAULT
    try:
        return read_policy(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Fatal(f"COAGENT_DELIVERY__ROUTES_FILE: {error}. Name a file that exists, or unset it") from error


def _folder(settings: DeliverySettings, _tickets: Tickets, _clock: Clock) -> Notifier | None:
    return FolderNotifier(settings.folder) if settings.folder else None


def _stdout(settings: DeliverySettings, _tickets: Tickets, _clock: Clock) -> Notifier | None:
    return StdoutNotifier() if settings.stdout else None


def _slack(settings: DeliverySettings, tickets: Tickets, clock: Clock, picture: Picture | None) -> Notifier | None:
    given = _together(settings, "slack_token", "slack_channel")
    if given is None:
        return None
    from coagent.adapters.notify.slack import SlackNotifier, slack_client  # noqa: PLC0415

    client = slack_client(given[0], settings.slack_url, settings.timeout_s)
    return SlackNotifier(client, given[1], tickets, clock, picture)


def _github(settings: DeliverySettings, tickets: Tickets, clock: Clock) -> Notifier | None:
    given = _together(settings, "github_token", "github_repository")
    if given is None:
        return None
    from coagent.adapters.notify.github import GithubIssues, github_client  # noqa: PLC0415
    from coagent.adapters.notify.tracker import TrackerNotifier  # noqa: PLC0415

    issues = GithubIssues(github_client(given[0], settings.github_url, settings.timeout_s))
    return TrackerNotifier(issues, given[1], tickets, clock)


def _gitlab(settings: DeliverySettings, tickets: Tickets, clock: Clock) -> Notifier | None:
    given = _together(settings, "gitlab_token", "gitlab_project")
    if given is None:
        return None
    from coagent.adapters.notify.gitlab import GitlabIssues, gitlab_client  # noqa: PLC0415
    from coagent.adapters.notify.tracker import TrackerNotifier  # noqa: PLC0415

    issues = GitlabIssues(gitlab_client(given[0], settings.gitlab_url, settings.timeout_s))
    return TrackerNotifier(issues, given[1], tickets, clock)


def _jira(settings: DeliverySettings, tickets: Tickets, clock: Clock) -> Notifier | None:
    given = _together(settings, "jira_url", "jira_user", "jira_token", "jira_project")
    if given is None:
        return None
    from coagent.adapters.notify.jira import JiraIssues, jira_client  # noqa: PLC0415
    from coagent.adapters.notify.tracker import TrackerNotifier  # noqa: PLC0415

    url, user, token, project = given
    issues = JiraIssues(jira_client(url, user, token, settings.timeout_s), url, settings.jira_issue_type)
    return TrackerNotifier(issues, project, tickets, clock)


def _pagerduty(settings: DeliverySettings, _tickets: Tickets, _clock: Clock) -> Notifier | None:
    if settings.pagerduty_routing_key is None:
        return None
    from coagent.adapters.notify.pagerduty import PagerdutyNotifier, pagerduty_client  # noqa: PLC0415

    key = settings.pagerduty_routing_key.get_secret_value()
    return PagerdutyNotifier(pagerduty_client(key, settings.pagerduty_url, settings.timeout_s))


def _alertmanager(settings: DeliverySettings, _tickets: Tickets, _clock: Clock) -> Notifier | None:
    if settings.alertmanager_url is None:
        return None
    from coagent.adapters.notify.alertmanager import AlertmanagerNotifier  # noqa: PLC0415

    return AlertmanagerNotifier(settings.alertmanager_url, settings.timeout_s)


def _alertmanager_webhook(settings: DeliverySettings, _tickets: Tickets, _clock: Clock) -> Notifier | None:
    if settings.alertmanager_webhook_url is None:
        return None
    from coagent.adapters.notify.alertmanager_webhook import AlertmanagerWebhookNotifier  # noqa: PLC0415

    return AlertmanagerWebhookNotifier(settings.alertmanager_webhook_url, settings.timeout_s)


def _webhook(settings: DeliverySettings, _tickets: Tickets, clock: Clock) -> Notifier | None:
    given = _together(settings, "webhook_url", "webhook_secret")
    if given is None:
        return None
    from coagent.adapters.notify.webhook import WebhookNotifier  # noqa: PLC0415

    return WebhookNotifier(given[0], given[1], clock, settings.timeout_s)


def _email(settings: DeliverySettings, _tickets: Tickets, _clock: Clock) -> Notifier | None:
    if _together(settings, "email_server", "email_to") is None:
        return None
    from coagent.adapters.notify.email import EmailNotifier, MailServer  # noqa: PLC0415

    host, _, port = (settings.email_server or "").partition(":")
    if port and not port.isdigit():
        raise Fatal(f"{_variable('email_server')}: {port!r} is no port: write host:port")
    password = settings.email_password
    server = MailServer(
        host=host,
        port=int(port or SMTP_PORT),
        user=settings.email_user,
        password=password.get_secret_value() if password else None,
        tls=settings.email_tls,
        timeout_s=settings.timeout_s,
    )
    return EmailNotifier(server, settings.email_from, list(settings.email_to))


def _apprise(settings: DeliverySettings, _tickets: Tickets, _clock: Clock) -> Notifier | None:
    if not settings.apprise_urls:
        return None
    from coagent.adapters.notify.apprise import AppriseNotifier  # noqa: PLC0415

    return AppriseNotifier([url.get_secret_value() for url in settings.apprise_urls])


def _together(settings: DeliverySettings, *names: str) -> list[str] | None:
    """The values of settings that need each other, None where none is set; raises Fatal where some are missing."""
    values = {name: _plain(getattr(settings, name)) for name in names}
    given = [_variable(name) for name, value in values.items() if value]
    missing = [_variable(name) for name, value in values.items() if not value]
    if not given:
        return None
    if missing:
        raise Fatal(f"{', '.join(given)} is set without {', '.join(missing)}: set all of them, or none")
    return [str(value) for value in values.values()]


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _variable(name: str) -> str:
    return f"COAGENT_DELIVERY__{name.upper()}"


MAKERS: tuple[Make, ...] = (
    *(_folder, _stdout, _github, _gitlab, _jira),
    *(_pagerduty, _alertmanager, _alertmanager_webhook, _webhook, _email, _apprise),
)
