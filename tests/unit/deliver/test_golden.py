"""What people see, whole. Delete a file under golden/ and run the test to write it anew."""

from pathlib import Path

import msgspec
import pytest

from coagent.deliver import (
    alertmanager_alert,
    issue_markdown,
    jira_markup,
    mail,
    pagerduty_event,
    plain_text,
    slack_message,
)
from tests.notices import SHOWN
from tests.shown_subjects import ONSET

GOLDEN = Path(__file__).parent / "golden"


def as_json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


FORMS = {
    "slack.json": lambda one: as_json([slack_message.root(one), slack_message.reply(one)]),
    "issue.md": lambda one: f"{issue_markdown.title(one)}\n====\n{issue_markdown.body(one)}\n",
    "comment.md": lambda one: f"{issue_markdown.comment(one)}\n",
    "jira.txt": lambda one: "\n====\n".join(
        [jira_markup.summary(one), jira_markup.description(one), jira_markup.comment(one)]
    ),
    "pagerduty.json": lambda one: as_json(pagerduty_event.event(one)),
    "alertmanager.json": lambda one: as_json(
        [alertmanager_alert.alert(one, ONSET), alertmanager_alert.webhook(one, ONSET, "ops")]
    ),
    "text.txt": lambda one: f"{plain_text.title(one)}\n{plain_text.text(one)}\n",
    "mail.html": mail.html,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SHOWN)
def test_as_the_golden_file_has_it(name: str, form: str):
    path, shown = GOLDEN / f"{name}.{form}", FORMS[form](SHOWN[name]())
    if not path.exists():
        path.write_text(shown, encoding="utf-8")
        pytest.fail(f"wrote {path.name}: look at it, then run again")
    assert path.read_text(encoding="utf-8") == shown
