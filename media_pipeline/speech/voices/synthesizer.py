"""What every voice can do."""

from collections.abc import Hashable, Sequence
from typing import Protocol

from builder.model.language import LanguageTag


class Synthesizer(Hashable, Protocol):
    """A voice that is ready to speak."""

    @property
    def language(self) -> LanguageTag: ...

    @property
    def name(self) -> str:
        """``engine:voice``, as a setting would say it and as the credits name it."""
        ...

    @property
    def licence(self) -> str: ...

    @property
    def identity(self) -> str:
        """Whatever the sound depends on, apart from the words: part of the key under which speech is stored."""
        ...

    def speak(self, text: str) -> bytes:
        """Mono 16 bit PCM at 24,000 Hz; empty where there is nothing to say. Raises VoiceFailed."""
        ...

    def speak_all(self, texts: Sequence[str]) -> list[bytes]:
        """Each text on its own; the same texts in the same order give the same bytes. Raises VoiceFailed."""
        ...
