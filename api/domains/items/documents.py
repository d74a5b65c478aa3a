"""A question as a Document of the publisher, to be read aloud, embossed or printed large. Pure.

It holds everything that is shown: the prompt, pictures by their words, every choice with its label in the printed order
(`presenting`), what is to be done, the points. Spoken and printed differ in the words around labels alone: the voice
says «Answer A», paper has «A)».
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from api.domains.items import prose
from api.domains.items.content import Content, MediumKind
from api.domains.items.presenting import (
    LanguageAbsent,
    Order,
    Shown,
    ShownEssay,
    ShownFileUpload,
    ShownMatching,
    ShownMedium,
    ShownMultipleChoice,
    ShownNumeric,
    ShownOrdering,
    ShownPart,
    ShownShortText,
    ShownSingleChoice,
    present,
)
from builder.model.document import (
    Block,
    Document,
    Figure,
    Inline,
    Paragraph,
    Picture,
    RecordingKind,
    Text,
)
from builder.model.labels import labels_for
from builder.model.language import LanguageTag


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words around a question. Words with braces are templates for `str.format`."""

    question: str
    points: str
    answer_spoken: str
    part_spoken: str
    source_spoken: str
    answers_count: str
    parts_count: str
    sources_heading: str
    targets_heading: str
    choose_one: str
    choose_all: str
    choose_at_most: str
    put_in_order: str
    match: str
    each_once: str
    each_often: str
    write_number: str
    unit: str
    write_short: str
    write_essay: str
    words_at_least: str
    words_at_most: str
    hand_in_file: str
    files_at_most: str
    decimal_comma: bool


WORDS: Final = {
    "ky": Words(
        question="Суроо",
        points="Упай: {number}.",
        answer_spoken="{label} жообу: ",
        part_spoken="{label} пункту: ",
        source_spoken="{label}-пункт: ",
        answers_count="Жооптун варианттарынын саны: {number}.",
        parts_count="Пункттардын саны: {number}.",
        sources_heading="Номерленген пункттар:",
        targets_heading="Тамга менен белгиленген жооптор:",
        choose_one="Бир туура жоопту тандаңыз.",
        choose_all="Туура жооптордун баарын тандаңыз.",
        choose_at_most="Тандоого боло турган жооптордун эң көп саны: {number}.",
        put_in_order="Пункттарды туура иретке келтириңиз.",
        match="Ар бир номерге туура келген тамганы тандаңыз.",
        each_once="Ар бир тамганы бир жолудан ашык колдонууга болбойт.",
        each_often="Бир эле тамганы бир нече жолу колдонсо болот.",
        write_number="Жоопту сан менен жазыңыз.",
        unit="Өлчөм бирдиги: {unit}.",
        write_short="Кыска жооп жазыңыз.",
        write_essay="Кеңири жооп жазыңыз.",
        words_at_least="Сөздөрдүн эң аз саны: {number}.",
        words_at_most="Сөздөрдүн эң көп саны: {number}.",
        hand_in_file="Жоопту файл түрүндө тапшырыңыз.",
        files_at_most="Файлдардын эң көп саны: {number}.",
        decimal_comma=True,
    ),
    "ru": Words(
        question="Вопрос",
        points="Баллы: {number}.",
        answer_spoken="Ответ {label}: ",
        part_spoken="Пункт {label}: ",
        source_spoken="Пункт {label}: ",
        answers_count="Вариантов ответа: {number}.",
        parts_count="Пунктов: {number}.",
        sources_heading="Пункты под номерами:",
        targets_heading="Ответы под буквами:",
        choose_one="Выберите один правильный ответ.",
        choose_all="Выберите все правильные ответы.",
        choose_at_most="Наибольшее число ответов, которые можно выбрать: {number}.",
        put_in_order="Расположите пункты в правильном порядке.",
        match="К каждому номеру подберите подходящую букву.",
        each_once="Каждую букву можно использовать не больше одного раза.",
        each_often="Одну и ту же букву можно использовать несколько раз.",
        write_number="Запишите ответ числом.",
        unit="Единица измерения: {unit}.",
        write_short="Запишите краткий ответ.",
        write_essay="Напишите развёрнутый ответ.",
        words_at_least="Наименьшее число слов: {number}.",
        words_at_most="Наибольшее число слов: {number}.",
        hand_in_file="Сдайте ответ в виде файла.",
        files_at_most="Наибольшее число файлов: {number}.",
        decimal_comma=True,
    ),
    "en": Words(
        question="Question",
        points="Points: {number}.",
        answer_spoken="Answer {label}: ",
        part_spoken="Item {label}: ",
        source_spoken="Item {label}: ",
        answers_count="Answers to choose from: {number}.",
        parts_count="Number of items: {number}.",
        sources_heading="Numbered items:",
        targets_heading="Lettered answers:",
        choose_one="Choose the one right answer.",
        choose_all="Choose all the right answers.",
        choose_at_most="You may choose at most: {number}.",
        put_in_order="Put the items in the right order.",
        match="Choose the letter that belongs to each number.",
        each_once="Use each letter once at most.",
        each_often="You may use a letter more than once.",
        write_number="Write the answer as a number.",
        unit="Unit: {unit}.",
        write_short="Write a short answer.",
        write_essay="Write a full answer.",
        words_at_least="Number of words, at least: {number}.",
        words_at_most="Number of words, at most: {number}.",
        hand_in_file="Hand in the answer as a file.",
        files_at_most="Number of files, at most: {number}.",
        decimal_comma=False,
    ),
}


