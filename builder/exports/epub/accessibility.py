"""What a book says about its own accessibility: worked out from what is in it, never typed by hand.

The terms are those of the Schema.org Accessibility Properties for Discoverability Vocabulary 1.0; which of them a book
must have is in EPUB Accessibility 1.1, 2.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from builder.exports.hypertext import PictureFacts
from builder.model.document import Diagram, Document, Figure, Formula, MathBlock, Picture, walk

CONFORMANCE: Final = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"


@dataclass(frozen=True, slots=True)
class Accessibility:
    """Values of the schema.org properties of the same names, and what the summary needs to know."""

    access_modes: tuple[str, ...]
    sufficient_modes: tuple[str, ...]
    features: tuple[str, ...]
    hazards: tuple[str, ...]
    pictures_described: bool
    """True where every picture that tells something has an alternative text (also where there is none at all)."""

    def has(self, feature: str) -> bool:
        return feature in self.features


def examine_accessibility(
    documents: Iterable[Document], shown: Mapping[str, PictureFacts], *, is_spoken: bool = False
) -> Accessibility:
    """The accessibility of a book of these documents that shows these pictures (by resource path).

    `is_spoken` says that every page is read aloud.
    """
    nodes = [node for document in documents for node in walk(document)]
    pictures = [
        one
        for one in nodes
        if isinstance(one, Picture) and one.resource in shown and not (one.withheld or one.decorative)
    ]
    has_diagrams = any(isinstance(one, Diagram) for one in nodes)
    has_formulas = any(isinstance(one, Formula | MathBlock) for one in nodes)
    has_long_descriptions = has_diagrams or any(isinstance(one, Figure) and one.description for one in nodes)
    described = all(one.alt.strip() for one in pictures)
    visual = bool(pictures) or has_diagrams
    features = {
        # Each of these three is so by the way this writer makes every book.
        "ARIA": True,
        "displayTransformability": True,
        "readingOrder": True,
        "structuralNavigation": True,
        "tableOfContents": True,
        "unlocked": True,
        "alternativeText": visual and described,
        "longDescription": has_long_descriptions,
        "MathML": has_formulas,
        "describedMath": has_formulas,
        "synchronizedAudioText": is_spoken,
    }
    moving = any(facts.moves for facts in shown.values())
    return Accessibility(
        access_modes=(*(("auditory",) if is_spoken else ()), "textual", *(("visual",) if visual else ())),
        # Descriptions of pictures and words of formulas are read aloud as well: so hearing is enough.
        sufficient_modes=(
            *(("auditory",) if described and is_spoken else ()),
            *(("textual",) if described else ()),
            *(("textual,visual",) if visual else ()),
        ),
        features=tuple(sorted(name for name, is_there in features.items() if is_there)),
        hazards=("noSoundHazard", "unknownFlashingHazard", "unknownMotionSimulationHazard") if moving else ("none",),
        pictures_described=described,
    )
