"""The project folder as a catalogue: which courses, lessons and resources there are and may be published."""

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from builder.model.course import (
    Access,
    Catalogue,
    Course,
    DeclaredRecording,
    Lesson,
    Resource,
    ResourceType,
    Rights,
)
from builder.model.document import RecordingKind, Variant
from builder.model.finding import Finding
from builder.model.language import SITE_LANGUAGES, LanguageTag, UnknownLanguageTag, parse_language_tag
from builder.model.settings import Settings
from builder.reading.course_file import CourseDeclaration, DeclaredResource, read_course_file
from builder.reading.front_matter import inspect_lesson
from builder.reading.recordings import kind_of_recording
from builder.reading.rules import SEVERITIES
from builder.reading.sources import FreshSourceFiles, Inspected, Inspection, SourceFiles, inspect_nothing
from builder.reading.svg import inspect_svg

_LESSON_FILE: Final = re.compile(r"(\d{1,4})-(.+?)(\.easy)?\.md")
_COURSE_FOLDER: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COURSE_FILE: Final = "course.toml"
MEDIA_FOLDER: Final = "media"
"""Of a course: pictures, recordings and their scripts, no lessons."""
PRONUNCIATION_FILE: Final = "pronunciation.toml"
_LONGEST_NAME_BYTES: Final = 180
"""A file name has room for 255 bytes on the usual file systems; formats append their endings to a lesson's name."""
_VARIANT_ORDER: Final = {Variant.STANDARD: 0, Variant.EASY: 1}

_ACTIVE: Final = frozenset(
    ".html .htm .xhtml .xht .shtml .mht .mhtml .xml .xsl .xslt .svgz .js .mjs .wasm .swf .php .hta".split()
)
"""Files that a browser would run on the site's own address when somebody opens them."""


@dataclass(frozen=True, slots=True)
class ScannedProject:
    """`withheld` says for each project path of `catalogue.withheld` which rule keeps it out of the site.

    `resource_files` has the file of every published resource, by project path (``content/c/media/x.svg``);
    `companions` the digests of files that are read and not published as they are: captions of recordings
    (``media/lecture.ky.vtt``), the scripts that were read out, ``pronunciation.toml``.
    """

    catalogue: Catalogue
    findings: tuple[Finding, ...]
    withheld: Mapping[str, str] = field(default_factory=dict)
    resource_files: Mapping[str, Path] = field(default_factory=dict)
    companions: Mapping[str, str] = field(default_factory=dict)


def scan_project(root: Path, settings: Settings, files: SourceFiles | None = None) -> ScannedProject:
    """Every course.toml and every lesson's front matter below ``root/settings.content``.

    A file whose digest and facts `files` remembers is not read. Never raises for bad content: that gives findings.
    """
    scan = _Scan(root, settings, files or FreshSourceFiles())
    courses = scan.read_courses()
    catalogue = Catalogue(
        languages=settings.languages,
        courses=tuple(courses),
        withheld=tuple(sorted(scan.withheld)),
        undeclared=tuple(sorted(scan.undeclared)),
    )
    return ScannedProject(catalogue, tuple(sorted(scan.findings)), scan.withheld, scan.resource_files, scan.companions)


