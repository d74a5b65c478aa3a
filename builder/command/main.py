"""The command line: arguments in, exit code out. 0 done, 1 problems in the content, 2 wrong usage or configuration."""

import argparse
import codecs
import contextlib
import io
import itertools
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from builder.command.composition import Composition, Media
from builder.command.console import Talk
from builder.command.wording import Wording, language_of_environment
from builder.model.finding import Finding, Severity
from builder.model.format import FORMAT_BY_NAME, FORMATS
from builder.model.language import SITE_LANGUAGES, LanguageTag
from builder.model.settings import SpeechSettings

if TYPE_CHECKING:
    from builder.jobs.store import Unreachable

DONE: Final = 0
PROBLEMS: Final = 1
UNUSABLE: Final = 2
INTERRUPTED: Final = 130
"""128 + SIGINT, as shells count it."""
TERMINATED: Final = 143
"""128 + SIGTERM."""


_SPEAKING: Final = ("captions", "voices")
"""Commands behind which `--language` is that of the speech."""


class _Terminated(KeyboardInterrupt):
    """Another program asks us to stop: the same as an interrupt, with its own exit code."""


class _Usage(Exception):
    """A command line that cannot be used; the text is for the person who wrote it."""


class _Parser(argparse.ArgumentParser):
    """argparse, speaking the reader's language."""

    wording: Wording

    def error(self, message: str) -> NoReturn:
        raise _Usage(_explain(message, self.wording))

    def format_usage(self) -> str:
        return self._in_words(super().format_usage())

    def format_help(self) -> str:
        return self._in_words(super().format_help())

    def _in_words(self, text: str) -> str:
        return re.sub(r"^usage: ", f"{self.wording('usage')}: ", text)


def _explain(message: str, wording: Wording) -> str:
    """argparse's few complaints in the reader's language."""
    if found := re.match(r"unrecognized arguments: (.*)", message):
        return wording("unknown-argument", argument=found[1])
    commands = wording("commands")
    if message == f"the following arguments are required: {commands}" or f"argument {commands}: invalid" in message:
        known = re.search(r"invalid choice: '([^']*)'", message)
        return wording("unknown-argument", argument=known[1]) if known else wording("missing-command")
    if found := re.match(r"the following arguments are required: (.*)", message):
        return wording("missing-argument", argument=found[1])
    if found := re.match(r"argument (\S+): expected", message):
        return wording("missing-argument", argument=found[1])
    if found := re.match(r"argument (\S+): invalid .*?'([^']*)'", message):
        return wording("bad-value", argument=found[1], value=found[2])
    return wording("bad-usage", detail=message)


