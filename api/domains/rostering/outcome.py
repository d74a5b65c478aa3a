"""What can become of a row."""

from enum import StrEnum


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ENDED = "ended"
    """`tobedeleted`: what belonged to it is withdrawn or ended, never removed."""
    WAITING = "waiting"
    """An enrolment in a full class: on its waiting list."""
    NOT_USED = "not-used"
    """Something that a roster may not decide here, e.g. an administrator's role or a parent."""
