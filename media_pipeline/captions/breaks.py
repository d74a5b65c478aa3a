"""How good a place is to end a line or a cue. Pure.

A reader takes in a caption at one glance, so a break must not tear apart what belongs together: a preposition, an
article or a conjunction and what follows it, a postposition or particle and what goes before, a number and its unit,
initials and surname, the parts of a name (BBC Subtitle Guidelines, "Line breaks"; Netflix Timed Text Style Guide,
"Line treatment"). The word lists are our own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language

NEVER: Final = 5000
"""The cost of a break that is made only where there is no other way."""
SENTENCE_END: Final = 0
CLAUSE_END: Final = 12
BEFORE_CLAUSE: Final = 26
PLAIN: Final = 40
WEAK: Final = 75
TORN: Final = 160


@dataclass(frozen=True, slots=True)
class _Grammar:
    leads: frozenset[str]
    """Belong to what follows: prepositions, conjunctions, articles, negations."""
    weakly_leads: frozenset[str]
    """Better kept with what follows: demonstratives, possessives and the like."""
    follows: frozenset[str]
    """Belong to what goes before: postpositions and particles."""
    weakly_follows: frozenset[str]
    """Better kept with what goes before: auxiliary verbs, nouns used as postpositions."""
    clause_starts: frozenset[str]
    """A break before these is a good one, even without a comma."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GRAMMARS: Final[Mapping[LanguageTag, _Grammar]] = {
    KYRGYZ: _Grammar(
        leads=_words(
            """жана же бирок ошондуктан анткени себеби эгер эгерде демек мисалы ошентип эң ар эч бир антпесе болбосо
            тактап"""
        ),
        weakly_leads=_words(
            """ал бул ушул ошол тиги тигил мына өтө абдан аябай кандайдыр айрым көп бардык баардык мындай ошондой кээ
            эми анда ошондо"""
        ),
        follows=_words(
            """менен үчүн жөнүндө тууралуу туурасында боюнча аркылуу сыяктуу сымал чейин дейре кийин соң мурун мурда
            карата каршы карай көрө тышкары да де та те до дө то тө дагы эле гана го ко ээ деп деген дейт дешет экен
            эмес эмеспи бейм окшойт сайын катары"""
        ),
        weakly_follows=_words(
            """жатат жатабыз жатышат турат турабыз отурат жүрөт болот болду болгон келет берет алат кетет коёт койду
            кылат кылды кылган керек зарыл мүмкүн болсо башка бери ичинде ичинен үстүндө астында жанында алдында
            арасында ортосунда тарабынан негизинде натыйжасында учурунда убакта кезде жагынан ичине үстүнө боло турган
            бөлөк"""
        ),
        clause_starts=_words("жана же бирок ошондуктан анткени себеби эгер эгерде ошентип демек мисалы"),
    ),
    RUSSIAN: _Grammar(
        leads=_words(
            """в во на с со к ко о об обо у от ото до из изо за по под подо над надо при про для без безо через чрез
            перед передо между меж среди около вокруг после кроме вместо внутри вне сквозь ради из-за из-под насчет
            насчёт согласно благодаря вопреки против напротив вдоль мимо помимо относительно путем путём посредством
            и а но или либо что чтобы чтоб если когда хотя пока поэтому потому зато однако ибо нежели чем будто словно
            не ни как"""
        ),
        weakly_leads=_words(
            """этот эта это эти тот та те каждый каждая каждое весь вся все всё очень самый самая самое самые более
            менее даже лишь только например который которая которое которые где куда откуда мой моя твой твоя наш наша
            ваш ваша его её ее их так раз то"""
        ),
        follows=_words("же ж ли ль бы б"),
        weakly_follows=_words("есть был была было были будет будут является являются может могут себя"),
        clause_starts=_words(
            """и а но или либо что чтобы если когда хотя поэтому потому однако зато который которая которое которые
            где как"""
        ),
    ),
    ENGLISH: _Grammar(
        leads=_words(
            """a an the of in on at by for with from to into onto upon over under between among through during before
            after about against without within across behind beyond near since until till toward towards as than via
            per like and or but nor so yet because although though if when while whereas unless that not no"""
        ),
        weakly_leads=_words(
            """which who whom whose where whether my your his her its our their this these those very every each some
            any is are was were"""
        ),
        follows=_words("n't too either"),
        weakly_follows=_words("is are was were be been being am has have had will would can could should may might"),
        clause_starts=_words(
            "and or but nor so yet because although though if when while whereas unless that which who where whether"
        ),
    ),
}
_NO_GRAMMAR: Final = _Grammar(*[frozenset[str]()] * 5)

