"""A new project that builds at once: configuration, one course, one lesson in each language."""

import json
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from builder.model.language import LanguageTag

_COURSE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class NotEmpty(Exception):
    """The folder already holds something, which is left alone."""


class UnusableCourseId(ValueError):
    """Not lower-case Latin letters, digits and single hyphens."""


def make_project(folder: Path, languages: Sequence[LanguageTag], course: str) -> None:
    """Writes the project. Raises NotEmpty, UnusableCourseId, OSError."""
    if not _COURSE_ID.fullmatch(course):
        raise UnusableCourseId(course)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(folder)
    starter = resources.files("builder.command") / "starter"
    files = {
        "mkdocs.yml": _configuration(languages),
        f"content/{course}/course.toml": _course(course, languages),
        ".gitignore": "/site/\n/.jetki/\n",
    }
    for language in languages:
        text = (starter / f"welcome.{language}.md").read_text(encoding="utf-8")
        files[f"content/{course}/{language}/01-welcome.md"] = text
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


_SITE_NAMES = {"ky": "Менин курстарым", "ru": "Мои курсы", "en": "My courses"}
_COURSE_TITLES = {"ky": "Биринчи курс", "ru": "Первый курс", "en": "First course"}
_DESCRIPTIONS = {
    "ky": "Бул курста эмне окутуларын бир сүйлөм менен жазыңыз.",
    "ru": "Опишите одним предложением, чему учит этот курс.",
    "en": "Say in one sentence what this course teaches.",
}
_UNITS = {"ky": "Жооптуу кафедра", "ru": "Ответственная кафедра", "en": "Responsible department"}


def _configuration(languages: Sequence[LanguageTag]) -> str:
    names = "".join(f"        {language}: {_SITE_NAMES[language]}\n" for language in languages)
    return (
        f"site_name: {_SITE_NAMES[languages[0]]}\n"
        "docs_dir: content\nsite_dir: site\ntheme:\n  name: jetki\n"
        "plugins:\n  - jetki:\n"
        f"      languages: [{', '.join(languages)}]\n"
        f"      default_language: {languages[0]}\n"
        f"      site_name:\n{names}"
    )


def _course(course: str, languages: Sequence[LanguageTag]) -> str:
    quoted = ", ".join(f'"{language}"' for language in languages)
    tables = "".join(
        f"\n[{table}]\n"
        + "".join(f"{language} = {json.dumps(words[language], ensure_ascii=False)}\n" for language in languages)
        for table, words in (("title", _COURSE_TITLES), ("description", _DESCRIPTIONS), ("unit", _UNITS))
    )
    holder = _UNITS[languages[0]]
    return (
        f'id = "{course}"\nlanguages = [{quoted}]\ntype = "lecture-text"\n'
        f"{tables}\n"
        f'[rights]\nholder = "{holder}"\nlicence = "CC-BY-4.0"\naccess = "public"\n'
    )
