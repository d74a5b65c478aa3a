"""Captions -> plain text to download. Pure."""

from collections.abc import Iterator
from typing import Final

from builder.model.captions import Captions, Cue
from media_pipeline.captions.breaks import ends_sentence
from media_pipeline.captions.tokens import clean_text, join_lines
from media_pipeline.captions.wording import caption_words

# Our choice: about six lines of print.
_LONG_PARAGRAPH: Final = 400
_PAUSE_MS: Final = 2000


def transcript_text(captions: Captions, title: str) -> str:
    """Title, whether the words were reviewed, and all words as paragraphs, each with the time at which it begins.

    A new paragraph begins where the speaker changes, after a silence of 2 s, and at the end of a sentence when the
    paragraph has grown long. The time (``[1:02:03]``) lets a reader find the place in the recording.
    """
    head = [clean_text(title)] if clean_text(title) else []
    if not captions.is_reviewed:
        head.append(caption_words(captions.language).status)
    return "\n\n".join([*head, *_paragraphs(captions.cues)]) + "\n"


def _paragraphs(cues: tuple[Cue, ...]) -> Iterator[str]:
    texts: list[str] = []
    before: Cue | None = None
    head = ""
    for cue in cues:
        is_new_speaker = before is None or cue.speaker != before.speaker
        grown = sum(map(len, texts))
        if (
            before is None
            or is_new_speaker
            or cue.start_ms - before.end_ms >= _PAUSE_MS
            or (grown >= _LONG_PARAGRAPH and ends_sentence(before.text))
        ):
            if texts:
                yield head + join_lines("\n".join(texts))
            name = f"{clean_text(cue.speaker)}: " if is_new_speaker and cue.speaker else ""
            head, texts = f"[{_clock(cue.start_ms)}] {name}", []
        texts.append(cue.text)
        before = cue
    if texts:
        yield head + join_lines("\n".join(texts))


def _clock(time_ms: int) -> str:
    minutes, seconds = divmod(time_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
