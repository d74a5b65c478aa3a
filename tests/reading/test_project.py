"""From a folder to a catalogue: what is published, what is withheld, and every problem with its place."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.model.course import Access, ResourceType
from builder.model.document import Variant
from builder.model.finding import Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN
from builder.model.settings import Settings
from builder.reading.project import ScannedProject, scan_project
from builder.reading.sources import FreshSourceFiles, Inspected, Inspection

SETTINGS = Settings({KYRGYZ: "С", RUSSIAN: "С", ENGLISH: "S"})

COURSE = """\
id = "computing"
languages = ["ky", "ru"]
type = "lecture-text"
credits = { ects = 3, national = 4.5 }

[title]
ky = "Информатика"
ru = "Информатика"

[description]
ky = "С"
ru = "О"

[unit]
ky = "Кафедра"
ru = "Кафедра"

[rights]
holder = "Университет"
licence = "CC-BY-4.0"

[[people]]
name = "А. Б."
role = "author"

[[resources]]
path = "media/disk.svg"
type = "picture"
languages = []
rights = { holder = "Университет", licence = "CC-BY-4.0" }
"""
COURSE_TOML = "content/computing/course.toml"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'
LESSON = "---\ntitle: Файлдар\n---\nтекст\n"

Files = dict[str, str | bytes]


def _make(root: Path, files: Files) -> ScannedProject:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    (root / "content").mkdir(exist_ok=True)
    return scan_project(root, SETTINGS)


def _good() -> Files:
    return {
        COURSE_TOML: COURSE,
        "content/computing/media/disk.svg": SVG,
        "content/computing/ky/01-files.md": LESSON,
        "content/computing/ru/01-files.md": LESSON,
    }


def _found(scanned: ScannedProject) -> list[tuple[str, int, str]]:
    return [(one.path.removeprefix("content/computing/"), one.line, one.rule) for one in scanned.findings]


def test_a_sound_project_has_no_findings(tmp_path: Path) -> None:
    scanned = _make(tmp_path, {**_good(), "content/computing/ky/01-files.easy.md": LESSON})
    assert scanned.findings == ()
    (course,) = scanned.catalogue.courses
    assert (course.id, course.languages, course.type) == ("computing", (KYRGYZ, RUSSIAN), ResourceType.LECTURE_TEXT)
    assert course.title == {KYRGYZ: "Информатика", RUSSIAN: "Информатика"}
    assert course.credits is not None and course.credits.national == 4.5
    assert [(one.name, one.language, one.variant) for one in course.lessons] == [
        ("files", KYRGYZ, Variant.STANDARD),
        ("files", KYRGYZ, Variant.EASY),
        ("files", RUSSIAN, Variant.STANDARD),
    ]
    lesson = course.lessons[0]
    assert lesson.title == "Файлдар"
    assert lesson.source_digest == hashlib.sha256(LESSON.encode()).hexdigest()
    assert lesson.rights.holder == "Университет"
    resource = course.resources["media/disk.svg"]
    assert (resource.source_digest, resource.unit) == (hashlib.sha256(SVG.encode()).hexdigest(), "Кафедра")
    assert scanned.resource_files == {"content/computing/media/disk.svg": tmp_path / "content/computing/media/disk.svg"}


def _replace(old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in COURSE
        files[COURSE_TOML] = COURSE.replace(old, new)

    return change


def _add(name: str, text: str | bytes = LESSON) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files["content/computing/" + name] = text

    return change


# Change to the sound project, findings, paths withheld.
PROBLEMS: dict[str, tuple[Callable[[Files], None], list[tuple[str, int, str]], list[str]]] = {
    "no course.toml": (
        lambda files: files.__delitem__(COURSE_TOML),
        [("course.toml", 0, "course-missing-toml")],
        ["ky/01-files.md", "ru/01-files.md"],
    ),
    "bad TOML": (
        _replace('type = "lecture-text"', "type = lecture"),
        [("course.toml", 3, "course-bad-toml")],
        ["ky/01-files.md", "ru/01-files.md"],
    ),
    "course.toml in another encoding": (
        _add("course.toml", COURSE.replace("Кафедра", "Department").encode("utf-16")),
        [("course.toml", 1, "file-other-encoding")],
        ["ky/01-files.md", "ru/01-files.md"],
    ),
    "no rights of the course": (
        _replace('licence = "CC-BY-4.0"\n\n', ""),
        [("course.toml", 18, "course-rights-missing")],
        ["course.toml", "ky/01-files.md", "media/disk.svg", "ru/01-files.md"],
    ),
    "restricted course": (
        _replace('licence = "CC-BY-4.0"\n\n', 'licence = "CC-BY-4.0"\naccess = "restricted"\n\n'),
        [("course.toml", 18, "course-restricted")],
        ["course.toml", "ky/01-files.md", "media/disk.svg", "ru/01-files.md"],
    ),
    "unknown access": (
        _replace('licence = "CC-BY-4.0"\n\n', 'licence = "CC-BY-4.0"\naccess = "secret"\n\n'),
        [("course.toml", 18, "course-restricted"), ("course.toml", 21, "course-field-wrong")],
        ["course.toml", "ky/01-files.md", "media/disk.svg", "ru/01-files.md"],
    ),
    "another id": (_replace('id = "computing"', 'id = "maths"'), [("course.toml", 1, "course-id-differs")], []),
    "title in one language": (
        _replace('ru = "Информатика"\n', ""),
        [("course.toml", 6, "course-text-missing")],
        [],
    ),
    "no type": (_replace('type = "lecture-text"\n', ""), [("course.toml", 1, "course-field-missing")], []),
    "unknown type": (_replace('"lecture-text"', '"talk"'), [("course.toml", 3, "course-field-wrong")], []),
    "country code": (_replace('["ky", "ru"]', '["kg", "ru"]'), [("course.toml", 2, "language-mistaken")], []),
    "unknown key": (
        _replace('id = "computing"', 'id = "computing"\nx = 1'),
        [("course.toml", 2, "course-unknown-key")],
        [],
    ),
    "unknown role": (_replace('role = "author"', 'role = "boss"'), [("course.toml", 22, "course-field-wrong")], []),
    "no rights of a resource": (
        _replace('rights = { holder = "Университет", licence = "CC-BY-4.0" }\n', ""),
        [("course.toml", 26, "resource-rights-missing")],
        ["media/disk.svg"],
    ),
    "restricted resource": (
        _replace('licence = "CC-BY-4.0" }', 'licence = "CC-BY-4.0", access = "restricted" }'),
        [("course.toml", 27, "resource-restricted")],
        ["media/disk.svg"],
    ),
    "missing resource": (
        lambda files: files.__delitem__("content/computing/media/disk.svg"),
        [("course.toml", 27, "resource-missing")],
        [],
    ),
    "resource out of the project": (
        _replace('path = "media/disk.svg"', 'path = "../../../secret.svg"'),
        [("course.toml", 0, "resource-undeclared"), ("course.toml", 27, "path-leaves-project")],
        [],
    ),
    "undeclared file": (_add("media/x.png", b"1"), [("course.toml", 0, "resource-undeclared")], []),
    "script in a picture": (
        _add("media/disk.svg", "<svg>\n<script>x()</script></svg>"),
        [("media/disk.svg", 2, "svg-script")],
        ["media/disk.svg"],
    ),
    "picture that fetches": (
        _add("media/disk.svg", '<svg>\n\n<image href="https://a.kg/x.png"/></svg>'),
        [("media/disk.svg", 3, "svg-external")],
        [],
    ),
    "lesson in one language": (
        _add("ky/02-search.md"),
        [("ky/02-search.md", 0, "lesson-languages-missing")],
        [],
    ),
    "easy version alone": (_add("ky/02-search.easy.md"), [("ky/02-search.easy.md", 0, "lesson-easy-only")], []),
    "bad name": (_add("ky/Files.md"), [("ky/Files.md", 0, "lesson-bad-name")], ["ky/Files.md"]),
    "capitals in a name": (_add("ky/02-Search.md"), [("ky/02-Search.md", 0, "lesson-bad-name")], ["ky/02-Search.md"]),
    "lesson beside the language folders": (_add("01-files.md"), [("01-files.md", 0, "lesson-bad-name")], []),
    "same name twice": (
        _add("ky/05-files.md"),
        [("ky/05-files.md", 0, "lesson-name-repeated")],
        ["ky/05-files.md"],
    ),
    "other number in another language": (
        lambda files: files.update({"content/computing/ru/02-files.md": files.pop("content/computing/ru/01-files.md")}),
        [("ru/02-files.md", 0, "lesson-order-differs")],
        [],
    ),
    "folder of a country": (
        _add("kg/01-files.md"),
        [("kg", 0, "language-folder-unknown")],
        ["kg/01-files.md"],
    ),
    "folder of another language": (_add("en/01-files.md"), [("en", 0, "language-not-declared")], ["en/01-files.md"]),
    "empty lesson": (
        _add("ky/01-files.md", ""),
        [("ky/01-files.md", 1, "lesson-empty"), ("ru/01-files.md", 0, "lesson-languages-missing")],
        ["ky/01-files.md"],
    ),
    "not UTF-8": (
        _add("ky/01-files.md", LESSON.encode() + b"\xff"),
        [("ky/01-files.md", 5, "file-not-utf8"), ("ru/01-files.md", 0, "lesson-languages-missing")],
        ["ky/01-files.md"],
    ),
    "no front matter": (_add("ky/01-files.md", "текст"), [("ky/01-files.md", 1, "front-matter-missing")], []),
    "language against the folder": (
        _add("ky/01-files.md", "---\ntitle: а\nlanguage: ru\n---\nб"),
        [("ky/01-files.md", 3, "language-disagrees")],
        [],
    ),
    "unknown language": (
        _add("ky/01-files.md", "---\ntitle: а\nlanguage: qq\n---\nб"),
        [("ky/01-files.md", 3, "language-unknown")],
        [],
    ),
    "restricted lesson": (
        _add("ky/01-files.md", "---\ntitle: а\nrights: {access: restricted}\n---\nб"),
        [("ky/01-files.md", 3, "lesson-restricted"), ("ru/01-files.md", 0, "lesson-languages-missing")],
        ["ky/01-files.md"],
    ),
    "undeclared sign-language video": (
        _add("ky/01-files.md", "---\ntitle: а\nsign_language: media/x.mp4\n---\nб"),
        [("ky/01-files.md", 3, "sign-language-undeclared")],
        [],
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_is_named_and_everything_else_is_still_there(name: str, tmp_path: Path) -> None:
    change, findings, withheld = PROBLEMS[name]
    files = _good()
    change(files)
    scanned = _make(tmp_path, files)
    assert _found(scanned) == findings
    assert [one.removeprefix("content/computing/") for one in scanned.catalogue.withheld] == withheld
    assert set(scanned.withheld) == set(scanned.catalogue.withheld)
    published = {one.source for course in scanned.catalogue.courses for one in course.lessons}
    shown = {f"content/computing/{path}" for course in scanned.catalogue.courses for path in course.resources}
    assert not (published | shown) & set(scanned.withheld)


def test_notes_and_warnings_are_no_errors(tmp_path: Path) -> None:
    scanned = _make(tmp_path, {**_good(), "content/computing/ky/02-search.md": LESSON})
    assert [one.severity for one in scanned.findings] == [Severity.NOTE]
    assert scanned.findings[0].values == {"languages": "ru"}


def test_a_lesson_may_have_rights_of_its_own(tmp_path: Path) -> None:
    header = "---\ntitle: а\nrights: {holder: Б}\n---\nв"
    scanned = _make(tmp_path, {**_good(), "content/computing/ky/01-files.md": header})
    rights = scanned.catalogue.courses[0].lessons[0].rights
    assert (rights.holder, rights.licence, rights.access) == ("Б", "CC-BY-4.0", Access.PUBLIC)


def test_a_link_out_of_the_content_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_text(LESSON, encoding="utf-8")
    (tmp_path / "elsewhere/ru").mkdir(parents=True)
    (tmp_path / "elsewhere/ru/01-x.md").write_text(LESSON, encoding="utf-8")
    files = _good()
    _make(tmp_path, files)
    content = tmp_path / "content/computing"
    (content / "ky/02-secret.md").symlink_to(outside)
    (content / "en").symlink_to(tmp_path / "elsewhere/ru")
    (content / "media/disk.svg").unlink()
    (content / "media/disk.svg").symlink_to(outside)
    scanned = scan_project(tmp_path, SETTINGS)
    assert _found(scanned) == [
        ("course.toml", 27, "path-leaves-project"),
        ("en", 0, "path-leaves-project"),
        ("ky/02-secret.md", 0, "path-leaves-project"),
    ]
    assert scanned.catalogue.courses[0].resources == {}


def test_a_link_inside_the_content_folder_is_followed(tmp_path: Path) -> None:
    _make(tmp_path, _good())
    content = tmp_path / "content/computing"
    (content / "ru/02-same.md").symlink_to(content / "ru/01-files.md")
    (content / "ky/02-same.md").symlink_to(content / "ky/01-files.md")
    assert scan_project(tmp_path, SETTINGS).findings == ()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    _make(tmp_path, _good())

    class Unreadable(FreshSourceFiles):
        def inspect(self, path: Path, inspection: Inspection) -> Inspected:
            if path.name == "01-files.md" and path.parent.name == "ky":
                raise PermissionError(path)
            return super().inspect(path, inspection)

    scanned = scan_project(tmp_path, SETTINGS, Unreadable())
    assert _found(scanned)[0] == ("ky/01-files.md", 0, "file-unreadable")
    assert scanned.withheld == {"content/computing/ky/01-files.md": "file-unreadable"}


def test_a_missing_content_folder_is_named(tmp_path: Path) -> None:
    assert [(one.path, one.rule) for one in scan_project(tmp_path, SETTINGS).findings] == [
        ("content", "file-unreadable")
    ]


def test_languages_that_the_site_does_not_have_are_left_out_and_told(tmp_path: Path) -> None:
    _make(tmp_path, _good())
    scanned = scan_project(tmp_path, Settings({RUSSIAN: "С"}, languages=(RUSSIAN,), default_language=RUSSIAN))
    assert _found(scanned) == [("course.toml", 2, "language-not-published")]
    assert [one.language for one in scanned.catalogue.courses[0].lessons] == [RUSSIAN]


def test_remembered_files_are_not_read_and_give_the_same_catalogue(tmp_path: Path) -> None:
    fresh = _make(tmp_path, _good())

    class Remembering(FreshSourceFiles):
        def __init__(self) -> None:
            self.known: dict[Path, Inspected] = {}
            self.reads = 0

        def inspect(self, path: Path, inspection: Inspection) -> Inspected:
            if path not in self.known:
                self.reads += 1
                self.known[path] = super().inspect(path, inspection)
            return self.known[path]

    files = Remembering()
    assert scan_project(tmp_path, SETTINGS, files) == fresh
    assert scan_project(tmp_path, SETTINGS, files) == fresh
    assert files.reads == 3


def test_names_in_decomposed_letters_are_found(tmp_path: Path) -> None:
    name = "content/computing/ky/02-и\u0306од.md"
    scanned = _make(tmp_path, {**_good(), name: LESSON})
    assert "йод" in [one.name for one in scanned.catalogue.courses[0].lessons]


def test_a_thousand_lessons_are_scanned_in_well_under_a_second(tmp_path: Path) -> None:
    """Our limit is 0.6 s of processor time; three times that leaves room for a busy machine."""
    files = _good()
    for number in range(2, 502):
        for language in ("ky", "ru"):
            files[f"content/computing/{language}/{number:03}-lesson-{number}.md"] = LESSON + "текст " * 800
    _make(tmp_path, files)
    start = time.process_time()
    scanned = scan_project(tmp_path, SETTINGS)
    assert time.process_time() - start < 1.8
    assert len(scanned.catalogue.courses[0].lessons) == 1002
    assert scanned.findings == ()
