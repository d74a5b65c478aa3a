"""Every rule that the code can report has words in three languages, filled by the values that it gives."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from a11y_checks.lint.rules import RULES
from builder.messages import describe_finding, format_finding, severity_name
from builder.messages.finding_text import placeholders, rule_texts
from builder.model.finding import Finding, Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.reading.rules import SEVERITIES

ROOT = Path(__file__).parent.parent.parent
_RULE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")

# Functions that take a rule's name, by the place of that name among their arguments.
_REPORTERS = {
    "Finding": 2,
    "UnusableConfiguration": 2,
    "TaskFailed": 0,
    "Resolved": 1,
    "ShownPicture": 99,
    **dict.fromkeys(("MediaProblem", "RecognitionProblem", "RecordingFinding", "VoiceMissing", "VoiceFailed"), 0),
    **dict.fromkeys(("Unreachable", "Failure"), 0),
}


def _source_files() -> list[Path]:
    return [
        path
        for folder in ("builder", "media_pipeline", "a11y_checks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "messages" not in path.parts
    ]


def _named_rules(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Rule names in calls of reporting functions, and in `rule=` arguments."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        arguments = [*node.args]
        if name in _REPORTERS:
            arguments = arguments[_REPORTERS[name] : _REPORTERS[name] + 1]
        elif name not in ("report", "_report"):
            arguments = []
        arguments += [one.value for one in node.keywords if one.arg == "rule"]
        for argument in arguments:
            for one in ast.walk(argument):
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and _RULE.fullmatch(one.value):
                    yield one.value, node.lineno


def test_every_rule_that_the_code_reports_has_texts() -> None:
    texts = rule_texts()
    missing = [
        f"{path.relative_to(ROOT)}:{line}: {rule}"
        for path in _source_files()
        for rule, line in _named_rules(ast.parse(path.read_text(encoding="utf-8")))
        if rule not in texts
    ]
    assert missing == []


def test_the_collector_sees_rules_in_every_package_that_reports() -> None:
    found: dict[str, set[str]] = {}
    for path in _source_files():
        package = path.relative_to(ROOT).parts[1]
        found.setdefault(package, set()).update(
            rule for rule, _ in _named_rules(ast.parse(path.read_text(encoding="utf-8")))
        )
    assert len(found["reading"]) > 70
    assert {"math-unknown-macro", "math-unclosed", "math-outside-subset"} <= found["mathematics"]
    assert "character-not-in-braille" in found["exports"]


def test_every_rule_of_reading_and_lint_has_texts() -> None:
    assert {*SEVERITIES, *(one.id for one in RULES)} - set(rule_texts()) == set()


def test_every_rule_of_reading_is_reported_somewhere() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "builder" / "reading").glob("*.py")
        if path.name != "rules.py"
    )
    assert [rule for rule in SEVERITIES if f'"{rule}"' not in code] == []


@pytest.mark.parametrize("rule", rule_texts())
def test_a_rule_says_the_same_in_every_language(rule: str) -> None:
    texts = rule_texts()[rule]
    assert set(texts) == set(SITE_LANGUAGES)
    assert len({placeholders(text) for text in texts.values()}) == 1
    assert len(set(texts.values())) == 3
    for text in texts.values():
        assert text == text.strip()
        assert "\n" not in text
        assert len(text) < 320
    assert re.search("[ёъщэы]|[а-я]", texts[RUSSIAN])
    assert not re.search("[өүңӨҮҢ]", texts[RUSSIAN])
    kyrgyz = re.search(r"[өүңӨҮҢ]|\b(?:бул|жок|жана)\b", texts[KYRGYZ])
    assert kyrgyz, "hardly a Kyrgyz sentence: no ө, ү, ң and none of its commonest words"


def _values_given(path: Path) -> Iterator[tuple[str, set[str], int]]:
    """Rules reported with keyword values only: `report(line, "rule", name=…)`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or any(one.arg is None for one in node.keywords):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        rules = [
            one.value
            for one in node.args
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value in SEVERITIES
        ]
        if name in ("report", "_report") and len(rules) == 1:
            yield rules[0], {str(one.arg) for one in node.keywords}, node.lineno


def test_reports_give_the_values_that_their_texts_need() -> None:
    seen = 0
    for path in (ROOT / "builder" / "reading").glob("*.py"):
        for rule, values, line in _values_given(path):
            seen += 1
            needed = placeholders(rule_texts()[rule][ENGLISH])
            assert needed <= values, f"{path.name}:{line}: {rule} needs {needed}"
    assert seen > 50


def test_a_finding_is_one_line_with_its_place() -> None:
    finding = Finding("content/c/ky/01-l.md", 12, "heading-level-one")
    assert format_finding(finding, ENGLISH) == (
        "content/c/ky/01-l.md:12: Headings in the text begin with ##: a single # belongs to the lesson’s title. "
        "Add one more #."
    )


def test_a_finding_without_a_line_has_no_number() -> None:
    finding = Finding("mkdocs.yml", 0, "settings-missing")
    assert format_finding(finding, RUSSIAN).startswith("mkdocs.yml: Файл не найден.")


def test_values_are_filled_in_on_one_line_and_never_interpreted() -> None:
    finding = Finding("a.md", 1, "formula-unclosed", values={"text": "$a\n{text} {0}\x1b[31m" + "б" * 500})
    text = describe_finding(finding, ENGLISH)
    assert "$a {text} {0} [31mбб" in text
    assert "\n" not in text and "\x1b" not in text
    assert len(text) < 400


def test_a_missing_value_leaves_its_name_and_does_not_raise() -> None:
    assert "“{anchor}”" not in describe_finding(Finding("a.md", 1, "lesson-empty"), ENGLISH)
    assert "{anchor}" in describe_finding(Finding("a.md", 1, "anchor-broken"), ENGLISH)


def test_a_rule_without_texts_is_still_told() -> None:
    finding = Finding("a.md", 3, "no-such-rule", values={"b": "2", "a": "1"})
    assert format_finding(finding, KYRGYZ) == "a.md:3: «no-such-rule» эрежеси бузулган (a: 1, b: 2)"


def test_other_languages_are_answered_in_english() -> None:
    finding = Finding("a.md", 3, "lesson-empty")
    assert describe_finding(finding, LanguageTag("de")) == describe_finding(finding, ENGLISH)
    assert describe_finding(finding, LanguageTag("ru-RU")) == describe_finding(finding, RUSSIAN)


def test_severities_have_words() -> None:
    assert [severity_name(Severity.ERROR, one) for one in SITE_LANGUAGES] == ["ката", "ошибка", "error"]
    assert all(severity_name(severity, language) for severity in Severity for language in SITE_LANGUAGES)
