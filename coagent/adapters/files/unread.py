"""Kinds of files that are recognized and not read, each with what to do about it."""


class Unread(Exception):
    """`kind` is a short stable slug, `what` says what was found, `action` what to do."""

    def __init__(self, kind: str, what: str, action: str) -> None:
        super().__init__(kind, what, action)
        self.kind = kind
        self.what = what
        self.action = action


_AS_CSV = "save its table as CSV"
_AS_TEXT = "convert it to JSON lines or CSV"
_DECOMPRESS = "decompress it, or compress it with gzip or Zstandard"
_BY_START: tuple[tuple[bytes, str, str, str], ...] = (
    (b"PK\x03\x04", "zip", "a zip archive or an Excel workbook", f"unpack it, or {_AS_CSV}"),
    (b"\xd0\xcf\x11\xe0", "xls", "an old Excel workbook", _AS_CSV),
    (b"SQLite format 3\x00", "sqlite", "an SQLite database", "export the table: sqlite3 -csv -header FILE 'SELECT …'"),
    (b"BZh", "bzip2", "compressed with bzip2", _DECOMPRESS),
    (b"\xfd7zXZ\x00", "xz", "compressed with xz", _DECOMPRESS),
    (b"7z\xbc\xaf\x27\x1c", "7z", "a 7-Zip archive", "unpack it"),
    (b"\x04\x22\x4d\x18", "lz4", "compressed with LZ4", _DECOMPRESS),
    (b"Obj\x01", "avro", "an Avro file", _AS_TEXT),
    (b"ORC", "orc", "an ORC file", _AS_TEXT),
    (b"ARROW1", "arrow", "an Arrow or Feather file", "write it as Parquet"),
    (b"\xff\xfe", "utf16", "UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8 FILE"),
    (b"\xfe\xff", "utf16", "UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8 FILE"),
    (b"%PDF", "pdf", "a PDF", _AS_CSV),
    (b"\x80\x04\x95", "pickle", "a Python pickle", _AS_TEXT),
    (b"\x89PNG", "png", "a picture", "name log files"),
)
_BY_PLACE = (
    (257, b"ustar", "tar", "a tar archive", "unpack it and name the folder"),
    (8, b"DUCK", "duckdb", "a DuckDB database", "export the table: COPY … TO 'FILE.parquet'"),
)


def refuse_unread(head: bytes) -> None:
    """Raises Unread for what the first bytes show."""
    for start, kind, what, action in _BY_START:
        if head.startswith(start):
            raise Unread(kind, what, action)
    for place, mark, kind, what, action in _BY_PLACE:
        if head[place:].startswith(mark):
            raise Unread(kind, what, action)
