"""Words that the audio version says around an author's text, where eyes would see structure.

They are few and short, for people who hear them many times. Words with braces are templates for `str.format`. Words
that print says too stand in `builder.model.labels`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from builder.model.document import AdmonitionKind
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language


@dataclass(frozen=True, slots=True)
class SpokenLabels:
    """One language's words."""

    list_start: str
    list_inside: str
    list_inside_end: str
    list_items: str
    list_item: str
    table_size: str
    table_end: str
    cell_empty: str
    code_lines: str
    code_line: str
    code_line_empty: str
    code_indentation: str
    code_end: str
    figure_caption: str
    meaning: str
    quotation_end: str
    note_end: str
    admonition_ends: Mapping[AdmonitionKind, str]
    raised: str
    lowered: str
    foreign_language: str
    """What is said before words in a language that has neither a voice nor a name here."""
    recording_on_page: str
    recording_on_page_with_words: str
    recording_withheld: str
    recording_withheld_with_words: str
    sample: str
    """A sentence for trying a voice."""


_KY = SpokenLabels(
    list_start="Тизме",
    list_inside="Ички тизме",
    list_inside_end="Ички тизменин аягы",
    list_items="{number} пункт",
    list_item="{number}-пункт",
    table_size="{columns} тилке, {rows} сап",
    table_end="Таблицанын аягы",
    cell_empty="бош",
    code_lines="{number} сап",
    code_line="{number}-сап",
    code_line_empty="бош сап",
    code_indentation="сап башында {number} боштук",
    code_end="Коддун аягы",
    figure_caption="Сүрөттүн астындагы жазуу",
    meaning="{number}-мааниси",
    quotation_end="Цитатанын аягы",
    note_end="Түшүндүрмөнүн аягы",
    admonition_ends={
        AdmonitionKind.NOTE: "Эскертүүнүн аягы",
        AdmonitionKind.TIP: "Кеңештин аягы",
        AdmonitionKind.IMPORTANT: "Маанилүү бөлүктүн аягы",
        AdmonitionKind.WARNING: "Сактандыруунун аягы",
        AdmonitionKind.EXAMPLE: "Мисалдын аягы",
        AdmonitionKind.DEFINITION: "Аныктаманын аягы",
        AdmonitionKind.TASK: "Тапшырманын аягы",
    },
    raised="жогорку индекси",
    lowered="төмөнкү индекси",
    foreign_language="башка тилде",
    recording_on_page="Аны сабактын барагынан ачса болот.",
    recording_on_page_with_words="Аны сабактын барагынан субтитри жана транскрипти менен ачса болот.",
    recording_withheld="Бул жазуу автордук укукка байланыштуу жарыяланган жок.",
    recording_withheld_with_words=(
        "Бул жазуу автордук укукка байланыштуу жарыяланган жок; анын транскрипти сабактын барагында берилген."
    ),
    sample="Саламатсызбы! Бул үн сабактарды кыргызча окуп берет.",
)

_RU = SpokenLabels(
    list_start="Список",
    list_inside="Вложенный список",
    list_inside_end="Конец вложенного списка",
    list_items="пунктов: {number}",
    list_item="Пункт {number}",
    table_size="столбцов: {columns}, строк: {rows}",
    table_end="Конец таблицы",
    cell_empty="пусто",
    code_lines="строк: {number}",
    code_line="Строка {number}",
    code_line_empty="пустая строка",
    code_indentation="отступ, пробелов: {number}",
    code_end="Конец кода",
    figure_caption="Подпись к рисунку",
    meaning="Значение {number}",
    quotation_end="Конец цитаты",
    note_end="Конец сноски",
    admonition_ends={
        AdmonitionKind.NOTE: "Конец примечания",
        AdmonitionKind.TIP: "Конец совета",
        AdmonitionKind.IMPORTANT: "Конец важного сообщения",
        AdmonitionKind.WARNING: "Конец предупреждения",
        AdmonitionKind.EXAMPLE: "Конец примера",
        AdmonitionKind.DEFINITION: "Конец определения",
        AdmonitionKind.TASK: "Конец задания",
    },
    raised="верхний индекс",
    lowered="нижний индекс",
    foreign_language="на другом языке",
    recording_on_page="Запись можно открыть на странице занятия.",
    recording_on_page_with_words="Запись с субтитрами и расшифровкой можно открыть на странице занятия.",
    recording_withheld="Запись не публикуется из-за авторских прав.",
    recording_withheld_with_words=(
        "Запись не публикуется из-за авторских прав; её расшифровка есть на странице занятия."
    ),
    sample="Здравствуйте! Этот голос читает занятия на русском языке.",
)

_EN = SpokenLabels(
    list_start="List",
    list_inside="Inner list",
    list_inside_end="End of inner list",
    list_items="items: {number}",
    list_item="Item {number}",
    table_size="columns: {columns}, rows: {rows}",
    table_end="End of table",
    cell_empty="empty",
    code_lines="lines: {number}",
    code_line="Line {number}",
    code_line_empty="blank line",
    code_indentation="indented by {number}",
    code_end="End of code",
    figure_caption="Caption",
    meaning="Meaning {number}",
    quotation_end="End of quotation",
    note_end="End of note",
    admonition_ends={
        AdmonitionKind.NOTE: "End of note",
        AdmonitionKind.TIP: "End of tip",
        AdmonitionKind.IMPORTANT: "End of important passage",
        AdmonitionKind.WARNING: "End of warning",
        AdmonitionKind.EXAMPLE: "End of example",
        AdmonitionKind.DEFINITION: "End of definition",
        AdmonitionKind.TASK: "End of task",
    },
    raised="superscript",
    lowered="subscript",
    foreign_language="in another language",
    recording_on_page="You can open it on the lesson’s page.",
    recording_on_page_with_words="You can open it on the lesson’s page, with captions and a transcript.",
    recording_withheld="The recording is not published because of its rights.",
    recording_withheld_with_words=(
        "The recording is not published because of its rights; its transcript is on the lesson’s page."
    ),
    sample="Hello! This voice reads lessons aloud in English.",
)

SPOKEN_LABELS: Final[Mapping[LanguageTag, SpokenLabels]] = {KYRGYZ: _KY, RUSSIAN: _RU, ENGLISH: _EN}


def spoken_labels_for(language: LanguageTag) -> SpokenLabels:
    """The words for a passage in this language. Raises KeyError for a language that Jetki does not publish in."""
    return SPOKEN_LABELS[primary_language(language)]
