"""One document with every kind of node, in each site language: what every renderer is tried on.

The words were written for these tests.
"""

from dataclasses import dataclass
from typing import Final

from builder.model.captions import Captions, Cue
from builder.model.course import Course, Credits, Person, Publication, Resource, ResourceType, Rights
from builder.model.document import (
    Abbreviation,
    Admonition,
    AdmonitionKind,
    Alignment,
    Block,
    BulletList,
    Cell,
    CodeBlock,
    CodeSpan,
    CourseTarget,
    Definition,
    DefinitionList,
    Deleted,
    Diagram,
    DiagramEdge,
    DiagramNode,
    Document,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Formula,
    Heading,
    Inline,
    LessonTarget,
    LineBreak,
    Link,
    ListItem,
    MathBlock,
    OrderedList,
    Paragraph,
    Passage,
    PassageBlock,
    Picture,
    Quotation,
    Recording,
    RecordingKind,
    ResourceTarget,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    WebTarget,
)
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag


@dataclass(frozen=True)
class _Words:
    """The sample's words in one language; the names say where they stand."""

    title: str
    description: str
    goals: str
    intro: str
    emphasised: str
    strong: str
    items: tuple[str, str, str]
    numbered: tuple[str, str]
    tasks: tuple[str, str]
    term: str
    meanings: tuple[str, str]
    caption: str
    header: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], tuple[str, str, str]]
    note: str
    tip_title: str
    tip: str
    quotation: str
    attribution: str
    alt: str
    figure_caption: str
    long_description: str
    footnote: str
    abbreviation: tuple[str, str]
    foreign: tuple[LanguageTag, str]
    foreign_block: str
    link: str
    other_lesson: str
    diagram: tuple[str, str, str, str]
    yes: str
    formula_intro: str
    recording: str
    spoken: tuple[str, str, str]
    speaker: str


