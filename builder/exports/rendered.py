"""What a renderer gives back."""

from dataclasses import dataclass

from builder.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file. `pages` for paginated formats, `words` for text that flows; `findings` for what could not be
    rendered as written."""

    data: bytes
    pages: int | None = None
    findings: tuple[Finding, ...] = ()
    words: int | None = None
