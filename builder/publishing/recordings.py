"""A recording on a lesson's page: native player with captions, transcript that follows it, downloads. Pure.

Everything works without JavaScript; ``listen.js`` finds the parts by their ``data-jetki-…`` attributes and adds what
plain HTML cannot do: a transcript that follows and can be started from, sign language in step, captions from a folder.
"""

from collections.abc import Callable, Iterable
from typing import Final

from builder.exports.hypertext.markup import Attributes, element, empty_element, escape
from builder.exports.recording import choose_captions
from builder.model.captions import CaptionKind, Captions, Cue
from builder.model.document import Recording, RecordingKind
from builder.model.labels import LABELS, OWN_NAMES
from builder.model.language import LanguageTag, primary_language
from builder.publishing.requests import MediaSize, MediaSource, RecordingFiles, Track
from builder.publishing.words import WORDS, write_size

_PARAGRAPH_PAUSE_MS: Final = 2000
"""Silence after which the transcript begins a new paragraph, as in every other form. Our choice."""
_LONGEST_PARAGRAPH_MS: Final = 30_000
"""After so much speech the next sentence begins a paragraph with a time of its own. Our choice."""

_VIDEO_WIDTH, _VIDEO_HEIGHT = 640, 360
"""The place kept for a video that does not say its size."""


def render_recording(
    recording: Recording, files: RecordingFiles, language: LanguageTag, number: int, url_of: Callable[[str], str]
) -> str:
    """The recording as markup for a page in `language`; `number` tells the recordings of a page apart."""
    return _Player(recording, files, language, number, url_of).markup()


