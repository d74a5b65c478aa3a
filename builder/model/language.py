"""Language tags: what drives voices, braille tables and screen readers."""

import re
from typing import Final, NewType

LanguageTag = NewType("LanguageTag", str)
"""A BCP 47 tag that passed `parse_language_tag`, lower-case language, e.g. ``ky`` or ``ru-RU``."""

KYRGYZ: Final = LanguageTag("ky")
RUSSIAN: Final = LanguageTag("ru")
ENGLISH: Final = LanguageTag("en")

SITE_LANGUAGES: Final[tuple[LanguageTag, ...]] = (KYRGYZ, RUSSIAN, ENGLISH)
"""Languages that have interface words, braille and spoken mathematics. Passages may be in any language."""

# ISO 639-1, all 183 two-letter codes (the registration authority's list, Library of Congress), and the
# three-letter codes that BCP 47 gives a special meaning (RFC 5646, 4.1).
_PRIMARY: Final = frozenset(
    """aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv
    ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne
    ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st
    su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    grc mul und zxx""".split()
)
_SHAPE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{5,8})*")

# Codes people write by mistake: country codes and old names. `kg` is a registered language (Kongo), but in a
# course of this country it has only ever meant Kyrgyz.
MISTAKEN_TAGS: Final[dict[str, LanguageTag]] = {
    "kg": KYRGYZ,
    "kgz": KYRGYZ,
    "kir": KYRGYZ,
    "rus": RUSSIAN,
    "eng": ENGLISH,
    "uk-en": ENGLISH,
}


class UnknownLanguageTag(ValueError):
    """A tag that no reader, voice or braille table would understand."""

    def __init__(self, tag: str, suggestion: LanguageTag | None = None) -> None:
        super().__init__(f"unknown language tag {tag!r}" + (f", did you mean {suggestion!r}?" if suggestion else ""))
        self.tag = tag
        self.suggestion = suggestion


def parse_language_tag(text: str) -> LanguageTag:
    """The tag in canonical letter case (RFC 5646, 2.1.1).

    Raises UnknownLanguageTag when the shape is wrong, when the language is not registered, or for the country code
    `kg`, which would be read aloud by a Kongo voice.
    """
    tag = text.strip().replace("_", "-")
    if tag.lower() in MISTAKEN_TAGS:
        raise UnknownLanguageTag(text, MISTAKEN_TAGS[tag.lower()])
    if not _SHAPE.fullmatch(tag):
        raise UnknownLanguageTag(text)
    primary, *rest = tag.split("-")
    if primary.lower() not in _PRIMARY:
        raise UnknownLanguageTag(text)
    return LanguageTag("-".join([primary.lower(), *map(_subtag_case, rest)]))


def primary_language(tag: LanguageTag) -> LanguageTag:
    """``ru-RU`` -> ``ru``: what chooses words, tables and voices."""
    return LanguageTag(tag.split("-")[0])


def _subtag_case(subtag: str) -> str:
    return {2: subtag.upper(), 4: subtag.title()}.get(len(subtag), subtag.lower())
