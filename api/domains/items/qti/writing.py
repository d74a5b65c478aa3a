"""One question in one language as an `assessmentItem`. Pure.

What response processing does is written out in QTI's own rules, so that other programs mark as we do: everything, by a
mapping of weights, or part by part (`processing`).
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from api.domains.items.content import (
    Choice,
    Content,
    Essay,
    EssayKey,
    FileUpload,
    FileUploadKey,
    Key,
    Matching,
    MatchingKey,
    Medium,
    MediumKind,
    MultipleChoice,
    MultipleChoiceKey,
    Numeric,
    NumericKey,
    Ordering,
    OrderingKey,
    Part,
    ShortText,
    ShortTextKey,
    SingleChoice,
    SingleChoiceKey,
    Tolerance,
    ToleranceKind,
)
from api.domains.items.qti.body import write_prose
from api.domains.items.qti.xml import Node, element

NAMESPACE: Final = "http://www.imsglobal.org/xsd/imsqti_v2p2"
SCHEMA: Final = "http://www.imsglobal.org/xsd/qti/qtiv2p2/imsqti_v2p2.xsd"
TOOL: Final = "Jetki"
RESPONSE, SCORE, MAXSCORE, FEEDBACK, CHOSEN = "RESPONSE", "SCORE", "MAXSCORE", "FEEDBACK", "CHOSEN"
MEDIUM_CLASS: Final = "jetki-medium"
UNIT_CLASS: Final = "jetki-unit"
_DESCRIPTION: Final = "-description"
PERCENT: Final = 100
FEEDBACKS: Final = (("general", "feedback"), ("right", "feedback_right"), ("wrong", "feedback_wrong"))


def write_item(
    identifier: str, label: str, points: Decimal, content: Content, key: Key, language: str, paths: Mapping[UUID, str]
) -> Node:
    """`paths` name the media files, relative to the item."""
    return _Writer(language, paths).item(identifier, label, points, content, key)


def _number(value: Decimal) -> str:
    return f"{value:f}"


class _Writer:
    def __init__(self, language: str, paths: Mapping[UUID, str]) -> None:
        self.language = language
        self.paths = paths

    def item(self, identifier: str, label: str, points: Decimal, content: Content, key: Key) -> Node:
        attributes = {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
            "identifier": identifier,
            "title": label,
            "label": label,
            "xml:lang": self.language,
            "adaptive": "false",
            "timeDependent": "false",
            "toolName": TOOL,
        }
        body = [*self.prose(content.prompt), *self.media(content.media), *self.hints(key), *self.interaction(content)]
        return element(
            "assessmentItem",
            attributes,
            _declaration(content, key, self.language),
            *_outcomes(points, key),
            element("itemBody", {}, *body),
            *processing(key, self.language),
            *self.feedback(key),
        )

    def prose(self, texts: Mapping[str, str]) -> list[Node]:
        return write_prose(texts[self.language])

    def hints(self, key: Key) -> list[Node]:
        if key.hints is None:
            return []
        return [element("rubricBlock", {"view": "scorer"}, *self.prose(key.hints))]

    def feedback(self, key: Key) -> list[Node]:
        made = []
        for name, field in FEEDBACKS:
            texts = getattr(key, field)
            if texts is not None:
                made.append(self._modal(FEEDBACK, name, texts))
        for part, texts in _choice_feedback(key).items():
            made.append(self._modal(CHOSEN, part, texts))
        return made

    def _modal(self, outcome: str, name: str, texts: Mapping[str, str]) -> Node:
        attributes = {"outcomeIdentifier": outcome, "identifier": name, "showHide": "show"}
        return element("modalFeedback", attributes, *self.prose(texts))

    # ------------------------------------------------------------ interactions

    def interaction(self, content: Content) -> list[Node]:
        given: dict[str, str | None] = {"responseIdentifier": RESPONSE}
        match content:
            case SingleChoice(choices=choices, shuffle=shuffle):
                given |= {"shuffle": _flag(shuffle), "maxChoices": "1"}
                return [element("choiceInteraction", given, *self.choices(choices))]
            case MultipleChoice(choices=choices, shuffle=shuffle, at_most=most):
                given |= {"shuffle": _flag(shuffle), "maxChoices": str(most or 0)}
                return [element("choiceInteraction", given, *self.choices(choices))]
            case Ordering(parts=parts):
                given |= {"shuffle": "true"}
                return [element("orderInteraction", given, *self.choices(parts))]
            case Matching(sources=sources, targets=targets, targets_once=once, shuffle=shuffle):
                given |= {"shuffle": "true", "maxAssociations": str(len(sources))}
                fixed = None if shuffle else "true"
                first = [self.associable(one, "1", fixed) for one in sources]
                second = [self.associable(one, "1" if once else "0", None) for one in targets]
                sets = (element("simpleMatchSet", {}, *first), element("simpleMatchSet", {}, *second))
                return [element("matchInteraction", given, *sets)]
            case Numeric(unit=unit):
                field = element("textEntryInteraction", given)
                if unit is None:
                    return [element("p", {}, field)]
                return [element("p", {}, field, " ", element("span", {"class": UNIT_CLASS}, unit[self.language]))]
            case ShortText(longest=longest):
                given |= {"expectedLength": str(longest)}
                return [element("p", {}, element("textEntryInteraction", given))]
            case Essay(words_at_least=least, words_at_most=most):
                given |= {"data-words-at-least": _count(least), "data-words-at-most": _count(most)}
                return [element("extendedTextInteraction", given)]
            case FileUpload(at_most=files, max_bytes=size, media_types=types):
                given |= {
                    "type": types[0] if len(types) == 1 else None,
                    "data-files-at-most": str(files),
                    "data-max-bytes": str(size),
                    "data-media-types": " ".join(types) if len(types) > 1 else None,
                }
                return [element("uploadInteraction", given)]

    def choices(self, parts: Sequence[Part]) -> list[Node]:
        return [
            element(
                "simpleChoice",
                {"identifier": one.id, "fixed": "true" if isinstance(one, Choice) and one.stays else None},
                *self.part(one),
            )
            for one in parts
        ]

    def associable(self, one: Part, most: str, fixed: str | None) -> Node:
        attributes = {"identifier": one.id, "matchMax": most, "fixed": fixed}
        return element("simpleAssociableChoice", attributes, *self.part(one))

    def part(self, one: Part) -> list[Node]:
        return [*self.prose(one.text), *self.media([] if one.medium is None else [one.medium])]

    # ------------------------------------------------------------ media

    def media(self, media: Sequence[Medium]) -> list[Node]:
        return [node for one in media for node in self.medium(one)]

    def medium(self, one: Medium) -> list[Node]:
        path, words = self.paths[one.file_id], one.text[self.language]
        if one.kind is not MediumKind.PICTURE:
            attributes: dict[str, str | None] = {"id": one.id, "data": path, "type": _media_type(one.kind, path)}
            return [element("div", {"class": MEDIUM_CLASS}, element("object", attributes, *write_prose(words)))]
        described = None if one.long_description is None else one.id + _DESCRIPTION
        says_all = "true" if one.text_says_all else None
        attributes = {"id": one.id, "src": path, "alt": words, "aria-describedby": described}
        shown = element("div", {"class": MEDIUM_CLASS}, element("img", attributes | {"data-text-says-all": says_all}))
        if one.long_description is None:
            return [shown]
        return [shown, element("div", {"id": described}, *self.prose(one.long_description))]


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _count(value: int | None) -> str | None:
    return None if value is None else str(value)


_ENDINGS: Final = {
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "aac": "audio/aac",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "ogv": "video/ogg",
}


def _media_type(kind: MediumKind, path: str) -> str:
    """By the ending of the name, else by the kind: programs want one to be said."""
    known = _ENDINGS.get(path.rpartition(".")[2].casefold(), "")
    if known.startswith(kind.value):
        return known
    return "audio/mpeg" if kind is MediumKind.AUDIO else "video/mp4"


# ---------------------------------------------------------------- declarations


def _declaration(content: Content, key: Key, language: str) -> Node:
    cardinality, base = _types(content)
    attributes = {"identifier": RESPONSE, "cardinality": cardinality, "baseType": base}
    right = _correct(key, language)
    inside = [element("correctResponse", {}, *(element("value", {}, one) for one in right))] if right else []
    mapped = mapping(key, language)
    return element("responseDeclaration", attributes, *inside, *([] if mapped is None else [mapped]))


def _types(content: Content) -> tuple[str, str]:
    match content:
        case SingleChoice():
            return "single", "identifier"
        case MultipleChoice():
            return "multiple", "identifier"
        case Ordering():
            return "ordered", "identifier"
        case Matching():
            return "multiple", "directedPair"
        case Numeric():
            return "single", "float"
        case FileUpload():
            return "single", "file"
        case _:
            return "single", "string"


def _correct(key: Key, language: str) -> list[str]:
    match key:
        case SingleChoiceKey(right=right):
            return [right]
        case MultipleChoiceKey(right=rights):
            return list(rights)
        case OrderingKey(order=order):
            return list(order)
        case MatchingKey(pairs=pairs):
            return [f"{source} {target}" for source, target in pairs.items()]
        case NumericKey(value=value):
            return [value]
        case ShortTextKey(accepted=accepted):
            best = max(accepted[language], key=lambda one: one.percent)
            return [best.text]
        case _:
            return []


def mapping(key: Key, language: str) -> Node | None:
    match key:
        case SingleChoiceKey(weights=dict(weights)) | MultipleChoiceKey(weights=dict(weights)):
            return _map(weights.items(), _whole(key))
        case MatchingKey(pairs=pairs, partial=True):
            return _map([(f"{source} {target}", 1) for source, target in pairs.items()], len(pairs))
        case ShortTextKey(accepted=accepted, case_matters=matters):
            entries = [
                element(
                    "mapEntry",
                    {"mapKey": one.text, "mappedValue": str(one.percent), "caseSensitive": _flag(matters)},
                )
                for one in accepted[language]
            ]
            return element("mapping", _bounds(PERCENT), *entries)
        case _:
            return None


def _map(weights: Iterable[tuple[str, int]], whole: int) -> Node:
    entries = [element("mapEntry", {"mapKey": one, "mappedValue": str(worth)}) for one, worth in weights]
    return element("mapping", _bounds(whole), *entries)


def _bounds(whole: int) -> dict[str, str | None]:
    return {"lowerBound": "0", "upperBound": str(whole), "defaultValue": "0"}


def _whole(key: Key) -> int:
    """The sum of weights that is worth all of the points."""
    match key:
        case SingleChoiceKey(weights=dict(weights), right=right):
            return weights[right]
        case MultipleChoiceKey(weights=dict(weights)):
            return sum(worth for worth in weights.values() if worth > 0)
        case MatchingKey(pairs=pairs):
            return len(pairs)
        case _:
            return PERCENT


def _outcomes(points: Decimal, key: Key) -> list[Node]:
    number: dict[str, str | None] = {"cardinality": "single", "baseType": "float"}
    most = _number(points)
    by_person = "human" if isinstance(key, EssayKey | FileUploadKey) else None
    made = [
        element(
            "outcomeDeclaration", {"identifier": SCORE, **number, "normalMaximum": most, "externalScored": by_person}
        ),
        element(
            "outcomeDeclaration",
            {"identifier": MAXSCORE, **number},
            element("defaultValue", {}, element("value", {}, most)),
        ),
    ]
    several = {"cardinality": "multiple", "baseType": "identifier"}
    return made + [element("outcomeDeclaration", {"identifier": one, **several}) for one in _feedback_outcomes(key)]


def _feedback_outcomes(key: Key) -> list[str]:
    names = [FEEDBACK] if any(getattr(key, field) is not None for _, field in FEEDBACKS) else []
    return names + ([CHOSEN] if _choice_feedback(key) else [])


def _choice_feedback(key: Key) -> Mapping[str, Mapping[str, str]]:
    return key.choice_feedback if isinstance(key, SingleChoiceKey | MultipleChoiceKey) else {}


# ---------------------------------------------------------------- response processing


def processing(key: Key, language: str) -> list[Node]:
    rules = [*_scoring_rules(key, language), *_feedback_rules(key)]
    return [element("responseProcessing", {}, *rules)] if rules else []


def _scoring_rules(key: Key, language: str) -> list[Node]:
    match key:
        case EssayKey() | FileUploadKey():
            return []
        case NumericKey(tolerance=tolerance):
            return [_all_or_nothing(_near(tolerance))]
        case OrderingKey(order=order, partial=True):
            return [set_score(base("float", "0")), *(one_part(place + 1, len(order)) for place in range(len(order)))]
        case _ if mapping(key, language) is not None:
            share = element("divide", {}, element("mapResponse", _named(RESPONSE)), base("float", str(_whole(key))))
            return [set_score(element("product", {}, share, _variable(MAXSCORE)))]
        case _:
            return [_all_or_nothing(element("match", {}, _variable(RESPONSE), _right()))]


def _near(tolerance: Tolerance) -> Node:
    attributes: dict[str, str | None] = {"toleranceMode": tolerance.kind.value}
    if tolerance.kind is not ToleranceKind.EXACT:
        attributes["tolerance"] = f"{tolerance.amount} {tolerance.amount}"
    return element("equal", attributes, _variable(RESPONSE), _right())


def _all_or_nothing(condition: Node) -> Node:
    return element(
        "responseCondition",
        {},
        element("responseIf", {}, condition, set_score(_variable(MAXSCORE))),
        element("responseElse", {}, set_score(base("float", "0"))),
    )


def one_part(place: int, count: int) -> Node:
    """An equal share for what stands in its place."""
    index = {"n": str(place)}
    stands = element("match", {}, element("index", index, _variable(RESPONSE)), element("index", index, _right()))
    share = element("divide", {}, _variable(MAXSCORE), base("float", str(count)))
    more = set_score(element("sum", {}, _variable(SCORE), share))
    return element("responseCondition", {}, element("responseIf", {}, stands, more))


def _feedback_rules(key: Key) -> list[Node]:
    rules = []
    if FEEDBACK in (names := _feedback_outcomes(key)):
        general = [base("identifier", "general")] if key.feedback is not None else []

        def shown(name: str, is_there: bool) -> Node:
            return element(
                "setOutcomeValue", _named(FEEDBACK), element("multiple", {}, *general, *_one(name, is_there))
            )

        if isinstance(key, EssayKey | FileUploadKey):
            rules.append(element("setOutcomeValue", _named(FEEDBACK), element("multiple", {}, *general)))
        else:
            whole = element("equal", {"toleranceMode": "exact"}, _variable(SCORE), _variable(MAXSCORE))
            rules.append(
                element(
                    "responseCondition",
                    {},
                    element("responseIf", {}, whole, shown("right", key.feedback_right is not None)),
                    element("responseElse", {}, shown("wrong", key.feedback_wrong is not None)),
                )
            )
    if CHOSEN in names:
        rules.append(element("setOutcomeValue", _named(CHOSEN), element("multiple", {}, _variable(RESPONSE))))
    return rules


def _one(name: str, is_there: bool) -> list[Node]:
    return [base("identifier", name)] if is_there else []


def _named(name: str) -> dict[str, str | None]:
    return {"identifier": name}


def _variable(name: str) -> Node:
    return element("variable", _named(name))


def _right() -> Node:
    return element("correct", _named(RESPONSE))


def base(kind: str, value: str) -> Node:
    return element("baseValue", {"baseType": kind}, value)


def set_score(expression: Node) -> Node:
    return element("setOutcomeValue", _named(SCORE), expression)
