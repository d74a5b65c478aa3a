"""What the domain refuses. Words: `messages/texts/items.toml`."""

from collections.abc import Sequence

from api.errors import Problem


class ItemCodeTaken(Problem):
    """Of a bank in its course, or of an item in its bank."""

    slug, status = "item-code-taken", 409

    def __init__(self, code: str) -> None:
        super().__init__(code=code)


class CourseStudied(Problem):
    """Who studies a course reads none of its banks, whatever else they are (see `reaching`)."""

    slug, status = "course-studied", 403


class ItemBankClosed(Problem):
    """Nothing in it changes any more."""

    slug, status = "item-bank-closed", 409


class ItemVersionUsed(Problem):
    """Students may have seen it: it never changes. A new version is the way."""

    slug, status = "item-version-used", 409


class ItemLanguageAbsent(Problem):
    """The question does not exist in this language. There is no fallback to another."""

    slug, status = "item-language-absent", 409

    def __init__(self, language: str, available: Sequence[str]) -> None:
        super().__init__(language=language, available=list(available))


class RenditionNotReady(Problem):
    """There is no file yet; `state` says how far it is."""

    slug, status = "rendition-not-ready", 409

    def __init__(self, state: str) -> None:
        super().__init__(state=state)


class RenditionNotNeeded(Problem):
    """The format cannot apply to the question: captions without a recording."""

    slug, status = "rendition-not-needed", 409


class QtiRefused(Problem):
    """The package cannot be read at all: damaged, too large, or made to do harm. `reason` is a code, `explanation` its
    words in the reader's language."""

    slug, status = "qti-refused", 422

    def __init__(self, reason: str, file: str, explanation: str) -> None:
        super().__init__(reason=reason, file=file, explanation=explanation)


class QtiTooLarge(Problem):
    """More than a package may hold, in bytes of media or in questions."""

    slug, status = "qti-too-large", 409
