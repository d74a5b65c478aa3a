"""A small site with every case that pages must tell honestly: missing languages, easy language, withheld material.

The words were written for these tests.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from builder.model.course import (
    Access,
    Catalogue,
    Course,
    Credits,
    Lesson,
    Person,
    Resource,
    ResourceType,
    Rights,
)
from builder.model.document import Document, Heading, Paragraph, Text, Variant
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.model.settings import Settings
from builder.publishing import Form, PageKind, PageRequest, build_pages, site_requests
from builder.publishing.paths import export_path
from tests.samples import COURSE_ID, PICTURE, everything

RIGHTS: Final = Rights("Kok-Bulut", "CC-BY-4.0")
SETTINGS: Final = Settings(
    {
        KYRGYZ: "Көк-Булут аралыктан окутуу университети",
        RUSSIAN: "Университет «Кок-Булут»",
        ENGLISH: "Kok-Bulut University & <Friends>",
    },
    site_url="https://kok-bulut.example/study/",
)
CONFIGURATION: Final = """\
site_name: Test
docs_dir: content
theme:
  name: jetki
plugins:
  - jetki: {}
"""

_TITLES: Final = {
    "files": {KYRGYZ: "Файлдар жана папкалар", RUSSIAN: "Файлы и папки", ENGLISH: "Files & <folders>"},
    "search": {KYRGYZ: "Маалымат издөө", RUSSIAN: "Поиск информации", ENGLISH: "Finding information"},
    "post": {KYRGYZ: "Электрондук почта", RUSSIAN: "Электронная почта"},
    "keyboard": {KYRGYZ: "Кыргыз тамгаларын терүү"},
}
SIGN_LANGUAGE: Final = "media/files.mp4"
CLOSED_SIGN_LANGUAGE: Final = "media/search.mp4"


def _lesson(name: str, order: int, language: LanguageTag, variant: Variant = Variant.STANDARD) -> Lesson:
    ending = ".easy.md" if variant is Variant.EASY else ".md"
    sign_language = {"files": SIGN_LANGUAGE, "search": CLOSED_SIGN_LANGUAGE}.get(name, "")
    return Lesson(
        COURSE_ID,
        name,
        order,
        language,
        variant,
        _TITLES[name][language],
        f"content/{COURSE_ID}/{language}/{order:02}-{name}{ending}",
        "0" * 64,
        RIGHTS,
        description="",
        sign_language=sign_language if variant is Variant.STANDARD else "",
    )


def _resource(path: str, type_: ResourceType, access: Access = Access.PUBLIC) -> Resource:
    return Resource(path, type_, replace(RIGHTS, access=access), "IT")


@cache
def catalogue() -> Catalogue:
    """Two courses: one in three languages with gaps, one in Kyrgyz only."""
    lessons = [
        _lesson(name, order, language)
        for order, (name, titles) in enumerate(_TITLES.items(), 1)
        for language in SITE_LANGUAGES
        if language in titles
    ]
    lessons.append(_lesson("files", 1, KYRGYZ, Variant.EASY))
    basics = Course(
        COURSE_ID,
        SITE_LANGUAGES,
        {KYRGYZ: "Санариптик негиздер", RUSSIAN: "Основы цифровой работы", ENGLISH: "Digital basics"},
        {
            KYRGYZ: "Компьютерде иштөөнүн башталышы.",
            RUSSIAN: "Начало работы на компьютере.",
            ENGLISH: "How to begin with a computer.",
        },
        {KYRGYZ: "Маалыматтык технологиялар кафедрасы", RUSSIAN: "Кафедра информатики", ENGLISH: "IT department"},
        RIGHTS,
        ResourceType.LECTURE_TEXT,
        Credits(3, 2.5),
        (Person("Айгүл Сооронова", "author"), Person("Пётр Ким", "translator")),
        {
            PICTURE: _resource(PICTURE, ResourceType.PICTURE),
            "media/table.csv": _resource("media/table.csv", ResourceType.DATA_FILE),
            SIGN_LANGUAGE: _resource(SIGN_LANGUAGE, ResourceType.RECORDING),
        },
        tuple(sorted(lessons, key=lambda one: (one.order, one.language, one.variant))),
        f"content/{COURSE_ID}/course.toml",
    )
    folk = Course(
        "manas",
        (KYRGYZ,),
        {KYRGYZ: "Манас айтуу өнөрү"},
        {KYRGYZ: "Манасчылардын өнөрү жөнүндө."},
        {KYRGYZ: "Филология кафедрасы"},
        Rights("Кафедра", "Кафедранын уруксаты менен"),
        ResourceType.LECTURE_TEXT,
        source="content/manas/course.toml",
    )
    withheld = (f"content/{COURSE_ID}/ky/09-closed.md", f"content/{COURSE_ID}/{CLOSED_SIGN_LANGUAGE}")
    return Catalogue(SITE_LANGUAGES, (basics, folk), withheld)


def document(lesson: Lesson) -> Document:
    """The first lesson has every kind of node, the others are plain."""
    if lesson.name == "files":
        whole = everything(lesson.language)
        blocks, footnotes = whole.blocks, whole.footnotes
    else:
        blocks = (
            Heading(2, (Text("A & B"),), "goals"),
            Paragraph((Text("… <script>alert(1)</script>"),)),
            Heading(2, (Text("C"),), "c"),
        )
        footnotes = ()
    return Document(
        lesson.course,
        lesson.name,
        lesson.language,
        lesson.title,
        blocks,
        footnotes,
        lesson.variant,
        source=lesson.source,
    )


def forms(lesson: Lesson) -> tuple[Form, ...]:
    """Some files of a lesson."""
    return tuple(
        Form(
            name,
            export_path(name, lesson.course, lesson.name, lesson.language, lesson.variant),
            size,
            pages,
            lesson.language,
            lesson.variant,
        )
        for name, size, pages in (
            ("html", 9000, None),
            ("large-print", 210_400, 34),
            ("brf", 1_234, 21),
            ("text", 999, None),
        )
    )


def requests() -> list[PageRequest]:
    """Every page of the site."""
    found = [
        PageRequest(
            one.kind,
            one.language,
            one.course,
            forms=(
                Form("epub", export_path("epub", one.course, "", one.language), 1_540_000, None, one.language),
                Form("case", export_path("case", one.course, "", one.language), 12_340_000, None, one.language),
                Form(
                    "epub",
                    export_path("epub", one.course, "", one.language, Variant.EASY),
                    40_000,
                    None,
                    one.language,
                    Variant.EASY,
                ),
            )
            if one.kind is PageKind.COURSE
            else (),
        )
        for one in site_requests(SETTINGS, catalogue())
    ]
    for course in catalogue().courses:
        found += [PageRequest.of_lesson(document(one), forms(one)) for one in course.lessons]
    return found


@dataclass(frozen=True)
class Project:
    """A project folder that holds nothing but its configuration: pages come from Documents."""

    folder: Path

    def build(self, wanted: Sequence[PageRequest]) -> dict[str, bytes]:
        return build_pages(self.folder, Path("mkdocs.yml"), SETTINGS, catalogue(), wanted)


def make_project(folder: Path) -> Project:
    """A fresh project in this folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "content").mkdir()
    (folder / "mkdocs.yml").write_text(CONFIGURATION, "utf-8")
    return Project(folder)
