"""Evidence about lengths."""

from collections.abc import Sequence

from coagent.advise.frame import Accounts, Floats, Frame


def length_rows(
    frame: Frame, accounts: Accounts, names: tuple[str, str], lengths: Sequence[Floats]
) -> list[dict[str, object]]:
    """A row an account with its two lengths, shape (accounts,) each, in tenths of a token."""
    return [
        {"segment": frame.segments[one].label, names[0]: round(float(first), 1), names[1]: round(float(second), 1)}
        for one, first, second in zip(accounts, *lengths, strict=True)
    ]