_WORDS: Final = {
    KYRGYZ: _Words(
        title="Файлдар жана папкалар",
        description="Файлды кантип атап, кайда сактоо керек.",
        goals="Сабактын максаты",
        intro="Компьютердеги ар бир маалымат файлда сакталат. Өз ишиңизди жоготпоо үчүн аны ",
        emphasised="түшүнүктүү",
        strong="дайыма",
        items=("окуу материалдары", "лекциялар", "тапшырмалар"),
        numbered=("Папканы ачыңыз.", "Файлга ат бериңиз."),
        tasks=("папка түзүү", "файлды көчүрүү"),
        term="Файл",
        meanings=("Аты бар маалымат.", "Дискте сакталган документ."),
        caption="Файлдын көлөмү",
        header=("Түрү", "Көлөмү", "Мисал"),
        rows=(("Сүрөт", "2,5 МБ", "үй.jpg"), ("Текст", "15 КБ", "өтүнмө.txt")),
        note="Файлды өчүрүүдөн мурда көчүрмөсүн сактаңыз.",
        tip_title="Ыңгайлуу ыкма",
        tip="Аттын башына күндү жазыңыз.",
        quotation="Билим — жаңы өмүр баштоо.",
        attribution="макал",
        alt="Папкалардын дарагы: «Окуу» папкасында эки папка бар",
        figure_caption="Папкалардын түзүлүшү",
        long_description="Эң жогоруда «Окуу» папкасы турат. Анын ичинде «Лекция» жана «Тапшырма» папкалары бар.",
        footnote="Айрым программалар көчүрмөнү өзү сактайт.",
        abbreviation=("ББК", "Билим берүү китепканасы"),
        foreign=(RUSSIAN, "Создать папку"),
        foreign_block="Все программы подписаны на русском языке.",
        link="эң керектүү даректер",
        other_lesson="издөө сабагы",
        diagram=("Файлды сактоо", "Баштоо", "Ат тандалдыбы?", "Сактоо"),
        yes="ооба",
        recording="Папкаларды көрөбүз",
        spoken=("Столдо бир папка турат.", "Аны эки жолу чыкылдатып\nачабыз.", "Ичинде эмне бар?"),
        speaker="Айгүл",
        formula_intro="Килобайт мындайча эсептелет: ",
    ),
    RUSSIAN: _Words(
        title="Файлы и папки",
        description="Как назвать файл и где его хранить.",
        goals="Цель занятия",
        intro="Любые данные в компьютере хранятся в файлах. Чтобы не потерять работу, называйте её ",
        emphasised="понятно",
        strong="всегда",
        items=("учебные материалы", "лекции", "задания"),
        numbered=("Откройте папку.", "Дайте файлу имя."),
        tasks=("создать папку", "скопировать файл"),
        term="Файл",
        meanings=("Данные, у которых есть имя.", "Документ, сохранённый на диске."),
        caption="Размер файлов",
        header=("Вид", "Размер", "Пример"),
        rows=(("Рисунок", "2,5 МБ", "дом.jpg"), ("Текст", "15 КБ", "заявление.txt")),
        note="Прежде чем удалить файл, сохраните его копию.",
        tip_title="Удобный приём",
        tip="Начинайте имя с даты.",
        quotation="Ученье — свет, а неученье — тьма.",
        attribution="пословица",
        alt="Дерево папок: в папке «Учёба» лежат две папки",
        figure_caption="Устройство папок",
        long_description="Наверху папка «Учёба». В ней лежат папки «Лекции» и «Задания».",
        footnote="Некоторые программы сохраняют копию сами.",
        abbreviation=("ОС", "операционная система"),
        foreign=(KYRGYZ, "Жаңы папка түзүү"),
        foreign_block="Бардык программалар кыргыз тилинде жазылган.",
        link="самые нужные адреса",
        other_lesson="занятие о поиске",
        diagram=("Сохранение файла", "Начало", "Имя выбрано?", "Сохранить"),
        yes="да",
        recording="Смотрим папки",
        spoken=("На столе лежит одна папка.", "Открываем её\nдвойным щелчком.", "Что внутри?"),
        speaker="Айгуль",
        formula_intro="Килобайт считают так: ",
    ),
    ENGLISH: _Words(
        title="Files and folders",
        description="How to name a file and where to keep it.",
        goals="What you will learn",
        intro="Everything a computer knows is kept in files. To find your work again, name it ",
        emphasised="clearly",
        strong="always",
        items=("study materials", "lectures", "assignments"),
        numbered=("Open the folder.", "Give the file a name."),
        tasks=("make a folder", "copy the file"),
        term="File",
        meanings=("Data with a name.", "A document kept on a disk."),
        caption="Sizes of files",
        header=("Kind", "Size", "Example"),
        rows=(("Picture", "2.5 MB", "house.jpg"), ("Text", "15 kB", "request.txt")),
        note="Keep a copy before you delete a file.",
        tip_title="A handy trick",
        tip="Begin the name with the date.",
        quotation="Knowledge is the beginning of a new life.",
        attribution="proverb",
        alt="A tree of folders: the folder Study holds two folders",
        figure_caption="How folders are arranged",
        long_description="At the top stands the folder Study. Inside it are the folders Lectures and Assignments.",
        footnote="Some programs keep a copy by themselves.",
        abbreviation=("OS", "operating system"),
        foreign=(KYRGYZ, "Жаңы папка түзүү"),
        foreign_block="Бардык программалар кыргыз тилинде жазылган.",
        link="the most useful addresses",
        other_lesson="the lesson on searching",
        diagram=("Saving a file", "Start", "Is there a name?", "Save"),
        yes="yes",
        recording="Looking at folders",
        spoken=("One folder lies on the desktop.", "We open it\nwith a double click.", "What is inside?"),
        speaker="Aigul",
        formula_intro="A kilobyte is counted like this: ",
    ),
}

COURSE_ID: Final = "digital-basics"
PICTURE: Final = "media/folders.svg"
RECORDING: Final = "media/folders.mp4"
_SVG: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60" width="120" height="60">'
    b'<rect width="120" height="60" fill="#ffffff"/><rect x="40" y="5" width="40" height="18" fill="#22577a"/>'
    b'<rect x="5" y="37" width="40" height="18" fill="#22577a"/>'
    b'<rect x="75" y="37" width="40" height="18" fill="#22577a"/></svg>'
)
RESOURCES: Final = {PICTURE: _SVG}


