"""Text from outside, in a line of a brief: it formats nothing and stays on its line."""

CHARS = 160
MARKS = str.maketrans({"`": "'", "*": "\N{ASTERISK OPERATOR}"})


def plain(text: str, chars: int = CHARS) -> str:
    r"""Printable, cut, without the two marks that a brief knows.

    >>> plain("gpt`\n4")
    "gpt' 4"
    """
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split()).translate(MARKS)
    return line if len(line) <= chars else f"{line[: chars - 1].rstrip()}…"