class _Player:
    def __init__(
        self,
        recording: Recording,
        files: RecordingFiles,
        language: LanguageTag,
        number: int,
        url_of: Callable[[str], str],
    ) -> None:
        self.recording = recording
        self.files = files
        self.language = language
        self.url_of = url_of
        self.words = WORDS[language].recordings
        self.labels = LABELS[language]
        # A full stop never stands in an author's anchor.
        self.id = f"r.{number}"
        self.captions = choose_captions(recording, language)

    def markup(self) -> str:
        kind = self.labels.recordings[self.recording.kind]
        title = element(
            "p",
            {"class": "jetki-recording__title", "id": f"{self.id}.title"},
            element(
                "strong",
                {},
                element("span", {"id": self.recording.id or None}, escape(f"{kind}: {self.recording.title}")),
            ),
        )
        parts = [title, self.stage(), self.status(), self.downloads(), self.transcript()]
        return element(
            "div",
            {
                "class": "jetki-recording",
                "role": "group",
                "aria-labelledby": f"{self.id}.title",
                "data-jetki-recording": "",
            },
            _lines(parts),
        )

    # ------------------------------------------------------------ players

    def stage(self) -> str:
        main = element("div", {"class": "jetki-recording__main"}, _lines([self.main(), self.quality()]))
        sign = self.sign_language()
        return element("div", {"class": "jetki-recording__stage"}, _lines([main, sign]))

    def main(self) -> str:
        is_video = self.recording.kind is RecordingKind.VIDEO
        sources = self.sources_of(MediaSize.NORMAL)
        attributes: dict[str, str | None] = {
            "controls": "",
            "preload": "metadata",
            "aria-labelledby": f"{self.id}.title",
            "data-jetki-media": "",
        }
        if is_video:
            attributes |= {
                "playsinline": "",
                **_size(sources[0]),
                "poster": self.url_of(self.files.poster) if self.files.poster else None,
            }
        inside = [self.source(one) for one in sources] + [self.track(one) for one in self.files.tracks]
        return element("video" if is_video else "audio", attributes, _lines(inside))

    def sources_of(self, label: MediaSize) -> tuple[MediaSource, ...]:
        """The files of that size; all of them where there is only another size."""
        return tuple(one for one in self.files.sources if one.label is label) or self.files.sources

    def source(self, source: MediaSource) -> str:
        return empty_element("source", {"src": self.url_of(source.path), "type": source.media_type})

    def track(self, track: Track) -> str:
        shown = self.captions.language if self.captions else self.language
        label = OWN_NAMES.get(primary_language(track.language), str(track.language))
        if not track.is_reviewed:
            label = self.words.track_unreviewed.format(language=label)
        attributes: Attributes = {
            "kind": track.kind.value,
            "srclang": track.language,
            "label": label,
            "src": self.url_of(track.path),
            "default": "" if track is self.default_track(shown) else None,
        }
        return empty_element("track", attributes)

    def default_track(self, shown: LanguageTag) -> Track | None:
        return next((one for one in self.files.tracks if one.language == shown), None)

    def quality(self) -> str:
        """A choice that a script makes work; without one the small file stands among the downloads."""
        small = [one for one in self.files.sources if one.label is MediaSize.SMALL]
        if not small or len(small) == len(self.files.sources):
            return ""
        options = [
            element(
                "option", {"value": self.url_of(one.path)}, escape(f"{name}, {write_size(one.size, self.language)}")
            )
            for one, name in (
                (self.sources_of(MediaSize.NORMAL)[0], self.words.normal),
                (small[0], self.words.small),
            )
        ]
        name = f"{self.id}.quality"
        chooser = element("select", {"id": name, "data-jetki-quality": ""}, _lines(options))
        label = element("label", {"for": name}, escape(self.words.quality))
        return element("p", {"class": "jetki-recording__quality", "hidden": ""}, f"{label} {chooser}")

    def sign_language(self) -> str:
        if not self.files.sign_language:
            return ""
        name = f"{self.id}.sign"
        attributes: Attributes = {
            "controls": "",
            "muted": "",
            "preload": "metadata",
            "playsinline": "",
            **_size(self.files.sign_language[0]),
            "aria-labelledby": f"{name} {self.id}.title",
            "data-jetki-sign": "",
        }
        video = element("video", attributes, _lines(self.source(one) for one in self.files.sign_language))
        title = element("p", {"id": name}, escape(self.words.sign_language))
        return element("div", {"class": "jetki-recording__sign"}, _lines([title, video]))

    # ------------------------------------------------------------ words about it

    def status(self) -> str:
        """Who answers for the captions, in plain sentences."""
        sentences = [
            (self.words.reviewed if one.is_reviewed else self.words.unreviewed).format(
                language=self.name_of(one.language)
            )
            for one in self.files.tracks
        ]
        if not sentences and self.captions is None:
            sentences = [self.words.no_captions]
        items = [element("li", {}, escape(one)) for one in sentences]
        listed = element("ul", {"class": "jetki-recording__status"}, _lines(items)) if items else ""
        if len(self.files.tracks) < 2 or self.captions is None:
            return listed
        offline = self.words.offline.format(language=self.name_of(self.captions.language))
        return listed + "\n" + element("p", {"hidden": "", "data-jetki-offline": ""}, escape(offline))

    def name_of(self, language: LanguageTag) -> str:
        names = self.labels.language_names
        return names.get(language) or names.get(primary_language(language)) or str(language)

    def downloads(self) -> str:
        kind = self.labels.recordings[self.recording.kind]
        sizes = {MediaSize.NORMAL: self.words.normal, MediaSize.SMALL: self.words.small}
        several = len({one.label for one in self.files.sources}) > 1
        links: list[tuple[str, str, str | None]] = [
            (
                one.path,
                ", ".join(
                    [kind]
                    + ([sizes[one.label]] if several else [])
                    + [_suffix(one.path), write_size(one.size, self.language)]
                ),
                None,
            )
            for one in self.files.sources
        ]
        links += [
            (
                one.path,
                f"{self.words.sign_language}, {_suffix(one.path)}, {write_size(one.size, self.language)}",
                None,
            )
            for one in self.files.sign_language[:1]
        ]
        for one in self.files.tracks:
            text = self.words.captions if one.kind is CaptionKind.CAPTIONS else self.words.subtitles
            links.append((one.path, text.format(language=self.name_of(one.language)), one.language))
        if self.files.transcript_path:
            links.append((self.files.transcript_path, self.words.transcript, None))
        items = [
            element(
                "li",
                {},
                element("a", {"href": self.url_of(path), "download": "", "hreflang": language}, escape(text)),
            )
            for path, text, language in links
        ]
        summary = element("summary", {}, escape(self.words.download))
        listed = element("ul", {"class": "jetki-recording__files"}, _lines(items))
        return element("details", {"class": "jetki-recording__downloads"}, _lines([summary, listed]))

    # ------------------------------------------------------------ transcript

    def transcript(self) -> str:
        if self.captions is None:
            return element("p", {}, escape(self.labels.transcript_missing))
        captions = self.captions
        parts = []
        if not captions.is_reviewed:
            parts.append(element("p", {}, escape(self.labels.transcript_unreviewed)))
        if not all(one.is_sure for one in captions.cues):
            parts.append(element("p", {}, escape(self.words.unsure_note)))
        name = f"{self.id}.transcript"
        parts.append(element("p", {"hidden": "", "data-jetki-transcript-help": ""}, escape(self.words.transcript_help)))
        follow = empty_element("input", {"type": "checkbox", "checked": "", "data-jetki-follow": ""})
        label = element("label", {}, f"{follow} {escape(self.words.follow)}")
        parts.append(element("p", {"hidden": "", "data-jetki-transcript-choice": ""}, label))
        foreign: Attributes = {"lang": captions.language} if captions.language != self.language else {}
        lines = _lines(self.paragraph(one) for one in group_cues(captions))
        parts.append(
            element(
                "div",
                {
                    "class": "jetki-transcript",
                    **foreign,
                    "role": "group",
                    "aria-labelledby": name,
                    "data-jetki-transcript": "",
                    "data-label": OWN_NAMES.get(primary_language(captions.language), str(captions.language)),
                    "data-language": captions.language,
                },
                lines,
            )
        )
        summary = element("summary", {"id": name}, escape(self.labels.transcript))
        return element("details", {"class": "jetki-recording__transcript", "open": ""}, _lines([summary, *parts]))

    def paragraph(self, cues: tuple[Cue, ...]) -> str:
        first = cues[0]
        time = element("span", {"class": "jetki-time"}, write_time(first.start_ms))
        speaker = element("strong", {}, escape(f"{first.speaker}:")) + " " if first.speaker else ""
        return element("p", {}, f"{time} {speaker}" + " ".join(map(self.cue, cues)))

    def cue(self, cue: Cue) -> str:
        """Start and duration in milliseconds stand at the words; line ends stay, for captions made from them."""
        attributes: Attributes = {
            "data-cue": f"{cue.start_ms} {cue.end_ms - cue.start_ms}",
            "data-speaker": cue.speaker or None,
            "class": None if cue.is_sure else "jetki-unsure",
        }
        words = element("span", attributes, escape(cue.text))
        return words if cue.is_sure else f"{words} {self.unsure_mark()}"

    def unsure_mark(self) -> str:
        assert self.captions is not None
        language = {"lang": self.language} if self.captions.language != self.language else {}
        return element("span", {"class": "jetki-unsure-mark", **language}, escape(self.words.unsure))