def everything(language: LanguageTag, lesson: str = "files") -> Document:
    """A document of that language which has every block and inline kind at least once."""
    words = _WORDS[language]
    return Document(
        course=COURSE_ID,
        lesson=lesson,
        language=language,
        title=words.title,
        description=words.description,
        source=f"content/{COURSE_ID}/{language}/01-{lesson}.md",
        blocks=_blocks(words, language),
        footnotes=(Footnote(1, (_paragraph(words.footnote, 90),), 90),),
    )


def course() -> Course:
    """The course that `everything` belongs to."""
    rights = Rights("Ак-Жол университети", "CC-BY-4.0")
    return Course(
        id=COURSE_ID,
        languages=(KYRGYZ, RUSSIAN, ENGLISH),
        title={KYRGYZ: "Компьютер негиздери", RUSSIAN: "Основы работы с компьютером", ENGLISH: "Computer basics"},
        description={
            KYRGYZ: "Компьютер менен иштөөнү үйрөнөбүз.",
            RUSSIAN: "Учимся работать с компьютером.",
            ENGLISH: "Learn to work with a computer.",
        },
        unit={KYRGYZ: "Информатика кафедрасы", RUSSIAN: "Кафедра информатики", ENGLISH: "Department of Informatics"},
        rights=rights,
        type=ResourceType.LECTURE_TEXT,
        credits=Credits(3, 3),
        people=(Person("Айгүл Асанова", "author"), Person("Бакыт Осмонов", "editor")),
        resources={PICTURE: Resource(PICTURE, ResourceType.PICTURE, rights, "Информатика кафедрасы")},
        source=f"content/{COURSE_ID}/course.toml",
    )


def lesson_publication(language: LanguageTag) -> Publication:
    """The sample as one lesson."""
    document = everything(language)
    return Publication(course(), language, (document,), document.title, RESOURCES)


def course_publication(language: LanguageTag) -> Publication:
    """The sample as a course of two lessons."""
    documents = (everything(language), everything(language, "search"))
    return Publication(course(), language, documents, course().title[language], RESOURCES, whole_course=True)


def _paragraph(text: str, line: int) -> Paragraph:
    return Paragraph((Text(text, line),), line)


def _item(text: str, line: int, *blocks: Block, checked: bool | None = None) -> ListItem:
    return ListItem((_paragraph(text, line), *blocks), checked, line)


def _cell(text: str, line: int, alignment: Alignment = Alignment.START) -> Cell:
    return Cell((Text(text, line),), alignment, line)


