"""A build from the project folder to the site folder."""

import errno
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol, cast

from builder.command.blueprint import Blueprint, read_id
from builder.command.fingerprint import build_version, release_label
from builder.command.inventory import Product, forms_of, list_products, list_recording_products, make_manifest
from builder.command.plan import plan_course_pages, plan_formats, plan_pages, plan_reading, plan_words
from builder.command.site_folder import SiteFolder, Written
from builder.command.sources import RememberedSourceFiles
from builder.command.tasks import finding_of_values
from builder.command.turns import wait_for_turn
from builder.jobs.executors import Executor, InProcess, Processes, Workshop
from builder.jobs.graph import Job
from builder.jobs.pace import Pace
from builder.jobs.scheduler import Failure, run_jobs
from builder.jobs.store import BlobDamaged, Blobs, Ledger, Output, Result
from builder.jobs.work import Place
from builder.model.document import LessonTarget, Variant
from builder.model.finding import Finding, Severity
from builder.model.format import FORMATS
from builder.model.language import LanguageTag
from builder.model.manifest import MANIFEST_PATH
from builder.model.settings import Settings
from builder.reading.markdown import AnchorLink, LessonAnchors, check_anchors
from builder.reading.project import ScannedProject, scan_project
from builder.reading.settings import read_settings

WORK_FOLDER: Final = ".jetki"
"""Beside mkdocs.yml: the store, the ledger and what is remembered of sources. It can be deleted at any time."""

_TRIES: Final = 3
_NAMES_JOB: Final = frozenset(["job-failed", "worker-died", "disk-full", "store-damaged"])
"""Rules whose text says in which job it happened."""

_ABOUT_MACHINES: Final = frozenset(
    ["no-worker", "no-worker-with-tool", "worker-version", "worker-store", "store-unreachable"]
)
"""Rules about where jobs run: said once, not for every job."""


class Reporter(Protocol):
    """Is told how a build gets on."""

    def stage(self, name: str) -> None:
        """A step begins: waiting (for another build), reading, words, formats, pages, courses, writing."""

    def progress(self, done: int, total: int, subject: str, left_s: float | None = None) -> None:
        """`left_s` are the seconds that the step will probably still take, if anybody can know."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """`only` are format names, empty for all; `processes` of 1 works in this process. `executor` is ``local`` or the
    address of a cluster's scheduler; `store` is a folder or a bucket, empty for the project's own."""

    config: Path
    only: tuple[str, ...] = ()
    processes: int = 1
    executor: str = "local"
    store: str = ""


class WrongSettings(Exception):
    """mkdocs.yml can be read but says something impossible; nothing was built."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(*findings)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made. `files` counts by format, `sizes` are bytes by format; `traces` are for a bug report."""

    site: Path
    findings: tuple[Finding, ...]
    courses: int
    lessons: int
    files: Mapping[str, int]
    sizes: Mapping[str, int]
    written: Written
    jobs_run: int
    traces: tuple[str, ...] = ()

    def has(self, severity: Severity) -> bool:
        return any(finding.severity is severity for finding in self.findings)


def build_project(options: BuildOptions, read_version: str, reporter: Reporter) -> BuildReport:
    """Builds the site beside `options.config`.

    `read_version` is the fingerprint of whatever else the reading task of the composition root depends on.
    Raises UnusableConfiguration, WrongSettings, OSError when the site folder cannot be written, and Unreachable when
    the store or the cluster cannot be used (any more).
    """
    project = options.config.resolve().parent
    settings, setting_findings = read_settings(options.config)
    if wrong := tuple(one for one in setting_findings if one.severity is Severity.ERROR):
        raise WrongSettings(wrong)
    with wait_for_turn(project / WORK_FOLDER, lambda: reporter.stage("waiting")):
        return _build_alone(options, project, settings, setting_findings, read_version, reporter)