class _Scan:
    """Collects while it walks: findings, withheld and undeclared paths."""

    def __init__(self, root: Path, settings: Settings, files: SourceFiles) -> None:
        self._root = root
        self._settings = settings
        self._files = files
        self._content = root / settings.content
        self._real_content = os.path.realpath(self._content)
        self.findings: list[Finding] = []
        self.withheld: dict[str, str] = {}
        self.undeclared: set[str] = set()
        self._unreadable: set[str] = set()
        self.resource_files: dict[str, Path] = {}
        self.companions: dict[str, str] = {}

    def report(self, path: str, line: int, rule: str, /, **values: str) -> None:
        self.findings.append(Finding(path, line, rule, SEVERITIES[rule], values))

    # ------------------------------------------------------------ courses

    def read_courses(self) -> list[Course]:
        courses = []
        entries = self._entries(self._content, self._settings.content)
        for entry in entries:
            path = f"{self._settings.content}/{entry.name}"
            if not _is_folder(entry):
                if entry.name.endswith(".md"):
                    self.report(path, 0, "lesson-bad-name", name=entry.name)
                continue
            if self._leaves_content(entry, path):
                continue
            course = self._read_course(Path(entry.path), entry.name, path)
            if course is not None:
                courses.append(course)
        if not any(_is_folder(entry) for entry in entries) and not self.findings:
            self.report(self._settings.content, 0, "content-without-courses")
        return courses

    def _read_course(self, folder: Path, name: str, path: str) -> Course | None:
        source = f"{path}/{_COURSE_FILE}"
        sources = list(self._lesson_files(folder, path))
        if (folder / _COURSE_FILE).is_symlink() and not self._is_inside(folder / _COURSE_FILE):
            self.report(source, 0, "path-leaves-project", path=source)
            self._withhold([one.path for one in sources], "path-leaves-project")
            return None
        try:
            data = _read_regular_file(folder / _COURSE_FILE)
        except FileNotFoundError:
            if sources:
                self.report(source, 0, "course-missing-toml", folder=name)
                self._withhold([one.path for one in sources], "course-missing-toml")
            return None
        except OSError:
            self.report(source, 0, "file-unreadable")
            self._withhold([one.path for one in sources], "file-unreadable")
            return None
        declared = read_course_file(
            data, name, lambda line, rule, /, **values: self.report(source, line, rule, **values)
        )
        if declared is None:
            self._withhold([one.path for one in sources], "course-bad-toml")
            return None
        if not _COURSE_FOLDER.fullmatch(name):
            self.report(source, 0, "course-folder-name", folder=name)
        if declared.rights is None or declared.rights.access is Access.RESTRICTED:
            rule = "course-rights-missing" if declared.rights is None else "course-restricted"
            if declared.rights is not None:
                self.report(source, declared.lines.get(("rights",), 1), rule, course=name)
            self._withhold([source, *(one.path for one in sources)], rule)
            self._withhold([f"{path}/{one.resource.path}" for one in declared.resources], rule)
            return None
        resources = self._read_resources(folder, path, source, declared)
        languages = self._published_languages(declared, source)
        lessons = self._read_lessons(sources, declared, declared.rights, languages, resources, name)
        self._check_pairs(lessons, languages)
        self._find_companions(folder, path, resources)
        self._find_undeclared(
            folder, path, source, {unicodedata.normalize("NFC", one.resource.path) for one in declared.resources}
        )
        if not sources:
            self.report(source, 0, "course-without-lessons")
        return Course(
            id=name,
            languages=languages,
            title=declared.title,
            description=declared.description,
            unit=declared.unit,
            rights=declared.rights,
            type=declared.type,
            credits=declared.credits,
            people=declared.people,
            resources=resources,
            lessons=tuple(lessons),
            source=source,
        )

    def _published_languages(self, declared: CourseDeclaration, source: str) -> tuple[LanguageTag, ...]:
        line = declared.lines.get(("languages",), 1)
        for language in declared.languages:
            if language not in self._settings.languages:
                self.report(source, line, "language-not-published", language=language)
        return tuple(one for one in declared.languages if one in self._settings.languages)

    def _withhold(self, paths: list[str], rule: str) -> None:
        for path in paths:
            self.withheld.setdefault(path, rule)

    # ------------------------------------------------------------ resources

    def _read_resources(self, folder: Path, path: str, source: str, declared: CourseDeclaration) -> dict[str, Resource]:
        resources: dict[str, Resource] = {}
        seen: set[str] = set()
        units = declared.unit
        for one in declared.resources:
            name = unicodedata.normalize("NFC", one.resource.path)
            if name in seen:
                self.report(source, one.line, "resource-repeated", path=name)
                continue
            seen.add(name)
            if not self._is_plain_path(one, source):
                continue
            full = f"{path}/{one.resource.path}"
            inspected = self._inspect_resource(folder / one.resource.path, one, source)
            if inspected is None:
                self._unreadable.add(f"{path}/{name}")
                continue
            if one.problem:
                self._withhold([full], one.problem)
            elif one.resource.rights.access is Access.RESTRICTED:
                self.report(source, one.line, "resource-restricted", path=one.resource.path)
                self._withhold([full], "resource-restricted")
            elif any(rule == "svg-script" for _, rule, _ in inspected.facts.get("problems", ())):
                self._report_problems(full, inspected.facts["problems"])
                self._withhold([full], "svg-script")
            else:
                self._report_problems(full, inspected.facts.get("problems", ()))
                unit = one.resource.unit or next(iter(units.values()), "")
                resources[name] = replace(one.resource, path=name, unit=unit, source_digest=inspected.digest)
                self.resource_files[f"{path}/{name}"] = folder / one.resource.path
        return resources

    def _is_plain_path(self, one: DeclaredResource, source: str) -> bool:
        written = one.resource.path
        parts = PurePosixPath(written).parts
        if "\\" in written or "\0" in written or written.startswith("/") or ".." in parts or re.match(r"\w:", written):
            self.report(source, one.line, "path-leaves-project", path=written)
            return False
        if written.endswith((".md", ".toml")) or str(PurePosixPath(written)) != written:
            self.report(source, one.line, "resource-outside-course", path=written)
            return False
        if parts[0] != MEDIA_FOLDER:  # two files of one name would meet in the site
            self.report(source, one.line, "resource-outside-media", path=written)
            return False
        if PurePosixPath(written).suffix.lower() in _ACTIVE:
            self.report(source, one.line, "resource-active", path=written)
            return False
        return True

    def _inspect_resource(self, file: Path, one: DeclaredResource, source: str) -> Inspected | None:
        try:
            if not self._is_inside(file):
                self.report(source, one.line, "path-leaves-project", path=one.resource.path)
                return None
            if not file.is_file():
                raise FileNotFoundError(file)
            inspection: Inspection = inspect_svg if file.suffix.lower() == ".svg" else inspect_nothing
            return self._files.inspect(file, inspection)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError):
            self.report(source, one.line, "resource-missing", path=one.resource.path)
        except OSError:
            self.report(source, one.line, "file-unreadable")
        return None

    def _find_companions(self, folder: Path, path: str, resources: Mapping[str, Resource]) -> None:
        """Pronunciation and captions, which need no declaration: their names say what they belong to."""
        self._remember_companion(folder / PRONUNCIATION_FILE, f"{path}/{PRONUNCIATION_FILE}")
        for resource in resources:
            if kind_of_recording(resource) is None:
                continue
            stem = str(PurePosixPath(resource).with_suffix(""))
            for language in SITE_LANGUAGES:
                name = f"{stem}.{language}.vtt"
                if name not in resources:
                    self._remember_companion(folder / name, f"{path}/{name}")

    def _remember_companion(self, file: Path, path: str) -> bool:
        """Whether there is such a file inside the project."""
        try:
            if not file.is_file() or not self._is_inside(file):
                return False
            self.companions[path] = self._files.inspect(file, inspect_nothing).digest
        except (OSError, ValueError):
            self.report(path, 0, "file-unreadable")
            return False
        return True

    def _find_undeclared(self, folder: Path, path: str, source: str, declared: set[str]) -> None:
        """Files beside the lessons that course.toml does not name. Links out of the project are not followed."""
        for parent, folders, names in os.walk(folder):
            folders[:] = sorted(one for one in folders if not one.startswith((".", "_")))
            inside = os.path.relpath(parent, folder).replace(os.sep, "/")
            for name in sorted(names):
                if name.startswith((".", "_")) or name.endswith("~") or name == _COURSE_FILE:
                    continue
                if name.endswith(".md"):
                    if f"{path}/{inside}/{name}" in self.companions:
                        continue
                    if "/" in inside or inside == MEDIA_FOLDER:  # deeper than lessons are looked for
                        self.report(f"{path}/{_printable(f'{inside}/{name}')}", 0, "lesson-bad-name", name=name)
                    continue
                relative = unicodedata.normalize("NFC", _printable(name if inside == "." else f"{inside}/{name}"))
                if relative not in declared and f"{path}/{relative}" not in self.companions:
                    self.undeclared.add(f"{path}/{relative}")
                    self.report(source, 0, "resource-undeclared", path=relative)

    # ------------------------------------------------------------ lessons

    def _lesson_files(self, folder: Path, path: str) -> Iterator["_LessonFile"]:
        """Every Markdown file one folder below the course, whatever that folder is called."""
        for entry in self._entries(folder, path):
            inside = f"{path}/{entry.name}"
            if entry.name.endswith(".md") and _is_file(entry):
                self.report(inside, 0, "lesson-bad-name", name=entry.name)
            if not _is_folder(entry) or self._leaves_content(entry, inside) or entry.name == MEDIA_FOLDER:
                continue
            for file in self._entries(Path(entry.path), inside):
                source = f"{inside}/{file.name}"
                if not file.name.endswith(".md") or self._leaves_content(file, source):
                    continue
                if _is_file(file):
                    yield _LessonFile(Path(file.path), source, entry.name, file.name)
                else:  # a folder, a pipe, a link to nothing
                    self.report(source, 0, "file-unreadable")

    def _read_lessons(
        self,
        sources: list["_LessonFile"],
        declared: CourseDeclaration,
        rights: Rights,
        languages: tuple[LanguageTag, ...],
        resources: Mapping[str, Resource],
        course: str,
    ) -> list[Lesson]:
        known_folders = self._check_language_folders(sources, declared)
        lessons: list[Lesson] = []
        seen: dict[tuple[str, LanguageTag, Variant], str] = {}
        orders: dict[tuple[int, LanguageTag, Variant], str] = {}
        for one in sources:
            if one.folder not in known_folders:
                continue
            language = LanguageTag(one.folder)
            match = _LESSON_FILE.fullmatch(unicodedata.normalize("NFC", one.name))
            if not match or not _is_lesson_name(match[2]):
                self.report(one.path, 0, "lesson-bad-name", name=one.name)
                self._withhold([one.path], "lesson-bad-name")
                continue
            if len(match[2].encode()) > _LONGEST_NAME_BYTES:
                self.report(one.path, 0, "lesson-name-long", letters=str(_LONGEST_NAME_BYTES // 2))
                self._withhold([one.path], "lesson-name-long")
                continue
            order, name = int(match[1]), match[2]
            variant = Variant.EASY if match[3] else Variant.STANDARD
            if (name, language, variant) in seen:
                self.report(one.path, 0, "lesson-name-repeated", name=name, other=seen[name, language, variant])
                self._withhold([one.path], "lesson-name-repeated")
                continue
            seen[name, language, variant] = one.name
            other = orders.setdefault((order, language, variant), one.name)
            if other != one.name:
                self.report(one.path, 0, "lesson-order-repeated", number=match[1], other=other)
            lesson = self._read_lesson(
                one,
                Lesson(
                    course=course,
                    name=name,
                    order=order,
                    language=language,
                    variant=variant,
                    title=name,
                    source=one.path,
                    source_digest="",
                    rights=rights,
                ),
                resources,
            )
            if lesson is not None and language in languages:
                lessons.append(lesson)
        ranks = {language: rank for rank, language in enumerate(declared.languages)}
        return sorted(lessons, key=lambda one: (one.order, one.name, ranks[one.language], _VARIANT_ORDER[one.variant]))

    def _check_language_folders(self, sources: list["_LessonFile"], declared: CourseDeclaration) -> set[str]:
        """Folder names that are languages of the course; every other one with lessons in it is reported once."""
        known: set[str] = set()
        for folder, first in {one.folder: one.path for one in reversed(sources)}.items():
            place = first.rpartition("/")[0]
            try:
                language = parse_language_tag(folder)
            except UnknownLanguageTag as error:
                values = {"folder": folder, "suggestion": str(error.suggestion or "ky, ru, en")}
                self.report(place, 0, "language-folder-unknown", **values)
                self._withhold([one.path for one in sources if one.folder == folder], "language-folder-unknown")
                continue
            if folder != language:
                self.report(place, 0, "language-folder-unknown", folder=folder, suggestion=language)
                self._withhold([one.path for one in sources if one.folder == folder], "language-folder-unknown")
            elif language not in declared.languages:
                self.report(place, 0, "language-not-declared", language=language)
                self._withhold([one.path for one in sources if one.folder == folder], "language-not-declared")
            else:
                known.add(folder)
        return known

    def _read_lesson(self, one: "_LessonFile", lesson: Lesson, resources: Mapping[str, Resource]) -> Lesson | None:
        try:
            inspected = self._files.inspect(one.file, inspect_lesson)
        except OSError:
            self.report(one.path, 0, "file-unreadable")
            self._withhold([one.path], "file-unreadable")
            return None
        facts = inspected.facts
        self._report_problems(one.path, facts["problems"])
        if not facts["readable"]:
            self._withhold([one.path], str(facts["problems"][0][1]))
            return None
        fields: Mapping[str, Any] = facts["fields"]
        lines: Mapping[str, int] = facts["lines"]
        rights = _lesson_rights(fields.get("rights"), lesson.rights)
        if rights.access is Access.RESTRICTED:
            self.report(one.path, lines.get("rights", 1), "lesson-restricted")
            self._withhold([one.path], "lesson-restricted")
            return None
        self._check_language(fields, lines, lesson)
        sign_language = unicodedata.normalize("NFC", fields.get("sign_language", ""))
        if sign_language and sign_language not in resources:
            self.report(one.path, lines["sign_language"], "sign-language-undeclared", path=sign_language)
            sign_language = ""
        recordings = tuple(self._read_recordings(one, fields.get("recordings", ()), lesson, resources))
        return replace(
            lesson,
            title=unicodedata.normalize("NFC", fields.get("title") or lesson.name),
            description=unicodedata.normalize("NFC", fields.get("description", "")),
            source_digest=inspected.digest,
            rights=rights,
            type=ResourceType(fields.get("type", lesson.type.value)),
            sign_language=sign_language,
            recordings=recordings,
        )

    def _read_recordings(
        self, one: "_LessonFile", written: Any, lesson: Lesson, resources: Mapping[str, Resource]
    ) -> Iterator[DeclaredRecording]:
        """The recordings of a lesson's front matter that can be used; what is wrong with the others is told."""
        folder, course = one.file.parent.parent, one.path.split("/")[:2]
        for entry in written:
            line = int(entry["line"])
            file = unicodedata.normalize("NFC", entry["file"])
            withheld = f"{'/'.join(course)}/{file}" in self.withheld
            if kind_of_recording(file) is None:
                self.report(one.path, line, "recording-not-media", path=file)
                continue
            if f"{'/'.join(course)}/{file}" in self._unreadable:
                continue  # course.toml was told
            if file not in resources and not withheld:
                self.report(one.path, line, "recording-file-undeclared", path=file)
                continue
            language = lesson.language
            if tag := entry.get("language"):
                language = self._language_of_recording(tag, one.path, line) or language
            script = unicodedata.normalize("NFC", entry.get("script", ""))
            if script and not self._remember_script(folder, "/".join(course), script):
                self.report(one.path, line, "recording-script-missing", path=script)
                script = ""
            sign_language = unicodedata.normalize("NFC", entry.get("sign_language", ""))
            if sign_language and sign_language not in resources:
                self.report(one.path, line, "sign-language-undeclared", path=sign_language)
                sign_language = ""
            elif sign_language and kind_of_recording(sign_language) is not RecordingKind.VIDEO:
                self.report(one.path, line, "sign-language-not-video", path=sign_language)
                sign_language = ""
            yield DeclaredRecording(file, entry.get("title", ""), language, script, sign_language, withheld, line)

    def _remember_script(self, folder: Path, path: str, script: str) -> bool:
        parts = PurePosixPath(script).parts
        if "\\" in script or "\0" in script or ".." in parts or not parts or parts[0] != MEDIA_FOLDER:
            return False
        if not script.endswith((".md", ".txt")):
            return False
        return self._remember_companion(folder / script, f"{path}/{script}")

    def _language_of_recording(self, tag: str, path: str, line: int) -> LanguageTag | None:
        try:
            return parse_language_tag(tag)
        except UnknownLanguageTag as error:
            if error.suggestion:
                self.report(path, line, "language-mistaken", tag=tag, suggestion=str(error.suggestion))
            else:
                self.report(path, line, "language-unknown", tag=tag)
            return error.suggestion

    def _check_language(self, fields: Mapping[str, Any], lines: Mapping[str, int], lesson: Lesson) -> None:
        written = fields.get("language")
        if not written:
            return
        try:
            tag = parse_language_tag(written)
        except UnknownLanguageTag as error:
            if error.suggestion:
                values = {"tag": written, "suggestion": str(error.suggestion)}
                self.report(lesson.source, lines["language"], "language-mistaken", **values)
            else:
                self.report(lesson.source, lines["language"], "language-unknown", tag=written)
            return
        if tag != lesson.language:
            self.report(lesson.source, lines["language"], "language-disagrees", written=tag, folder=lesson.language)

    def _check_pairs(self, lessons: list[Lesson], languages: tuple[LanguageTag, ...]) -> None:
        """Tells which languages a lesson lacks, where its numbers differ, and easy versions without a lesson."""
        by_name: dict[str, list[Lesson]] = {}
        for lesson in lessons:
            by_name.setdefault(lesson.name, []).append(lesson)
        for forms in by_name.values():
            standard = [one for one in forms if one.variant is Variant.STANDARD]
            for easy in forms:
                if easy.variant is Variant.EASY and all(one.language != easy.language for one in standard):
                    self.report(easy.source, 0, "lesson-easy-only")
            if not standard:
                continue
            missing = [one for one in languages if all(other.language != one for other in standard)]
            if missing:
                self.report(standard[0].source, 0, "lesson-languages-missing", languages=", ".join(missing))
            for one in forms:
                if one.order != standard[0].order:
                    values = {"number": f"{one.order:02d}", "other": standard[0].source}
                    self.report(one.source, 0, "lesson-order-differs", **values)

    # ------------------------------------------------------------ files

    def _entries(self, folder: Path, path: str) -> list["os.DirEntry[str]"]:
        """A folder's visible entries by name."""
        try:
            with os.scandir(folder) as entries:
                visible = [one for one in entries if not one.name.startswith((".", "_"))]
        except OSError:
            self.report(path, 0, "file-unreadable")
            return []
        for one in visible:
            if _printable(one.name) != one.name:
                self.report(f"{path}/{_printable(one.name)}", 0, "file-name-not-utf8")
        return sorted((one for one in visible if _printable(one.name) == one.name), key=lambda one: one.name)

    def _leaves_content(self, entry: "os.DirEntry[str]", path: str) -> bool:
        if not entry.is_symlink() or self._is_inside(Path(entry.path)):
            return False
        self.report(path, 0, "path-leaves-project", path=path)
        return True

    def _is_inside(self, file: Path) -> bool:
        real = os.path.realpath(file)
        return real == self._real_content or real.startswith(self._real_content + os.sep)

    def _report_problems(self, path: str, problems: Any) -> None:
        for line, rule, values in problems:
            self.report(path, int(line), str(rule), **values)


@dataclass(frozen=True, slots=True)
class _LessonFile:
    """`path` is relative to the project; `folder` and `name` are the last two parts of it."""

    file: Path
    path: str
    folder: str
    name: str


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Also for a link that leads to itself, where `DirEntry.is_dir` raises."""
    return Path(entry.path).is_dir()


def _is_file(entry: "os.DirEntry[str]") -> bool:
    """Whether it can be read like a file: no folder, no pipe, no link to nothing or to itself."""
    return Path(entry.path).is_file()


def _read_regular_file(file: Path) -> bytes:
    """The bytes of a plain file. Raises OSError for anything else: reading a pipe would wait for ever."""
    if file.exists() and not file.is_file():
        raise IsADirectoryError(file)
    return file.read_bytes()


def _printable(name: str) -> str:
    """The name as text: bytes that are no UTF-8 (they arrive as lone surrogates) become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_lesson_name(name: str) -> bool:
    """Lower-case letters of any script, digits, hyphens."""
    return name == name.lower() and all(one.isalnum() or one == "-" for one in name) and name.strip("-") == name


def _lesson_rights(written: Mapping[str, str] | None, of_course: Rights) -> Rights:
    if not written:
        return of_course
    return Rights(
        written.get("holder") or of_course.holder,
        written.get("licence") or of_course.licence,
        Access(written.get("access", of_course.access.value)),
    )
