"""The `sarif` report: SARIF 2.1.0, for code scanning. The report declares that columns are counted in code points."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from cleanspam.ci.reports.base import Facts, Failure, FoundInFile, dump_json, line, remark
from cleanspam.text.locate import Located

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

MOST = 25_000  # the most results: GitHub rejects an upload with more


def sarif(findings: Iterable[FoundInFile], facts: Facts) -> Iterator[str]:
    """Yield the log in one piece."""
    every = list(findings)
    results = every[:MOST]
    if len(every) > MOST:
        facts.notes.append(f"SARIF holds {MOST:,} of {len(every):,} findings: code scanning refuses a file with more")
    rules = sorted({rule for found in results for rule in found.located.finding.rules})
    index = {rule: number for number, rule in enumerate(rules)}
    driver: dict[str, object] = {"name": "cleanspam", "rules": [_rule(rule, facts) for rule in rules]}
    if facts.version:
        driver["version"] = facts.version
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(facts)],
        "results": [_result(found, index, facts) for found in results],
        "properties": {"rulesHash": facts.rules_hash},
    }
    yield dump_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, 2) + "\n"


def _rule(rule: str, facts: Facts) -> dict[str, object]:
    kind = facts.kinds.get(rule)
    described: dict[str, object] = {"id": rule, "shortDescription": {"text": facts.about(rule)}}
    return described | ({"properties": {"tags": [line(kind)]}} if kind else {})


def _invocation(facts: Facts) -> dict[str, object]:
    """Return the invocation: whether everything could be read, and the failures."""
    notifications = [
        {"level": "error", "message": {"text": line(failure.message)}, "locations": [_place_of(failure, facts)]}
        for failure in facts.failures
    ]
    return {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}


def _place_of(failure: Failure, facts: Facts) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": _uri(facts.from_root(failure.path))}}
    return {"physicalLocation": place | ({"region": {"startLine": failure.line}} if failure.line else {})}


def _result(item: FoundInFile, index: dict[str, int], facts: Facts) -> dict[str, object]:
    finding = item.located.finding
    return {
        "ruleId": item.rule,
        "ruleIndex": index[item.rule],
        "level": item.level,
        "message": {"text": f"{remark(item)}: {line(finding.text)}"},
        "locations": [_place(item, facts)],
        "partialFingerprints": {"cleanspam/v1": item.fingerprint},
        "properties": {"rules": list(finding.rules), "site": finding.site.value, "verdict": finding.verdict.value},
    }


def _place(item: FoundInFile, facts: Facts) -> dict[str, object]:
    """Return the location of a finding: the file, and the place or the record in it."""
    located = item.located
    place: dict[str, object] = {"physicalLocation": _location(item, facts)}
    if located.record:
        name = line(f"{located.record}/{located.field}")
        place["logicalLocations"] = [{"name": line(located.field), "fullyQualifiedName": name, "kind": "member"}]
    return place


def _location(item: FoundInFile, facts: Facts) -> dict[str, object]:
    file: dict[str, object] = {"artifactLocation": {"uri": _uri(facts.from_root(item.path))}}
    if not item.located.line:
        return file
    return file | {
        "region": _region(item.located),
        "contextRegion": {
            "startLine": item.located.line,
            "snippet": {"text": line(item.located.before + item.located.finding.text + item.located.after)},
        },
    }


def _region(located: Located) -> dict[str, object]:
    return {
        "startLine": located.line,
        "startColumn": located.column,
        "endLine": located.line,
        "endColumn": located.column + len(located.finding.text),
        "snippet": {"text": line(located.finding.text)},
    }


def _uri(path: str) -> str:
    """Return a path as a URI reference: relative, or a file: URI if absolute. Bytes that are not UTF-8 are percent-encoded."""
    scheme = "file://" if path.startswith("/") else ""
    try:
        return scheme + quote(path, errors="surrogateescape")
    except UnicodeEncodeError:
        return scheme + quote(path, errors="surrogatepass")
