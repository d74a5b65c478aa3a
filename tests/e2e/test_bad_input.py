"""What authors get wrong, through the real command: the exit code, the place, and everything else still built."""

import importlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from builder.command.blueprint import Blueprint
from builder.command.plan import plan_reading
from builder.exports.unavailable import ProgramMissing
from builder.jobs.graph import Job
from jetki import main
from tests.formats import WITHOUT_SOUND

ROOT = Path(__file__).parents[2]
LESSON = "content/first-course/en/01-welcome.md"
COURSE = "content/first-course/course.toml"
TITLE = "---\ntitle: A test\n---\n\n"

Change = Callable[["Project"], object]


class Project:
    """A project on disk, and what the command says about it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def build(self, *options: str, language: str = "en") -> tuple[int, str]:
        config = str(self.folder / "mkdocs.yml")
        code = main(["--language", language, "--plain", "build", "-f", config, "--jobs", "1", *WITHOUT_SOUND, *options])
        captured = self._capsys.readouterr()
        return code, captured.out + captured.err

    def write(self, path: str, text: str | bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def words(self, language: str = "en") -> str:
        """The plain text of all lessons of a language, on one line."""
        files = sorted((self.folder / "site" / language).rglob("*.txt"))
        return " ".join(" ".join(file.read_text(encoding="utf-8") for file in files).split())

    def sources(self) -> dict[str, bytes]:
        """What people wrote."""
        files = [self.folder / "mkdocs.yml", *(self.folder / "content").rglob("*")]
        return {str(one.relative_to(self.folder)): one.read_bytes() for one in files if one.is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project, built once; tests work on copies."""
    folder = tmp_path_factory.mktemp("bad-input") / "project"
    assert main(["--language", "en", "--plain", "new", str(folder)]) == 0
    assert (
        main(["--language", "en", "--plain", "build", "-f", str(folder / "mkdocs.yml"), "--jobs", "1", *WITHOUT_SOUND])
        == 0
    )
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    shutil.copytree(built, tmp_path / "project", copy_function=shutil.copy2)
    return Project(tmp_path / "project", capsys)


def body(text: str, head: str = TITLE) -> Change:
    """The English lesson says this between two words that must survive."""
    return lambda project: project.write(LESSON, f"{head}alphaword begins.\n\n{text}\n\nomegaword ends.\n")


def raw(data: bytes) -> Change:
    return lambda project: project.write(LESSON, data)


def edit(path: str, old: str, new: str) -> Change:
    return lambda project: project.replace(path, old, new)


def add(path: str, text: str = TITLE + "extraword\n") -> Change:
    return lambda project: project.write(path, text)


@dataclass(frozen=True)
class Case:
    """`says` is the start of a line that must be printed, `words` what a person must find there; `keeps` is text that
    must still be published in English."""

    change: Change
    code: int
    says: str
    words: str
    keeps: tuple[str, ...] = ("alphaword", "omegaword")


def second_course(project: Project) -> None:
    shutil.copytree(project.folder / "content/first-course", project.folder / "content/second")


def course_file_as_folder(project: Project) -> None:
    second_course(project)
    (project.folder / "content/second/course.toml").unlink()
    (project.folder / "content/second/course.toml").mkdir()


def link_lesson(target: str) -> Change:
    return lambda project: (project.folder / "content/first-course/en/02-link.md").symlink_to(target)


def picture(name: str, data: bytes) -> Change:
    """A declared picture in the lesson, with alt text."""

    def change(project: Project) -> None:
        rights = '{ holder = "x", licence = "CC-BY-4.0", access = "public" }'
        declared = f'\n[[resources]]\npath = "media/{name}"\ntype = "picture"\nlanguages = []\nrights = {rights}\n'
        toml = (project.folder / COURSE).read_text(encoding="utf-8")
        project.write(COURSE, toml + declared)
        project.write(f"content/first-course/media/{name}", data)
        body(f"![a shown disk](../media/{name})")(project)

    return change


ENTITY_BOMB = (
    b'<!DOCTYPE svg [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (after, b"&%c;" % before * 10)
        for before, after in zip(b"abcdefgh", b"bcdefghi", strict=True)
    )
    + b']><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&i;</text></svg>'
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">%s</svg>'

