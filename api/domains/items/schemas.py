"""What comes in and goes out. Keys have structs of their own (`VersionKeyOut`): no other answer can hold one."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, field

from api.domains.items.content import Answer, Content, ItemKind, Key, MediumKind
from api.domains.items.presenting import Shown
from api.domains.items.renditions import RenditionFormat, RenditionState
from api.errors import FieldError, InvalidFields
from api.http.wire import Code, Input, Language, Output, Titles

Points = Annotated[float, Meta(gt=0, le=1000, description="Two decimals at most")]
Tags = Annotated[list[Code], Meta(max_length=20)]


class BankState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ItemState(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"


class BankIn(Input, kw_only=True):
    course_id: UUID
    code: Code
    titles: Titles


class BankChangeIn(Input, kw_only=True):
    """What is left out stays."""

    code: Code | UnsetType = UNSET
    titles: Titles | UnsetType = UNSET


class BankOut(Output, kw_only=True):
    id: UUID
    course_id: UUID
    code: str
    titles: dict[str, str]
    state: BankState


class MediumFileOut(Output, kw_only=True):
    """`file_id` is for `file_id` of a medium in content."""

    id: UUID
    file_id: UUID
    kind: MediumKind


class VersionIn(Input, kw_only=True):
    """A question with its key. Ids of parts are yours while you write; stored ones are others, which tell nothing."""

    points: Points
    content: Content
    key: Key


class ItemIn(Input, kw_only=True):
    code: Code
    tags: Tags = field(default_factory=list)
    version: VersionIn


class ItemChangeIn(Input, kw_only=True):
    """What is left out stays."""

    code: Code | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET


class ItemOut(Output, kw_only=True):
    """`newest` is the number of the version that new tests take."""

    id: UUID
    bank_id: UUID
    code: str
    kind: ItemKind
    state: ItemState
    tags: list[str]
    newest: int


class VersionBrief(Output, kw_only=True):
    """`used_at`: since when students may have seen it; from then on it never changes."""

    id: UUID
    item_id: UUID
    number: int
    points: float
    languages: list[str]
    used_at: datetime | None


class VersionOut(VersionBrief, kw_only=True):
    content: Content


class VersionKeyOut(Output, kw_only=True):
    """For who keeps the bank."""

    version_id: UUID
    key: Key


class TrialIn(Input, kw_only=True):
    answer: Answer


class TrialOut(Output, kw_only=True):
    """What the answer would be worth. None where a person marks."""

    points: float | None
    is_right: bool
    needs_person: bool


class PreviewOut(Output, kw_only=True):
    """As students see it."""

    version_id: UUID
    points: float
    question: Shown


class RenditionOrderIn(Input, kw_only=True):
    language: Language
    formats: Annotated[list[RenditionFormat], Meta(min_length=1, max_length=8)]


class ItemRenditionOut(Output, kw_only=True):
    """`explanation` says in the reader's language why it is not there and what to do. `counts` is false when it was
    made of another text than the version's."""

    id: UUID
    item_version_id: UUID
    language: str
    format: RenditionFormat
    state: RenditionState
    counts: bool
    reason: str | None
    explanation: str | None
    media_type: str | None
    duration_ms: int | None
    made_by: UUID | None
    made_at: datetime | None


class QtiLine(Output, kw_only=True):
    """What was not taken over, where: `code` names the kind, `message` says it in the reader's language."""

    file: str
    line: int
    code: str
    message: str


class QtiReport(Output, kw_only=True):
    """`items` are those made, in the order of the package (ids are None in a trial); `findings` everything else."""

    items: list["QtiItemOut"]
    findings: list[QtiLine]


class QtiItemOut(Output, kw_only=True):
    id: UUID | None
    code: str
    kind: ItemKind
    languages: list[str]


def exact_points(points: float, pointer: str = "") -> Decimal:
    """Raises InvalidFields for more than two decimals."""
    exact = Decimal(repr(points))
    if exact != round(exact, 2):
        raise InvalidFields(fields=[FieldError(f"{pointer}/points", "points-decimals", {})])
    return exact
