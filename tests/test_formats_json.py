"""JSON and JSON Lines: records without a cut keep their bytes, and a cut removes no other bytes."""

import io
import json
import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanspam import Cleaner, FormatError, load_rules
from cleanspam.corpus.chunk import ChunkEditor, ChunkResult, Collect, edited
from cleanspam.formats import jsonfile
from cleanspam.formats.base import Format, map_to_spelling
from cleanspam.formats.fields import build_tree, split_path
from cleanspam.formats.jsonfile import JsonFormat
from cleanspam.formats.jsonl import JsonlFormat
from cleanspam.formats.jsonscan import ESCAPE_RE, BrokenError, find_lone_string, find_strings, skip_blanks
from cleanspam.native import IS_COMPILED
from cleanspam.text.brackets import BLANKS

PLANTED = "渡口的老人摇了一辈子船,(天猫网店货源一件代发),从没有收过学生的钱。"
CLEAN = "渡口的老人摇了一辈子船,从没有收过学生的钱。"
ASIDE = "渡口的老人（今年七十三）摇了一辈子船。"
CLEANER = Cleaner(load_rules())


def cleaned(made: Format, data: bytes, encoding: str = "utf-8") -> tuple[bytes, list[ChunkResult]]:
    """Return a file cleaned by a format, and the results of its pieces."""
    fitted = made.fitted(data[: 1 << 20], encoding)
    editor = ChunkEditor(fitted, CLEANER, Collect(cut_records=True))
    chunks = list(edited(map, editor, fitted.pieces(io.BytesIO(data))))
    return b"".join(piece for piece, _ in chunks), [result for _, result in chunks]


def jsonl(line: str, *fields: str) -> str:
    return cleaned(JsonlFormat(fields), line.encode("utf-8", "surrogateescape"))[0].decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    "line",
    [
        '{"id": 1.0, "text": "%s", "x": 1e5}\r\n',
        '  {"text":"%s" , "b":[{}, [] , null]}  \n',
        '\ufeff{"z": -0.0, "text": "%s", "a": "\\u00e9\\/"}',
        '{"text": "%s", "text": "%s"}\n',
        '{"a": {"text": "不动(代开发票公司),", "b": "}"}, "text": "%s"}\n\n{"text": "短"}\n',
    ],
)
def test_a_cut_takes_only_its_own_bytes(line: str) -> None:
    """Numbers, blanks, escapes and line ends would come out in another spelling."""
    assert jsonl(line.replace("%s", PLANTED)) == line.replace("%s", CLEAN)


def test_what_stays_of_an_escaped_string_keeps_its_escapes() -> None:
    """A record in ASCII would come back half in ASCII."""
    escaped = json.dumps({"text": f'a"b\\\t\u0000😀{PLANTED}/'})

    assert jsonl(escaped) == json.dumps({"text": f'a"b\\\t\u0000😀{CLEAN}/'})


def test_brackets_written_as_escapes_are_found() -> None:
    r"""A planted phrase would hide behind \uff08 and \uff09."""
    line = '{"text": "' + PLANTED.replace("(", r"\uff08").replace(")", r"\uFF09") + '"}'

    assert jsonl(line) == '{"text": "' + CLEAN + '"}'


def test_nested_fields_are_reached_by_their_paths() -> None:
    """Chat records and lists of paragraphs could not be cleaned, or fields that the user did not name would be."""
    data = {"段落": [{"内容": PLANTED, "注": PLANTED}, {"内容": ASIDE}], "a.b": PLANTED, "c": [[PLANTED]]}
    expected = {"段落": [{"内容": CLEAN, "注": PLANTED}, {"内容": ASIDE}], "a.b": CLEAN, "c": [[CLEAN]]}

    assert json.loads(jsonl(json.dumps(data), "段落[].内容", r"a\.b", "c[][]")) == expected


def test_a_path_that_is_none_is_refused() -> None:
    """A slip in --field would clean nothing, and nobody would know."""
    with pytest.raises(FormatError, match="a field name is missing"):
        split_path("messages..content")


