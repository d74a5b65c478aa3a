"""WebVTT that an author wrote -> captions and everything that is wrong with them. Pure."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from builder.model.captions import CaptionKind, CaptionOrigin, Captions, Cue
from builder.model.finding import Finding, Severity
from builder.model.language import LanguageTag, UnknownLanguageTag, parse_language_tag, primary_language
from media_pipeline.captions.checks import check_cues
from media_pipeline.captions.labels import without_label
from media_pipeline.captions.telling import FindingLimit
from media_pipeline.captions.tokens import clean_text
from media_pipeline.captions.writing import REVIEWED_MARK, UNSURE_MARK

UNDETERMINED: Final = LanguageTag("und")
"""BCP 47 for a language that nobody has named."""

_LARGEST_BYTES: Final = 5_000_000
"""Our choice: the captions of ten hours of speech have about 1 MB."""
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_ARROW: Final = "-->"
# Six digits of hours at most: more is no time, and Python refuses to read very long numbers.
_TIME: Final = re.compile(r"(?:([0-9]{2,6}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})")
_TIME_LIKE: Final = re.compile(r"(?:([0-9]{1,6}):)?([0-9]{1,2}):([0-9]{1,2})[.,]([0-9]{1,3})")
_HEADER_VALUE: Final = re.compile(r"(Kind|Language)\s*:\s*([^;]*)", re.IGNORECASE)
_KNOWN_TAG: Final = re.compile(r"</?(?:c|i|b|u|ruby|rt|lang|v)(?:\.[^\s<>]*)?(?:[ \t\n][^<>]*)?>|<[0-9:.]+>")
_VOICE: Final = re.compile(r"<v(?:\.[^\s<>]*)?(?:[ \t\n]([^<>]*))?>")
_TAG_LIKE: Final = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
_SIGN: Final = re.compile(r"<")
# Of a sensible length: Python refuses to read very long numbers.
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")


def read_vtt(data: bytes, path: str) -> tuple[Captions | None, tuple[Finding, ...]]:
    """The captions, None where not one cue could be read, and all findings with line and column. Never raises.

    The language is that of the file's name (``<recording>.<language>.vtt``), else the one that the file declares. A
    file is a person's unless it says itself that nobody has reviewed it. Tags of WebVTT are taken out of the words;
    the name in a voice tag becomes `Cue.speaker`. What was misread in part is kept as far as it makes sense: the
    findings say whether it may be published.
    """
    if len(data) > _LARGEST_BYTES:
        values = {"megabytes": str(len(data) // 1_000_000), "most": str(_LARGEST_BYTES // 1_000_000)}
        return None, (Finding(path, 0, "caption-file-too-large", values=values),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        return None, (_not_utf8(data, problem.start, path),)
    file = _File(path, _LINE_END.split(text.replace("\0", "�")))
    file.read()
    return file.captions(), file.findings.told()


def _not_utf8(data: bytes, offset: int, path: str) -> Finding:
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return Finding(path, before.count(b"\n") + 1, "caption-not-utf8", values={"column": str(column)})


@dataclass(slots=True)
class _Read:
    """A cue with the numbers of the lines where its times and its text begin."""

    cue: Cue
    line: int
    text_line: int


@dataclass(slots=True)
class _File:
    path: str
    lines: list[str]
    findings: FindingLimit = field(default_factory=FindingLimit)
    cues: list[_Read] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)
    is_reviewed: bool = True
    is_next_unsure: bool = False

    def told(self, line: int, column: int, rule: str, severity: Severity = Severity.ERROR, **values: str) -> None:
        self.findings.add(Finding(self.path, line, rule, severity, {"column": str(column), **values}))

    def captions(self) -> Captions | None:
        if not self.cues:
            return None
        cues = [one.cue for one in self.cues]
        if self.is_reviewed:
            cues = [Cue(one.start_ms, one.end_ms, one.text, one.speaker) for one in cues]
        declared = self.declared.get("kind", "").casefold()
        return Captions(
            self.language(),
            tuple(sorted(cues, key=lambda one: (one.start_ms, one.end_ms))),
            CaptionOrigin.AUTHOR if self.is_reviewed else CaptionOrigin.MACHINE,
            CaptionKind.SUBTITLES if declared == "subtitles" else CaptionKind.CAPTIONS,
        )

    # ------------------------------------------------------------ the file

    def read(self) -> None:
        place = self.read_header()
        while place < len(self.lines):
            end = place
            while end < len(self.lines) and self.lines[end]:
                end += 1
            self.read_block(place, end)
            place = end + 1
        for problem in check_cues([one.cue for one in self.cues]):
            read = self.cues[problem.cue]
            if problem.text_line < 0:
                self.told(read.line, 1, problem.rule, problem.severity, **problem.values)
            else:
                line = min(read.text_line + problem.text_line, len(self.lines))
                self.told(line, 1, problem.rule, problem.severity, **problem.values)
        if not self.cues:
            self.told(1, 1, "caption-file-empty")
        elif self.language() == UNDETERMINED:
            self.told(1, 1, "caption-language-missing")

    def read_header(self) -> int:
        """One after the last line of the header."""
        first = self.lines[0]
        if not re.match(r"WEBVTT(?:[ \t]|$)", first):
            self.told(1, 1, "caption-header-missing", text=first[:80])
            return 0
        end = 0
        while end < len(self.lines) and self.lines[end] and _ARROW not in self.lines[end]:
            for name, value in _HEADER_VALUE.findall(self.lines[end]):
                self.declared[name.casefold()] = value.strip()
            end += 1
        tag = self.declared.get("language", "")
        if tag and _tag(tag) is None:
            self.told(1, 1, "caption-language-unknown", tag=tag)
        named, declared = self.named_language(), _tag(tag)
        if named and declared and primary_language(named) != primary_language(declared):
            self.told(1, 1, "caption-language-differs", Severity.WARNING, declared=declared, named=named)
        return end

    def named_language(self) -> LanguageTag | None:
        """The language in the file's name."""
        parts = self.path.rsplit("/", 1)[-1].split(".")
        return _tag(parts[-2]) if len(parts) > 2 else None

    def language(self) -> LanguageTag:
        return self.named_language() or _tag(self.declared.get("language", "")) or UNDETERMINED

    # ------------------------------------------------------------ blocks

    def read_block(self, begin: int, end: int) -> None:
        """Lines without an empty one between them: a note, a style, or a cue; several cues where somebody left the
        empty lines out."""
        while begin < end and not self.lines[begin].strip():
            begin += 1
        if begin == end:
            return
        first = self.lines[begin].strip()
        arrows = [place for place in range(begin, end) if _ARROW in self.lines[place]]
        if not arrows:
            word = first.split()[0]
            if word == "NOTE":
                self.read_note("\n".join(self.lines[begin:end]))
            elif first in ("STYLE", "REGION"):
                self.told(begin + 1, 1, "caption-style-ignored", Severity.NOTE, text=first)
            else:
                self.told(begin + 1, 1, "caption-text-without-time", text=first[:80])
            return
        if arrows[0] > begin + 1:
            self.told(begin + 1, 1, "caption-text-without-time", text=first[:80])
        for number, place in enumerate(arrows):
            following = arrows[number + 1] if number + 1 < len(arrows) else end
            if number:
                self.told(place + 1, 1, "caption-blank-line-missing", Severity.WARNING)
            self.read_cue(place, following)

    def read_note(self, text: str) -> None:
        found = re.search(re.escape(REVIEWED_MARK) + r"\s*(\w*)", text)
        if found:
            self.is_reviewed = found[1].casefold() != "no"
        if UNSURE_MARK in text:
            self.is_next_unsure = True

    def read_cue(self, place: int, end: int) -> None:
        is_sure, self.is_next_unsure = not self.is_next_unsure, False
        times = self.times(place)
        if times is None:
            return
        start_ms, end_ms = times
        if end_ms <= start_ms:
            column = len(self.lines[place]) - len(self.lines[place].lstrip()) + 1
            self.told(place + 1, column, "caption-reversed", text=self.lines[place].strip()[:80])
            return
        text, speaker = self.words(place + 1, end)
        if not text:
            self.told(place + 1, 1, "caption-cue-empty", Severity.WARNING)
            return
        self.cues.append(_Read(Cue(start_ms, end_ms, text, speaker, is_sure), place + 1, place + 2))

    def times(self, place: int) -> tuple[int, int] | None:
        """Start and end in ms; None where one of them is no time."""
        line = self.lines[place]
        arrow = line.index(_ARROW)
        after = arrow + len(_ARROW)
        left, right = line[:arrow], line[after:]
        parts = ((left.strip(), _indent(left)), ((right.split() or [""])[0], after + _indent(right)))
        found: list[int] = []
        for text, offset in parts:
            strict = _TIME.fullmatch(text)
            if not strict:
                self.told(place + 1, offset + 1, "caption-time-garbled", text=text[:40])
            time = strict or _TIME_LIKE.fullmatch(text)
            if time:
                found.append(_time_ms(time))
        return (found[0], found[1]) if len(found) == 2 else None

    # ------------------------------------------------------------ words

    def words(self, begin: int, end: int) -> tuple[str, str]:
        """Text and speaker of a cue whose text is in these lines."""
        text = "\n".join(self.lines[begin:end])
        voices = [clean_text(_unescaped(one[1] or "")) for one in _VOICE.finditer(text)]
        names = [one for one in dict.fromkeys(voices) if one]
        plain = "".join(self.plain(text, begin, is_named=len(names) > 1))
        cleaned = "\n".join(filter(None, map(clean_text, plain.split("\n"))))
        speaker = names[0] if len(names) == 1 else ""
        return without_label(cleaned, speaker), speaker

    def plain(self, text: str, begin: int, is_named: bool) -> Iterator[str]:
        """The text without tags. Where several people speak in one cue, their names become words of it."""
        place, seen, line, line_start = 0, 0, begin + 1, 0
        for sign in _SIGN.finditer(text):
            line += text.count("\n", seen, sign.start())
            line_start = max(line_start, text.rfind("\n", seen, sign.start()) + 1)
            seen = sign.start()
            if sign.start() < place:
                continue
            yield _unescaped(text[place : sign.start()])
            known = _KNOWN_TAG.match(text, sign.start())
            like = known or _TAG_LIKE.match(text, sign.start())
            column = sign.start() - line_start + 1
            if like is None:
                self.told(line, column, "caption-sign-unescaped", Severity.WARNING, text=text[seen : seen + 20])
                yield "<"
                place = sign.start() + 1
                continue
            if not known:
                self.told(line, column, "caption-tag-unknown", Severity.WARNING, tag=like[0][:40])
            voice = _VOICE.fullmatch(like[0])
            if voice and is_named and voice[1]:
                yield f"{clean_text(_unescaped(voice[1]))}: "
            place = like.end()
        yield _unescaped(text[place:])


def _unescaped(text: str) -> str:
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text)


def _tag(text: str) -> LanguageTag | None:
    try:
        return parse_language_tag(text)
    except UnknownLanguageTag:
        return None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _time_ms(time: re.Match[str]) -> int:
    hours, minutes, seconds, fraction = time.groups()
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0"))
