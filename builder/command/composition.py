"""What the composition root gives the command line: everything from packages that the builder does not know."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from builder.command.doctor import Requirement
from builder.model.captions import Captions
from builder.model.finding import Finding
from builder.model.language import LanguageTag
from builder.model.settings import SpeechSettings


class Voice(Protocol):
    """A voice that reads aloud, or that could if something were installed."""

    @property
    def name(self) -> str:
        """As it stands in mkdocs.yml: ``engine`` or ``engine:voice``."""

    @property
    def language(self) -> LanguageTag: ...

    @property
    def licence(self) -> str: ...

    @property
    def is_found(self) -> bool: ...

    @property
    def rule(self) -> str:
        """Why it cannot be used here and what to do, as in a Finding; empty where it can."""

    @property
    def values(self) -> tuple[tuple[str, str], ...]: ...


class Media(Protocol):
    """Voices and recordings, for the commands about them."""

    def list_voices(self) -> Sequence[Voice]:
        """Every voice of ky, ru and en that Jetki knows how to use."""

    def say(self, text: str, language: LanguageTag, settings: SpeechSettings, out: Path) -> Finding | None:
        """Writes a WAV file with this text spoken. A finding says why it could not."""

    def caption(
        self,
        recording: Path,
        language: LanguageTag | None,
        script: Sequence[str] | None,
        settings: SpeechSettings,
        progress: Callable[[float], None],
    ) -> tuple[Captions | None, Sequence[Finding]]:
        """A machine's captions of a recording, None where it has none, and what a person should know. `progress` is
        told the share that is done."""

    def write_captions(self, captions: Captions, title: str) -> bytes:
        """As a WebVTT file."""

    def check_captions(self, data: bytes, path: str) -> tuple[Captions | None, Sequence[Finding]]:
        """What a WebVTT file says, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Composition:
    """`read_version` is a fingerprint of those who judge in the reading task and of whoever makes media; `judges` are
    what checks need; `find_tools` names what jobs can use on this machine."""

    read_version: Callable[[], str]
    judges: Callable[[], Iterable[Requirement]]
    find_tools: Callable[[], Iterable[str]]
    media: Callable[[], Media]
