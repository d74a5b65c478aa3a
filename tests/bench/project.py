"""A generated project of about 1,000 lessons in three languages, the same in every run."""

import random
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("ky", "ru", "en")
COURSES: Final = 28
LESSONS: Final = 12
"""28 courses x 12 lessons x 3 languages = 1,008 lessons; a course has about as many lessons as a semester has weeks."""

_WORDS: Final = {
    "ky": "сабак билим китеп окутуучу студент тапшырма мөөнөт үйрөнүү өлкө жаңы маалымат тармак сырсөз папка файл "
    "көлөм ылдамдык жооп суроо мисал түшүнүк эсептөө таблица сүрөт шилтеме барак издөө түзмөк экран үн".split(),
    "ru": "занятие знание книга преподаватель студент задание срок учиться страна новый данные сеть пароль папка файл "
    "объём скорость ответ вопрос пример понятие вычисление таблица рисунок ссылка страница поиск устройство".split(),
    "en": "lesson knowledge book instructor student assignment deadline learn country new data network password folder "
    "file size speed answer question example notion calculation table picture link page search device screen".split(),
}
_HEADINGS: Final = {
    "ky": ("Максаты", "Түшүндүрмө", "Мисалдар", "Суроолор"),
    "ru": ("Цель", "Объяснение", "Примеры", "Вопросы"),
    "en": ("Goals", "Explanation", "Examples", "Questions"),
}


def write_project(root: Path, courses: int = COURSES) -> int:
    """Writes the project for `jetki` and gives the number of lessons."""
    chance = random.Random(2026)
    (root / "mkdocs.yml").write_text(
        "site_name: Bench\ndocs_dir: content\nsite_dir: site\ntheme:\n  name: jetki\nplugins:\n  - jetki:\n"
        "      languages: [ky, ru, en]\n      default_language: ky\n"
        "      site_name: {ky: Сынак, ru: Проверка, en: Bench}\n",
        encoding="utf-8",
    )
    for number in range(1, courses + 1):
        folder = root / "content" / f"course-{number:02}"
        folder.mkdir(parents=True)
        (folder / "course.toml").write_text(_course(number), encoding="utf-8")
        for language in LANGUAGES:
            (folder / language).mkdir()
            for lesson in range(1, LESSONS + 1):
                text = _front_matter(language, lesson, chance) + lesson_text(language, lesson, chance)
                (folder / language / f"{lesson:02}-lesson-{lesson:02}.md").write_text(text, encoding="utf-8")
    return courses * LESSONS * len(LANGUAGES)


def write_stock_project(source: Path, root: Path) -> None:
    """The same Markdown for stock MkDocs with Material and `navigation.prune`."""
    (root / "docs").symlink_to((source / "content").resolve())
    (root / "mkdocs.yml").write_text(
        "site_name: Bench\ntheme:\n  name: material\n  font: false\n  features: [navigation.prune]\n"
        "exclude_docs: '*.toml'\n"
        "markdown_extensions: [admonition, footnotes, def_list, attr_list, pymdownx.arithmatex, pymdownx.highlight,"
        " pymdownx.superfences]\n"
        "plugins: [search]\n",
        encoding="utf-8",
    )


def lesson_text(language: str, lesson: int, chance: random.Random) -> str:
    """About 500 words with what lessons usually hold."""
    goals, explanation, examples, questions = _HEADINGS[language]
    rows = "\n".join(
        f"| {_say(language, 2, chance)} | {chance.randint(1, 999)} | {_say(language, 3, chance)} |" for _ in range(5)
    )
    items = "\n".join(f"- {_say(language, 5, chance)}" for _ in range(5))
    steps = "\n".join(f"{number}. {_sentence(language, chance)}" for number in range(1, 5))
    return (
        "\n\n".join(
            [
                f"## {goals} {{#goals}}",
                _paragraph(language, chance),
                items,
                f"## {explanation} {{#explanation}}",
                _paragraph(language, chance) + f" **{_say(language, 2, chance)}** *{_say(language, 2, chance)}*[^1].",
                f'!!! note "{_say(language, 2, chance)}"\n    {_paragraph(language, chance)}',
                _paragraph(language, chance),
                f"## {examples} {{#examples}}",
                f'{{.row-headers caption="{_say(language, 3, chance)}"}}\n'
                f"| {' | '.join(_say(language, count, chance) for count in (1, 1, 2))} |\n|---|---|---|\n{rows}",
                "$$\ns = \\frac{a_1 + a_2 + \\dots + a_n}{n}\n$$",
                '```python\nfor number in range(10):\n    print("x", number)\n```',
                _paragraph(language, chance),
                f"### {questions} {{#questions}}",
                steps,
                f"[^1]: {_sentence(language, chance)}",
            ]
        )
        + "\n"
    )


def _front_matter(language: str, lesson: int, chance: random.Random) -> str:
    title = f"{_say(language, 3, chance).capitalize()} {lesson}"
    return f"---\ntitle: {title}\ndescription: {_sentence(language, chance)}\n---\n\n"


def _course(number: int) -> str:
    return f"""id = "course-{number:02}"
languages = ["ky", "ru", "en"]
type = "lecture-text"
title = {{ ky = "Курс {number}", ru = "Курс {number}", en = "Course {number}" }}
description = {{ ky = "Сынак курсу.", ru = "Проверочный курс.", en = "A course for measuring." }}
unit = {{ ky = "Кафедра", ru = "Кафедра", en = "Department" }}
rights = {{ holder = "Jetki", licence = "CC0-1.0", access = "public" }}
"""


def _say(language: str, count: int, chance: random.Random) -> str:
    return " ".join(chance.choice(_WORDS[language]) for _ in range(count))


def _sentence(language: str, chance: random.Random) -> str:
    return _say(language, chance.randint(7, 13), chance).capitalize() + "."


def _paragraph(language: str, chance: random.Random) -> str:
    return " ".join(_sentence(language, chance) for _ in range(6))
