"""Streams: a pipe is read to its end, decompressed, and read in its format."""

import bz2
import gzip
import io
import json
import lzma
import os
import threading
import time

import pytest

from cleanspam import FormatError
from cleanspam.formats.streams import AS_JSON_LINES, fit_stream

TEXT = "渡口的老人摇船,(天猫网店货源一件代发),从没有收过钱。\n"
RECORD = json.dumps({"id": 1, "text": TEXT}, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_stream_is_unpacked(compress: object) -> None:
    """The compressed output of `curl … | cleanspam` would be refused as text without an encoding."""
    stream = fit_stream(io.BytesIO(compress((TEXT * 9000).encode())), None)  # type: ignore[operator]  # one of three

    assert stream.format.name == "text"
    assert b"".join(stream.format.pieces(stream.source)).decode() == TEXT * 9000


@pytest.mark.parametrize(
    ("data", "fields", "name"),
    [
        (RECORD * 3, (), "jsonl"),
        ("\ufeff" + RECORD, (), "jsonl"),
        (json.dumps({"text": "船" * 100_000}) + "\n" + RECORD, (), "jsonl"),
        ('{"body": "a"}\n', ("body",), "jsonl"),
        ('{"body": "a"}\n', (), "text"),
        ('{"text": "a"} 是一条记录。\n', (), "text"),
        (TEXT, (), "text"),
        ("", (), "text"),
    ],
)
def test_json_lines_are_noticed(data: str, fields: tuple[str, ...], name: str) -> None:
    """A pipe of records would be judged as text: strings with escapes would be missed, and a record that is an ad cut whole."""
    stream = fit_stream(io.BytesIO(data.encode()), None, fields)

    assert (stream.format.name, stream.note) == (name, AS_JSON_LINES if name == "jsonl" else "")
    assert b"".join(stream.format.pieces(stream.source)) == data.encode()
    assert fit_stream(io.BytesIO(data.encode()), "text").format.name == "text"


@pytest.mark.parametrize("head", ["", "Title\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_stream_is_read_in_its_encoding(encoding: str, head: str) -> None:
    """A page in another encoding would be taken for UTF-8 because its title is English, and no planting would be found."""
    data = (head + TEXT).encode(encoding)

    assert [fit_stream(io.BytesIO(data[:-more]), None).format.encoding for more in (1, 2, 3)] == [encoding] * 3


def test_fields_of_a_long_stream_may_come_later() -> None:
    """A pipe cannot be read twice to see whether a later record has the field."""
    records = '{"url": "x"}\n' * 200_000

    assert fit_stream(io.BytesIO(records.encode()), "jsonl", ("text",)).format.fields == ("text",)  # type: ignore[attr-defined]
    with pytest.raises(FormatError, match="no field text with text"):
        fit_stream(io.BytesIO(records[:1300].encode()), "jsonl", ("text",))


def test_a_stream_that_has_nothing_yet_is_waited_for() -> None:
    """The rest of a pipe that does not block would be dropped, with exit code 0."""
    end, start = os.pipe()
    os.set_blocking(end, False)

    def write() -> None:
        for part in ("one\n", "two\n"):
            time.sleep(0.1)
            os.write(start, part.encode())
        os.close(start)

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(end, "rb") as raw:
        stream = fit_stream(raw, None)
        found = b"".join(stream.format.pieces(stream.source))
    writer.join()

    assert found == b"one\ntwo\n"
