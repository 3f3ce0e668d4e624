"""Mining: phrases that look planted are found, a run resumes where it stopped, and candidate rules hold for their examples."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cleanspam import Cleaner, CleanspamError, Site
from cleanspam.cli.app import run
from cleanspam.rulebook.blocks import RuleSource
from cleanspam.rulebook.parse import parse_rules
from cleanspam.workshop.mine import AROUND, CONTEXTS, MinedText, ParentheticalCensus, groups, rule_file
from cleanspam.workshop.prove import prove
from cleanspam.workshop.rulewrite import formatted

RULES = """\
rule  lantern
about Lanterns by wholesale.
at alone
cut   灯笼批发
cuts  蝉声停了,[-(灯笼批发),-]天就凉了。
keeps 蝉声停了(灯笼很多),天就凉了。

rule  query
about The shape of a query, not worth a cut alone.
at alone
flag  ^\\p{Han}{2,12}手作坊$
flags 蝉声停了,[-(竹椅手作坊)-],天就凉了。
keeps 蝉声停了(竹椅手作坊),天就凉了。

rule  reporter
about Names of reporters stay.
keep  ^记者
keeps 蝉声停了,(记者手作坊),天就凉了。
"""
CORPUS = (
    "渡船靠了岸,(竹篮编织小院),挑担的人先上去。他家的院子不大(祖上传下的编织小院)。",
    "石榴裂开了嘴,(竹篮编织小院),麻雀来啄。",
    "井台边晾着被单,(竹篮编织小院),(草帽编织小院),风一吹就鼓起来。",
    "谷场上堆着稻草,(草帽编织小院),孩子们钻来钻去。",
    "雨从屋檐滴下来,(藤椅手作坊),猫躲进了柴房。",
    "雪压弯了竹子,(灯笼批发),山路断了。",
    "桥修好了，（记者陈一苇），通车那天很热闹。",
    "路修好了，（记者陈一苇），通车那天下了雨。",
    "塔修好了，（记者陈一苇），开放那天很冷。",
)


def cleaner(rules: str = RULES) -> Cleaner:
    """Return a cleaner by a tiny rule set."""
    return Cleaner(parse_rules([RuleSource("mine.rules", rules)]))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a database that is not there yet."""
    return tmp_path / "census.db"