def test_text_and_content_are_read_and_else_the_fields_are_listed() -> None:
    """A run would guess at a field, or say only that it failed."""
    assert JsonlFormat().fitted(b'{"content": "a", "text": "b"}', "utf-8").fields == ("text", "content")
    assert JsonlFormat().fitted(b'{"content": "a", "title": "b"}', "utf-8").fields == ("text", "content")
    with pytest.raises(FormatError, match=re.escape("--field: title, body[].p")):
        JsonlFormat().fitted('{"title": "甲", "body": [{"p": "乙", "n": 1}]}'.encode(), "utf-8")
    assert JsonlFormat().fitted(b'{"text": null, "title": "b"}', "utf-8").fields == ("text", "content")
    with pytest.raises(FormatError, match=re.escape("--field: title")):
        JsonlFormat().fitted(b'{"text": 1, "title": "b"}', "utf-8")
    with pytest.raises(FormatError, match=re.escape("no field txt with text; the fields here are: text")):
        JsonlFormat(("txt",)).fitted(b'{"text": "a"}', "utf-8")


@pytest.mark.parametrize(
    "broken", ['{"text": "%s"', '{"text": "%s"}}', '"text" "%s"', '{"text": "%s",}', "{'text': '%s'}", "%s"]
)
def test_a_broken_record_passes_through_and_is_named(broken: str) -> None:
    """A damaged line would be damaged more, or stop the file it stands in."""
    good = '{"text": "%s"}\n'.replace("%s", PLANTED)
    line = broken.replace("%s", PLANTED)
    data, outcomes = cleaned(JsonlFormat(), f"{good}{line}\n{good}".encode())

    assert data.decode() == f'{{"text": "{CLEAN}"}}\n{line}\n{{"text": "{CLEAN}"}}\n'
    assert [problem.line for outcome in outcomes for problem in outcome.problems] == [2]


def test_a_line_too_long_for_memory_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """One endless line would take all memory, or be cut in two."""
    monkeypatch.setattr("cleanspam.formats.jsonl.RECORD", 3 << 20)
    line = '{"text": "' + ASIDE * 60_000 + PLANTED + '"}'
    short = '\n{"text": "' + PLANTED + '"}'
    data, outcomes = cleaned(JsonlFormat(("text",)), (line + short).encode())

    assert data.decode() == line + short.replace(PLANTED, CLEAN)
    assert max(outcome.size for outcome in outcomes) <= 3 << 20
    assert {problem.line for outcome in outcomes for problem in outcome.problems} == {1}


