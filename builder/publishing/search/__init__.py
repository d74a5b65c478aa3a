"""Search that a reader can use offline, without weight on the first visit, and with any form of a word.

`index_document` makes a lesson's entry while it is built (it can be cached), `merge_index` joins the entries of one
language, or of one course for the offline package, into a script that a page loads when somebody starts to search.
Words are compared by their stems: `stem` here and ``search-engine.js`` in the reader's browser read the same rules.
"""

from builder.publishing.search.index import index_document, index_path, merge_index
from builder.publishing.search.page import render_search_page_body, replace_search_page_body
from builder.publishing.search.stemmer import compile_rules, stem
from builder.publishing.search.words import interface_words

__all__ = [
    "compile_rules",
    "index_document",
    "index_path",
    "interface_words",
    "merge_index",
    "render_search_page_body",
    "replace_search_page_body",
    "stem",
]