_open: list[ParentheticalCensus] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close each census that a test has opened."""
    yield
    while _open:
        _open.pop().close()


def census_at(path: Path, by: Cleaner) -> ParentheticalCensus:
    """Open a census for one test."""
    _open.append(ParentheticalCensus(path, by))
    return _open[-1]


def census_of(path: Path, *texts: str) -> ParentheticalCensus:
    """Read texts into a census."""
    census = census_at(path, cleaner())
    for text in texts:
        census.read(text)
    return census


def entry(census: ParentheticalCensus, fold: str) -> MinedText:
    """Return the entry of a folded own text."""
    return next(entry for entry in census.entries() if entry.fold == fold)


def folds(entries: list[MinedText]) -> set[str]:
    """Return the folded own texts of entries."""
    return {entry.fold for entry in entries}


def test_a_phrase_in_many_documents_is_a_candidate_without_any_rule(path: Path) -> None:
    """New spam, which mining is for, would not be found."""
    found = census_of(path, *CORPUS).candidates(least=3)
    assert "竹篮编织小院" in folds(found)
    assert entry(census_of(path), "竹篮编织小院").documents == 3


def test_the_least_number_of_documents_decides(path: Path) -> None:
    """`--least` would do nothing."""
    census = census_of(path, *CORPUS)
    assert folds(census.candidates(least=2)) == {"竹篮编织小院", "草帽编织小院", "藤椅手作坊"}
    assert folds(census.candidates(least=4)) == {"藤椅手作坊"}


def test_a_flag_makes_a_candidate_and_a_cut_does_not(path: Path) -> None:
    """Candidates would be texts that rules already cut, and not texts that they flag."""
    census = census_of(path, *CORPUS)
    assert (entry(census, "藤椅手作坊").flagged, entry(census, "灯笼批发").cut) == (1, 1)
    assert "灯笼批发" not in folds(census.candidates(least=1))


def test_what_a_keep_rule_protects_is_no_candidate(path: Path) -> None:
    """The credit of every news text would be proposed as spam, in a rule that cannot prove itself."""
    census = census_of(path, *CORPUS)
    assert entry(census, "记者陈一苇").kept == 3
    assert "记者陈一苇" not in folds(census.candidates(least=1))


def test_a_document_is_counted_once(path: Path) -> None:
    """A corpus with copies would make anything look planted everywhere."""
    census = census_of(path, CORPUS[0])
    assert not census.read(CORPUS[0])
    assert census.documents() == 1
    assert entry(census, "竹篮编织小院").documents == 1


def test_a_phrase_twice_in_one_document_is_one_document(path: Path) -> None:
    """One article that repeats itself would look like many."""
    census = census_of(path, "井,(草帽编织小院),水,(草帽编织小院),桶。")
    assert entry(census, "草帽编织小院").documents == 1


def test_a_census_goes_on_from_its_database(path: Path) -> None:
    """An interrupted run over a corpus would start again, or count twice."""
    first = census_of(path, *CORPUS[:4])
    first.close()
    again = census_at(path, cleaner())
    assert [again.read(text) for text in CORPUS] == [False] * 4 + [True] * 5
    assert again.documents() == len(CORPUS)
    whole = census_of(path.with_name("whole.db"), *CORPUS)
    assert list(again.entries()) == list(whole.entries())


def test_entries_tell_spelling_site_and_neighbours(path: Path) -> None:
    """Disguises of one phrase would count apart, or glosses and ads together."""
    census = census_of(path, "井,(草·帽·編·織),水。", "门，（草帽编织），窗。", "椅(草帽编织)桌。", "田。（草帽编织），路。")
    found = census.entries(order="documents DESC, site")
    assert [(entry.fold, entry.site, entry.marks, entry.documents) for entry in found] == [
        ("草帽编织", Site.ALONE, ",,", 2),
        ("草帽编织", Site.ALONE, "。,", 1),
        ("草帽编织", Site.GLUED, "椅桌", 1),
    ]


def test_contexts_are_few_and_short(path: Path) -> None:
    """A phrase in a million documents would fill the database with them."""
    texts = [f"{'远' * 60}{number},(竹篮编织小院),{'山' * 60}" for number in range(CONTEXTS + 5)]
    found = entry(census_of(path, *texts), "竹篮编织小院")
    assert found.documents == CONTEXTS + 5
    assert len(found.contexts) == CONTEXTS
    assert all(len(context) <= 2 * AROUND + len("[-(竹篮编织小院)-]") for context in found.contexts)


def test_a_context_ends_at_full_stops(path: Path) -> None:
    """An example would include half of the sentence before it."""
    found = entry(census_of(path, "柿子红了。渡船靠了岸,(竹篮编织小院),人上去。狗叫了。"), "竹篮编织小院")
    assert found.contexts == ("渡船靠了岸,[-(竹篮编织小院)-],人上去。",)


@pytest.mark.parametrize("odd", ["\u2028", "\x85", "\x0c", "\udcff", "\x00"])
def test_no_character_of_a_text_stops_a_census(path: Path, odd: str) -> None:
    """One odd character in a corpus would end a night's run."""
    census = census_of(path, f"渡船{odd}靠了岸,(竹篮编织小院),挑担{odd}的人先上去。")
    [group] = groups(census, least=1)
    assert "(竹篮编织小院)" in group.candidates[0].contexts[0]
    assert not list(prove(parse_rules([RuleSource("candidates.rules", rule_file([group]))])))


