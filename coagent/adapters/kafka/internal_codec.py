"""Values between coagent's own processes: msgpack, with the schema's name and version in the headers."""

from typing import Generic, TypeVar

import msgspec

from coagent.adapters.kafka.ranges import checked
from coagent.adapters.kafka.record import Headers, Undecodable, header_texts
from coagent.domain.batch import SCHEMA_VERSION as BATCH_VERSION
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.domain.detector import Detectors
from coagent.domain.evidence import Evidence, GroupNews
from coagent.domain.intake import Intake
from coagent.domain.review import ReviewPool

T = TypeVar("T", bound=msgspec.Struct)


class InternalCodec(Generic[T]):
    """Encodes one type; refuses any other schema or version of it, and in small values what is out of range."""

    def __init__(self, kind: type[T], schema: str, version: int, *, is_small: bool = True) -> None:
        self._is_small = is_small
        self._schema = f"{schema}/{version}"
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(kind).decode
        self.headers: Headers = [("content-type", b"application/msgpack"), ("schema", self._schema.encode())]

    def encode(self, value: T) -> bytes:
        return self._encode(value)

    def wrote(self, headers: Headers | None) -> bool:
        """Whether a message says that it holds this type."""
        return header_texts(headers).get("schema") == self._schema

    def decode(self, value: bytes | None, headers: Headers | None) -> T:
        """Raises Undecodable."""
        schema = header_texts(headers).get("schema")
        if schema != self._schema:
            raise Undecodable("schema_version", f"this version reads {self._schema}, the message says {schema}")
        if value is None:
            raise Undecodable("empty", "the message has no value")
        try:
            decoded = self._decode(value)
        except (msgspec.DecodeError, RecursionError, ValueError, OverflowError) as error:
            raise Undecodable("malformed", str(error)) from error
        if self._is_small:
            checked(decoded)
        return decoded


BATCHES = InternalCodec(Batch, "coagent.batch", BATCH_VERSION, is_small=False)
CANDIDATES = InternalCodec(Candidate, "coagent.candidate", 1)
DETECTORS = InternalCodec(Detectors, "coagent.detectors", 1)
EVIDENCE = InternalCodec(Evidence, "coagent.evidence", 2)
GROUP_NEWS = InternalCodec(GroupNews, "coagent.group_news", 1)
INTAKE = InternalCodec(Intake, "coagent.intake", 1)
REVIEW_POOLS = InternalCodec(ReviewPool, "coagent.review_pool", 1)
EARLIER_BATCHES = InternalCodec(Batch, "coagent.batch", 1)
"""Of one account each: `segment` says task and tenant, which no column repeats."""
