"""What other domains ask of items. Nothing here asks the policy: whoever calls has done so.

**Showing.** `present(version.content, language, order)` is what a student sees; it holds no key. `order` comes from
`order_of(content, seed_for(seed, version.id), shuffle=…)`, or is stored and given back; it shuffles what is to be
ordered and targets always, since the author's order of those may be the key, and leaves alone what the author has
fixed. Whoever is promised a rendition (`RENDITION_FORMATS`) is shown `printed_order(content, version.id)` instead:
«answer B» is then the same on the screen, on paper and in the voice.

**Marking.** `answer_faults` refuses what is no answer to the question; `score(content, key, answer, points)` gives
exact fractions, None where a person must mark.

**Files.** `version.content` names media by id; `files_of(content)[medium_id]` is the file for `files.deliver`.

Events: `item-rendition.ordered`, `.ready`, `.failed`, `.needs-person` with the ids `item_version`, `rendition` and the
codes `language`, `format`; `.waiting` to each member of the inclusive-education office, for many of the last two.
"""

from typing import Final

from api.domains.items.checking import answer_faults, files_of, is_empty, languages_of
from api.domains.items.content import NEEDS_PERSON, Answer, Content, ItemKind, Key
from api.domains.items.presenting import (
    LanguageAbsent,
    Order,
    Shown,
    order_of,
    present,
    printed_order,
    seed_for,
)
from api.domains.items.reaching import courses_studied
from api.domains.items.renditions import (
    Missing,
    MissingRendition,
    RenditionFile,
    RenditionFormat,
    missing_renditions,
    order_renditions,
    rendition_files,
)
from api.domains.items.scoring import Scored, round_points, score
from api.domains.items.versions import Candidate, ItemVersion, draw_candidates, keys_of, mark_used, versions

RENDITION_FORMATS: Final = frozenset(format_.value for format_ in RenditionFormat)
"""The words among those of accommodations that ask for a rendition of questions. Magnification is the screen's affair,
unless large print was agreed."""

__all__ = [
    "NEEDS_PERSON",
    "RENDITION_FORMATS",
    "Answer",
    "Candidate",
    "Content",
    "ItemKind",
    "ItemVersion",
    "Key",
    "LanguageAbsent",
    "Missing",
    "MissingRendition",
    "Order",
    "RenditionFile",
    "RenditionFormat",
    "Scored",
    "Shown",
    "answer_faults",
    "courses_studied",
    "draw_candidates",
    "files_of",
    "is_empty",
    "keys_of",
    "languages_of",
    "mark_used",
    "missing_renditions",
    "order_of",
    "order_renditions",
    "present",
    "printed_order",
    "rendition_files",
    "round_points",
    "score",
    "seed_for",
    "versions",
]
