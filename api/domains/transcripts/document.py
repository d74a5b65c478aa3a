"""A frozen transcript as a document of the publisher: the only thing that its renderers read. Pure.

What does not exist in a language is given in one that it exists in, marked as that language and said in words: nothing
is left out, and nothing looks as if it were a translation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.domains.transcripts.content import NameContent, ResultContent, ScaleContent, Titles, TranscriptContent
from api.domains.transcripts.words import WORDS, Words
from api.errors import LANGUAGES
from builder.model.course import Course, Publication, ResourceType, Rights
from builder.model.document import (
    Admonition,
    AdmonitionKind,
    Alignment,
    Block,
    Cell,
    Definition,
    DefinitionList,
    Document,
    Heading,
    Inline,
    Paragraph,
    Passage,
    Table,
    Text,
)
from builder.model.language import LanguageTag, UnknownLanguageTag, parse_language_tag, primary_language

SHOWN_OF_DIGEST: Final = 16
"""Hexadecimal digits of the digest that stand on paper, in groups of four; all 64 are in the JSON and in the answer to
whoever verifies."""
NONE: Final = "—"


@dataclass(frozen=True, slots=True)
class Issue:
    """What is known of a transcript besides its content. `code` and `issued_on` are None until it is issued."""

    digest: str
    issued_on: date | None
    code: str | None
    page: str
    """Where people verify it, by typing the code."""
    address: str
    """Where programs verify it, to be followed by the code."""


def make_publication(content: TranscriptContent, issue: Issue, language: str) -> Publication:
    """What the renderers take: one document of its own, which belongs to no course."""
    document = make_document(content, issue, language)
    tag = LanguageTag(language)
    bare = Course(
        id="transcript",
        languages=(tag,),
        title={tag: ""},
        description={tag: ""},
        unit={tag: ""},
        rights=Rights("", ""),
        type=ResourceType.DATABASE,
    )
    return Publication(bare, tag, (document,), document.title, {})


def make_document(content: TranscriptContent, issue: Issue, language: str) -> Document:
    """The whole transcript in one of the three languages."""
    words = WORDS[language]
    title = words.title.format(number=content.number, version=content.version)
    blocks = _Making(content, issue, language, words).blocks()
    return Document("transcript", "transcript", LanguageTag(language), title, blocks)


def shown_amount(amount: str | None, words: Words) -> str:
    """An amount as the language writes it; a dash where there is none."""
    return NONE if amount is None else amount.replace(".", words.comma)


def shown_day(day: date, language: str) -> str:
    """2026-09-01 in English, 01.09.2026 in Kyrgyz and Russian."""
    return day.isoformat() if language == "en" else f"{day:%d.%m.%Y}"


def grouped_digest(digest: str) -> str:
    start = digest[:SHOWN_OF_DIGEST]
    return " ".join(start[place : place + 4] for place in range(0, len(start), 4))


class _Making:
    def __init__(self, content: TranscriptContent, issue: Issue, language: str, words: Words) -> None:
        self.content = content
        self.issue = issue
        self.language = language
        self.words = words
        self.is_complete = True
        """Whether every title was there in this language."""

    def blocks(self) -> tuple[Block, ...]:
        head = self._head()
        rest = (*self._student(), *self._results(), *self._scales(), *self._approval())
        notes = []
        if self.issue.code is None:
            notes.append(_note(AdmonitionKind.WARNING, self.words.not_issued))
        if not self.is_complete:
            notes.append(_note(AdmonitionKind.NOTE, self.words.not_in_this_language))
        return (*head, *notes, *rest)

    # ------------------------------------------------------------ words

    def title(self, titles: Titles) -> tuple[Inline, ...]:
        """In this language; else in the first of ours that exists, marked and said."""
        if titles.get(self.language):
            return (Text(titles[self.language]),)
        self.is_complete = False
        other = next((one for one in LANGUAGES if titles.get(one)), None)
        if other is None:
            return (Text(f"{NONE} ({self.words.no_title})"),)
        return (Passage(LanguageTag(other), (Text(titles[other]),)), Text(f" ({self.words.no_title})"))

    def amount(self, amount: str | None) -> str:
        return shown_amount(amount, self.words)

    def day(self, day: date) -> str:
        return shown_day(day, self.language)

    def name(self, name: NameContent) -> Paragraph:
        words = " ".join(one for one in (name.family_name, name.given_name, name.patronymic) if one)
        try:
            tag = parse_language_tag(name.tag)
        except UnknownLanguageTag:
            return Paragraph((Text(words),))
        is_latin = "-Latn" in tag
        if primary_language(tag) in (self.language, "und") or (is_latin and self.language == "en"):
            # A name in Latin letters is read and embossed as English there, not by the rules of a Cyrillic script.
            return Paragraph((Text(words),))
        return Paragraph((Passage(tag, (Text(words),)),))

    def listed(self, pairs: Sequence[tuple[str, Sequence[Paragraph]]]) -> DefinitionList:
        return DefinitionList(
            tuple(Definition((Text(term),), tuple((one,) for one in meanings)) for term, meanings in pairs)
        )

    # ------------------------------------------------------------ parts

    def _head(self) -> tuple[Block, ...]:
        return (
            Paragraph(self.title(self.content.university)),
            Paragraph(self.title(self.content.unit)),
        )

    def _student(self) -> tuple[Block, ...]:
        content, words = self.content, self.words
        session = content.session
        programme = (*self.title(content.programme.titles), Text(f" ({content.programme.code})"))
        pairs: list[tuple[str, Sequence[Paragraph]]] = [
            (words.name, [self.name(one) for one in content.person.names]),
        ]
        if content.person.birth_date is not None:
            pairs.append((words.birth_date, _one(self.day(content.person.birth_date))))
        pairs += [
            (words.programme, [Paragraph(programme)]),
            (words.level, _one(_word(words.levels, content.programme.level))),
            (words.form, _one(_word(words.forms, content.study.form))),
            (words.intake_year, _one(str(content.study.intake_year))),
            (words.year, [Paragraph(self.title(session.year))]),
            (words.session, [Paragraph(self.title(session.titles))]),
            (words.period, _one(f"{self.day(session.starts_on)} – {self.day(session.ends_on)}")),
        ]
        return (_heading(words.student, "student"), self.listed(pairs))

    def _results(self) -> tuple[Block, ...]:
        content, words = self.content, self.words
        if not content.results:
            return (_heading(words.results, "results"), Paragraph((Text(words.no_results),)))
        header = (
            *(_cell(words.course), _cell(words.course_code)),
            *(_cell(one, Alignment.END) for one in (words.ects, words.national_credits, words.points)),
            *(_cell(words.grade), _cell(words.scale)),
        )
        table = Table(
            header,
            tuple(self._result(one) for one in content.results),
            (Text(words.results_caption),),
            row_headers=True,
        )
        totals = content.totals
        sums = [
            (words.courses, str(totals.courses)),
            (words.passed, str(totals.passed)),
            (words.ects_in_all, self.amount(totals.ects)),
            (words.ects_earned, self.amount(totals.ects_earned)),
            (words.national_in_all, self.amount(totals.national_credits)),
            (words.national_earned, self.amount(totals.national_credits_earned)),
        ]
        return (
            _heading(words.results, "results"),
            table,
            _heading(words.totals, "totals"),
            self.listed([(term, _one(meaning)) for term, meaning in sums]),
        )

    def _result(self, one: ResultContent) -> tuple[Cell, ...]:
        grade = (Text(f"{one.grade} ("), *self.title(one.grade_titles), Text(")"))
        return (
            Cell(self.title(one.titles)),
            _cell(one.course),
            _cell(self.amount(one.ects), Alignment.END),
            _cell(self.amount(one.national_credits), Alignment.END),
            _cell(f"{self.amount(one.points)}/{self.amount(one.most_points)}", Alignment.END),
            Cell(grade),
            _cell(str(one.scale + 1)),
        )

    def _scales(self) -> tuple[Block, ...]:
        if not self.content.scales:
            return ()
        blocks: list[Block] = [_heading(self.words.scales, "scales")]
        for place, scale in enumerate(self.content.scales):
            blocks += self._scale(str(place + 1), scale)
        return tuple(blocks)

    def _scale(self, mark: str, scale: ScaleContent) -> list[Block]:
        words = self.words
        before, _, after = words.scale_caption.format(mark=mark, title="\0").partition("\0")
        caption = (Text(before), *self.title(scale.titles), *((Text(after),) if after else ()))
        has_gpa = any(one.gpa is not None for one in scale.bands)
        names = [words.grade, words.meaning, words.from_points, words.is_passed, *([words.gpa] if has_gpa else [])]
        rows = []
        for one in scale.bands:
            row = [
                _cell(one.code),
                Cell(self.title(one.titles)),
                _cell(self.amount(one.least), Alignment.END),
                _cell(words.yes if one.is_pass else words.no),
            ]
            rows.append((*row, *([_cell(self.amount(one.gpa), Alignment.END)] if has_gpa else [])))
        in_force = words.scale_in_force.format(
            number=scale.number, since=self.day(scale.valid_from), points=self.amount(scale.most_points)
        )
        blocks: list[Block] = [Table(tuple(map(_cell, names)), tuple(rows), caption, row_headers=True)]
        blocks.append(Paragraph((Text(in_force),)))
        blocks.append(Paragraph((Text(f"{words.source}: {scale.source}"),)))
        if not scale.is_confirmed:
            blocks.append(_note(AdmonitionKind.WARNING, words.unconfirmed))
        return blocks

    def _approval(self) -> tuple[Block, ...]:
        content, issue, words = self.content, self.issue, self.words
        version = str(content.version)
        if content.replaces is not None:
            version += f" ({words.replaces.format(version=content.replaces)})"
        pairs = [(words.number, content.number), (words.version, version)]
        if content.approval is not None:
            parts = [self.day(content.approval.on), words.offices[content.approval.office]]
            parts += [content.approval.by] if content.approval.by else []
            pairs.append((words.approved, ", ".join(parts)))
        if issue.issued_on is not None:
            pairs.append((words.issued, self.day(issue.issued_on)))
        if issue.code is not None:
            pairs += [(words.code, issue.code), (words.verify_at, issue.page)]
        pairs.append((words.digest, grouped_digest(issue.digest)))
        listed = self.listed([(term, _one(meaning)) for term, meaning in pairs])
        how = (Paragraph((Text(words.verify_how),)),) if issue.code is not None else ()
        return (_heading(words.approval, "approval"), listed, *how)


def _heading(words: str, anchor: str) -> Heading:
    return Heading(2, (Text(words),), anchor)


def _note(kind: AdmonitionKind, words: str) -> Admonition:
    return Admonition(kind, (Paragraph((Text(words),)),))


def _cell(words: str, alignment: Alignment = Alignment.START) -> Cell:
    return Cell((Text(words),), alignment)


def _one(words: str) -> Sequence[Paragraph]:
    return [Paragraph((Text(words),))]


def _word(words: Mapping[str, str], code: str) -> str:
    return words.get(code, code)
