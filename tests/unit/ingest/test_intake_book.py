"""Counts of what was read: bounded, and each reason with its first place and detail."""

import doctest

from coagent.domain.batch import Source
from coagent.domain.rejected import Noted, Origin, Rejected, Skipped
from coagent.domain.segment import OTHER
from coagent.ingest import intake_book
from coagent.ingest.intake_book import MAX_REASONS, IntakeBook

SOURCE = Source("c", "t", 2)


def test_examples():
    assert doctest.testmod(intake_book).failed == 0


def test_each_reason_keeps_its_first_place_and_detail_and_its_last_place():
    book = IntakeBook()
    book.read(SOURCE, 3, 9, 1)
    book.note(SOURCE, 7, Rejected(reason="a", detail="first"))
    book.note(SOURCE, 9, Rejected(reason="a", detail="second"))
    book.note(SOURCE, 8, Noted(reason="a", detail="other kind"))
    [topic] = book.topics()
    assert (topic.read, topic.accepted, str(topic.last)) == (3, 1, "t[2]@9")
    rejected, noted = topic.reasons
    assert (rejected.kind, rejected.count, rejected.detail) == ("rejected", 2, "first")
    assert (rejected.first, rejected.last) == (Origin("c", "t", 2, 7), Origin("c", "t", 2, 9))
    assert (noted.kind, noted.count, noted.detail) == ("noted", 1, "other kind")


def test_reasons_are_bounded_in_number_and_length_and_nothing_is_lost():
    book = IntakeBook()
    for number in range(MAX_REASONS + 50):
        book.note(SOURCE, number, Skipped(reason=f"unread:{number}\x1b" + "x" * 1000))
    total = book.total("skipped")
    assert total.total() == MAX_REASONS + 50
    assert total[OTHER] == 50
    assert max(map(len, total)) <= 120
    assert all(reason.isprintable() for reason in total)