_UNITS: Final = _words(
    """км м см мм кг г мг т л мл с сек мин ч саат мүнөт секунд % процент пайыз сом тыйын руб рублей рубля сомов сома
    кб мб гб тб гц кгц мгц ггц вт квт в а °c °с жыл жылы жылдын год года году лет км/с м/с км/саат км/ч
    km m cm mm kg g mg l ml s sec min h % percent som kb mb gb tb hz khz mhz ghz w kw v px pt dpi years year
    миң миллион миллиард тысяч тысячи тысяча миллионов миллиона thousand million billion
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    january february march april may june july august september october november december"""
)
_OPENING: Final = "«„“\"'([{‹¿¡—–-"
_CLOSING: Final = "»“”\"')]}›"
_NUMBER: Final = re.compile(r"[-+−]?\d[\d.,:/]*%?")
_INITIAL: Final = re.compile(r"(?:[^\W\d_]\.)+")
_NUMBER_SIGN: Final = frozenset({"№", "§", "$", "€", "#"})
# Short forms whose full stop ends no sentence when another word follows.
_ABBREVIATIONS: Final = _words(
    """ж.б. м.б. т.а. б.а. ж.у.с. проф. доц. акад. т. и г. ул. стр. рис. табл. гл. см. ср. напр. др. пр. е. д. п. т.е.
    т.д. т.п. т.к. т.н. им. кит. сүр. e.g. i.e. etc. dr. mr. mrs. ms. prof. fig. no. vs. st."""
)


def break_costs(texts: Sequence[str], language: LanguageTag) -> list[int]:
    """The cost of a break after each word but the last: 0 at the end of a sentence, `NEVER` inside what is one."""
    grammar = _GRAMMARS.get(primary_language(language), _NO_GRAMMAR)
    keys = [_bare(text) for text in texts]
    return [_cost(texts, keys, place, grammar) for place in range(len(texts) - 1)]


def leads_on(text: str, language: LanguageTag) -> bool:
    """Whether this word belongs to the next one: no break stands after it."""
    grammar = _GRAMMARS.get(primary_language(language), _NO_GRAMMAR)
    return _bare(text) in grammar.leads and not ends_sentence(text)


def ends_sentence(text: str) -> bool:
    """Whether a sentence ends with this word. Initials and usual abbreviations do not end one."""
    bare = text.rstrip(_CLOSING)
    if not bare.endswith((".", "!", "?", "…")):
        return False
    inside = bare.lstrip(_OPENING)
    return not (_INITIAL.fullmatch(inside) or inside.casefold() in _ABBREVIATIONS)


def _cost(texts: Sequence[str], keys: Sequence[str], place: int, grammar: _Grammar) -> int:
    text, following = texts[place], texts[place + 1]
    key, next_key = keys[place], keys[place + 1]
    if ends_sentence(text):
        return SENTENCE_END
    if key in grammar.leads or next_key in grammar.follows or following[0] in _PUNCTUATION:
        return NEVER
    stripped = text.strip(_OPENING + _CLOSING)
    if (_NUMBER.fullmatch(stripped) and next_key in _UNITS) or text in _NUMBER_SIGN:
        return TORN
    if _INITIAL.fullmatch(stripped) and following[0].isupper():
        return TORN
    if _INITIAL.fullmatch(following.rstrip(",;:")) and text[0].isupper():
        return TORN
    if text.endswith((",", ";", ":", "—", "–")) or text in "—–-":
        return CLAUSE_END
    if following in {"—", "–", "-"}:
        return WEAK
    if text[0].isupper() and following[0].isupper() and not (place and ends_sentence(texts[place - 1])):
        return TORN
    if _NUMBER.fullmatch(stripped):
        return WEAK
    if next_key in grammar.weakly_follows or key in grammar.weakly_leads:
        return WEAK
    return BEFORE_CLAUSE if next_key in grammar.clause_starts else PLAIN


_PUNCTUATION: Final = ",.;:!?…%)]}»"


def _bare(text: str) -> str:
    return text.strip(_OPENING + _CLOSING + ".,;:!?…").casefold() or text.casefold()