def test_groups_share_what_they_end_in_and_show_what_must_stay(path: Path) -> None:
    """A candidate would be read without its neighbours, the legitimate ones above all."""
    first, second = groups(census_of(path, *CORPUS), least=2)
    assert (first.head, folds(list(first.candidates))) == ("编织小院", {"竹篮编织小院", "草帽编织小院"})
    assert folds(list(first.legitimate)) == {"祖上传下的编织小院"}
    assert (second.head, second.legitimate) == ("藤椅手作坊", ())


def test_no_more_is_shown_of_what_must_stay_than_one_reads(path: Path) -> None:
    """A common ending would fill a screen for each group."""
    glued = [f"他家的院子不大({place}的编织小院)。" for place in "东西南北中上下左右"]
    first, _ = groups(census_of(path, *CORPUS, *glued), least=2)
    assert len(first.legitimate) == CONTEXTS < len(glued)


def test_candidate_rules_load_are_in_normal_form_and_prove_themselves(path: Path) -> None:
    """A user would have to mend the file of candidate rules before the first proof."""
    text = rule_file(groups(census_of(path, *CORPUS), least=2))
    assert formatted(text) == text
    ruleset = parse_rules([RuleSource("mine.rules", RULES), RuleSource("candidates.rules", text)])
    assert [rule.id for rule in ruleset.rules[3:]] == ["mined-1", "mined-2"]
    assert [str(failure) for failure in prove(ruleset)] == []
    assert {example.marked for example in ruleset.rules[3].examples if example.left == example.text} == {
        "他家的院子不大(祖上传下的编织小院)。"
    }


def test_candidate_rules_cut_what_was_mined_and_nothing_beside(path: Path) -> None:
    """The candidate rules would hold for their examples and still miss the phrases that they were made from."""
    text = rule_file(groups(census_of(path, *CORPUS), least=2))
    cleaned = cleaner(RULES + "\n" + text).clean("\n".join(CORPUS)).text
    assert "竹篮编织小院" not in cleaned
    assert "草帽编织小院" not in cleaned
    assert "藤椅手作坊" not in cleaned
    assert "(祖上传下的编织小院)" in cleaned
    assert cleaned.count("（记者陈一苇）") == 3


def test_a_phrase_with_a_blank_becomes_a_pattern(path: Path) -> None:
    """Blanks part the words of a list: a phrase with a blank would fall into pieces and never be cut."""
    text = rule_file(groups(census_of(path, "井,(ipad air翻新小院),水。", "门,(竹篮翻新小院),窗。"), least=1))
    ruleset = parse_rules([RuleSource("candidates.rules", text)])
    assert list(prove(ruleset)) == []
    assert Cleaner(ruleset).clean("田,(ipad air翻新小院),路。").text == "田,路。"


def test_a_corpus_without_candidates_gives_a_file_without_rules(path: Path) -> None:
    """Mining clean texts would end in an error, or in a file that does not load."""
    text = rule_file(groups(census_of(path, "渡船靠了岸(老渡口),挑担的人先上去。")))
    assert parse_rules([RuleSource("candidates.rules", text)]).rules == ()


def test_a_database_that_is_none_is_named(path: Path) -> None:
    """A wrong path behind --database would end in a traceback."""
    path.write_text("这不是数据库" * 100, encoding="utf-8")
    with pytest.raises(CleanspamError, match=r"census\.db: no census"):
        census_at(path, cleaner())


def test_a_census_does_not_go_on_by_other_rules(path: Path) -> None:
    """Half of the counts would be by rules that no longer hold, and nobody could tell which half."""
    census_of(path, CORPUS[0]).close()
    other = RULES.replace("灯笼批发", "灯笼零售")
    said = f"taken by rule set {cleaner().ruleset.hash}, and the rule set is now {cleaner(other).ruleset.hash}; name a new file"
    with pytest.raises(CleanspamError, match=rf"census\.db: this census was {said}"):
        census_at(path, cleaner(other))
    assert census_at(path, cleaner(RULES.replace("about Lanterns", "about Red lanterns"))).documents() == 1


