"""An insight's text on a page: bold words, code and lists, and nothing else that it says."""

from coagent.entrypoints.console.render import Templates

PAGE = """{% import "report.html" as reports %}{{ reports.report(text) }}"""


def shown(text: str) -> str:
    templates = Templates([])
    return "".join(templates.environment.from_string(PAGE).render(text=text).split("\n"))


def test_bold_words_code_and_lists_are_shown_as_such() -> None:
    assert shown("Worse.\n\n**Why**\n- longer `a-1` answers\n- slower\n\nEnd") == (
        '<div class="report"><p>Worse.</p><p><strong>Why</strong></p>'
        "<ul><li>longer <code>a-1</code> answers</li><li>slower</li></ul><p>End</p></div>"
    )


def test_markup_of_telemetry_stays_text() -> None:
    said = shown("**<b onload=x>** `</code><script>` <img src=x>\n- [link](javascript:x) \x1b[2J")
    assert "<script" not in said
    assert "<img" not in said
    assert "<b " not in said
    assert "href" not in said
    assert "\x1b" not in said
    assert "&lt;img src=x&gt;" in said
