"""Text from telemetry can neither link, nor mark up, nor quote as code."""

import pytest

from coagent.narrate.telemetry_text import sentence


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("see [here](https://x.example)", "see (here)(https://x.example)"),
        ("run `rm`", "run 'rm'"),
        ("<b>up</b>", "(b>up(/b>"),
        ("two\nlines", "two lines"),
        ("[`]", ""),
    ],
)
def test_a_sentence_is_plain(raw: str, told: str) -> None:
    assert sentence(raw) == told
