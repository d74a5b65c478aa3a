"""course.toml: what a course declares about itself, its rights and its files."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from builder.model.course import Access, Credits, Person, Resource, ResourceType, Rights
from builder.model.language import LanguageTag, UnknownLanguageTag, parse_language_tag
from builder.reading.front_matter import decode_source
from builder.reading.toml_lines import KeyPath, find_key_lines

Report = Callable[..., None]
"""``report(line, rule, /, **values)``."""

ROLES: Final = ("author", "editor", "translator", "responsible")
_KNOWN: Final = frozenset(
    ("id", "languages", "type", "credits", "title", "description", "unit", "rights", "people", "resources")
)


@dataclass(frozen=True, slots=True)
class DeclaredResource:
    """`problem` is the rule that keeps it out of the site, or empty."""

    resource: Resource
    line: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CourseDeclaration:
    """course.toml as far as it could be read. `rights` is None where they are missing."""

    id: str
    languages: tuple[LanguageTag, ...]
    title: Mapping[LanguageTag, str]
    description: Mapping[LanguageTag, str]
    unit: Mapping[LanguageTag, str]
    rights: Rights | None
    type: ResourceType
    credits: Credits | None = None
    people: tuple[Person, ...] = ()
    resources: tuple[DeclaredResource, ...] = ()
    lines: Mapping[KeyPath, int] = field(default_factory=dict)


def read_course_file(data: bytes, folder: str, report: Report) -> CourseDeclaration | None:
    """The declaration, or None when the file cannot be read at all; `folder` is the course folder's name."""
    text, undecodable = decode_source(data)
    if undecodable:
        line, rule, values = undecodable
        report(line, rule, **values)
        return None
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        last = text.rstrip("\n").count("\n") + 1
        report(int(place[1]) if place else last, "course-bad-toml")
        return None
    return _CourseReader(table, find_key_lines(text), folder, report).read()