def test_takings_name_record_field_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log could not put a cut back where it was."""
    monkeypatch.setattr("cleanspam.formats.jsonl.BLOCK", 1 << 14)
    line = '{"text": "%s"}\n'.replace("%s", PLANTED)
    data = (line * 800).encode()
    _, outcomes = cleaned(JsonlFormat(), data)
    cut_records = [taking for outcome in outcomes for taking in outcome.cut_records]

    assert len(outcomes) > 1
    assert [taking.record for taking in cut_records] == list(range(1, 801))
    assert all(data[taking.at : taking.at + len(taking.text.encode())] == taking.text.encode() for taking in cut_records)


@pytest.mark.parametrize(
    ("text", "records"), [('{"text": "雨"}', 1), ('{"text": "雨"}\n', 1), ('\n{"text": "雨"}\n\n{}', 4), ("\n", 1)]
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_last_line_counts_with_or_without_its_end(text: str, records: int, encoding: str) -> None:
    """Findings of the next MiB would name records one too low, or one too high, than those of the file."""
    edit = ChunkEditor(JsonlFormat(("text",), encoding), CLEANER)
    assert edit(text.encode(encoding)).result.totals.records == records


def test_a_json_file_is_an_array_or_one_record() -> None:
    """Only one of the two ways to write JSON would be read."""
    for spelling in ('[{"text": "%s"} ,\n {"text":"%s"}]\n', '\n{"text": "%s"}', "[\n]", "[]", '["a"]', " "):
        fields = (".",) if '"a"' in spelling else ()
        data, outcomes = cleaned(JsonFormat(fields), spelling.replace("%s", PLANTED).encode())

        assert data.decode() == spelling.replace("%s", CLEAN)
        assert [problem for outcome in outcomes for problem in outcome.problems] == []


def test_a_json_file_broken_in_the_middle_keeps_the_rest_as_it_is() -> None:
    """Unreadable bytes would be rewritten."""
    record = '{"text": "%s"}'.replace("%s", PLANTED)
    text = f"[{record},\n{record[:-1]},\n{record}]"
    data, outcomes = cleaned(JsonFormat(), text.encode())

    assert data.decode() == text.replace(PLANTED, CLEAN, 1)
    assert [problem.line for outcome in outcomes for problem in outcome.problems] == [2]


@given(st.lists(st.text(st.sampled_from('a"\\,[{\n網'), max_size=60), min_size=1), st.integers(4, 40), st.booleans())
def test_strings_that_arrive_bit_by_bit_end_where_they_end(texts: list[str], size: int, is_long: bool) -> None:
    """A piece would end inside a string, and its record be named broken."""
    data = json.dumps([{"v": [1, [2, 3], []], "text": text} for text in texts], ensure_ascii=False).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonfile, "_WHOLE", size)
        patch.setattr(jsonfile, "BLOCK", size)
        if is_long:  # as a string with more escapes than one pattern finds
            patch.setattr(jsonfile, "_TOKEN_RE", re.compile(jsonfile._TOKEN_RE.pattern.replace(b"{0,99}", b"{0}")))
        pieces = list(JsonFormat(("text",)).pieces(io.BytesIO(data)))

    assert b"".join(pieces) == data
    records = [json.loads(b"[" + piece.strip(b",[]") + b"]") for piece in pieces]
    assert [record["text"] for some in records for record in some] == texts


def test_a_large_array_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than memory could not be cleaned, or its records would be torn at a comma inside a string."""
    monkeypatch.setattr(jsonfile, "_WHOLE", 1 << 14)
    monkeypatch.setattr(jsonfile, "BLOCK", 1 << 11)
    records = [{"n": number, "text": PLANTED, "tags": ["],[", {"x": '"},{"'}], "last": "\\"} for number in range(400)]
    data, outcomes = cleaned(JsonFormat(), json.dumps(records, ensure_ascii=False, indent=1).encode())

    assert json.loads(data) == [{**record, "text": CLEAN} for record in records]
    assert len(outcomes) > 20
    assert [taking.record for outcome in outcomes for taking in outcome.cut_records] == list(range(1, 401))


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs", "utf-16-le", "utf-16-be"])
def test_records_in_other_encodings_keep_their_bytes(encoding: str) -> None:
    """A corpus in GB18030 would come back in UTF-8, or torn inside a character."""
    phrase = "橋上的人都走了,(seo排名),(淘宝排名),天才亮起來。"  # in the characters of all four
    line = '{"text": "%s"}\r\n'.replace("%s", phrase.replace("宝", "寶"))
    data, outcomes = cleaned(JsonlFormat(), (line * 3).encode(encoding), encoding)

    assert sum(outcome.totals.cuts for outcome in outcomes) == 6
    assert data.decode(encoding).count("\r\n") == 3
    assert "(" not in data.decode(encoding)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_every_character_of_a_literal_knows_where_it_is_written(text: str) -> None:
    """A cut behind an escape would take the wrong bytes."""
    for spelling in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        raw = spelling[1:-1]
        at = map_to_spelling(raw, ESCAPE_RE, range(len(text) + 1))

        assert [json.loads(f'"{raw[start:end]}"') for start, end in pairwise(at)] == list(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_record_without_a_cut_comes_back(value: object) -> None:
    """A record without a planting would change."""
    line = json.dumps({"text": "短", "value": value}, ensure_ascii=False)

    assert jsonl(line, "text", "value", "value[]", "value[].a") == line


@pytest.mark.skipif(not IS_COMPILED, reason="there was no C compiler where cleanspam was installed")
def test_a_record_without_a_cut_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line would cost a parse."""
    monkeypatch.setattr("cleanspam.formats.jsonl.find_strings", lambda *_: pytest.fail("parsed"))
    monkeypatch.setattr("cleanspam.formats.jsonl.find_lone_string", lambda *_: pytest.fail("parsed"))
    data = '{"text": "没有括号的一行"}\n{"text": "老槐树(一种乔木)开花了。"}\n\n'.encode()
    assert cleaned(JsonlFormat(("text",)), data)[0] == data


@pytest.mark.parametrize("is_ascii", [False, True])
def test_records_are_cleaned_as_their_texts_are(is_ascii: bool) -> None:
    """An advertisement that a rule names would stay in a record that is passed over."""
    examples = [example.text for rule in CLEANER.ruleset.rules for example in rule.examples]
    variants = [text.translate(to) for to in ({}, {ord(","): "，", ord("("): "（", ord(")"): "）"}) for text in examples]
    texts = [around.replace("%", text) for text in variants for around in ("%", "甲\n%\n乙", '"%"', "😀%😀", "\\%\\n")]
    blanks = [(left, right, many) for left in BLANKS for right in BLANKS for many in (39, 54, 170, 500)]
    texts += [f"雨停了,{left * many}(淘宝开店){right * many},街上" for left, right, many in blanks]
    texts += [f"雨{'a.' + ' ' * many}(淘宝开店)停" for many in (1, 39, 159, 160)] + ["雨停了,(淘宝开店(甲)(乙)费用),街上"]
    lines = [json.dumps({"text": text}, ensure_ascii=is_ascii) + "\n" for text in texts]
    found = cleaned(JsonlFormat(("text",)), "".join(lines).encode())[0].decode().splitlines()
    assert [json.loads(line)["text"] for line in found] == [CLEANER.clean(text).text for text in texts]


@pytest.mark.parametrize("broken", ['{"text": ', '{"text": "雨', '{"text": "雨"} {', '{"text": "雨"}}', '"雨', "雨", "[1, 2"])
def test_a_broken_record_without_a_bracket_is_named_too(broken: str) -> None:
    """The torn end of a file would pass for a whole record."""
    data, outcomes = cleaned(JsonlFormat(), f'{{"text": "雨"}}\n{broken}\n'.encode())
    assert data.decode() == f'{{"text": "雨"}}\n{broken}\n'
    assert [problem.line for outcome in outcomes for problem in outcome.problems] == [2]


@st.composite
def records(draw: st.DrawFn) -> str:
    """A record with keys and strings that contain `"text"` in misleading places."""
    words = st.sampled_from(["text", '"text"', "a", "甲(乙)", 'a "text', "text:", ""])
    plain = st.one_of(words, st.integers(), st.none(), st.text(max_size=5))
    values = st.recursive(plain, lambda below: st.one_of(st.lists(below), st.dictionaries(words, below)), max_leaves=6)
    value = draw(st.one_of(st.dictionaries(words, values), values))
    blank = draw(st.sampled_from(["", " ", "\t \r"]))
    text = json.dumps(value, ensure_ascii=draw(st.booleans()), separators=(f"{blank},", f"{blank}:{blank}"))
    return draw(st.sampled_from([text, text, text.replace("a", "text"), text[:-1], text + "x", f"\ufeff{text}", f" {text} "]))


@given(records(), st.sampled_from(["text", "a", "a.text", ".", "甲(乙)"]))
def test_the_quick_look_finds_what_the_close_one_does(text: str, path: str) -> None:
    """A cut would be made in another string than the field's, or a broken record be taken for a whole one."""
    node = build_tree((path,))

    def seen(look: Callable[[], object]) -> object:
        try:
            return look()
        except BrokenError:
            return "broken"

    def closely() -> object:
        found, end = find_strings(text, 0, node)
        if skip_blanks(text, end) < len(text):
            raise BrokenError
        return found

    quick = seen(lambda: find_lone_string(text, node))
    assert quick is None or quick == seen(closely)


def test_the_quick_look_is_taken() -> None:
    """Short records would be read four times as slowly."""
    assert find_lone_string('{"id": 1, "text": "甲(乙)", "m": {"a": []}}', build_tree(("text",))) == [
        ("甲(乙)", 19, 23, "text")
    ]


def test_a_byte_order_mark_breaks_no_record() -> None:
    """The first record of a file that Windows wrote would be passed over."""
    line = f'\ufeff{{"text": "{PLANTED}"}}\n'.encode()
    data, outcomes = cleaned(JsonlFormat(("text",)), line)
    assert data == line.replace(PLANTED.encode(), CLEAN.encode())
    assert [outcome.problems for outcome in outcomes] == [[]]


@pytest.mark.parametrize("char", ["\n", "\x00", "\x1f"])
def test_a_raw_control_character_in_a_string_is_no_json(char: str) -> None:
    """A reader more lenient than others would change a record that they refuse."""
    for look in (find_lone_string, lambda text, node: find_strings(text, 0, node)):
        with pytest.raises(BrokenError):
            look(f'{{"a": "甲{char}乙"}}', build_tree(("a",)))
