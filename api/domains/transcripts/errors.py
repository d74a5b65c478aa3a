"""What the transcripts refuse."""

from api.errors import Problem


class TranscriptExists(Problem):
    """There is a draft for this study and semester already."""

    slug, status = "transcript-exists", 409


class TranscriptOutdated(Problem):
    """Grades, names or titles are not those of the content any more."""

    slug, status = "transcript-outdated", 409


class OwnDraft(Problem):
    """Whoever made the content of a transcript does not approve it."""

    slug, status = "own-draft", 409


class OwnTranscript(Problem):
    """Nobody approves or issues what is about themselves."""

    slug, status = "own-transcript", 409


class TranscriptDamaged(Problem):
    """The stored content is not what the seal says: somebody changed the database. Nothing of it is handed out."""

    slug, status = "transcript-damaged", 500


class RenditionUnavailable(Problem):
    """A font, liblouis or its tables are not installed on the server: `program` says which."""

    slug, status = "rendition-unavailable", 503
