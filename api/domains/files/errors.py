"""What receiving and serving files refuses."""

from api.errors import Problem


class FileTypeRefused(Problem):
    """What the bytes are is not among what may be handed in here, or the name says something else than the bytes."""

    slug, status = "file-type-refused", 422


class FileEmpty(Problem):
    slug, status = "file-empty", 422


class FileInfected(Problem):
    """The scanner found something. Nothing was stored, or it is never served."""

    slug, status = "file-infected", 422


class FileQuarantined(Problem):
    """Not scanned yet, while there is a scanner: nobody gets it before."""

    slug, status = "file-quarantined", 409


class FileDamaged(Problem):
    """The bytes that were stored are missing or changed: a fault of ours, which `jetki api check` names."""

    slug, status = "file-damaged", 500
