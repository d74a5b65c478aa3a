"""What a question is: its content, which students see; its key, which they do not; and an answer to it.

Three families of types that share nothing but the ids of parts, so that no struct which holds content can hold a key.
Every text is there in each language of the item (`languages_of`): `faults_of` refuses an item that lacks one, and
nothing here falls back to another language.

Texts are prose as `prose.py` reads it: paragraphs, mathematics between dollar signs, computer text between backquotes.
Bounds without a source are our choice.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, field

from api.http.wire import END, Input, Language

LANGUAGES: Final = ("ky", "ru", "en")


class ItemKind(StrEnum):
    SINGLE_CHOICE = "single-choice"
    MULTIPLE_CHOICE = "multiple-choice"
    ORDERING = "ordering"
    MATCHING = "matching"
    NUMERIC = "numeric"
    SHORT_TEXT = "short-text"
    ESSAY = "essay"
    FILE = "file"


NEEDS_PERSON: Final = frozenset({ItemKind.ESSAY, ItemKind.FILE})
"""Nobody but a person can mark these."""

_CONTROLS_BUT_LINES = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff"
Prose = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=10_000,
        pattern=rf"^[^{_CONTROLS_BUT_LINES}]*[^\s{_CONTROLS_BUT_LINES}][^{_CONTROLS_BUT_LINES}]*" + END,
    ),
]
"""Text of a question; never empty and not only spaces."""
Prompts = Annotated[dict[Language, Prose], Meta(min_length=1, max_length=3)]
"""Language -> text."""
PartId = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[A-Za-z_][A-Za-z0-9_.\-]*" + END)]
"""Of a choice or another part, unique in the question. When a question is stored its parts get ids that tell nothing
(`with_new_ids`): an author's `right` or `1st` would be a key."""
Decimals = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^-?[0-9]{1,24}(\.[0-9]{1,15})?" + END)]
"""A number to the digit, with a point."""
Weight = Annotated[int, Meta(ge=-100_000, le=100_000)]
MOST_PARTS: Final = 20
"""There are 25 labels, see `presenting.py`."""


class MediumKind(StrEnum):
    PICTURE = "picture"
    AUDIO = "audio"
    VIDEO = "video"


class Medium(Input, kw_only=True):
    """A picture or recording of a question. `text` is a picture's text alternative, a recording's title."""

    id: PartId
    kind: MediumKind
    file_id: UUID
    text: Prompts
    long_description: Prompts | None = None
    """What the picture shows, in full, where the alternative cannot say it."""
    text_says_all: bool = False
    """Of a picture: the alternative is enough, no long description is due."""


class Part(Input, kw_only=True):
    """A choice, or one of the things to be ordered or matched."""

    id: PartId
    text: Prompts
    medium: Medium | None = None


class Choice(Part, kw_only=True):
    stays: bool = False
    """Keeps its place when choices are shuffled: «none of these»."""


Choices = Annotated[list[Choice], Meta(min_length=2, max_length=MOST_PARTS)]
Parts = Annotated[list[Part], Meta(min_length=2, max_length=MOST_PARTS)]
Sources = Annotated[list[Part], Meta(min_length=1, max_length=MOST_PARTS)]


class _Content(Input, tag_field="kind", kw_only=True):
    prompt: Prompts
    media: Annotated[list[Medium], Meta(max_length=10)] = field(default_factory=list)


class SingleChoice(_Content, tag="single-choice", kw_only=True):
    choices: Choices
    shuffle: bool = True


class MultipleChoice(_Content, tag="multiple-choice", kw_only=True):
    choices: Choices
    shuffle: bool = True
    at_most: Annotated[int, Meta(ge=1, le=MOST_PARTS)] | None = None
    """How many may be chosen; None for any number."""


class Ordering(_Content, tag="ordering", kw_only=True):
    """Always shown shuffled: the author's order tells nothing, and may be the right one."""

    parts: Parts


class Matching(_Content, tag="matching", kw_only=True):
    """Each source is matched with one target; a target that matches nothing distracts."""

    sources: Sources
    targets: Parts
    targets_once: bool = True
    """Whether a target may be used for one source only."""
    shuffle: bool = True
    """Of the sources; targets are always shuffled."""


class Numeric(_Content, tag="numeric", kw_only=True):
    unit: Annotated[dict[Language, Annotated[str, Meta(min_length=1, max_length=40)]], Meta(max_length=3)] | None = None
    """Shown beside the field; the answer is a number alone."""


class ShortText(_Content, tag="short-text", kw_only=True):
    longest: Annotated[int, Meta(ge=1, le=300)] = 300
    """Characters."""


class Essay(_Content, tag="essay", kw_only=True):
    words_at_least: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    words_at_most: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    """Said to the student and to who marks; nothing is cut off."""


MediaType = Annotated[str, Meta(max_length=100, pattern=r"^[a-z]+/[a-z0-9.+\-]+" + END)]


class FileUpload(_Content, tag="file", kw_only=True):
    at_most: Annotated[int, Meta(ge=1, le=10)] = 1
    max_bytes: Annotated[int, Meta(ge=1, le=1_000_000_000)] = 20_000_000
    """Of each file."""
    media_types: Annotated[list[MediaType], Meta(max_length=30)] = field(default_factory=list)
    """Empty for any."""


