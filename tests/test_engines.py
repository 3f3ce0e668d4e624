"""The steps for datatrove, Data-Juicer and dolma, tested with the engines if they are installed, else with stubs."""

import importlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import enginestubs
from cleanspam import Cleaner, Recipe, load_rules, restore
from cleanspam.engines.outcome import FAILED, NO_TEXT, clean_value
from cleanspam.model import Cut

PLANTED = "雨停了,(怎么注册公司),街上又有了人。"
CLEANED = "雨停了,街上又有了人。"
FLAGGED = "桌上有茶,(家电回收公司),还有梨。"
MARKED = PLANTED + "<!-- cleanspam: keep -->"
TWICE = "雨停了,(怎么注册公司),街上有人。她回家,(北京网站建设公司),天黑了。"
ODD: list[Any] = [None, "", 7, ["雨"], PLANTED, "\ud83d", MARKED]
Load = Callable[[str], ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Return a function that imports a module for an engine, with stubs of the engine if it is not installed."""
    stubbed = [name for name in enginestubs.MODULES if importlib.util.find_spec(name) is None]

    def load_module(engine: str) -> ModuleType:
        if engine in stubbed:
            # The collection of doctests leaves a module behind whose import failed.
            sys.modules.pop(f"cleanspam.engines.{engine}", None)
            for name, members in enginestubs.MODULES[engine].items():
                for above in name.split(".")[1:]:
                    monkeypatch.setitem(sys.modules, name[: name.index(f".{above}")], ModuleType(engine))
                module = ModuleType(name)
                vars(module).update(members)
                monkeypatch.setitem(sys.modules, name, module)
        return importlib.import_module(f"cleanspam.engines.{engine}")

    yield load_module
    for name in stubbed:  # an engine that is there would register the step once more
        sys.modules.pop(f"cleanspam.engines.{name}", None)


def documents(*texts: Any) -> list[Any]:
    """Return documents as datatrove's and dolma's are."""
    return [SimpleNamespace(text=text, id=str(at), metadata={}, media=[]) for at, text in enumerate(texts)]


def count(stats: Any, name: str) -> int:
    """Return a count from datatrove's statistics, which are objects, or from those of a stub."""
    found = stats[name]
    return int(getattr(found, "total", found))


def test_a_value_is_cleaned_or_comes_with_the_reason_why_not() -> None:
    """One odd record would end a run, or lose its batch of a thousand records."""

    class Failing(Cleaner):
        def clean(self, text: str) -> Any:
            raise RecursionError(text)

    cleaner = Cleaner(load_rules())

    assert [clean_value(value, cleaner).problem for value in ODD] == [NO_TEXT, "", NO_TEXT, NO_TEXT, "", "", ""]
    assert clean_value(PLANTED, Failing(cleaner.ruleset)).problem == FAILED
    assert clean_value(MARKED, cleaner, with_flags=True).cleaning.text == MARKED


def test_datatrove_cuts_counts_and_tells(load: Load) -> None:
    """A run would not report its cuts, or its texts would differ from the command line's."""
    step = load("datatrove").CleanspamFormatter(metadata_key="cleanspam", with_flags=True)
    docs = list(step.run(documents(PLANTED, FLAGGED, MARKED, TWICE)))

    assert [doc.text for doc in docs] == [CLEANED, FLAGGED, MARKED, "雨停了,街上有人。她回家,天黑了。"]
    counts = {name: count(step.stats, name) for name in ("total", "changed", "cuts", "flags", "kept", "chars_cut")}
    assert counts == {"total": 4, "changed": 2, "cuts": 3, "flags": 1, "kept": 1, "chars_cut": 29}
    told = docs[0].metadata["cleanspam"]
    assert told["rules"] == load_rules().hash
    [cut] = json.loads(told["cuts"])
    assert cut[:3] == [4, 13, "(怎么注册公司),"]
    assert count(step.stats, f"cut_{cut[3]}") > 0
    assert docs[1].metadata["cleanspam"]["cuts"] == "[]"


def test_datatrove_loses_no_document(load: Load) -> None:
    """A document without a text, or with an odd one, would be dropped."""
    step = load("datatrove").CleanspamFormatter()
    docs = list(step.run(documents(*ODD)))

    assert [doc.text for doc in docs] == [CLEANED if text == PLANTED else text for text in ODD]
    assert count(step.stats, NO_TEXT) == 3
    assert all(not doc.metadata for doc in docs)
    assert [step.format(text) for text in (PLANTED, "")] == [CLEANED, ""]


@pytest.mark.parametrize(("options", "kept"), [({}, [0, 1]), ({"at_least": 2}, [0, 1, 2]), ({"share": 0.6}, [0, 1, 2, 3])])
def test_datatrove_drops_what_has_much_and_writes_it_aside_uncut(load: Load, options: dict[str, Any], kept: list[int]) -> None:
    """A dropped document could not be looked at, or one with a single cut would be lost."""
    aside: list[Any] = []

    class Writer:
        def __enter__(self) -> "Writer":
            return self

        def __exit__(self, *_: object) -> None: ...

        def write(self, doc: Any, rank: int) -> None:
            aside.append((doc, rank))

    step = load("datatrove").CleanspamFilter(**options, metadata_key="why", exclusion_writer=Writer())
    stays = list(step.run(iter(documents(CLEANED, "", PLANTED, TWICE)), rank=3))

    assert [int(doc.id) for doc in stays] == kept
    assert [(int(doc.id), rank) for doc, rank in aside] == [(number, 3) for number in range(4) if number not in kept]
    for doc, _ in aside:
        assert doc.text in (PLANTED, TWICE)
        assert doc.metadata["filter_reason"] == "cleanspam"
        assert len(json.loads(doc.metadata["why"]["cuts"])) == (1 if doc.text == PLANTED else 2)


def test_data_juicer_cuts_and_says_what(load: Load) -> None:
    """A sample would be lost with its batch, or a cut could not be undone."""
    mapper = load("data_juicer").CleanspamMapper(cuts_key="cuts")
    samples = mapper.process_batched({"id": list(range(len(ODD))), "text": list(ODD)})

    assert samples["id"] == list(range(len(ODD)))
    assert samples["text"] == [CLEANED if text == PLANTED else text for text in ODD]
    cuts = [json.loads(cut) for cut in samples["cuts"]]
    assert [len(cut) for cut in cuts] == [0, 0, 0, 0, 1, 0, 0]
    assert restore(CLEANED, [Cut(*cut[:3]) for cut in cuts[4]]) == PLANTED


def test_data_juicer_stops_at_other_rules_and_does_not_drop_a_batch(load: Load) -> None:
    """A thousand samples would be gone, with exit code 0."""
    module = load("data_juicer")

    for operator in (module.CleanspamMapper(skip_op_error=True), module.CleanspamFilter()):
        assert operator.skip_op_error is False
        assert Recipe.from_json(operator.recipe) == Recipe.load()


def test_data_juicer_filters_by_the_number_of_cuts(load: Load) -> None:
    """A filter would cut, or drop samples without a text."""
    module = load("data_juicer")
    texts = [CLEANED, PLANTED, TWICE, None, PLANTED]
    key = module.Fields.stats
    known: list[dict[str, Any]] = [{}, {}, {}, {}, {module.CUTS: 0, module.CHARS_CUT: 0}]
    samples = {"text": list(texts), key: known}

    samples = module.CleanspamFilter().compute_stats_batched(samples)

    assert samples["text"] == texts
    assert [stat[module.CUTS] for stat in samples[key]] == [0, 1, 2, 0, 0]
    assert [stat[module.CHARS_CUT] for stat in samples[key]] == [0, 9, 20, 0, 0]
    assert list(module.CleanspamFilter().process_batched(samples)) == [True, False, False, True, True]
    assert list(module.CleanspamFilter(min_cuts=1, max_cuts=1).process_batched(samples)) == [False, True, False, False, False]


def test_data_juicer_takes_the_choices_of_the_command_line(load: Load, tmp_path: Path) -> None:
    """A user's rules would not reach the workers."""
    rules = tmp_path / "own.rules"
    rules.write_text(
        "rule own-rule\nabout A rule of the user's.\nat glued\ncut ^暗号$\ncuts 雨停了[-(暗号)-]。\nkeeps 雨停了(密码)。\n",
        encoding="utf-8",
    )
    module = load("data_juicer")

    assert module.CleanspamMapper(rules=[str(rules)]).process_batched({"text": ["雨停了(暗号)。"]})["text"] == ["雨停了。"]
    assert module.CleanspamMapper(cut_flagged=True).process_batched({"text": [FLAGGED]})["text"] == ["桌上有茶,还有梨。"]


def test_dolma_tags_in_code_points(load: Load) -> None:
    """`dolma mix` would cut beside the planting, or cut what a mark keeps."""
    module = load("dolma")
    tagger = module.CleanspamTagger()
    spans = [tagger.predict(doc).spans for doc in documents("🌧" + PLANTED, MARKED, FLAGGED, None)]

    assert [[(span.start, span.end, span.type, span.score) for span in one] for one in spans] == [
        [(5, 14, "cut", 1.0)],
        [],
        [],
        [],
    ]
    assert tagger.defaults == ["cut"]


def test_dolma_tags_flags_too_where_a_subclass_says_so(load: Load) -> None:
    """Flagged texts could not be looked at."""
    module = load("dolma")

    class Suspicious(module.CleanspamTagger):  # type: ignore[name-defined,misc]  # imported when the test runs
        with_flags = True

    [span] = Suspicious().predict(documents(FLAGGED)[0]).spans

    assert (span.type, FLAGGED[span.start : span.end], span.score) == ("flag", "(家电回收公司)", 0.5)
    assert Suspicious().defaults == ["cut", "flag"]
