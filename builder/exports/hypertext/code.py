"""Code with its parts marked for colours; Pygments stays behind this file."""

from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token, _TokenType
from pygments.util import ClassNotFound

from builder.exports.hypertext.markup import clean, element, escape


def highlight(text: str, language: str) -> str:
    """The text with Pygments' standard short classes (``k``, ``s2``); as it stands where the language is unknown."""
    lexer = _lexer(language)
    if lexer is None:
        return escape(text)
    parts: list[str] = []
    kind, run = Token, ""
    for next_kind, value in lexer.get_tokens(clean(text)):
        if next_kind is not kind:
            parts.append(_marked(kind, run))
            kind, run = next_kind, ""
        run += value
    parts.append(_marked(kind, run))
    return "".join(parts)


def name_of_language(language: str) -> str:
    """The programming language's name as its users write it (``cpp`` -> ``C++``); unknown names stay as they are."""
    lexer = _lexer(language)
    return language if lexer is None else str(lexer.name)


@cache
def _lexer(language: str) -> Lexer | None:
    if not language:
        return None
    try:
        # Without these two a lexer drops the empty lines at both ends and adds a line end of its own.
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _marked(kind: _TokenType, text: str) -> str:
    if not text:
        return ""
    css = _class_of(kind)
    return element("span", {"class": css}, escape(text)) if css else escape(text)


@cache
def _class_of(kind: _TokenType) -> str:
    """The class of the nearest kind that has one; white space and plain text have none."""
    while kind not in STANDARD_TYPES and kind.parent is not None:
        kind = kind.parent
    css = STANDARD_TYPES.get(kind, "")
    return "" if css == "w" else css