Content = SingleChoice | MultipleChoice | Ordering | Matching | Numeric | ShortText | Essay | FileUpload

# ---------------------------------------------------------------- keys


class _Key(Input, tag_field="kind", kw_only=True):
    """What is right, what it is worth, and what is said about it. Never part of what a student gets before release."""

    feedback: Prompts | None = None
    """For everybody, once results are released."""
    feedback_right: Prompts | None = None
    feedback_wrong: Prompts | None = None
    hints: Prompts | None = None
    """For who marks."""


Weights = Annotated[dict[PartId, Weight], Meta(max_length=MOST_PARTS)]
PartFeedback = Annotated[dict[PartId, Prompts], Meta(max_length=MOST_PARTS)]


class SingleChoiceKey(_Key, tag="single-choice", kw_only=True):
    right: PartId
    weights: Weights | None = None
    """Choice -> its worth, for partial credit; the right one's is the whole. None: the right one alone counts."""
    choice_feedback: PartFeedback = field(default_factory=dict)


class MultipleChoiceKey(_Key, tag="multiple-choice", kw_only=True):
    right: Annotated[list[PartId], Meta(min_length=1, max_length=MOST_PARTS)]
    weights: Weights | Literal["even"] | None = None
    """Choice -> its worth, for partial credit: see `scoring.py`. "even" is stored as the weights it stands for
    (`even_weights`). None: all or nothing."""
    choice_feedback: PartFeedback = field(default_factory=dict)


class OrderingKey(_Key, tag="ordering", kw_only=True):
    order: Annotated[list[PartId], Meta(min_length=2, max_length=MOST_PARTS)]
    partial: bool = False


class MatchingKey(_Key, tag="matching", kw_only=True):
    pairs: Annotated[dict[PartId, PartId], Meta(min_length=1, max_length=MOST_PARTS)]
    """Source -> its target, for every source."""
    partial: bool = False


class ToleranceKind(StrEnum):
    EXACT = "exact"
    ABSOLUTE = "absolute"
    RELATIVE = "relative"


class Tolerance(Input, kw_only=True):
    kind: ToleranceKind = ToleranceKind.EXACT
    amount: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[0-9]{1,24}(\.[0-9]{1,15})?" + END)] = "0"
    """Absolute: in the unit of the answer. Relative: per cent of the right value. Limits are inclusive."""


class NumericKey(_Key, tag="numeric", kw_only=True):
    value: Decimals
    tolerance: Tolerance = field(default_factory=Tolerance)


class Accepted(Input, kw_only=True):
    text: Annotated[str, Meta(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f-\x9f\ufffe\uffff]*" + END)]
    percent: Annotated[int, Meta(ge=1, le=100)] = 100
    """Of the points."""


class ShortTextKey(_Key, tag="short-text", kw_only=True):
    accepted: Annotated[
        dict[Language, Annotated[list[Accepted], Meta(min_length=1, max_length=50)]], Meta(min_length=1, max_length=3)
    ]
    """Per language of the item. An answer in another language of the item counts as well: who studies in Kyrgyz and
    writes the Russian term knows it."""
    case_matters: bool = False


class EssayKey(_Key, tag="essay", kw_only=True):
    pass


class FileUploadKey(_Key, tag="file", kw_only=True):
    pass


Key = (
    SingleChoiceKey
    | MultipleChoiceKey
    | OrderingKey
    | MatchingKey
    | NumericKey
    | ShortTextKey
    | EssayKey
    | FileUploadKey
)

# ---------------------------------------------------------------- answers

_Chosen = Annotated[list[PartId], Meta(max_length=MOST_PARTS)]


class _Answer(Input, tag_field="kind", kw_only=True):
    pass


class SingleChoiceAnswer(_Answer, tag="single-choice", kw_only=True):
    choice: PartId | None = None
    """None takes an answer back."""


class MultipleChoiceAnswer(_Answer, tag="multiple-choice", kw_only=True):
    choices: _Chosen = field(default_factory=list)


class OrderingAnswer(_Answer, tag="ordering", kw_only=True):
    order: _Chosen = field(default_factory=list)
    """All parts, or none."""


class MatchingAnswer(_Answer, tag="matching", kw_only=True):
    pairs: Annotated[dict[PartId, PartId], Meta(max_length=MOST_PARTS)] = field(default_factory=dict)
    """Source -> target."""


class NumericAnswer(_Answer, tag="numeric", kw_only=True):
    value: Annotated[str, Meta(max_length=60)] = ""
    """As the student writes it: see `scoring.read_number`."""


class ShortTextAnswer(_Answer, tag="short-text", kw_only=True):
    text: Annotated[str, Meta(max_length=1_000)] = ""


class EssayAnswer(_Answer, tag="essay", kw_only=True):
    text: Annotated[str, Meta(max_length=100_000, pattern=rf"^[^{_CONTROLS_BUT_LINES}]*" + END)] = ""


class FileUploadAnswer(_Answer, tag="file", kw_only=True):
    file_ids: Annotated[list[UUID], Meta(max_length=10)] = field(default_factory=list)


Answer = (
    SingleChoiceAnswer
    | MultipleChoiceAnswer
    | OrderingAnswer
    | MatchingAnswer
    | NumericAnswer
    | ShortTextAnswer
    | EssayAnswer
    | FileUploadAnswer
)
