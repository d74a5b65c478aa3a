"""What a publication calls itself in metadata and on lists, where nothing around tells its variant."""

from builder.model.course import Publication
from builder.model.document import Variant
from builder.model.labels import labels_for


def edition_title(publication: Publication) -> str:
    """The title, which says by itself that the publication is in easy language."""
    if publication.variant is Variant.EASY:
        return f"{publication.title} ({labels_for(publication.language).easy_language})"
    return publication.title
