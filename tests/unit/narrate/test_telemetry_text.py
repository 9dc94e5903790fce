"""Text from telemetry can neither link, nor mark up, nor quote as code."""

import pytest

from coagent.narrate.telemetry_text import clause


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("see [here](https://x.example)", "see (here)(https ://x.example)"),
        ("run `rm`", "run 'rm'"),
        ("<b>up</b>", "(b>up(/b>"),
        ("two\nlines", "two lines"),
        ("[`]", ""),
        ("ask @channel or a@b", "ask (at)channel or a@b"),
        ("at www.x.example", "at www .x.example"),
        ("\u202egnp\x1b[31m\x9b1m\u200bx\U000e0041y", "gnp (31m 1m x y"),
    ],
)
def test_a_sentence_is_plain(raw: str, shown: str) -> None:
    assert clause(raw) == shown