def run(arguments: Sequence[str], composition: Composition) -> int:
    """Runs one command."""
    language = _language_of(arguments)
    wording = Wording(language)
    _make_output_safe()
    try:
        chosen = _make_parser(wording).parse_args(arguments)
        wording = Wording(_parse_language(chosen.language, wording) if chosen.language else language)
        talk = Talk(wording, plain=chosen.plain)
        return _carry_out(chosen, talk, composition)
    except _Usage as problem:
        print(wording("usage-error", problem=problem, program="jetki"), file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print(wording("interrupted"), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()  # a reader like `head` had enough
        return DONE
    except OSError as error:  # even what we want to say cannot be written
        _discard_output()
        with contextlib.suppress(OSError):
            print(wording("write-failed", error=_explain_os(error)), file=sys.stderr)
        return PROBLEMS


def _explain_os(error: OSError) -> str:
    """What the system says, and of which file where it says so."""
    return " ".join([str(error.strerror or error), *([f"({error.filename})"] if error.filename else [])])


def _make_output_safe() -> None:
    """Closed streams swallow what is said; an ASCII terminal (LC_ALL=C) gets UTF-8, for no language of ours is ASCII;
    what another encoding lacks is escaped, never a reason to stop."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  (stays open)
        elif isinstance(stream, io.TextIOWrapper):
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if ascii_only else None, errors="backslashreplace")


def _discard_output() -> None:
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _stopped_by_terminate() -> Iterator[None]:
    """SIGTERM ends a build as carefully as Ctrl+C does; outside the main thread signals are somebody else's."""

    def stop(_number: int, _frame: object) -> None:
        raise _Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _carry_out(chosen: argparse.Namespace, talk: Talk, composition: Composition) -> int:
    read_version = composition.read_version
    match chosen.command:
        case "build":
            return _build(chosen, talk, read_version)
        case "serve":
            return _serve(chosen, talk, read_version)
        case "new":
            return _new(chosen, talk)
        case "worker":
            return _work(chosen, talk, composition)
        case "doctor":
            from builder.command.doctor import examine, publishing_requirements

            return examine([*publishing_requirements(), *composition.judges()], talk)
        case "captions":
            return _caption(chosen, talk, composition.media())
        case "voices":
            return _voices(chosen, talk, composition.media())
        case _:
            return _list_formats(talk)


def _build(chosen: argparse.Namespace, talk: Talk, read_version: Callable[[], str]) -> int:
    from builder.command.build import BuildOptions, BuildReport, WrongSettings, build_project
    from builder.jobs.store import Unreachable
    from builder.messages import format_finding
    from builder.reading.settings import UnusableConfiguration

    wording = talk.wording
    options = BuildOptions(
        _find_config(chosen, wording),
        _parse_formats(",".join(chosen.only), wording),
        _count(chosen, wording),
        chosen.executor,
        chosen.store,
    )
    started = time.perf_counter()
    try:
        with _stopped_by_terminate():
            report: BuildReport = build_project(options, read_version(), talk)
    except UnusableConfiguration as problem:
        talk.finish_progress()
        talk.complain(format_finding(problem.finding, wording.language))
        return UNUSABLE
    except WrongSettings as wrong:
        talk.finish_progress()
        show_findings(wrong.findings, talk)
        return UNUSABLE
    except Unreachable as problem:
        talk.finish_progress()
        return _explain_unreachable(problem, talk)
    except KeyboardInterrupt as stop:
        talk.finish_progress()
        talk.complain(wording("interrupted"))
        return TERMINATED if isinstance(stop, _Terminated) else INTERRUPTED
    except OSError as error:
        talk.finish_progress()
        talk.complain(wording("write-failed", error=_explain_os(error)))
        return PROBLEMS
    talk.finish_progress()
    show_findings(report.findings, talk)
    if report.traces:
        talk.complain("\n".join([wording("trace-hint"), *report.traces[:3]]))
    seconds = wording.number(time.perf_counter() - started, 1)
    talk.say("built", lessons=report.lessons, courses=report.courses, seconds=seconds)
    if report.jobs_run:
        for one in FORMATS:
            if one.name in report.files:
                name = f"{one.name} ({wording(f'format-{one.name}')})"
                talk.say(
                    "format-line", name=name, files=report.files[one.name], size=wording.size(report.sizes[one.name])
                )
    else:
        talk.say("nothing-changed")
    written = report.written
    talk.say("built-where", path=report.site, written=written.written, kept=written.kept, removed=written.removed)
    talk.say("how-to-look", command=os.environ.get("JETKI_SERVE_COMMAND", f"jetki serve -f {chosen.config}"))
    bad = report.has(Severity.ERROR) or (chosen.strict and report.has(Severity.WARNING))
    return PROBLEMS if bad else DONE


def show_findings(findings: Sequence[Finding], talk: Talk) -> None:
    """Every finding on a line of its own, then how many there are."""
    from builder.messages import format_finding, severity_name

    language = talk.wording.language
    for finding in findings:
        severe = finding.severity is Severity.ERROR
        text = format_finding(finding, language)
        talk.complain(text if severe else f"{text} ({severity_name(finding.severity, language)})", severe=severe)
    if findings:
        counts = {severity: sum(one.severity is severity for one in findings) for severity in Severity}
        talk.complain(
            talk.wording(
                "findings-title",
                errors=counts[Severity.ERROR],
                warnings=counts[Severity.WARNING],
                notes=counts[Severity.NOTE],
            ),
            severe=bool(counts[Severity.ERROR]),
        )


def _serve(chosen: argparse.Namespace, talk: Talk, read_version: Callable[[], str]) -> int:
    from builder.command.serve import serve_project

    config = _find_config(chosen, talk.wording)
    host, _, port = chosen.address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise _Usage(talk.wording("bad-value", argument="--address", value=chosen.address))

    def build() -> int:
        return _build(chosen, talk, read_version)

    return serve_project(config, host, int(port), build, talk)


def _work(chosen: argparse.Namespace, talk: Talk, composition: Composition) -> int:
    from builder.command.fingerprint import build_version, release_label
    from builder.jobs.store import Unreachable
    from builder.jobs.worker import serve_orders

    wording = talk.wording
    slots = _count(chosen, wording)
    version, found = release_label(build_version(composition.read_version())), sorted(composition.find_tools())

    def ready() -> None:
        named = ", ".join(found) or wording("worker-no-tools")
        talk.say("worker-ready", scheduler=chosen.scheduler, slots=slots, tools=named, version=version)

    try:
        serve_orders(chosen.scheduler, version, found, slots, chosen.store, Path(chosen.cache), ready)
    except Unreachable as problem:
        return _explain_unreachable(problem, talk)
    talk.say("worker-stopped")
    return DONE


def _explain_unreachable(problem: "Unreachable", talk: Talk) -> int:
    """Says why a store or a cluster cannot be used. It is the command's fault, or that of another machine."""
    from builder.messages import describe_finding

    finding = Finding("", 0, problem.rule, Severity.ERROR, problem.values)
    talk.complain(describe_finding(finding, talk.wording.language))
    return UNUSABLE if problem.rule in ("cluster-address", "store-address", "scale-missing") else PROBLEMS


def _new(chosen: argparse.Namespace, talk: Talk) -> int:
    from builder.command.new import NotEmpty, UnusableCourseId, make_project

    wording = talk.wording
    languages = [_parse_language(name, wording) for name in chosen.languages.split(",") if name.strip()]
    if not languages:
        raise _Usage(wording("bad-value", argument="--languages", value=chosen.languages))
    try:
        make_project(Path(chosen.folder), list(dict.fromkeys(languages)), chosen.course)
    except NotEmpty:
        raise _Usage(wording("new-not-empty", path=chosen.folder)) from None
    except UnusableCourseId:
        raise _Usage(wording("new-bad-course", name=chosen.course)) from None
    talk.say("new-done", path=chosen.folder)
    return DONE


def _caption(chosen: argparse.Namespace, talk: Talk, media: Media) -> int:
    from builder.command.captions import CaptionOptions, caption_recording, review_captions

    wording = talk.wording
    is_review = chosen.recording[0] == "review" and len(chosen.recording) == 2
    if len(chosen.recording) != 1 and not is_review:
        raise _Usage(wording("unknown-argument", argument=chosen.recording[1]))
    if is_review and chosen.out:
        raise _Usage(wording("unknown-argument", argument="-o"))
    options = CaptionOptions(
        Path(chosen.recording[-1]),
        _parse_language(chosen.spoken, wording) if chosen.spoken else None,
        Path(chosen.script) if chosen.script else None,
        chosen.model or "",
        Path(chosen.out) if chosen.out else None,
    )
    work = review_captions if is_review else caption_recording
    with _stopped_by_terminate():
        findings = work(options, _speech_settings(chosen), media, talk)
    show_findings(findings, talk)
    return PROBLEMS if any(one.severity is Severity.ERROR for one in findings) else DONE


def _voices(chosen: argparse.Namespace, talk: Talk, media: Media) -> int:
    from builder.command.voices import list_voices, say_sample

    settings = _speech_settings(chosen)
    if chosen.say is None:
        return list_voices(talk, media)
    language = _parse_language(chosen.spoken or talk.wording.language, talk.wording)
    return say_sample(chosen.say, language, chosen.voice or "", Path(chosen.out or "sample.wav"), settings, media, talk)


def _speech_settings(chosen: argparse.Namespace) -> SpeechSettings:
    """Those of the project, if the command is called in one."""
    from builder.reading.settings import UnusableConfiguration, read_settings

    with contextlib.suppress(UnusableConfiguration):
        return read_settings(Path(chosen.config))[0].speech
    return SpeechSettings()


def _list_formats(talk: Talk) -> int:
    talk.say("formats-title")
    for one in FORMATS:
        scopes = [("per-lesson", one.for_lessons), ("per-course", one.for_courses)]
        scope = ", ".join(talk.wording(name) for name, wanted in scopes if wanted)
        talk.say_text(f"  {one.name}: {talk.wording(f'format-{one.name}')}; {scope}")
    return DONE


def _find_config(chosen: argparse.Namespace, wording: Wording) -> Path:
    path = Path(chosen.config)
    if not path.is_file():
        raise _Usage(wording("no-config", path=chosen.config))
    return path


def _parse_formats(text: str, wording: Wording) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in FORMAT_BY_NAME:
            raise _Usage(wording("unknown-format", name=name, formats=", ".join(FORMAT_BY_NAME)))
    return names


def _parse_language(name: str, wording: Wording) -> LanguageTag:
    for language in SITE_LANGUAGES:
        if name.strip().lower() == language:
            return language
    raise _Usage(wording("unknown-language", name=name.strip()))


def _count(chosen: argparse.Namespace, wording: Wording) -> int:
    if chosen.jobs is None:
        return os.cpu_count() or 1
    if chosen.jobs < 1:
        raise _Usage(wording("bad-jobs"))
    return int(chosen.jobs)


def _language_of(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> LanguageTag:
    """The language for messages about the command line itself, before it is understood."""
    given = list(itertools.takewhile(lambda one: one not in _SPEAKING, arguments))
    for before, after in itertools.zip_longest(given, given[1:], fillvalue=""):
        name = after if before == "--language" else before.removeprefix("--language=")
        if name in SITE_LANGUAGES and (before == "--language" or before.startswith("--language=")):
            return LanguageTag(name)
    return language_of_environment(environment)


def _make_parser(wording: Wording) -> _Parser:
    bound = type("_BoundParser", (_Parser,), {"wording": wording})
    parser: _Parser = bound(prog="jetki", description=wording("description"), add_help=False)
    parser._optionals.title = wording("options")
    _add_general(parser, wording, "")
    parser.add_argument(
        "--version", action="version", version=f"jetki {metadata.version('jetki')}", help=wording("help-version")
    )
    commands: argparse._SubParsersAction[_Parser] = parser.add_subparsers(
        dest="command", metavar=wording("commands"), required=True, title=wording("commands"), parser_class=bound
    )

    def command(name: str, *, speaks: bool = False) -> argparse.ArgumentParser:
        """A command; with `speaks`, `--language` behind it is that of the speech, before it that of the messages."""
        one: argparse.ArgumentParser = commands.add_parser(
            name, help=wording(f"help-{name}"), description=wording(f"help-{name}"), add_help=False
        )
        one._optionals.title = wording("options")
        _add_general(one, wording, argparse.SUPPRESS, speaks=speaks)
        if speaks:
            one.add_argument("-f", "--config", default="mkdocs.yml", metavar="mkdocs.yml", help=wording("help-config"))
        return one

    new = command("new")
    new._positionals.title = wording("options")
    new.add_argument("folder", metavar="DIR", help=wording("help-new-folder"))
    new.add_argument("--languages", default="ky,ru,en", metavar="ky,ru,en", help=wording("help-new-languages"))
    new.add_argument("--course", default="first-course", metavar="ID", help=wording("help-new-course"))
    for name in ("build", "serve"):
        one = command(name)
        one.add_argument("-f", "--config", default="mkdocs.yml", metavar="mkdocs.yml", help=wording("help-config"))
        one.add_argument("--only", action="append", default=[], metavar="brf,epub,…", help=wording("help-only"))
        one.add_argument("--jobs", type=int, metavar="N", help=wording("help-jobs"))
        one.add_argument("--strict", action="store_true", help=wording("help-strict"))
        one.add_argument("--executor", default="local", metavar="tcp://HOST:PORT", help=wording("help-executor"))
        one.add_argument("--store", default="", metavar="s3://BUCKET/PREFIX", help=wording("help-store"))
        if name == "serve":
            one.add_argument(
                "-a", "--address", default="localhost:8000", metavar="HOST:PORT", help=wording("help-address")
            )
    command("api")  # listed here; the composition root hands it to the service
    worker = command("worker")
    worker._positionals.title = wording("options")
    worker.add_argument("scheduler", metavar="tcp://HOST:PORT", help=wording("help-worker-scheduler"))
    worker.add_argument("--jobs", type=int, metavar="N", help=wording("help-worker-jobs"))
    worker.add_argument("--store", default="", metavar="DIR", help=wording("help-worker-store"))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "jetki"
    worker.add_argument("--cache", default=str(cache), metavar="DIR", help=wording("help-worker-cache"))
    captions = command("captions", speaks=True)
    captions._positionals.title = wording("options")
    captions.add_argument("recording", nargs="+", metavar="[review] FILE", help=wording("help-captions-file"))
    captions.add_argument("--script", metavar="TEXT.md", help=wording("help-captions-script"))
    captions.add_argument("--model", metavar="PATH|NAME", help=wording("help-captions-model"))
    captions.add_argument("-o", "--out", metavar="OUT.vtt", help=wording("help-captions-out"))
    voices = command("voices", speaks=True)
    voices.add_argument("--say", metavar="TEXT", help=wording("help-voices-say"))
    voices.add_argument("--voice", metavar="ENGINE:VOICE", help=wording("help-voices-voice"))
    voices.add_argument("-o", "--out", metavar="OUT.wav", help=wording("help-voices-out"))
    command("formats")
    command("doctor")
    return parser


def _add_general(parser: argparse.ArgumentParser, wording: Wording, default: str, *, speaks: bool = False) -> None:
    parser.add_argument("-h", "--help", action="help", help=wording("help-help"))
    if speaks:
        parser.add_argument("--language", dest="spoken", metavar="ky|ru|en", help=wording("help-spoken"))
    else:
        parser.add_argument("--language", default=default, metavar="ky|ru|en", help=wording("help-language"))
    plain_default = default or False
    parser.add_argument("--plain", action="store_true", default=plain_default, help=wording("help-plain"))