def _build_alone(
    options: BuildOptions,
    project: Path,
    settings: Settings,
    setting_findings: Iterable[Finding],
    read_version: str,
    reporter: Reporter,
) -> BuildReport:
    work = project / WORK_FOLDER
    version = build_version(read_version)
    sources = RememberedSourceFiles(work / "sources.json", version)
    scanned = scan_project(project, settings, sources)
    config_digest = sources.inspect(options.config.resolve(), lambda _data: {}).digest
    resources = {
        f"{settings.content}/{course.id}/{name}": one.source_digest
        for course in scanned.catalogue.courses
        for name, one in course.resources.items()
        if one.source_digest
    }
    sources.remember()
    blueprint = Blueprint(
        settings=settings,
        config=options.config.name,
        config_digest=config_digest,
        catalogue=scanned.catalogue,
        resource_files=resources,
        companions=scanned.companions,
        formats=options.only or tuple(one.name for one in FORMATS),
        versions=_Versions(version),
    )

    place = Place(options.store or str(work / "store"), str(work / "store"))
    store, ledger, pace = place.open(), Ledger(work / "ledger"), Pace(work / "pace.json")
    folder = SiteFolder(project / settings.site, work / "site.json")
    with _Tidied(store, pace), Workshop(lambda: _executor(options, version, project, store, place)) as workshop:
        for attempt in range(_TRIES):
            run = _Run(store, ledger, workshop, reporter, pace)
            products, published = _run_steps(run, blueprint, scanned, project)
            _stop_if_refused(run, options.config.name)
            try:
                reporter.stage("writing")
                written = folder.update(published, store)
                break
            except BlobDamaged as damage:
                if attempt == _TRIES - 1:
                    raise OSError(errno.EIO, "the store loses what is written to it", store.address) from damage
                run.forget(damage.digests)
    if run.ran and not options.only:
        ledger.keep_only(run.keys.values())
        store.forget_all_but({*ledger.digests(), *blueprint.blobs})
    made = [product for product in products if product.job in run.results]
    return BuildReport(
        site=project / settings.site,
        findings=_all_findings(setting_findings, scanned, run, options.config.name),
        courses=len(scanned.catalogue.courses),
        lessons=sum(len(course.lessons) for course in scanned.catalogue.courses),
        files=_count(made, lambda _product: 1),
        sizes=_count(made, lambda product: run.results[product.job].outputs[product.output].size),
        written=written,
        jobs_run=run.ran,
        traces=tuple(failure.trace for failure in run.failures if failure.trace),
    )


def _executor(options: BuildOptions, version: str, project: Path, store: Blobs, place: Place) -> Executor:
    if options.executor != "local":
        from builder.jobs.cluster import Cluster

        return Cluster(options.executor, release_label(version), project, store, place, options.processes)
    if options.processes == 1:
        return InProcess(project, place)
    return Processes(project, place, options.processes)


class _Tidied:
    """However a build ends: what its processes left unfinished is removed, and how long jobs took is remembered."""

    def __init__(self, store: Blobs, pace: Pace) -> None:
        self._store, self._pace = store, pace

    def __enter__(self) -> None:
        self._store.clear_scratch()

    def __exit__(self, *_reason: object) -> None:
        self._store.clear_scratch()
        self._pace.remember()


class _Versions(dict[str, str]):
    """The same version for every task and format: any change of our code builds everything anew, which takes seconds
    and cannot be forgotten."""

    def __init__(self, version: str) -> None:
        super().__init__()
        self._version = version

    def __missing__(self, _name: str) -> str:
        return self._version


@dataclass(slots=True)
class _Run:
    """One pass through all steps, and what it found out."""

    store: Blobs
    ledger: Ledger
    workshop: Workshop
    reporter: Reporter
    pace: Pace
    results: dict[str, Result] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    ran: int = 0

    def step(self, name: str, blueprint: Blueprint, jobs: Sequence[Job]) -> None:
        """Runs these jobs, and again whatever they need of earlier steps that got lost meanwhile."""
        self.reporter.stage(name)
        for data in blueprint.blobs.values():
            self.store.put(data)
        self.jobs |= {job.id: job for job in jobs}
        outcome = run_jobs(self._with_needs(jobs), self.store, self.ledger, self.workshop, self._tell, self.pace)
        self.results |= outcome.results
        self.keys |= outcome.keys
        self.failures += outcome.failures
        self.ran += outcome.ran

    def forget(self, digests: Sequence[str]) -> None:
        """Whoever made these bytes has to make them again."""
        for name, result in self.results.items():
            if any(output.digest in digests for output in result.outputs.values()):
                self.ledger.forget(self.keys[name])

    def published(self) -> dict[str, Output]:
        """Site path -> output of everything that was made to be published."""
        files: dict[str, Output] = {}
        for name, result in self.results.items():
            for output, path in self.jobs[name].publishes.items():
                if output == "*":
                    files |= result.outputs
                else:
                    files[path] = result.outputs[output]
        return files

    def _with_needs(self, jobs: Sequence[Job]) -> list[Job]:
        wanted: dict[str, Job] = {}
        waiting = list(reversed(jobs))
        while waiting:
            job = waiting.pop()
            if job.id not in wanted:
                wanted[job.id] = job
                waiting += [self.jobs[name] for name in job.needs()]
        return list(wanted.values())

    def _tell(self, done: int, total: int, job: Job | None, left_s: float | None) -> None:
        self.reporter.progress(done, total, job.subject if job else "", left_s)


