from io import StringIO

from rich.console import Console

from coagent.adapters.kafka.dead_letters import KeptLetter
from coagent.entrypoints.deadletter.view import SHOWN_BYTES, bytes_text, letter_text, newest_rows, rows_view
from tests.contract.samples import dead_letter


def test_what_could_move_a_terminal_s_cursor_is_shown_in_hex_or_replaced() -> None:
    assert bytes_text(b"\x1b[2J") == "000000  1b5b324a"
    shown = letter_text([KeptLetter(dead_letter(topic="a\x1bb", payload=b"{}"), None, retried=False)])
    assert "\x1b" not in shown
    assert "a\ufffdb" in shown


def test_long_originals_are_cut_and_say_so() -> None:
    letter = dead_letter(payload="ä".encode() * SHOWN_BYTES)
    shown = letter_text([KeptLetter(letter, None, retried=False)])
    assert shown.endswith(f"ä\n… and {SHOWN_BYTES} bytes more: --raw")


def test_the_newest_are_kept_in_their_order_and_without_bytes() -> None:
    letters = [KeptLetter(dead_letter(offset=offset, payload=b"secret"), None, retried=False) for offset in range(5)]
    rows, found = newest_rows(letters, 2)
    assert ([3, 4], 5) == ([row["offset"] for row in rows], found)
    assert "secret" not in str(rows)


def test_a_list_can_be_read_at_80_columns() -> None:
    detail = "neither a JSON object nor an OTLP export batch; docs/sources.md lists the formats"
    letter = dead_letter(topic="llm.telemetry", reason="unknown_format", detail=detail)
    console = Console(file=StringIO(), width=80)
    rows, _ = newest_rows([KeptLetter(letter, None, retried=True)], 1)
    console.print(rows_view(rows))
    first, *rest = console.file.getvalue().splitlines()
    assert "unknown_format" in first
    assert "sent again" in first
    assert len(rest) == 2
    assert " ".join(line.strip() for line in rest) == detail
