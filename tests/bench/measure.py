"""Measures what the README claims about speed, and prints ratios of one run on one machine.

Every program works on the same lessons and may use all cores: those that handle one file at a time are started for
several files at once.
"""

import importlib.util
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from builder.command.build import WORK_FOLDER
from builder.exports.registry import RENDERERS
from builder.exports.text import render_text
from builder.model.course import Publication
from builder.model.document import Variant
from builder.model.format import FORMATS, Maker
from builder.model.settings import Settings
from builder.reading.markdown import read_document
from builder.reading.project import scan_project
from builder.reading.settings import read_settings
from tests.bench.api import measure_api
from tests.bench.project import write_project, write_stock_project
from tests.bench.sound import measure_sound, measure_words

_T = TypeVar("_T")
CORES = os.cpu_count() or 1
JETKI = [str(Path(sys.executable).with_name("jetki"))]
SILENT = ["--only", ",".join(one.name for one in FORMATS if one.maker is not Maker.SOUND)]
"""A thousand lessons are some eighty hours of sound: that is measured on one hour (`tests.bench.sound`)."""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jetki-bench-") as name:
        root = Path(name)
        project, stock = root / "project", root / "stock"
        project.mkdir()
        stock.mkdir()
        lessons = write_project(project)
        write_stock_project(project, stock)
        print(f"{lessons} lessons in three languages, {CORES} cores, Python {sys.version.split()[0]}", flush=True)
        _measure_pages(project, stock)
        _measure_rebuilds(project)
        _measure_formats(project)
        measure_sound(root / "sound")
        measure_words(root / "words")
        measure_api(root / "api")


def _measure_pages(project: Path, stock: Path) -> None:
    ours = _seconds(lambda: _run([*JETKI, "build", "--plain", "--only", "html"], project))
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    theirs = _seconds(lambda: _run([sys.executable, "-m", "mkdocs", "build", "-q"], stock, environment))
    _tell("pages of all lessons, first build", ours, "stock mkdocs with Material and navigation.prune", theirs, 1.25)
    shutil.rmtree(project / WORK_FOLDER)


def _measure_rebuilds(project: Path) -> None:
    seconds = _seconds(lambda: _run([*JETKI, "build", "--plain", *SILENT], project))
    print(f"first build of every format but sound: {seconds:.1f} s", flush=True)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"peak memory of the largest process so far: {usage.ru_maxrss / 1024:.0f} MB", flush=True)
    seconds = _seconds(lambda: _run([*JETKI, "build", "--plain", *SILENT], project))
    print(f"nothing changed: {seconds:.2f} s (asked: at most 2 s)", flush=True)
    lesson = project / "content/course-05/ky/03-lesson-03.md"
    text = lesson.read_text(encoding="utf-8")
    lesson.write_text(re.sub(r"\. ", ". Бул жаңы сүйлөм. ", text, count=3), encoding="utf-8")
    seconds = _seconds(lambda: _run([*JETKI, "build", "--plain", *SILENT], project))
    print(f"one paragraph edited, every format but sound: {seconds:.2f} s (asked: at most 4 s)", flush=True)


def _measure_formats(project: Path) -> None:
    settings, _findings = read_settings(project / "mkdocs.yml")
    by_lesson, by_course = _publications(project, settings)
    with tempfile.TemporaryDirectory(prefix="jetki-peers-") as name:
        folder = Path(name)
        if shutil.which("file2brl"):
            ours = _render("brf", by_lesson, settings)
            files = _texts(by_lesson, settings, folder)
            theirs = _seconds(lambda: _each(lambda path: _file2brl(path), files))
            _tell("braille of all lessons", ours, "file2brl", theirs, 1)
        if shutil.which("pandoc"):
            ours = _render("epub", by_course, settings)
            theirs = _seconds(lambda: _each(lambda one: _pandoc(project, one, folder), by_course))
            _tell("EPUB of all courses", ours, "pandoc", theirs, 1)
        if importlib.util.find_spec("weasyprint"):
            some = by_lesson[:: max(1, len(by_lesson) // 120)]
            ours = _render("large-print", some, settings)
            pages = [
                project / "site" / one.language / one.course.id / one.documents[0].lesson / "index.html" for one in some
            ]
            with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
                list(pool.map(_weasyprint, [str(pages[0])] * CORES))  # start-up and import are not counted
                theirs = _seconds(lambda: list(pool.map(_weasyprint, map(str, pages))))
            _tell(f"large print of {len(some)} lessons", ours, "WeasyPrint", theirs, 1)


def _publications(project: Path, settings: Settings) -> tuple[list[Publication], list[Publication]]:
    catalogue = scan_project(project, settings).catalogue
    by_lesson: list[Publication] = []
    by_course: list[Publication] = []
    for course in catalogue.courses:
        for language in settings.languages:
            lessons = course.lessons_in(language, Variant.STANDARD)
            documents = tuple(
                read_document(one, (project / one.source).read_bytes(), catalogue).document for one in lessons
            )
            by_lesson += [Publication(course, language, (one,), one.title, {}) for one in documents]
            by_course.append(Publication(course, language, documents, course.title[language], {}, whole_course=True))
    return by_lesson, by_course


def _render(name: str, publications: Sequence[Publication], settings: Settings) -> float:
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        orders = [(name, one, settings) for one in publications]
        list(pool.map(_render_one, orders[:CORES]))  # start-up and import are not counted
        return _seconds(lambda: list(pool.map(_render_one, orders, chunksize=4)))


def _render_one(order: tuple[str, Publication, Settings]) -> int:
    name, publication, settings = order
    return len(RENDERERS[name](publication, settings, None).data)


def _weasyprint(page: str) -> int:
    import weasyprint

    data = weasyprint.HTML(filename=page).write_pdf(pdf_variant="pdf/ua-1")
    return len(data)


def _texts(publications: Sequence[Publication], settings: Settings, folder: Path) -> list[Path]:
    files: list[Path] = []
    for number, one in enumerate(publications):
        path = folder / f"{number:04}.{one.language}.txt"
        path.write_bytes(render_text(one, settings).data)
        files.append(path)
    return files


def _file2brl(path: Path) -> None:
    table = {"ru": "ru-litbrl.ctb", "en": "en-ueb-g1.ctb"}.get(path.suffixes[0][1:], "ru-litbrl.ctb")
    options = ["-CinputTextEncoding=UTF8", f"-CliteraryTextTable=ru-brf.dis,{table}", "-CcellsPerLine=40"]
    subprocess.run(
        ["file2brl", *options, "-ClinesPerPage=25", path, path.with_suffix(".brf")],
        check=False,
        capture_output=True,
        cwd=path.parent,
    )


def _pandoc(project: Path, one: Publication, folder: Path) -> None:
    sources = [str(project / document.source) for document in one.documents]
    target = folder / f"{one.course.id}.{one.language}.epub"
    subprocess.run(
        ["pandoc", "--quiet", "--mathml", "-f", "markdown", "-o", target, *sources], check=True, capture_output=True
    )


def _each(work: Callable[[_T], None], things: Sequence[_T]) -> None:
    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(work, things))


def _run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _tell(what: str, ours: float, peer: str, theirs: float, most: float) -> None:
    print(
        f"{what}: {ours:.1f} s; {peer}: {theirs:.1f} s; ratio {ours / theirs:.2f} (asked: at most {most:g})", flush=True
    )