def _run_steps(
    run: _Run, blueprint: Blueprint, scanned: ScannedProject, project: Path
) -> tuple[list[Product], dict[str, Output]]:
    """All products of the plan, and what is to be published: site path -> output, the manifest among them."""
    digests = {course.source: _file_digest(project / course.source) for course in scanned.catalogue.courses}
    products = list(list_products(blueprint, digests))
    run.step("reading", blueprint, plan_reading(blueprint))
    run.step("words", blueprint, plan_words(blueprint, run.results))
    products += list_recording_products(blueprint, run.results)
    run.step("formats", blueprint, plan_formats(blueprint, run.results))
    run.step("pages", blueprint, plan_pages(blueprint, run.results, forms_of(products, run.results)))
    run.step("courses", blueprint, plan_course_pages(blueprint, forms_of(products, run.results)))
    manifest = make_manifest(blueprint, products, run.results, scanned.withheld)
    return products, {**run.published(), MANIFEST_PATH: run.store.put(manifest.to_json().encode())}


def _stop_if_refused(run: _Run, config: str) -> None:
    """A configuration that MkDocs does not accept must not empty a site that was built before."""
    for failure in run.failures:
        if failure.rule == "settings-refused":
            raise WrongSettings((Finding(config, 0, failure.rule, Severity.ERROR, failure.values),))


def _all_findings(settings: Iterable[Finding], scanned: ScannedProject, run: _Run, config: str) -> tuple[Finding, ...]:
    """Everything that was found, each once, by path and line."""
    found = [*settings, *scanned.findings, *check_anchors(_anchors(scanned, run.results))]
    for name, result in run.results.items():
        if name in run.jobs:
            rows = map(finding_of_values, cast(list[list[Any]], result.facts.get("findings", [])))
            found += (one if one.path else _placed(one, run.jobs[name]) for one in rows)
    missing: dict[str, Finding] = {}
    for failure in run.failures:
        if failure.rule == "program-missing":
            program = failure.values.get("program", "")
            missing[program] = Finding(config, 0, failure.rule, Severity.WARNING, failure.values)
        elif failure.rule in _ABOUT_MACHINES:
            found.append(Finding(config, 0, failure.rule, Severity.ERROR, failure.values))
        elif not failure.blocked_by:
            # What a task itself refuses is the same for all jobs that refuse it; the others name the job.
            own = {"job": failure.job.id} if failure.rule in _NAMES_JOB else {}
            place = (failure.job.subject, int(failure.values.get("line", failure.job.line)))
            if failure.rule.startswith("voice-"):
                place = (config, 0)  # a voice is chosen for all lessons at once, so it is told once
            found.append(Finding(*place, failure.rule, Severity.ERROR, {**own, **failure.values}))
    unique = {
        (one.path, one.line, one.rule, tuple(sorted(one.values.items()))): one for one in [*found, *missing.values()]
    }
    return tuple(sorted(unique.values()))


def _placed(finding: Finding, job: Job) -> Finding:
    """A finding whose place the task did not know: it is not part of the job's key, so that lines above may change."""
    return replace(finding, path=job.subject, line=job.line)


def _anchors(scanned: ScannedProject, results: Mapping[str, Result]) -> list[LessonAnchors]:
    anchors: list[LessonAnchors] = []
    for course in scanned.catalogue.courses:
        for lesson in course.lessons:
            result = results.get(read_id(lesson))
            if result is None:
                continue
            links = cast(list[list[Any]], result.facts["anchor_links"])
            anchors.append(
                LessonAnchors(
                    lesson.course,
                    lesson.name,
                    lesson.language,
                    lesson.variant,
                    lesson.source,
                    tuple(cast(list[str], result.facts["anchors"])),
                    tuple(
                        AnchorLink(LessonTarget(course_id, name, LanguageTag(language), anchor, Variant(variant)), line)
                        for course_id, name, language, anchor, variant, line in links
                    ),
                )
            )
    return anchors


def _count(products: Iterable[Product], number: Callable[[Product], int]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for product in products:
        counts[product.format] = counts.get(product.format, 0) + number(product)
    return counts


def _file_digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
