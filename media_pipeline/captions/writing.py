"""Captions -> WebVTT (W3C WebVTT, 4: syntax). Pure."""

from typing import Final

from builder.model.captions import Captions, Cue
from media_pipeline.captions.labels import shown_text
from media_pipeline.captions.tokens import clean_text
from media_pipeline.captions.wording import caption_words

REVIEWED_MARK: Final = "jetki reviewed:"
"""With ``yes`` or ``no`` after it: whether a person answers for the words."""
UNSURE_MARK: Final = "jetki unsure"
"""In a note directly before a cue whose words or times the machine doubts."""


def write_vtt(captions: Captions, title: str) -> str:
    """The WebVTT file of a track, ready to be played and to be edited by a person.

    Kind and language stand in the line of the signature: the syntax of the standard allows nothing else before the
    first empty line. Notes, which players leave out, say what the recording is called, whether the words were
    reviewed, and which cues want a look. `read_vtt` gives the same captions back; in reviewed ones no cue is doubted.
    """
    words = caption_words(captions.language)
    status = words.reviewed if captions.is_reviewed else words.unreviewed
    name = _note(title)
    blocks = [
        f"WEBVTT Kind: {captions.kind.value}; Language: {captions.language}",
        *([f"NOTE {name}"] if name else []),
        f"NOTE\n{status}\n{REVIEWED_MARK} {'yes' if captions.is_reviewed else 'no'}",
    ]
    before: Cue | None = None
    for cue in map(_cleaned, captions.cues):
        if not cue.text:
            continue
        if not (cue.is_sure or captions.is_reviewed):
            blocks.append(f"NOTE {words.unsure} ({UNSURE_MARK})")
        blocks.append(_block(cue, before))
        before = cue
    return "\n\n".join(blocks) + "\n"


def vtt_time(time_ms: int) -> str:
    """``01:02:03.004``."""
    seconds, milliseconds = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"


def _cleaned(cue: Cue) -> Cue:
    lines = filter(None, map(clean_text, cue.text.split("\n")))
    return Cue(cue.start_ms, cue.end_ms, "\n".join(lines), clean_text(cue.speaker), cue.is_sure)


def _block(cue: Cue, before: Cue | None) -> str:
    voice = f"<v {_escape(cue.speaker)}>" if cue.speaker else ""
    return f"{vtt_time(cue.start_ms)} --> {vtt_time(cue.end_ms)}\n{voice}{_escape(shown_text(cue, before))}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _note(title: str) -> str:
    """A title in one line that does not look like a time."""
    return clean_text(title).replace("-->", "→")
