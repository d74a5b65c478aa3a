"""What conditions refuse."""

from api.errors import Problem


class WindowInvalid(Problem):
    """A task opens before it is due, and is due before or when it closes."""

    slug, status = "window-invalid", 422


class TaskNotOpenYet(Problem):
    """`opens_at` is the moment."""

    slug, status = "task-not-open-yet", 409


class TaskOver(Problem):
    """The close of this person's window has passed, by the server's clock."""

    slug, status = "task-over", 409
