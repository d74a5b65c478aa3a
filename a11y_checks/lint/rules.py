"""The register of rules. To add one: write its function, its entry here, its texts in builder/messages/texts/lint.toml
and a row of the table in tests/lint/test_rules.py."""

from typing import Final

from a11y_checks.lint import headings, links, pictures, tables, words
from a11y_checks.lint.rule import Rule
from builder.model.finding import Severity

_WCAG = "https://www.w3.org/TR/WCAG22/#"
_TECHNIQUE = "https://www.w3.org/WAI/WCAG22/Techniques/"
_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "heading-level-skipped",
        _ERROR,
        ("1.3.1",),
        (_WCAG + "info-and-relationships", _TECHNIQUE + "general/G141"),
        headings.find_skipped_levels,
    ),
    Rule(
        "heading-empty",
        _ERROR,
        ("1.3.1", "2.4.6"),
        (_WCAG + "headings-and-labels",),
        headings.find_empty_headings,
    ),
    Rule(
        "heading-in-disguise",
        _WARNING,
        ("1.3.1",),
        (_TECHNIQUE + "failures/F2",),
        headings.find_disguised_headings,
    ),
    Rule(
        "picture-without-alt",
        _ERROR,
        ("1.1.1",),
        (_WCAG + "non-text-content", _TECHNIQUE + "failures/F65"),
        pictures.find_missing_alt,
    ),
    Rule(
        "picture-alt-says-nothing",
        _ERROR,
        ("1.1.1",),
        (_TECHNIQUE + "failures/F30",),
        pictures.find_empty_alt_words,
    ),
    Rule(
        "picture-alt-too-long",
        _WARNING,
        ("1.1.1",),
        (_TECHNIQUE + "general/G92",),
        pictures.find_long_alt,
    ),
    Rule(
        "picture-decorative-with-alt",
        _WARNING,
        ("1.1.1",),
        (_TECHNIQUE + "failures/F39",),
        pictures.find_described_decoration,
    ),
    Rule(
        "table-header-empty",
        _ERROR,
        ("1.3.1",),
        (_TECHNIQUE + "html/H51",),
        tables.find_empty_headers,
    ),
    Rule(
        "table-row-header-empty",
        _ERROR,
        ("1.3.1",),
        (_TECHNIQUE + "html/H51",),
        tables.find_empty_row_headers,
    ),
    Rule(
        "table-caption-missing",
        _WARNING,
        ("1.3.1",),
        (_TECHNIQUE + "html/H39",),
        tables.find_missing_captions,
    ),
    Rule(
        "link-text-vague",
        _WARNING,
        ("2.4.4",),
        (_TECHNIQUE + "failures/F63", _WCAG + "link-purpose-in-context"),
        links.find_vague_links,
    ),
    Rule(
        "link-without-words",
        _ERROR,
        ("2.4.4", "4.1.2"),
        (_TECHNIQUE + "failures/F89",),
        links.find_wordless_links,
    ),
    Rule(
        "link-text-is-address",
        _WARNING,
        ("2.4.4",),
        (_WCAG + "link-purpose-in-context",),
        links.find_address_links,
    ),
    Rule(
        "link-text-ambiguous",
        _WARNING,
        ("2.4.4",),
        (_WCAG + "link-purpose-in-context",),
        links.find_ambiguous_links,
    ),
    Rule(
        "text-in-capitals",
        _WARNING,
        (),
        # UKAAF, Creating clear print and large print documents (G003): no blocks of capitals.
        ("https://www.ukaaf.org/",),
        words.find_capitals,
    ),
    Rule(
        "language-unmarked",
        _WARNING,
        ("3.1.2",),
        (_WCAG + "language-of-parts",),
        words.find_unmarked_languages,
    ),
)
