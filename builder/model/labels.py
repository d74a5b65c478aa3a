"""Words that renderers print around an author's text, in the language of that text.

Kyrgyz words follow the university's own usage. An accompanying test checks that every label exists in every site
language and that Kyrgyz and Russian labels do not fall back to each other by accident.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from builder.model.document import AdmonitionKind, RecordingKind
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language


@dataclass(frozen=True, slots=True)
class Labels:
    """One language's words. Words with braces are templates for `str.format`."""

    contents: str
    page_number: str
    volume: str
    volume_of: str
    lesson: str
    course: str
    table: str
    table_number: str
    figure: str
    diagram: str
    code: str
    code_in: str
    formula: str
    note_mark: str
    notes: str
    note_back: str
    deleted: str
    picture: str
    picture_withheld: str
    long_description: str
    end_of_description: str
    table_in_columns: str
    table_in_rows: str
    row_number: str
    column: str
    headers: str
    task_done: str
    task_open: str
    quotation: str
    end: str
    continued: str
    arrow_from_to: str
    arrow_labelled: str
    diagram_start: str
    diagram_step: str
    diagram_decision: str
    diagram_end: str
    diagram_next: str
    diagram_answer: str
    diagram_back: str
    diagram_answer_back: str
    easy_language: str
    rights: str
    authors: str
    responsible_unit: str
    admonitions: Mapping[AdmonitionKind, str]
    recordings: Mapping[RecordingKind, str]
    transcript: str
    transcript_missing: str
    transcript_unreviewed: str
    transcript_unsure: str
    synthetic_voice: str
    audio_cover: str
    language_names: Mapping[str, str]
    """By language tag, the words that say in which language something is, as in «(на русском)»."""


_KY = Labels(
    contents="Мазмуну",
    page_number="{number}-бет",
    volume="Том",
    volume_of="{number}-том, баары {total} том",
    lesson="Сабак",
    course="Курс",
    table="Таблица",
    table_number="{number}-таблица",
    figure="Сүрөт",
    diagram="Схема",
    code="Код",
    code_in="Код ({language})",
    formula="Формула",
    note_mark="{number}-түшүндүрмө",
    notes="Түшүндүрмөлөр",
    note_back="Текстке, {number}-түшүндүрмө белгисине кайтуу",
    deleted="сызылган",
    picture="Сүрөт",
    picture_withheld="Сүрөт автордук укукка байланыштуу жарыяланган жок; анын сыпаттамасы берилди.",
    long_description="Толук сыпаттама",
    end_of_description="Сыпаттаманын аягы",
    table_in_columns="Таблица, тилкелер менен",
    table_in_rows="Таблица, ар бир сап өзүнчө",
    row_number="{number}-сап",
    column="Тилке",
    headers="Тилкелер",
    task_done="аткарылды",
    task_open="аткарыла элек",
    quotation="Цитата",
    end="аягы",
    continued="уландысы",
    arrow_from_to="«{tail}» кадамынан «{head}» кадамына",
    arrow_labelled="«{tail}» кадамынан «{head}» кадамына: {label}",
    diagram_start="Башталышы: «{label}».",
    diagram_step="Кадам: «{label}».",
    diagram_decision="Суроо: «{label}».",
    diagram_end="Аягы: «{label}».",
    diagram_next="Андан кийин: «{label}».",
    diagram_answer="«{answer}» болсо: «{label}».",
    diagram_back="Кайра кайтуу: «{label}».",
    diagram_answer_back="«{answer}» болсо, кайра кайтуу: «{label}».",
    easy_language="жеңил тилде",
    rights="Автордук укук",
    authors="Авторлор",
    responsible_unit="Жооптуу бөлүм",
    admonitions={
        AdmonitionKind.NOTE: "Эскертүү",
        AdmonitionKind.TIP: "Кеңеш",
        AdmonitionKind.IMPORTANT: "Маанилүү",
        AdmonitionKind.WARNING: "Этият болуңуз",
        AdmonitionKind.EXAMPLE: "Мисал",
        AdmonitionKind.DEFINITION: "Аныктама",
        AdmonitionKind.TASK: "Тапшырма",
    },
    recordings={RecordingKind.AUDIO: "Аудиожазуу", RecordingKind.VIDEO: "Видео"},
    transcript="Аудио транскрипт",
    transcript_missing="Бул жазуунун аудио транскрипти азырынча жок.",
    transcript_unreviewed="Бул текстти программа жазган, аны адам азырынча текшере элек.",
    transcript_unsure="{mark} — бул жерди программа так уккан жок.",
    synthetic_voice="Сабакты компьютердик үн окуйт: {voices}.",
    audio_cover="Курстун мукабасы: геометриялык оюм",
    language_names={
        "ky": "кыргызча",
        "ru": "орусча",
        "en": "англисче",
        "de": "немисче",
        "fr": "французча",
        "la": "латынча",
        "kk": "казакча",
        "uz": "өзбекче",
        "tr": "түркчө",
        "ar": "арабча",
        "zh": "кытайча",
    },
)

