"""Languages that can be spoken, as plain data: a script is written the same on every machine."""

from typing import Final

# The voices of libespeak-ng 1.52 as espeakng-loader 0.2.4 brings them; a test compares them with the library.
ESPEAK_LANGUAGES: Final = frozenset(
    """af am an ar as az ba be bg bn bpy bs ca chr cmn cs cv cy da de el en eo es et eu fa fi fo fr ga gd gn grc gu hak
    haw hbs he hi hr ht hu hy hyw ia id io is it ja jbo ka kaa kk kl kn ko kok ku ky la lb lfn lt ltg lv mi mk ml mr
    ms mt mto my nb nci ne nl no nog om or pa pap piqd pl pt py qdb qu quc qya ro ru sd shn si sjn sk sl smj sq sr
    sv sw ta te th ti tk tn tr tt ug uk ur uz vi xex yue zh""".split()
)
