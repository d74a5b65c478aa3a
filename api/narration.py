"""Reading aloud, as the service knows it: a port that the composition root fills, since voices are not its affair."""

from dataclasses import dataclass
from typing import Protocol

from builder.model.document import Document


class NoVoice(Exception):
    """No voice speaks the document's language here; one must be installed. `language` is its tag."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.language = language


class NarrationFailed(Exception):
    """A voice that is there has not spoken."""


@dataclass(frozen=True, slots=True)
class Narrated:
    """A finished sound file. `ending` is that of its name, `voices` say whose voice it is."""

    data: bytes
    media_type: str
    ending: str
    duration_ms: int
    voices: tuple[str, ...]


class Narrator(Protocol):
    """Reads documents aloud. Slow: call it in a thread."""

    def narrate(self, document: Document) -> Narrated:
        """The document from its title to its last block, mathematics and tables in words. Raises NoVoice,
        NarrationFailed."""