def group_cues(captions: Captions) -> tuple[tuple[Cue, ...], ...]:
    """Cues in paragraphs: a new one where the speaker changes, is silent for long, or has spoken for long and ends a
    sentence."""
    groups: list[list[Cue]] = []
    for cue in captions.cues:
        if not groups or _begins_paragraph(cue, groups[-1]):
            groups.append([])
        groups[-1].append(cue)
    return tuple(map(tuple, groups))


def _begins_paragraph(cue: Cue, paragraph: list[Cue]) -> bool:
    before = paragraph[-1]
    if cue.speaker != before.speaker or cue.start_ms - before.end_ms >= _PARAGRAPH_PAUSE_MS:
        return True
    ends = before.text.rstrip("»”\"')]").endswith((".", "!", "?", "…"))
    return ends and cue.end_ms - paragraph[0].start_ms > _LONGEST_PARAGRAPH_MS


def write_time(time_ms: int) -> str:
    """``1:02:03`` or ``2:03``."""
    minutes, seconds = divmod(time_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _size(source: MediaSource) -> dict[str, str]:
    return {"width": str(source.width or _VIDEO_WIDTH), "height": str(source.height or _VIDEO_HEIGHT)}


def _suffix(path: str) -> str:
    return path.rpartition(".")[2].upper()


def _lines(parts: Iterable[str]) -> str:
    return "\n" + "\n".join(one for one in parts if one) + "\n"
