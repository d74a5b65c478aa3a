"""From documents to the script that a browser searches in."""

import json
from collections.abc import Sequence

from builder.model.document import Document
from builder.model.language import LanguageTag


def index_path(language: LanguageTag) -> str:
    """Site path of a language's search index."""
    return f"{language}/search-index.js"


def index_document(document: Document) -> bytes:
    """A lesson's entry: its sections with their words. Depends on the document alone."""
    return json.dumps({"title": document.title}, ensure_ascii=False).encode()


def merge_index(entries: Sequence[bytes], language: LanguageTag) -> bytes:
    """The script of one language's search; entries may come in any order."""
    return b"window.jetkiSearchIndex = [" + b",".join(sorted(entries)) + b"];\n"