def _blocks(words: _Words, language: LanguageTag) -> tuple[Block, ...]:
    foreign_language, foreign = words.foreign
    block_language = KYRGYZ if language != KYRGYZ else RUSSIAN
    title, start, choice, save = words.diagram
    sentence: tuple[Inline, ...] = (
        Text(words.intro, 6),
        Emphasis((Text(words.emphasised, 6),), 6),
        Text(", ", 6),
        Strong((Text(words.strong, 6),), 6),
        Text(" ", 6),
        Deleted((Text("§ 7", 6),), 6),
        FootnoteReference(1, 6),
        Text(". ", 7),
        Abbreviation(*words.abbreviation, line=7),
        Text(" — H", 7),
        Subscript((Text("2", 7),), 7),
        Text("O, 5 м", 7),
        Superscript((Text("2", 7),), 7),
        LineBreak(7),
        CodeSpan("dir /s *.txt", 8),
        Text(" — ", 8),
        Passage(foreign_language, (Text(foreign, 8),), 8),
        Text(", ", 8),
        Link((Text(words.link, 9),), WebTarget("https://example.org/?a=1&b=2"), 9),
        Text(", ", 9),
        Link((Text(words.other_lesson, 9),), LessonTarget(COURSE_ID, "search", language, "goals"), 9),
        Text(", ", 9),
        Link((Text("1.", 9),), LessonTarget(COURSE_ID, "keyboard", KYRGYZ), 9),
        Text(" ", 9),
        Link((Text("2.", 9),), CourseTarget(COURSE_ID, language), 9),
        Text(" ", 9),
        Link((Text("3.", 9),), ResourceTarget(COURSE_ID, PICTURE), 9),
        Text(" ", 9),
        Picture(PICTURE, words.figure_caption, line=9),
    )
    return (
        Heading(2, (Text(words.goals, 5),), "goals", 5),
        Paragraph(sentence, 6),
        BulletList(
            (
                _item(
                    words.items[0],
                    11,
                    BulletList((_item(words.items[1], 12), _item(words.items[2], 13)), 12),
                ),
                _item(words.term, 14, OrderedList((_item(words.numbered[1], 15),), 1, 15)),
            ),
            11,
        ),
        OrderedList((_item(words.numbered[0], 17), _item(words.numbered[1], 18)), 3, 17),
        BulletList((_item(words.tasks[0], 20, checked=True), _item(words.tasks[1], 21, checked=False)), 20),
        DefinitionList(
            (Definition((Text(words.term, 23),), tuple((_paragraph(one, 24),) for one in words.meanings), 23),),
            23,
        ),
        Heading(3, (Text(words.caption, 27),), "sizes", 27),
        Table(
            tuple(_cell(one, 30) for one in words.header),
            tuple(
                (_cell(kind, 32), _cell(size, 32, Alignment.END), _cell(example, 32, Alignment.CENTRE))
                for kind, size, example in words.rows
            ),
            (Text(words.caption, 29),),
            row_headers=True,
            line=30,
        ),
        Table(
            tuple(_cell(one, 36) for one in words.header),
            tuple(tuple(_cell(one, 38) for one in row) for row in words.rows),
            line=36,
        ),
        Admonition(AdmonitionKind.WARNING, (_paragraph(words.note, 42),), line=41),
        Admonition(AdmonitionKind.TIP, (_paragraph(words.tip, 45),), (Text(words.tip_title, 44),), 44),
        Quotation((_paragraph(words.quotation, 47),), (Text(words.attribution, 48),), 47),
        CodeBlock('for name in ["a", "b"]:\n    print(f"<{name}> & co")', "python", line=50),
        CodeBlock("<p>&amp;</p>", "html", (Text("HTML", 55),), 55),
        Figure(
            Picture(PICTURE, words.alt, line=58),
            (Text(words.figure_caption, 58),),
            (_paragraph(words.long_description, 61),),
            58,
        ),
        Figure(Picture(PICTURE, "", decorative=True, line=64), line=64),
        Figure(Picture("media/closed.svg", words.alt, withheld=True, line=66), line=66),
        Diagram(
            title,
            (
                DiagramNode("start", start, "round", 69),
                DiagramNode("choice", choice, "decision", 70),
                DiagramNode("save", save, "box", 71),
            ),
            (
                DiagramEdge("start", "choice", line=72),
                DiagramEdge("choice", "save", words.yes, 73),
                DiagramEdge("choice", "start", line=74),
            ),
            68,
        ),
        Paragraph(
            (Text(words.formula_intro, 76), Formula("2^{10} = 1024", 76), Text(".", 76)),
            76,
        ),
        MathBlock(
            r"\bar{x} = \frac{x_1 + x_2 + \dots + x_n}{n}, \quad s = \sqrt{\frac{1}{n}\sum_{i=1}^{n}(x_i - \bar{x})^2}",
            78,
        ),
        PassageBlock(block_language, (_paragraph(words.foreign_block, 82),), 81),
        Recording(
            RECORDING,
            words.recording,
            RecordingKind.VIDEO,
            language,
            captions=(
                Captions(
                    language,
                    (
                        Cue(0, 2_500, words.spoken[0]),
                        Cue(2_600, 5_000, words.spoken[1], is_sure=False),
                        Cue(9_000, 12_000, words.spoken[2], speaker=words.speaker),
                    ),
                ),
            ),
            line=83,
        ),
        ThematicBreak(85),
        Heading(4, (Text(words.items[2], 87),), "tasks", 87),
        _paragraph(words.tip, 88),
    )
