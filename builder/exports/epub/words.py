"""Words that only an e-book needs, in the language of the book."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from builder.exports.epub.accessibility import Accessibility
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language


@dataclass(frozen=True, slots=True)
class BookWords:
    """Sentences of the accessibility summary, and names of places in the book."""

    title_page: str
    beginning: str
    landmarks: str
    navigable: str
    all_described: str
    not_all_described: str
    no_pictures: str
    long_descriptions: str
    mathematics: str
    languages: str
    may_move: str
    not_examined: str
    read_aloud: str


_KY: Final = BookWords(
    title_page="Титулдук бет",
    beginning="Тексттин башталышы",
    landmarks="Негизги бөлүктөр",
    navigable="Китепти экран окуу программасы менен окууга болот: мазмуну, аталыштары жана окуу тартиби белгиленген, "
    "тексттин өлчөмүн жана түсүн өзгөртсө болот.",
    all_described="Бардык сүрөттөрдүн сөз менен сыпаттамасы бар.",
    not_all_described="Айрым сүрөттөрдүн сыпаттамасы жок.",
    no_pictures="Мазмунду түшүнүү үчүн сүрөт керек эмес.",
    long_descriptions="Татаал сүрөттөр менен схемалар толук сыпатталган.",
    mathematics="Формулалар MathML менен жазылып, сөз менен да берилген.",
    languages="Башка тилдеги үзүндүлөрдүн тили белгиленген.",
    may_move="Айрым сүрөттөр кыймылдашы мүмкүн.",
    not_examined="Китептин WCAG талаптарына шайкештигин көз карандысыз эксперт текшере элек.",
    read_aloud="Бүт китеп үн чыгарып окулат, окулуп жаткан жер текстте белгиленип турат.",
)

_RU: Final = BookWords(
    title_page="Титульная страница",
    beginning="Начало текста",
    landmarks="Основные части",
    navigable="Книгу можно читать программой экранного доступа: размечены содержание, заголовки и порядок чтения, "
    "размер и цвет текста настраиваются.",
    all_described="У всех изображений есть описание словами.",
    not_all_described="Не у всех изображений есть описание.",
    no_pictures="Чтобы понять содержание, изображения не нужны.",
    long_descriptions="Сложные рисунки и схемы описаны подробно.",
    mathematics="Формулы записаны в MathML и переданы словами.",
    languages="Указан язык фрагментов на других языках.",
    may_move="Некоторые изображения могут двигаться.",
    not_examined="Независимый эксперт ещё не проверял, соответствует ли книга требованиям WCAG.",
    read_aloud="Вся книга озвучена, и место, которое читается, выделено в тексте.",
)

_EN: Final = BookWords(
    title_page="Title page",
    beginning="Start of the text",
    landmarks="Main parts",
    navigable="The book can be read with a screen reader: contents, headings and reading order are marked, and the "
    "size and colour of the text can be changed.",
    all_described="All pictures are described in words.",
    not_all_described="Some pictures have no description.",
    no_pictures="No pictures are needed to understand the text.",
    long_descriptions="Complex pictures and diagrams have full descriptions.",
    mathematics="Formulas are written in MathML and given in words as well.",
    languages="The language of passages in other languages is marked.",
    may_move="Some pictures may move.",
    not_examined="No independent expert has checked the book against WCAG.",
    read_aloud="The whole book is read aloud, and the place that is being read is marked in the text.",
)

_WORDS: Final[Mapping[LanguageTag, BookWords]] = {KYRGYZ: _KY, RUSSIAN: _RU, ENGLISH: _EN}


def book_words(language: LanguageTag) -> BookWords:
    """The words of a book in this language. Raises KeyError for a language that Jetki does not publish in."""
    return _WORDS[primary_language(language)]


def summarise_accessibility(
    accessibility: Accessibility, language: LanguageTag, *, foreign: bool, certified: bool
) -> str:
    """The accessibility summary: one sentence for each thing that is so, and the shortcomings last.

    `foreign` says that there are passages in other languages, `certified` that somebody answers for conformance.
    """
    words = book_words(language)
    sentences = [words.navigable]
    if accessibility.has("synchronizedAudioText"):
        sentences.append(words.read_aloud)
    if "visual" not in accessibility.access_modes:
        sentences.append(words.no_pictures)
    elif accessibility.pictures_described:
        sentences.append(words.all_described)
    if accessibility.has("longDescription"):
        sentences.append(words.long_descriptions)
    if accessibility.has("MathML"):
        sentences.append(words.mathematics)
    if foreign:
        sentences.append(words.languages)
    if not accessibility.pictures_described:
        sentences.append(words.not_all_described)
    if accessibility.hazards != ("none",):
        sentences.append(words.may_move)
    if not certified:
        sentences.append(words.not_examined)
    return " ".join(sentences)