CASES = {
    # the contract, in its order
    "front matter is missing": Case(body("text", ""), 1, f"{LESSON}:1:", "begin with its title"),
    "front matter is not closed": Case(body("text", "---\ntitle: x\n\n"), 1, f"{LESSON}:1:", "not closed"),
    "front matter is no YAML": Case(body("text", '---\ntitle: "x\n---\n\n'), 1, f"{LESSON}:2:", "quotation marks"),
    "front matter has no title": Case(body("t", "---\ndescription: x\n---\n\n"), 1, f"{LESSON}:1:", "no title"),
    "front matter is indented with tabs": Case(body("t", "---\ntitle: x\n\ta: b\n---\n\n"), 1, LESSON, "colon"),
    "language kg in front matter": Case(body("t", "---\ntitle: x\nlanguage: kg\n---\n\n"), 1, f"{LESSON}:3:", "“ky”"),
    "language kg of a passage": Case(
        body("[Салам]{lang=kg}"), 1, f"{LESSON}:7:", "Write “ky”", ("alphaword", "Салам", "omegaword")
    ),
    "unknown language of a block": Case(
        body("::: lang zzzzz9\nstrangeword\n:::"), 1, f"{LESSON}:7:", "no language tag", ("strangeword", "omegaword")
    ),
    "language kg in course.toml": Case(edit(COURSE, '["ky"', '["kg"'), 1, f"{COURSE}:2:", "Write “ky”", ()),
    "picture without alt text": Case(
        lambda project: (picture("x.svg", SVG % b"")(project), body("![](../media/x.svg)")(project)),
        1,
        f"{LESSON}:7:",
        "Nothing says what",
    ),
    "picture without a file": Case(
        body("![a shown disk](../media/no.png)"), 1, f"{LESSON}:7:", "was not found", ("a shown disk", "omegaword")
    ),
    "duplicate lesson names": Case(
        add("content/first-course/en/02-welcome.md"),
        1,
        "content/first-course/en/02-welcome.md:",
        "already a lesson",
        (),
    ),
    "duplicate lesson numbers": Case(
        add("content/first-course/en/01-other.md"), 1, "content/first-course/en/01-", "already taken", ("extraword",)
    ),
    "skipped heading level": Case(body("## One\n\n#### Deepword"), 1, f"{LESSON}:9:", "skipped", ("Deepword",)),
    "broken internal link": Case(body("[linkword](02-no.md)"), 1, f"{LESSON}:7:", "not found", ("linkword",)),
    "broken anchor": Case(body("[linkword](#nowhere)"), 1, f"{LESSON}:7:", "no place “#nowhere”", ("linkword",)),
    "broken anchor elsewhere": Case(body("[linkword](../ru/01-welcome.md#no)"), 1, f"{LESSON}:7:", "“#no”"),
    "table without headers": Case(body("|---|---|\n| cellword | b |"), 1, f"{LESSON}:7:", "header row", ("cellword",)),
    "unclosed code": Case(body("```python\nprint('codeword')"), 1, f"{LESSON}:7:", "not closed", ("codeword",)),
    "unclosed formula": Case(body("$$\na^2 + b"), 1, f"{LESSON}:7:", "not closed", ("a^2 + b", "omegaword")),
    "unclosed formula in a line": Case(body("sum $a + b"), 1, f"{LESSON}:7:", "not closed", ("$a + b", "omegaword")),
    "unknown LaTeX macro": Case(
        body("word $\\mymacro{x}$"), 1, f"{LESSON}:7:", "“\\mymacro”", ("backslash m y m a c r o", "omegaword")
    ),
    "HTML with a script": Case(
        body("<script>alert('scriptword')</script>"), 1, f"{LESSON}:7:", "not published", ("scriptword", "omegaword")
    ),
    "HTML with a handler": Case(body('<b onclick="x()">boldword</b>'), 1, f"{LESSON}:7:", "HTML", ("boldword",)),
    "not UTF-8": Case(raw(TITLE.encode() + b"caf\xe9"), 1, f"{LESSON}:5:", "not saved as UTF-8", ()),
    "Windows-1251": Case(
        raw("---\ntitle: Привет\n---\n\nСаламатсыздарбы, кымбаттуу окуучулар, бул биринчи сабак.".encode("cp1251")),
        1,
        f"{LESSON}:2:",
        "Windows-1251",
        (),
    ),
    "UTF-16": Case(raw((TITLE + "text").encode("utf-16")), 1, f"{LESSON}:1:", "UTF-16", ()),
    "empty file": Case(raw(b""), 1, f"{LESSON}:1:", "is empty", ()),
    "lesson in one language": Case(
        add("content/first-course/ky/02-жаңы.md"),
        0,
        "content/first-course/ky/02-жаңы.md:",
        "does not exist in: ru, en",
        (),
    ),
    "link out of the project": Case(
        body("[linkword](../../../../etc/passwd)"), 1, f"{LESSON}:7:", "out of the project", ("linkword", "omegaword")
    ),
    "picture out of the project": Case(body("![altword](../../../x.png)"), 1, f"{LESSON}:7:", "", ("altword",)),
    "symbolic link out of content": Case(
        link_lesson("/etc/passwd"), 1, "content/first-course/en/02-link.md:", "leads out", ()
    ),
    # nastier ones
    "symbolic link to nothing": Case(
        link_lesson("no.md"), 1, "content/first-course/en/02-link.md:", "cannot be read", ()
    ),
    "symbolic link to itself": Case(
        link_lesson("02-link.md"), 1, "content/first-course/en/02-link.md:", "cannot be", ()
    ),
    "folder called like a lesson": Case(
        lambda project: (project.folder / "content/first-course/en/02-x.md").mkdir(),
        1,
        "content/first-course/en/02-x.md:",
        "cannot be read",
        (),
    ),
    "pipe called like a lesson": Case(
        lambda project: os.mkfifo(project.folder / "content/first-course/en/02-x.md"),
        1,
        "content/first-course/en/02-x.md:",
        "cannot be read",
        (),
    ),
    "file name that is not UTF-8": Case(
        lambda project: Path(
            os.fsdecode(os.fsencode(project.folder) + b"/content/first-course/en/02-\xff.md")
        ).write_bytes(b"x"),
        1,
        "content/first-course/en/02-\N{REPLACEMENT CHARACTER}.md:",
        "not written in UTF-8",
        (),
    ),
    "file name of two lines": Case(
        add("content/first-course/en/02-a\nb.md"), 1, "content/first-course/en/02-a b.md:", "cannot be a lesson", ()
    ),
    "file name with spaces": Case(
        add("content/first-course/en/02-two words.md"), 1, "content/first-course/en/02-two words.md:", "cannot be", ()
    ),
    "file name too long": Case(
        add(f"content/first-course/en/02-{'a' * 240}.md"), 1, "content/first-course/en/02-aaa", "too long", ()
    ),
    "lesson in a folder too deep": Case(
        add("content/first-course/en/part/02-x.md"), 1, "content/first-course/en/part/02-x.md:", "language folder", ()
    ),
    "lesson outside a course": Case(add("content/02-x.md"), 1, "content/02-x.md:", "language folder", ()),
    "course.toml is a folder": Case(course_file_as_folder, 1, "content/second/course.toml:", "cannot be read", ()),
    "two courses with one id": Case(second_course, 1, "content/second/course.toml:1:", "“second”", ()),
    "course without lessons": Case(
        lambda project: project.write(
            "content/second/course.toml",
            (project.folder / COURSE).read_text(encoding="utf-8").replace('"first-course"', '"second"'),
        ),
        0,
        "content/second/course.toml:",
        "no lesson yet",
        (),
    ),
    "course without languages": Case(edit(COURSE, '["ky", "ru", "en"]', "[]"), 1, f"{COURSE}:2:", "languages", ()),
    "no courses": Case(
        lambda project: shutil.rmtree(project.folder / "content/first-course"), 0, "content:", "no course", ()
    ),
    "no content folder": Case(lambda project: shutil.rmtree(project.folder / "content"), 1, "content:", "cannot", ()),
    "SVG with a script": Case(
        picture("x.svg", SVG % b"<script>x()</script>"),
        1,
        "content/first-course/media/x.svg:1:",
        "program",
        ("a shown disk",),
    ),
    "SVG with an entity bomb": Case(
        picture("x.svg", ENTITY_BOMB), 1, "content/first-course/media/x.svg:1:", "elsewhere", ("a shown disk",)
    ),
    "SVG that is text": Case(
        picture("x.svg", b"hello"), 1, "content/first-course/media/x.svg:1:", "damaged", ("a shown disk",)
    ),
    "PNG that is text": Case(picture("x.png", b"hello"), 0, f"{LESSON}:7:", "media/x.png", ("a shown disk",)),
    "truncated JPEG": Case(
        picture("x.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1" + b"\0" * 30), 0, f"{LESSON}:7:", "x.jpg", ("a shown disk",)
    ),
    "quotations in quotations": Case(
        body("> " * 40 + "deepword"), 1, f"{LESSON}:7:", "too deeply", ("deepword", "omegaword")
    ),
    "quotations and lists in each other": Case(
        body("> - " * 12 + "deepword"), 1, f"{LESSON}:7:", "too deeply", ("deepword", "omegaword")
    ),
    "notes in notes": Case(
        body("a[^1]\n\n[^1]: one[^2]\n\n[^2]: twoword[^1]\n\n[^3]: spareword"),
        0,
        f"{LESSON}:13:",
        "[^3]",
        ("twoword", "spareword", "omegaword"),
    ),
    "control characters": Case(body("te\0xt \x1b[31m redword"), 0, f"{LESSON}:7:", "invisible", ("redword",)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_named_and_everything_else_is_built(name: str, project: Project) -> None:
    case = CASES[name]
    case.change(project)
    code, printed = project.build()
    assert code == case.code, printed
    lines = [line for line in printed.splitlines() if line.startswith(case.says)]
    assert any(case.words in line for line in lines), printed
    assert "Traceback" not in printed
    assert "failed:" not in printed
    words = project.words()
    assert [one for one in case.keeps if one not in words] == []
    if "course" not in name and "content folder" not in name:
        assert "welcome.large-print.pdf" in {path.name for path in (project.folder / "site/ky").rglob("*")}


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///etc/passwd"])
def test_dangerous_links_become_text_in_every_format(scheme: str, project: Project) -> None:
    body(f"[linkword]({scheme})")(project)
    code, printed = project.build()
    assert code == 1
    assert re.search(rf"^{re.escape(LESSON)}:7: .*not published", printed, re.MULTILINE)
    page = (project.folder / "site/en/first-course/welcome/index.html").read_text(encoding="utf-8")
    assert "linkword" in page
    assert scheme.partition(":")[0].lower() + ":" not in re.sub(r"<(?!a\b)[^>]*>", "", page).lower()


HARMLESS = {
    "a byte order mark": "\ufeff" + TITLE + "keptword",
    "Windows line ends": (TITLE + "## Part\n\n- keptword\n").replace("\n", "\r\n"),
    "old Macintosh line ends": (TITLE + "## Part\n\n- keptword\n").replace("\n", "\r"),
    "tabs": TITLE + "-\tone\n\t- keptword\n\n!!! note\n\ttext",
    "line separators of Unicode": TITLE + "one\u2028two\u2029keptword\x85four",
    "Arabic": TITLE + "[السلام عليكم]{lang=ar} keptword \u202eabc\u202c",
    "many accents": TITLE + "e\u0301 z" + "\u0300" * 200 + " keptword",
    "emoji": TITLE + "👩🏽‍🦯 🇰🇬 keptword",
    "characters of no script": TITLE + "\ue000 \U0010ffff \U000e0001 &#xD800; keptword",
    "a table of 60 columns": TITLE
    + f"|{'|'.join(f'H{one}' for one in range(60))}|\n|{'---|' * 60}\n|{'|'.join(['keptword'] * 60)}|\n",
    "300 notes": TITLE
    + " ".join(f"w[^{one}]" for one in range(300))
    + "\n\n"
    + "\n".join(f"[^{one}]: keptword {one}" for one in range(300)),
    "500 links": TITLE + " ".join(f"[page {one}](https://example.org/{one})" for one in range(500)) + " keptword",
    "300 kB": TITLE
    + "\n\n".join(f"Sentence {one} is a plain sentence of plain words." * 4 for one in range(1500))
    + " keptword",
}


@pytest.mark.parametrize("name", HARMLESS)
def test_strange_text_is_published(name: str, project: Project) -> None:
    project.write(LESSON, HARMLESS[name])
    code, printed = project.build()
    assert code == 0, printed
    assert "keptword" in project.words()
    assert (project.folder / "site/en/first-course/welcome/welcome.large-print.pdf").exists()
    assert (project.folder / "site/en/first-course/first-course.epub").exists()


def test_a_course_in_one_language_is_built_without_a_word(project: Project) -> None:
    project.replace(COURSE, '["ky", "ru", "en"]', '["ky"]')
    for language in ("ru", "en"):
        shutil.rmtree(project.folder / "content/first-course" / language)
    code, printed = project.build()
    assert (code, "failed" in printed) == (0, False)
    assert (project.folder / "site/ky/first-course/first-course.zip").exists()
    assert not (project.folder / "site/ru/first-course").exists()


MANY_MISTAKES = """---
language: kg
foo: bar
---

# One

#### Two

![](no.png) [a](#no) [b](02-no.md) [c](javascript:x) [d](../../../x) [e]{lang=kg} x[^1]

|---|
| a |

<script>x</script> <b>y</b> <!-- z -->

::: lang
x

$\\foo{x}$ $y
"""


def test_messages_are_in_the_readers_language_with_the_same_places(project: Project) -> None:
    project.write(LESSON, MANY_MISTAKES)
    project.write("content/first-course/ru/02-two words.md", "")
    printed = {language: project.build(language=language)[1].splitlines() for language in ("ky", "ru", "en")}
    found = {language: [line for line in lines if line.startswith("content/")] for language, lines in printed.items()}
    assert len(found["en"]) > 15
    places = {
        language: [re.match(r"content/[^:]*(:\d+)?: ", line) for line in lines] for language, lines in found.items()
    }
    assert all(all(lines) for lines in places.values())
    assert len({tuple(one[0] if one else "" for one in lines) for lines in places.values()}) == 1
    for kyrgyz, russian, english in zip(found["ky"], found["ru"], found["en"], strict=True):
        assert len({kyrgyz, russian, english}) == 3
        assert re.search("[а-яңөү]{3}", kyrgyz)
        assert re.search("[а-я]{3}", russian)


# ---------------------------------------------------------------- configuration

SETTINGS = {
    "tabs": ("  - jetki", "\t- jetki"),
    "no jetki": ("  - jetki:", "  - search:"),
    "languages is a number": ("[ky, ru, en]", "5"),
    "language kg": ("[ky, ru, en]", "[kg, ru]"),
    "no languages": ("[ky, ru, en]", "[]"),
    "an unpublishable language": ("[ky, ru, en]", "[ky, de]"),
    "wrong type": ("default_language: ky", "default_language: ky\n      braille: 5"),
    "site is the content": ("site_dir: site", "site_dir: content"),
    "site inside the content": ("site_dir: site", "site_dir: content/first-course"),
    "site is the project": ("site_dir: site", "site_dir: ."),
    "site outside": ("site_dir: site", "site_dir: ../x"),
    "site at the root": ("site_dir: site", "site_dir: /var/x"),
    "site is the work folder": ("site_dir: site", "site_dir: .jetki"),
    "site is the configuration": ("site_dir: site", "site_dir: mkdocs.yml"),
    "content inside the site": ("docs_dir: content", "docs_dir: site/content"),
    "content is the project": ("docs_dir: content", "docs_dir: ."),
    "content outside": ("docs_dir: content", "docs_dir: ../content"),
    "a program": ("theme:", 'extra: !!python/object/apply:os.system ["exit 1"]\ntheme:'),
    "an unknown plugin": ("plugins:", "plugins:\n  - no-such-plugin"),
    "another theme": ("name: jetki", "name: material"),
    "site_name is a list": ("site_name: Менин курстарым\ndocs", "site_name: [a]\ndocs"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_an_unusable_setting_exits_with_2_and_touches_nothing(name: str, project: Project) -> None:
    project.replace("mkdocs.yml", *SETTINGS[name])
    before = project.sources()
    site = {path: path.stat().st_mtime_ns for path in (project.folder / "site").rglob("*") if path.is_file()}
    code, printed = project.build()
    assert code == 2, printed
    assert re.search(r"^mkdocs\.yml(:\d+)?: ", printed, re.MULTILINE)
    assert "Traceback" not in printed
    assert project.sources() == before
    assert {path: path.stat().st_mtime_ns for path in (project.folder / "site").rglob("*") if path.is_file()} == site


def test_a_site_that_is_a_link_to_the_content_is_refused(project: Project) -> None:
    shutil.rmtree(project.folder / "site")
    (project.folder / "site").symlink_to("content")
    before = project.sources()
    assert project.build()[0] == 2
    assert project.sources() == before


def test_a_site_folder_that_is_a_file_is_said_and_kept(project: Project) -> None:
    shutil.rmtree(project.folder / "site")
    project.write("site", "mine")
    code, printed = project.build()
    assert code == 1
    assert "could not be written" in printed
    assert (project.folder / "site").read_text() == "mine"


@pytest.mark.parametrize("record", ['{"../mkdocs.yml": [1, 1, ""]}', '{"index.html": null, "a": 5}', "[1]"])
def test_a_record_of_the_site_cannot_harm_sources(record: str, project: Project) -> None:
    project.write(".jetki/site.json", record)
    before = project.sources()
    assert project.build()[0] == 0
    assert project.sources() == before


def test_a_path_with_spaces_and_cyrillic_works_from_elsewhere(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project.folder.rename(project.folder.parent / "менин долбоорум 2")
    monkeypatch.chdir(folder.parent)
    config = str(Path(folder.name) / "mkdocs.yml")
    assert main(["--language", "en", "--plain", "build", "-f", config, "--jobs", "1", *WITHOUT_SOUND]) == 0
    assert "Files written: 0," in capsys.readouterr().out


def test_a_file_that_may_not_be_read_is_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    body("text")(project)
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "01-welcome.md" and path.parent.name == "en":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    code, printed = project.build()
    assert code == 1
    assert f"{LESSON}: The file cannot be read" in printed
    assert (project.folder / "site/ru/first-course/welcome/index.html").exists()


def test_a_file_that_changes_during_the_build_is_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    body("text")(project)

    def change_then_plan(blueprint: Blueprint) -> list[Job]:
        body("other text")(project)
        return plan_reading(blueprint)

    with monkeypatch.context() as patch:
        patch.setattr("builder.command.build.plan_reading", change_then_plan)
        code, printed = project.build()
    assert code == 1
    assert "changed during the build" in printed
    assert project.build()[0] == 0
    assert "other text" in project.words()


@pytest.mark.parametrize(
    ("module", "name", "formats"),
    [("liblouis", "_load", {".brf", ".pef"}), ("typst_compiler", "_FONT_FOLDERS", {".pdf"})],
)
def test_a_missing_program_costs_only_its_formats(
    module: str, name: str, formats: set[str], project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_arguments: object) -> object:
        raise ProgramMissing("liblouis", "sudo apt-get install liblouis20")

    body("quixotic zymurgy of axolotls")(project)  # words that no earlier test has made braille of
    target = importlib.import_module(f"builder.exports.{module}")
    with monkeypatch.context() as patch:
        patch.setattr(target, name, () if name == "_FONT_FOLDERS" else missing)
        _forget(target)
        code, printed = project.build()
        strict, _ = project.build("--strict")
    _forget(target)
    assert (code, strict) == (0, 1)
    assert sum(line.startswith("mkdocs.yml: ") and "apt-get install" in line for line in printed.splitlines()) == 1
    made = {path.suffix for path in (project.folder / "site/en/first-course/welcome").iterdir()}
    assert made == {".html", ".pdf", ".brf", ".pef", ".txt"} - formats


def _forget(module: object) -> None:
    """Empties what the module remembers of this machine."""
    for one in vars(module).values():
        if hasattr(one, "cache_clear"):
            one.cache_clear()


# ---------------------------------------------------------------- processes


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "jetki", "--language", "en", "--plain", *arguments]


@pytest.fixture
def running(project: Project) -> Iterator[tuple[Project, "subprocess.Popen[str]"]]:
    """A build with two workers that has begun to make formats."""
    for number in range(2, 40):
        project.write(f"content/first-course/en/{number:02}-lesson-{number}.md", f"{TITLE}word {number}\n")
    config = str(project.folder / "mkdocs.yml")
    with subprocess.Popen(
        command("build", "-f", config, "--jobs", "2", *WITHOUT_SOUND), cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Making formats"):
                break
        yield project, process
        process.kill()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_build_ends_at_once_with_its_workers(
    number: signal.Signals, code: int, running: tuple[Project, "subprocess.Popen[str]"]
) -> None:
    project, process = running
    process.send_signal(number)
    begun = time.monotonic()
    _, errors = process.communicate(timeout=20)  # the pipe closes only when the workers are gone, too
    assert time.monotonic() - begun < 2
    assert process.returncode == code
    assert "Traceback" not in errors
    assert project.build()[0] == 0


def test_a_killed_build_leaves_no_workers_and_can_be_repeated(
    running: tuple[Project, "subprocess.Popen[str]"],
) -> None:
    project, process = running
    process.kill()
    process.communicate(timeout=20)
    assert project.build()[0] == 0
    assert "word 39" in project.words()


def test_two_builds_at_once_make_one_whole_site(project: Project) -> None:
    before = (project.folder / "site/manifest.json").read_bytes()
    shutil.rmtree(project.folder / "site")
    shutil.rmtree(project.folder / ".jetki")
    build = command("build", "-f", str(project.folder / "mkdocs.yml"), "--jobs", "1", *WITHOUT_SOUND)
    both = [subprocess.Popen(build, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    assert [(one.communicate(timeout=60)[0], one.returncode)[1] for one in both] == [0, 0]
    assert (project.folder / "site/manifest.json").read_bytes() == before
    assert "Nothing had changed" in project.build()[1]


@pytest.mark.parametrize("redirection", ["| head -1", ">&-", "2>&-", "> /dev/full", "< /dev/null"])
def test_a_strange_output_is_no_reason_for_a_traceback(redirection: str, project: Project) -> None:
    if redirection.endswith("/dev/full") and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    build = " ".join(
        f"'{one}'" for one in command("build", "-f", str(project.folder / "mkdocs.yml"), "--jobs", "1", *WITHOUT_SOUND)
    )
    done = subprocess.run(["sh", "-c", f"{build} {redirection}"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception ignored" not in done.stdout + done.stderr
    assert done.returncode == (1 if redirection.endswith("full") else 0)


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "latin-1"},
        {"COLUMNS": "20"},
    ],
)
def test_every_terminal_can_be_written_to(environment: dict[str, str]) -> None:
    arguments = [sys.executable, "-m", "jetki", "--language", "ky", "formats"]
    done = subprocess.run(
        arguments, cwd=ROOT, capture_output=True, check=False, env={**os.environ, "NO_COLOR": "1", **environment}
    )
    assert done.returncode == 0
    assert b"large-print" in done.stdout
    assert b"\x1b" not in done.stdout
    if "PYTHONIOENCODING" not in environment:
        assert "чоң шрифт" in done.stdout.decode()


def test_contents_longer_than_a_volume_do_not_make_a_volume_of_every_page(project: Project) -> None:
    headings = "\n\n".join(f"## Heading {number}\n\ntext" for number in range(3000))
    project.write(LESSON, f"{TITLE}{headings}\n")
    assert project.build("--only", "brf")[0] == 0
    brf = (project.folder / "site/en/first-course/welcome/welcome.brf").read_bytes()
    assert brf.count(b"\f") < 1000
