"""pronunciation.toml: how the words of a course are said."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from builder.model.finding import Finding
from builder.model.language import SITE_LANGUAGES, LanguageTag
from media_pipeline.speech.normalisation.scripts import tidy
from media_pipeline.speech.normalisation.words import Words

LONGEST_TERM: Final = 80
MOST_TERMS: Final = 2000
"""Both our choice: a glossary is for the words of one course."""
_LETTERS: Final = {"ky": "а-яёңөү", "ru": "а-яё", "en": "a-z"}
_NAMES: Final = ", ".join(SITE_LANGUAGES)
_HEADER: Final = re.compile(r"\s*\[\s*(?P<name>[^\[\]]+?)\s*\]\s*(?:#.*)?$")
_ENTRY: Final = re.compile(r"\s*(?P<key>[^\s\"'=#\[]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')\s*=")


@dataclass(frozen=True, slots=True)
class Glossary:
    """Written -> said, by the language of the text around it. Empty by default.

    A term in small letters is found in any letter case, another one only as it is written; both as whole words, in
    Kyrgyz with endings, too (``ИИнин``, ``Wi-Fi'ды``).
    """

    entries: Mapping[LanguageTag, Mapping[str, Words]] = field(default_factory=dict)


EMPTY: Final = Glossary()


def parse_glossary(data: bytes, path: str) -> tuple[Glossary, tuple[Finding, ...]]:
    """The glossary as far as it could be read, and what is wrong with it, each with its line.

    A term that cannot be used is left out; the others still hold.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return EMPTY, (Finding(path, line, "pronunciation-not-utf8"),)
    text = text.replace("\r\n", "\n")
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        last = text.rstrip("\n").count("\n") + 1
        return EMPTY, (Finding(path, int(place[1]) if place else last, "pronunciation-bad-toml"),)
    return _Reader(table, _lines(text), path).read()


class _Reader:
    def __init__(self, table: dict[str, object], lines: Mapping[tuple[str, str], int], path: str) -> None:
        self._table = table
        self._lines = lines
        self._path = path
        self._findings: list[Finding] = []

    def read(self) -> tuple[Glossary, tuple[Finding, ...]]:
        entries: dict[LanguageTag, dict[str, Words]] = {}
        for name, terms in self._table.items():
            if name not in SITE_LANGUAGES or not isinstance(terms, dict):
                line = self._lines.get((name, "")) or self._lines.get(("", name), 1)
                self._report(line, "pronunciation-unknown-language", language=name, known=_NAMES)
                continue
            language = LanguageTag(name)
            if len(terms) > MOST_TERMS:
                self._report(self._line(name, ""), "pronunciation-too-many", language=name, most=str(MOST_TERMS))
            for term, said in list(terms.items())[:MOST_TERMS]:
                words = self._read_term(language, term, said)
                if words is not None:
                    entries.setdefault(language, {})[" ".join(tidy(term).split())] = words
        return Glossary(entries), tuple(sorted(self._findings))

    def _read_term(self, language: LanguageTag, term: str, said: object) -> Words | None:
        line = self._line(language, term)
        voice: object = language
        if isinstance(said, dict) and set(said) <= {"say", "voice"}:
            voice, said = said.get("voice", language), said.get("say")
        if not isinstance(said, str) or not said.strip():
            self._report(line, "pronunciation-empty", term=term)
        elif voice not in SITE_LANGUAGES:
            self._report(line, "pronunciation-unknown-voice", term=term, voice=str(voice), known=_NAMES)
        elif not any(map(str.isalnum, term)) or len(term) > LONGEST_TERM or "\n" in term:
            self._report(line, "pronunciation-no-term", term=term.strip()[:LONGEST_TERM], most=str(LONGEST_TERM))
        else:
            assert isinstance(voice, str)
            said = " ".join(tidy(said).split())
            strange = _strange_characters(said, voice)
            if not strange:
                return Words(LanguageTag(voice), said)
            self._report(line, "pronunciation-unsayable", term=term, characters=" ".join(strange), voice=voice)
        return None

    def _line(self, language: str, term: str) -> int:
        return self._lines.get((language, term)) or self._lines.get((language, "")) or 1

    def _report(self, line: int, rule: str, /, **values: str) -> None:
        self._findings.append(Finding(self._path, line, rule, values=values))


def _strange_characters(said: str, voice: str) -> list[str]:
    """What the voice of a language could misread: digits, signs, letters of another script."""
    letters = _LETTERS[voice]
    strange = re.findall(rf"(?i)[^{letters}' \-,]|(?<![{letters}])['-]|['-](?![{letters}])|,$|^,", said)
    return list(dict.fromkeys(strange)) or ([] if re.search(r"[^\W\d_]", said) else [said])


def _lines(text: str) -> dict[tuple[str, str], int]:
    """1-based lines by table and key: the standard library's reader does not tell them. Good enough to point at; a term
    that is written in an unusual way has the line of its table."""
    lines: dict[tuple[str, str], int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _bare(header["name"])
            lines.setdefault((table, ""), number)
        elif entry := _ENTRY.match(line):
            lines.setdefault((table, _bare(entry["key"])), number)
    return lines


def _bare(written: str) -> str:
    if written[:1] == '"':
        return written[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return written[1:-1] if written[:1] == "'" else written
