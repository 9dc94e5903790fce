"""Whatever telemetry or a person's name holds, it is shown and does nothing, within each target's limits."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

import msgspec
from hypothesis import given, settings
from markdown_it import MarkdownIt

from coagent.deliver import (
    alertmanager_alert,
    issue_markdown,
    jira_markup,
    mail,
    pagerduty_event,
    plain_text,
    slack_message,
)
from coagent.deliver.neutral import JOINER, markdown, visible, wiki
from tests.notices import evil, notices

ACTS_IN_PLAIN_TEXT = re.compile(r"(?i)[@#]\w|://|www\.")
"""Services behind Apprise, Alertmanager and PagerDuty make mentions and links of bare text; so do mail readers."""
TEXT_KEYS = {"text", "emoji", "type", "style"}
ACTING = re.compile(r"(?i)[@#!]\w|://|www\.|\bGH-\d|[0-9a-f]{7}")


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


@settings(max_examples=60, deadline=None)
@given(notices())
def test_slack_reads_no_markup_and_takes_the_lengths(notice):
    for message in (slack_message.root(notice), slack_message.reply(notice)):
        assert 1 <= len(message["blocks"]) <= 50
        assert len(msgspec.json.encode(message["blocks"])) <= 12_000
        assert 0 < len(message["text"]) <= 3000
        assert not re.search(r"<[!@#h]", message["text"])
        for node in nodes(message["blocks"]):
            assert node.get("type") not in ("mrkdwn", "link", "user", "usergroup", "channel", "broadcast", "emoji")
            if node.get("type") == "header":
                assert 1 <= len(node["text"]["text"]) <= 150
            if node.get("type") == "section":
                assert 1 <= len(node["fields"]) <= 10
                assert all(1 <= len(field["text"]) <= 2000 for field in node["fields"])
            if node.get("type") == "text":
                assert node["text"]
                assert all(char.isprintable() or char == "\n" for char in node["text"])


@settings(max_examples=60, deadline=None)
@given(notices())
def test_issues_have_no_link_picture_mention_or_html(notice):
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for text in (issue_markdown.body(notice), issue_markdown.comment(notice)):
        assert len(text) <= 65_536
        shown, _, hidden = text.rpartition("<!--")
        assert re.fullmatch(r" coagent:[\w.-]+(:\d+)? -->", hidden)
        for token in reader.parse(shown):
            assert token.type not in ("html_block", "fence", "code_block", "heading_open", "blockquote_open")
            for inner in token.children or []:
                assert inner.type not in ("link_open", "image", "html_inline", "em_open", "s_open")
                if inner.type == "text":
                    assert not ACTING.search(inner.content), inner.content
    title = issue_markdown.title(notice)
    assert 0 < len(title) <= 256
    assert not re.search(r"[@#!]\w|://", title)


@given(evil)
def test_markdown_shows_the_text_itself(text):
    (token,) = MarkdownIt("commonmark").parseInline(f"x {markdown(text)} x")
    shown = "".join(inner.content for inner in token.children or [])
    assert f"x {visible(text)} x".replace(JOINER, "") == shown.replace(JOINER, "")


@given(evil)
def test_wiki_markup_is_escaped(text):
    assert not re.search(r"(?<!\\)[{}\[\]*_?+^~|!@-]", re.sub(r"\\\\", "", wiki(text)))


@settings(max_examples=60, deadline=None)
@given(notices())
def test_jira_takes_the_lengths(notice):
    assert len(jira_markup.summary(notice)) <= 255
    assert len(jira_markup.description(notice)) <= 32_767
    assert len(jira_markup.comment(notice)) <= 32_767


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes.update(attrs)


@settings(max_examples=60, deadline=None)
@given(notices())
def test_mail_has_our_tags_alone_and_no_foreign_header(notice):
    message = mail.mail(notice, "coagent@acme.example", ["ops@acme.example"])
    assert b"\nBcc:" not in message.as_bytes().split(b"\n\n")[0]
    assert message["To"] == "ops@acme.example"
    tags = Tags()
    tags.feed(mail.html(notice))
    assert tags.seen <= {"html", "head", "meta", "body", "h2", "p", "b", "code", "ul", "li", "table", "tr", "td"}
    assert tags.attributes == {("charset", "utf-8")}


@settings(max_examples=60, deadline=None)
@given(notices())
def test_events_and_terminals(notice):
    event = pagerduty_event.event(notice)
    assert len(event["payload"]["summary"]) <= 1024
    assert len(event["dedup_key"]) <= 255
    assert len(msgspec.json.encode(event)) <= 512_000
    shown = [
        event["payload"]["summary"],
        plain_text.title(notice),
        plain_text.text(notice),
        unescape(mail.html(notice)),
    ]
    assert not [text for text in shown if ACTS_IN_PLAIN_TEXT.search(text)]
    assert all(char.isprintable() or char in ("\n", JOINER) for char in plain_text.text(notice))
    assert not re.search(r"[<>]", alertmanager_alert.alert(notice, notice.at)["labels"].get("service", ""))