def make_document(
    name: str, content: Content, language: str, points: Decimal, order: Order, *, is_spoken: bool
) -> Document:
    """The question `name` in this language. Raises LanguageAbsent."""
    shown = present(content, language, order)
    writer = _Writer(language, is_spoken)
    blocks = (*writer.question(shown), *writer.points(points))
    return Document("items", name, LanguageTag(language), WORDS[language].question, blocks, source=name)


def picture_name(medium_id: str) -> str:
    """What a picture is called in a document's resources."""
    return f"media/{medium_id}"


class _Writer:
    def __init__(self, language: str, is_spoken: bool) -> None:
        self.words = WORDS[language]
        self.labels = labels_for(LanguageTag(language))
        self.is_spoken = is_spoken

    def question(self, shown: Shown) -> list[Block]:
        blocks = [*prose.parse(shown.prompt), *self.media(shown.media), *self.told(shown)]
        words = self.words
        match shown:
            case ShownSingleChoice(choices=choices) | ShownMultipleChoice(choices=choices):
                blocks += self.said(words.answers_count.format(number=len(choices)))
                blocks += self.parts(choices, words.answer_spoken)
            case ShownOrdering(parts=parts):
                blocks += self.said(words.parts_count.format(number=len(parts)))
                blocks += self.parts(parts, words.part_spoken)
            case ShownMatching(sources=sources, targets=targets):
                blocks += [_paragraph(words.sources_heading), *self.parts(sources, words.source_spoken)]
                blocks += [_paragraph(words.targets_heading), *self.parts(targets, words.answer_spoken)]
        return blocks

    def told(self, shown: Shown) -> list[Block]:
        """What is to be done."""
        words = self.words
        sentences: list[str]
        match shown:
            case ShownSingleChoice():
                sentences = [words.choose_one]
            case ShownMultipleChoice(at_most=most):
                sentences = [words.choose_all, *_numbered(words.choose_at_most, most)]
            case ShownOrdering():
                sentences = [words.put_in_order]
            case ShownMatching(targets_once=once):
                sentences = [words.match, words.each_once if once else words.each_often]
            case ShownNumeric(unit=unit):
                sentences = [words.write_number, *([words.unit.format(unit=unit)] if unit else [])]
            case ShownShortText():
                sentences = [words.write_short]
            case ShownEssay(words_at_least=least, words_at_most=most):
                limits = [*_numbered(words.words_at_least, least), *_numbered(words.words_at_most, most)]
                sentences = [words.write_essay, *limits]
            case ShownFileUpload(at_most=files):
                sentences = [words.hand_in_file, *_numbered(words.files_at_most, files)]
        return [_paragraph(" ".join(sentences))]

    def said(self, sentence: str) -> list[Block]:
        """How many there are, which a reader of paper sees or feels."""
        return [_paragraph(sentence)] if self.is_spoken else []

    def parts(self, parts: Sequence[ShownPart], spoken: str) -> list[Block]:
        blocks: list[Block] = []
        for part in parts:
            lead = spoken.format(label=part.label) if self.is_spoken else f"{part.label}) "
            text = prose.parse(part.text)
            first: tuple[Inline, ...] = ()
            if text and isinstance(text[0], Paragraph):
                first, text = text[0].children, text[1:]
            blocks += [Paragraph((Text(lead if first else lead.rstrip()), *first)), *text]
            blocks += self.media([] if part.medium is None else [part.medium])
        return blocks

    def media(self, media: Sequence[ShownMedium]) -> list[Block]:
        blocks: list[Block] = []
        for one in media:
            if one.kind is MediumKind.PICTURE:
                described = () if one.long_description is None else prose.parse(one.long_description)
                alternative = " ".join(one.text.split())
                blocks.append(Figure(Picture(picture_name(one.id), alternative), description=described))
            else:
                word = self.labels.recordings[RecordingKind(one.kind.value)]
                blocks.append(_paragraph(f"{word}: {' '.join(one.text.split())}"))
        return blocks

    def points(self, points: Decimal) -> list[Block]:
        plain = f"{points.normalize():f}"
        number = plain.replace(".", ",") if self.words.decimal_comma else plain
        return [_paragraph(self.words.points.format(number=number))]


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _numbered(template: str, number: int | None) -> list[str]:
    return [] if number is None else [template.format(number=number)]


__all__ = ["WORDS", "LanguageAbsent", "make_document", "picture_name"]