_RU = Labels(
    contents="Содержание",
    page_number="Страница {number}",
    volume="Том",
    volume_of="Том {number} из {total}",
    lesson="Занятие",
    course="Курс",
    table="Таблица",
    table_number="Таблица {number}",
    figure="Рисунок",
    diagram="Схема",
    code="Код",
    code_in="Код ({language})",
    formula="Формула",
    note_mark="сноска {number}",
    notes="Сноски",
    note_back="Вернуться в текст, к знаку сноски {number}",
    deleted="зачёркнуто",
    picture="Рисунок",
    picture_withheld="Рисунок не публикуется из-за авторских прав; приведено его описание.",
    long_description="Подробное описание",
    end_of_description="Конец описания",
    table_in_columns="Таблица столбцами",
    table_in_rows="Таблица по строкам",
    row_number="Строка {number}",
    column="Столбец",
    headers="Столбцы",
    task_done="выполнено",
    task_open="не выполнено",
    quotation="Цитата",
    end="конец",
    continued="продолжение",
    arrow_from_to="от «{tail}» к «{head}»",
    arrow_labelled="от «{tail}» к «{head}»: {label}",
    diagram_start="Начало: «{label}».",
    diagram_step="Шаг: «{label}».",
    diagram_decision="Вопрос: «{label}».",
    diagram_end="Конец: «{label}».",
    diagram_next="Далее: «{label}».",
    diagram_answer="Если «{answer}»: «{label}».",
    diagram_back="Назад к шагу: «{label}».",
    diagram_answer_back="Если «{answer}», назад к шагу: «{label}».",
    easy_language="на простом языке",
    rights="Авторские права",
    authors="Авторы",
    responsible_unit="Ответственное подразделение",
    admonitions={
        AdmonitionKind.NOTE: "Примечание",
        AdmonitionKind.TIP: "Совет",
        AdmonitionKind.IMPORTANT: "Важно",
        AdmonitionKind.WARNING: "Осторожно",
        AdmonitionKind.EXAMPLE: "Пример",
        AdmonitionKind.DEFINITION: "Определение",
        AdmonitionKind.TASK: "Задание",
    },
    recordings={RecordingKind.AUDIO: "Аудиозапись", RecordingKind.VIDEO: "Видео"},
    transcript="Расшифровка аудио",
    transcript_missing="Расшифровки этой записи пока нет.",
    transcript_unreviewed="Этот текст составлен программой и ещё не проверен человеком.",
    transcript_unsure="{mark} — здесь программа могла ослышаться.",
    synthetic_voice="Занятие читает синтезированный голос: {voices}.",
    audio_cover="Обложка курса: геометрический узор",
    language_names={
        "ky": "на кыргызском",
        "ru": "на русском",
        "en": "на английском",
        "de": "на немецком",
        "fr": "на французском",
        "la": "на латыни",
        "kk": "на казахском",
        "uz": "на узбекском",
        "tr": "на турецком",
        "ar": "на арабском",
        "zh": "на китайском",
    },
)

_EN = Labels(
    contents="Contents",
    page_number="Page {number}",
    volume="Volume",
    volume_of="Volume {number} of {total}",
    lesson="Lesson",
    course="Course",
    table="Table",
    table_number="Table {number}",
    figure="Figure",
    diagram="Diagram",
    code="Code",
    code_in="Code ({language})",
    formula="Formula",
    note_mark="note {number}",
    notes="Notes",
    note_back="Back to the text, note {number}",
    deleted="deleted",
    picture="Picture",
    picture_withheld="The picture is not published because of its rights; its description is given.",
    long_description="Long description",
    end_of_description="End of description",
    table_in_columns="Table in columns",
    table_in_rows="Table row by row",
    row_number="Row {number}",
    column="Column",
    headers="Columns",
    task_done="done",
    task_open="not done",
    quotation="Quotation",
    end="end",
    continued="continued",
    arrow_from_to="from “{tail}” to “{head}”",
    arrow_labelled="from “{tail}” to “{head}”: {label}",
    diagram_start="Start: “{label}”.",
    diagram_step="Step: “{label}”.",
    diagram_decision="Question: “{label}”.",
    diagram_end="End: “{label}”.",
    diagram_next="Then: “{label}”.",
    diagram_answer="If “{answer}”: “{label}”.",
    diagram_back="Back to: “{label}”.",
    diagram_answer_back="If “{answer}”, back to: “{label}”.",
    easy_language="in easy language",
    rights="Rights",
    authors="Authors",
    responsible_unit="Responsible unit",
    admonitions={
        AdmonitionKind.NOTE: "Note",
        AdmonitionKind.TIP: "Tip",
        AdmonitionKind.IMPORTANT: "Important",
        AdmonitionKind.WARNING: "Warning",
        AdmonitionKind.EXAMPLE: "Example",
        AdmonitionKind.DEFINITION: "Definition",
        AdmonitionKind.TASK: "Task",
    },
    recordings={RecordingKind.AUDIO: "Audio recording", RecordingKind.VIDEO: "Video"},
    transcript="Transcript",
    transcript_missing="This recording has no transcript yet.",
    transcript_unreviewed="This transcript was made by a program and has not been reviewed by a person yet.",
    transcript_unsure="{mark} marks words that the program did not hear clearly.",
    synthetic_voice="Read aloud by a synthetic voice: {voices}.",
    audio_cover="Cover of the course: a geometric pattern",
    language_names={
        "ky": "in Kyrgyz",
        "ru": "in Russian",
        "en": "in English",
        "de": "in German",
        "fr": "in French",
        "la": "in Latin",
        "kk": "in Kazakh",
        "uz": "in Uzbek",
        "tr": "in Turkish",
        "ar": "in Arabic",
        "zh": "in Chinese",
    },
)

LABELS: Final[Mapping[LanguageTag, Labels]] = {KYRGYZ: _KY, RUSSIAN: _RU, ENGLISH: _EN}

OWN_NAMES: Final[Mapping[LanguageTag, str]] = {KYRGYZ: "Кыргызча", RUSSIAN: "Русский", ENGLISH: "English"}
"""What a language switcher says: each language by its own name."""


def labels_for(language: LanguageTag) -> Labels:
    """The words for a document in this language. Raises KeyError for a language that Jetki does not publish in."""
    return LABELS[primary_language(language)]
