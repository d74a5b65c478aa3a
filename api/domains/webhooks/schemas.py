"""What comes in and goes out."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, field

from api.http.wire import END, Input, Line, Output

Url = Annotated[str, Meta(min_length=8, max_length=2000, description="Where to: https, no credentials, no fragment")]
Kind = Annotated[
    str,
    Meta(
        max_length=80,
        pattern=r"^[a-z][a-z-]*\.([a-z][a-z-]*|\*)" + END,
        description="A kind of event, `enrolment.withdrawn`, or all of a noun, `enrolment.*`",
    ),
]
Kinds = Annotated[list[Kind], Meta(min_length=1, max_length=50)]
SubjectName = Annotated[str, Meta(max_length=40, pattern=r"^[a-z][a-z_-]*" + END)]
Subjects = Annotated[
    dict[SubjectName, UUID], Meta(max_length=5, description="Only events about all of these, e.g. {programme: id}")
]


class WebhookIn(Input):
    """A new webhook. Its secret is asked for separately, so that no stored answer holds it."""

    url: Url
    kinds: Kinds
    description: Line
    subjects: Subjects = field(default_factory=dict)


class WebhookChange(Input):
    """What is left out stays as it is."""

    url: Url | UnsetType = UNSET
    kinds: Kinds | UnsetType = UNSET
    description: Line | UnsetType = UNSET
    subjects: Subjects | UnsetType = UNSET
    state: Literal["active", "paused"] | UnsetType = UNSET


class WebhookOut(Output):
    """A webhook. Deliveries that fall due while it is paused are not made up for; they can be repeated by hand."""

    id: UUID
    version: int
    created_at: datetime
    owner_account_id: UUID
    description: str
    url: str
    kinds: list[str]
    subjects: dict[str, UUID]
    state: Literal["active", "paused"]
    old_secret_until: datetime | None


class SecretOut(Output):
    """The new secret, shown this once. Requests carry a signature of the old one too until `old_secret_until`."""

    secret: str
    old_secret_until: datetime


class DeliveryOut(Output):
    """One event for one webhook. `last_fault` is a code, `last_status` the HTTP status of the last answer."""

    id: UUID
    created_at: datetime
    event_id: UUID
    kind: str
    happened_at: datetime
    ids: dict[str, UUID]
    state: Literal["waiting", "delivered", "failed", "stopped"]
    attempts: int
    last_attempt_at: datetime | None
    last_status: int | None
    last_fault: str | None