class _CourseReader:
    def __init__(self, table: dict[str, Any], lines: dict[KeyPath, int], folder: str, report: Report) -> None:
        self._table = table
        self._lines = lines
        self._folder = folder
        self._report = report

    def read(self) -> CourseDeclaration:
        for key in self._table:
            if key not in _KNOWN:
                self._report(self._line(key), "course-unknown-key", key=key, known=", ".join(sorted(_KNOWN)))
        written_id = self._table.get("id", self._folder)
        if "id" not in self._table:
            self._report(1, "course-field-missing", key="id")
        elif written_id != self._folder:
            self._report(self._line("id"), "course-id-differs", id=_words(written_id), folder=self._folder)
        languages = self._languages()
        return CourseDeclaration(
            id=self._folder,
            languages=languages,
            title=self._texts("title", languages, self._folder),
            description=self._texts("description", languages, ""),
            unit=self._texts("unit", languages, ""),
            rights=self._rights(self._table.get("rights"), ("rights",), "course-rights-missing"),
            type=self._type(self._table.get("type"), ("type",)) or ResourceType.LECTURE_TEXT,
            credits=self._credits(),
            people=self._people(),
            resources=self._resources(),
            lines=self._lines,
        )

    def _line(self, *path: str | int) -> int:
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 1

    def _wrong(self, value: object, *path: str | int) -> None:
        key = ".".join(str(one) for one in path if isinstance(one, str))
        self._report(self._line(*path), "course-field-wrong", key=key, value=_words(value))

    def _languages(self) -> tuple[LanguageTag, ...]:
        written = self._table.get("languages")
        if not isinstance(written, list) or not written:
            self._report(self._line("languages"), "course-field-missing", key="languages")
            return ()
        return self._tags(written, ("languages",))

    def _tags(self, written: list[Any], path: KeyPath) -> tuple[LanguageTag, ...]:
        tags: dict[LanguageTag, None] = {}
        for one in written:
            try:
                tags[parse_language_tag(one if isinstance(one, str) else _words(one))] = None
            except UnknownLanguageTag as error:
                if error.suggestion:
                    values = {"tag": error.tag, "suggestion": str(error.suggestion)}
                    self._report(self._line(*path), "language-mistaken", **values)
                    tags[error.suggestion] = None
                else:
                    self._report(self._line(*path), "language-unknown", tag=error.tag)
        return tuple(tags)

    def _texts(self, key: str, languages: tuple[LanguageTag, ...], last_resort: str) -> Mapping[LanguageTag, str]:
        written = self._table.get(key)
        if not isinstance(written, dict):
            written = {} if written is None else dict.fromkeys(languages, written)
        texts = {tag: " ".join(value.split()) for tag, value in written.items() if isinstance(value, str)}
        for tag, value in written.items():
            if not isinstance(value, str):
                self._wrong(value, key, tag)
        # A text in another language is better than none on the page, and the build has already failed.
        spare = next((texts[one] for one in languages if texts.get(one)), last_resort)
        for language in languages:
            if not texts.get(language):
                self._report(self._line(key), "course-text-missing", key=key, language=language)
        return {language: texts.get(language) or spare for language in languages}

    def _type(self, written: object, path: KeyPath) -> ResourceType | None:
        if written is None:
            self._report(self._line(*path), "course-field-missing", key=".".join(map(str, path[-1:])))
            return None
        if isinstance(written, str) and written in set(ResourceType):
            return ResourceType(written)
        self._wrong(written, *path)
        return None

    def _rights(self, written: object, path: KeyPath, missing_rule: str, /, **values: str) -> Rights | None:
        if not isinstance(written, dict):
            self._report(self._line(*path), missing_rule, **values)
            return None
        holder, licence = written.get("holder"), written.get("licence")
        if not (isinstance(holder, str) and holder.strip() and isinstance(licence, str) and licence.strip()):
            self._report(self._line(*path), missing_rule, **values)
            return None
        access = written.get("access", Access.PUBLIC.value)
        if access not in set(Access):
            self._wrong(access, *path, "access")
            # Nobody knows whether it may be shown: then it may not (clause 5.2).
            access = Access.RESTRICTED.value
        for key in written:
            if key not in ("holder", "licence", "access"):
                known = "holder, licence, access"
                self._report(self._line(*path, key), "course-unknown-key", key=f"rights.{key}", known=known)
        return Rights(holder.strip(), licence.strip(), Access(access))

    def _credits(self) -> Credits | None:
        written = self._table.get("credits")
        if written is None:
            return None
        values = [written.get(key, 0) for key in ("ects", "national")] if isinstance(written, dict) else []
        if len(values) != 2 or not all(isinstance(one, int | float) and 0 <= one <= 1000 for one in values):
            self._wrong(written, "credits")
            return None
        return Credits(float(values[0]), float(values[1]))

    def _people(self) -> tuple[Person, ...]:
        written = self._table.get("people", [])
        people = []
        for index, one in enumerate(written if isinstance(written, list) else [written]):
            name = one.get("name") if isinstance(one, dict) else None
            role = one.get("role") if isinstance(one, dict) else None
            if isinstance(name, str) and name.strip() and role in ROLES:
                people.append(Person(name.strip(), str(role)))
            else:
                self._wrong(one, "people", index)
        return tuple(people)

    def _resources(self) -> tuple[DeclaredResource, ...]:
        written = self._table.get("resources", [])
        resources = []
        for index, one in enumerate(written if isinstance(written, list) else [written]):
            path = one.get("path") if isinstance(one, dict) else None
            if not isinstance(one, dict) or not isinstance(path, str) or not path.strip():
                self._report(self._line("resources", index), "course-field-missing", key="resources.path")
                continue
            resources.append(self._resource(one, path.strip(), index))
        return tuple(resources)

    def _resource(self, one: dict[str, Any], path: str, index: int) -> DeclaredResource:
        place: KeyPath = ("resources", index)
        kind = self._type(one.get("type"), (*place, "type"))
        rights = self._rights(one.get("rights"), (*place, "rights"), "resource-rights-missing", path=path)
        languages = one.get("languages", [])
        if not isinstance(languages, list):
            self._wrong(languages, *place, "languages")
            languages = []
        unit = one.get("unit", "")
        resource = Resource(
            path=path,
            type=kind or ResourceType.DATA_FILE,
            rights=rights or Rights("", "", Access.RESTRICTED),
            unit=unit.strip() if isinstance(unit, str) else "",
            languages=self._tags(languages, (*place, "languages")),
        )
        return DeclaredResource(resource, self._line(*place, "path"), "" if rights else "resource-rights-missing")


def _words(value: object) -> str:
    return value if isinstance(value, str) else repr(value)
