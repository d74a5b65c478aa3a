"""Captions -> plain text to download. Pure."""

from builder.model.captions import Captions


def transcript_text(captions: Captions, title: str) -> str:
    """Title, status and all words as paragraphs."""
    return title + "\n\n" + "\n".join(" ".join(cue.text.split()) for cue in captions.cues) + "\n"
