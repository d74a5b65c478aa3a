"""Captions -> WebVTT. Pure."""

from builder.model.captions import Captions


def write_vtt(captions: Captions, title: str) -> str:
    """The WebVTT file of a track."""
    head = f"WEBVTT Kind: {captions.kind.value}; Language: {captions.language}\n"
    return head + "".join(
        f"\n{vtt_time(cue.start_ms)} --> {vtt_time(cue.end_ms)}\n{_escape(cue.text)}\n" for cue in captions.cues
    )


def vtt_time(time_ms: int) -> str:
    """``01:02:03.004``."""
    seconds, milliseconds = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
