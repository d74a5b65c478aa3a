"""The name of a speaker as viewers see it. Pure.

Players read the voice tag of WebVTT but do not show it, so the name stands in the text as well, where the speaker
changes: without it a deaf viewer would not know who speaks.
"""

from typing import Final

from builder.model.captions import Cue
from media_pipeline.captions.limits import LINE_CHARACTERS

_LONGEST_NAME: Final = LINE_CHARACTERS - 2


def speaker_label(speaker: str) -> str:
    """``Айгүл:``, a very long name cut to fit into one line."""
    name = speaker if len(speaker) <= _LONGEST_NAME else speaker[: _LONGEST_NAME - 1] + "…"
    return f"{name}:"


def shown_text(cue: Cue, before: Cue | None) -> str:
    """What viewers see: the text, with the speaker's name where it changes."""
    if not cue.speaker:
        return cue.text
    label = speaker_label(cue.speaker)
    changes = before is None or before.speaker != cue.speaker
    if not changes and not cue.text.startswith(label):
        return cue.text
    first, *more = cue.text.split("\n")
    between = " " if more or len(label) + 1 + len(first) <= LINE_CHARACTERS else "\n"
    return label + between + cue.text


def without_label(text: str, speaker: str) -> str:
    """The text without the name that `shown_text` put before it."""
    label = speaker_label(speaker)
    return text[len(label) + 1 :] if speaker and text.startswith((label + " ", label + "\n")) else text