def test_a_census_that_does_not_name_its_rules_does_not_go_on(path: Path) -> None:
    """A census begun by an earlier version would be finished with other rules."""
    census_of(path, CORPUS[0]).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DROP TABLE taken")
    with pytest.raises(CleanspamError, match="taken by rules that it does not name"):
        census_at(path, cleaner())


def test_a_census_without_a_document_takes_any_rules(path: Path) -> None:
    """A run that ended before its first document would leave a database that refuses every later run."""
    census_of(path).close()
    other = cleaner(RULES.replace("灯笼批发", "灯笼零售"))
    census = census_at(path, other)
    census.read(CORPUS[0])
    census.close()
    assert census_at(path, other).documents() == 1


def test_a_census_that_cannot_be_written_is_named(path: Path) -> None:
    """A full disk, or another run on the same file, would end in a traceback."""
    census = census_of(path, CORPUS[0])
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DROP TABLE texts")
    with pytest.raises(CleanspamError, match=r"census\.db: the census cannot go on: no such table"):
        census.read(CORPUS[1])


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Write the corpus, one file a document, and the rules beside it."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (tmp_path / "mine.rules").write_text(RULES, encoding="utf-8")
    for number, text in enumerate(CORPUS):
        (folder / f"{number}.txt").write_text(text + "\n", encoding="utf-8")
    return folder


def mine(corpus: Path, *words: str) -> int:
    """Run `mine` over the corpus with the tiny rule set."""
    return run(["mine", str(corpus), "--rules", str(corpus.parent / "mine.rules"), "--no-default-rules", *words])


def test_the_command_shows_both_sides(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A candidate would be taken for spam without a look at the ham."""
    assert mine(corpus, "--least", "2") == 0
    shown = capsys.readouterr()
    assert "编织小院  (2 texts)" in shown.out
    assert "      3  渡船靠了岸,[-(竹篮编织小院)-],挑担的人先上去。" in shown.out
    assert "  stays  他家的院子不大(祖上传下的编织小院)。" in shown.out
    assert "3 candidates in 2 groups" in shown.err


def test_the_command_shows_no_more_groups_than_asked_for(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A large corpus would scroll past."""
    assert mine(corpus, "--least", "2", "--top", "1", "--quiet") == 0
    shown = capsys.readouterr()
    assert "藤椅手作坊" not in shown.out
    assert shown.err == ""


def test_the_command_writes_rules_that_the_command_proves(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The help's second example would fail after its first."""
    written = corpus.parent / "candidates.rules"
    assert mine(corpus, "--least", "2", "--write", str(written)) == 0
    assert run(["rules", "prove", str(written), "--rules", str(corpus.parent / "mine.rules"), "--no-default-rules"]) == 0
    assert "0 failed" in capsys.readouterr().out


def test_the_command_resumes_and_says_the_same(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run would read everything anew, or count it twice."""
    database = tmp_path / "census.db"
    assert mine(corpus, "--database", str(database)) == 0
    first = capsys.readouterr().out
    assert mine(corpus, "--database", str(database)) == 0
    assert capsys.readouterr().out == first
    census = census_at(database, cleaner())
    assert census.documents() == len(CORPUS)
    assert not any(census.read(f"{text}\n") for text in CORPUS)


def test_the_command_refuses_to_resume_by_other_rules(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A user who adds the candidates to the rules and counts again would read figures of two rule sets in one table."""
    database, written = tmp_path / "census.db", tmp_path / "candidates.rules"
    assert mine(corpus, "--database", str(database), "--write", str(written)) == 0
    capsys.readouterr()
    assert mine(corpus, "--database", str(database), "--rules", str(written)) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"cleanspam: {database}: this census was taken by rule set ")
    assert shown.err.count("\n") == 1
    assert mine(corpus, "--database", str(tmp_path / "new.db"), "--rules", str(written)) == 0
