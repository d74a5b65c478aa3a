"""A recording for forms that cannot play it: its title and its words. Pure."""

from builder.model.captions import Captions, Cue
from builder.model.document import Block, Paragraph, PassageBlock, Recording, Strong, Text
from builder.model.labels import Labels
from builder.model.language import LanguageTag

_PARAGRAPH_PAUSE_MS = 2000
"""Silence after which the transcript begins a new paragraph. Our choice."""

UNSURE_MARK = "[?]"
"""Behind words that the machine doubts; our choice."""


def describe_recording(recording: Recording, words: Labels, language: LanguageTag) -> tuple[Block, ...]:
    """Title and transcript as ordinary blocks, marked where they are in another language than `language`.

    The transcript is the captions in the reader's language where there are some, otherwise those in the spoken one.
    """
    line = recording.line
    kind = words.recordings[recording.kind]
    title = Paragraph((Strong((Text(f"{kind}: {recording.title}", line),), line),), line)
    captions = choose_captions(recording, language)
    if captions is None:
        return (title, Paragraph((Text(words.transcript_missing, line),), line))
    told = [] if captions.is_reviewed else [words.transcript_unreviewed]
    if any(not cue.is_sure for cue in captions.cues):
        told.append(words.transcript_unsure.format(mark=UNSURE_MARK))
    status = tuple(Paragraph((Text(one, line),), line) for one in told)
    paragraphs: tuple[Block, ...] = tuple(
        Paragraph((Text(one, line),), line) for one in transcript_paragraphs(captions)
    )
    if captions.language != language:
        paragraphs = (PassageBlock(captions.language, paragraphs, line),)
    return (title, Paragraph((Text(words.transcript, line),), line), *status, *paragraphs)


def choose_captions(recording: Recording, language: LanguageTag) -> Captions | None:
    """The track for a reader of this language: in it, else in the language spoken, else any; None without any."""
    order = (language, recording.language)
    ranked = sorted(recording.captions, key=lambda one: order.index(one.language) if one.language in order else 2)
    return ranked[0] if ranked else None


def transcript_paragraphs(captions: Captions) -> tuple[str, ...]:
    """The words of all cues as running text; a new paragraph where the speaker changes or is silent for long."""
    paragraphs: list[list[str]] = []
    before: Cue | None = None
    for cue in captions.cues:
        text = " ".join(cue.text.split()) + ("" if cue.is_sure else f" {UNSURE_MARK}")
        is_new_speaker = before is None or cue.speaker != before.speaker
        if before is None or is_new_speaker or cue.start_ms - before.end_ms >= _PARAGRAPH_PAUSE_MS:
            paragraphs.append([])
        if is_new_speaker and cue.speaker:
            text = f"{cue.speaker}: {text}"
        paragraphs[-1].append(text)
        before = cue
    return tuple(" ".join(one) for one in paragraphs)
