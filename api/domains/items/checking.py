"""Whether a question is sound: every text in every language, every id known, a key that can be met. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from api.domains.items import prose
from api.domains.items.content import (
    Answer,
    Choice,
    Content,
    Essay,
    EssayAnswer,
    FileUpload,
    FileUploadAnswer,
    ItemKind,
    Key,
    Matching,
    MatchingAnswer,
    MatchingKey,
    Medium,
    MediumKind,
    MultipleChoice,
    MultipleChoiceAnswer,
    MultipleChoiceKey,
    Numeric,
    NumericAnswer,
    NumericKey,
    Ordering,
    OrderingAnswer,
    OrderingKey,
    Part,
    ShortText,
    ShortTextAnswer,
    ShortTextKey,
    SingleChoice,
    SingleChoiceAnswer,
    SingleChoiceKey,
    ToleranceKind,
)
from api.domains.items.scoring import even_weights, fold_text
from api.errors import FieldError

_PROSE: Final = ("prompt", "text", "long_description", "feedback", "feedback_right", "feedback_wrong", "hints")
_LABEL: Final = "unit"


def kind_of(one: Content | Key | Answer) -> ItemKind:
    return ItemKind(str(one.__struct_config__.tag))


def languages_of(content: Content) -> tuple[str, ...]:
    """The languages in which the question exists, all of it."""
    return tuple(sorted(content.prompt))


def parts_of(content: Content) -> Sequence[Part]:
    """Choices, or what is ordered or matched (sources before targets); empty for other kinds."""
    match content:
        case SingleChoice(choices=choices) | MultipleChoice(choices=choices):
            return choices
        case Ordering(parts=parts):
            return parts
        case Matching(sources=sources, targets=targets):
            return [*sources, *targets]
        case _:
            return ()


def media_of(content: Content) -> Sequence[Medium]:
    """Pictures and recordings of the question and of its parts."""
    return [*content.media, *(one.medium for one in parts_of(content) if one.medium is not None)]


def files_of(content: Content) -> Mapping[str, UUID]:
    """Medium -> file."""
    return {one.id: one.file_id for one in media_of(content)}


def texts_of(one: Struct, pointer: str = "") -> Iterator[tuple[str, Mapping[str, str], bool]]:
    """(pointer, language -> text, whether it is prose) of every text in content or key."""
    for name in one.__struct_fields__:
        value = getattr(one, name)
        here = f"{pointer}/{name}"
        if isinstance(value, Struct):
            yield from texts_of(value, here)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                if isinstance(inner, Struct):
                    yield from texts_of(inner, f"{here}/{number}")
        elif name == "choice_feedback":
            for part, texts in value.items():
                yield f"{here}/{part}", texts, True
        elif isinstance(value, dict) and (name in _PROSE or name == _LABEL):
            yield here, value, name in _PROSE


# ---------------------------------------------------------------- content and key


def faults_of(content: Content, key: Key) -> list[FieldError]:
    """Everything that must be corrected; pointers begin with /content or /key."""
    faults = [*_content_faults(content)]
    if kind_of(content) is not kind_of(key):
        faults.append(_fault("/key/kind", "other-kind", expected=str(kind_of(content)), found=str(kind_of(key))))
        return faults
    faults += _text_faults(content, content, "/content")
    faults += _text_faults(key, content, "/key")
    return [*faults, *_key_faults(content, key)]


def _fault(pointer: str, code: str, **values: Any) -> FieldError:
    return FieldError(pointer, code, values)


def _text_faults(one: Struct, content: Content, pointer: str) -> Iterator[FieldError]:
    wanted = set(content.prompt)
    for where, texts, is_prose in texts_of(one, pointer):
        if missing := sorted(wanted - set(texts)):
            yield _fault(where, "language-lacking", languages=missing)
        if extra := sorted(set(texts) - wanted):
            yield _fault(where, "language-beyond", languages=extra)
        if is_prose:
            for language, text in texts.items():
                for found in prose.faults_of(text)[:1]:
                    yield _fault(f"{where}/{language}", found.code, quote=found.quote)


def _content_faults(content: Content) -> Iterator[FieldError]:
    seen: set[str] = set()
    for where, one in _identified(content):
        if one.id in seen:
            yield _fault(f"{where}/id", "id-twice", id=one.id)
        seen.add(one.id)
        if (
            isinstance(one, Medium)
            and one.kind is not MediumKind.PICTURE
            and (one.long_description or one.text_says_all)
        ):
            yield _fault(where, "only-pictures")
    match content:
        case SingleChoice() | MultipleChoice():
            yield from _same_twice(content.choices, "/content/choices")
            if isinstance(content, MultipleChoice) and content.at_most and content.at_most > len(content.choices):
                yield _fault("/content/at_most", "more-than-choices", largest=len(content.choices))
        case Ordering():
            yield from _same_twice(content.parts, "/content/parts")
        case Matching():
            yield from _same_twice(content.sources, "/content/sources")
            yield from _same_twice(content.targets, "/content/targets")
            if content.targets_once and len(content.targets) < len(content.sources):
                yield _fault("/content/targets", "fewer-targets", least=len(content.sources))
        case Essay(words_at_least=least, words_at_most=most):
            if least is not None and most is not None and least > most:
                yield _fault("/content/words_at_most", "less-than-least", least=least)


def _identified(content: Content) -> Iterator[tuple[str, Part | Medium]]:
    for number, medium in enumerate(content.media):
        yield f"/content/media/{number}", medium
    named: Mapping[str, Sequence[Part]]
    match content:
        case SingleChoice(choices=choices) | MultipleChoice(choices=choices):
            named = {"choices": choices}
        case Ordering(parts=parts):
            named = {"parts": parts}
        case Matching(sources=sources, targets=targets):
            named = {"sources": sources, "targets": targets}
        case _:
            named = {}
    for name, several in named.items():
        for number, part in enumerate(several):
            yield f"/content/{name}/{number}", part
            if part.medium is not None:
                yield f"/content/{name}/{number}/medium", part.medium


def _same_twice(parts: Sequence[Part], pointer: str) -> Iterator[FieldError]:
    """Two choices that nobody can tell apart."""
    for number, part in enumerate(parts):
        if part.medium is None and any(
            other.medium is None and fold_text(other.text[language]) == fold_text(text)
            for other in parts[:number]
            for language, text in part.text.items()
            if language in other.text
        ):
            yield _fault(f"{pointer}/{number}/text", "same-twice")


def _key_faults(content: Content, key: Key) -> Iterator[FieldError]:
    ids = {one.id for one in parts_of(content)}

    def unknown(pointer: str, wanted: Sequence[str], known: set[str]) -> Iterator[FieldError]:
        if strange := sorted(set(wanted) - known):
            yield _fault(pointer, "unknown-part", ids=strange[:5])

    match content, key:
        case SingleChoice(), SingleChoiceKey():
            yield from unknown("/key/right", [key.right], ids)
            yield from unknown("/key/choice_feedback", [*key.choice_feedback], ids)
            if key.weights is not None:
                yield from unknown("/key/weights", [*key.weights], ids)
                whole = key.weights.get(key.right, 0)
                if whole <= 0 or any(worth >= whole for one, worth in key.weights.items() if one != key.right):
                    yield _fault("/key/weights", "right-weighs-most")
        case MultipleChoice(), MultipleChoiceKey():
            yield from unknown("/key/right", key.right, ids)
            yield from unknown("/key/choice_feedback", [*key.choice_feedback], ids)
            yield from _twice(key.right, "/key/right")
            if content.at_most is not None and len(set(key.right)) > content.at_most:
                yield _fault("/key/right", "more-than-allowed", largest=content.at_most)
            if isinstance(key.weights, dict):
                yield from unknown("/key/weights", [*key.weights], ids)
                if {one for one, worth in key.weights.items() if worth > 0} != set(key.right):
                    yield _fault("/key/weights", "right-weigh-more-than-nothing")
        case Ordering(), OrderingKey():
            if sorted(key.order) != sorted(one.id for one in content.parts):
                yield _fault("/key/order", "each-part-once")
        case Matching(), MatchingKey():
            if set(key.pairs) != {one.id for one in content.sources}:
                yield _fault("/key/pairs", "each-source-once")
            yield from unknown("/key/pairs", [*key.pairs.values()], {one.id for one in content.targets})
            if content.targets_once and len(set(key.pairs.values())) < len(key.pairs):
                yield _fault("/key/pairs", "target-twice")
        case Numeric(), NumericKey():
            if (key.tolerance.kind is ToleranceKind.EXACT) != (not key.tolerance.amount.strip("0.")):
                yield _fault("/key/tolerance/amount", "tolerance-amount")
        case ShortText(), ShortTextKey():
            wanted = set(content.prompt)
            if set(key.accepted) != wanted:
                lacking = sorted(wanted ^ set(key.accepted))
                yield _fault("/key/accepted", "languages-differ", languages=lacking)
            for language, several in key.accepted.items():
                seen: set[str] = set()
                for number, one in enumerate(several):
                    folded = fold_text(one.text, case_matters=key.case_matters)
                    if folded in seen:
                        yield _fault(f"/key/accepted/{language}/{number}/text", "same-twice")
                    seen.add(folded)
                    where = f"/key/accepted/{language}/{number}/text"
                    if not fold_text(one.text):
                        yield _fault(where, "nothing-to-compare")
                    elif len(one.text) > content.longest:
                        yield _fault(where, "longer-than-allowed", largest=content.longest)


def _twice(ids: Sequence[str], pointer: str) -> Iterator[FieldError]:
    if several := sorted(one for one, count in Counter(ids).items() if count > 1):
        yield _fault(pointer, "part-twice", ids=several[:5])


# ---------------------------------------------------------------- answers


def answer_faults(content: Content, answer: Answer) -> list[FieldError]:
    """What makes this no answer to this question. An answer may be empty or half finished: it is saved while it is
    written. A number that cannot be read is no fault here, it is worth nothing when marked."""
    if kind_of(content) is not kind_of(answer):
        return [_fault("/kind", "other-kind", expected=str(kind_of(content)), found=str(kind_of(answer)))]
    ids = {one.id for one in parts_of(content)}
    faults: list[FieldError] = []

    def unknown(pointer: str, wanted: Sequence[str], known: set[str]) -> None:
        if strange := sorted(set(wanted) - known):
            faults.append(_fault(pointer, "unknown-part", ids=strange[:5]))

    match content, answer:
        case SingleChoice(), SingleChoiceAnswer(choice=choice) if choice is not None:
            unknown("/choice", [choice], ids)
        case MultipleChoice(at_most=most), MultipleChoiceAnswer(choices=choices):
            unknown("/choices", choices, ids)
            faults += _twice(choices, "/choices")
            if most is not None and len(choices) > most:
                faults.append(_fault("/choices", "more-than-allowed", largest=most))
        case Ordering(), OrderingAnswer(order=order) if order and (sorted(order) != sorted(ids)):
            faults.append(_fault("/order", "each-part-once"))
        case Matching(), MatchingAnswer(pairs=pairs):
            unknown("/pairs", [*pairs], {one.id for one in content.sources})
            unknown("/pairs", [*pairs.values()], {one.id for one in content.targets})
            if content.targets_once and len(set(pairs.values())) < len(pairs):
                faults.append(_fault("/pairs", "target-twice"))
        case ShortText(longest=longest), ShortTextAnswer(text=text) if len(text) > longest:
            faults.append(_fault("/text", "longer-than-allowed", largest=longest))
        case FileUpload(at_most=most), FileUploadAnswer(file_ids=file_ids):
            if len(file_ids) > most:
                faults.append(_fault("/file_ids", "more-than-allowed", largest=most))
            if len(set(file_ids)) < len(file_ids):
                faults.append(_fault("/file_ids", "part-twice", ids=[]))
    return faults


def is_empty(answer: Answer) -> bool:
    """Whether nothing was answered."""
    match answer:
        case SingleChoiceAnswer(choice=choice):
            return choice is None
        case MultipleChoiceAnswer(choices=some) | OrderingAnswer(order=some) | FileUploadAnswer(file_ids=some):
            return not some
        case MatchingAnswer(pairs=pairs):
            return not pairs
        case NumericAnswer(value=text) | ShortTextAnswer(text=text) | EssayAnswer(text=text):
            return not text.strip()


# ---------------------------------------------------------------- canonical form, new ids


def canonical(content: Content, key: Key) -> tuple[Content, Key]:
    """The same question as it is stored: texts in canonical prose, weights written out."""
    if isinstance(content, MultipleChoice) and isinstance(key, MultipleChoiceKey) and key.weights == "even":
        key = replace(key, weights=even_weights(key.right, [one.id for one in content.choices]))
    return _with_canonical_prose(content), _with_canonical_prose(key)


def _with_canonical_prose(one: Any) -> Any:
    changes: dict[str, Any] = {}
    for name in one.__struct_fields__:
        value = getattr(one, name)
        if isinstance(value, Struct):
            changes[name] = _with_canonical_prose(value)
        elif isinstance(value, list):
            changes[name] = [_with_canonical_prose(inner) if isinstance(inner, Struct) else inner for inner in value]
        elif name == "choice_feedback":
            changes[name] = {part: _canonical_texts(texts) for part, texts in value.items()}
        elif isinstance(value, dict) and name in _PROSE:
            changes[name] = _canonical_texts(value)
    return replace(one, **changes) if changes else one


def _canonical_texts(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: prose.normalise(text) for language, text in sorted(texts.items())}


def identifiers_of(content: Content) -> list[str]:
    """The ids of parts and media, in the author's order."""
    return [one.id for _, one in _identified(content)]


def with_new_ids(content: Content, key: Key, new: Mapping[str, str]) -> tuple[Content, Key]:
    """The same question with other ids for its parts and media."""

    def medium(one: Medium | None) -> Medium | None:
        return None if one is None else replace(one, id=new[one.id])

    def several(parts: Sequence[Any]) -> list[Any]:
        return [replace(one, id=new[one.id], medium=medium(one.medium)) for one in parts]

    def keys(values: Mapping[str, Any]) -> dict[str, Any]:
        return {new[one]: value for one, value in values.items()}

    content = replace(content, media=[replace(one, id=new[one.id]) for one in content.media])
    match content, key:
        case SingleChoice(), SingleChoiceKey():
            content = replace(content, choices=several(content.choices))
            weights = None if key.weights is None else keys(key.weights)
            key = replace(key, right=new[key.right], weights=weights, choice_feedback=keys(key.choice_feedback))
        case MultipleChoice(), MultipleChoiceKey():
            content = replace(content, choices=several(content.choices))
            marks = keys(key.weights) if isinstance(key.weights, dict) else key.weights
            right = [new[one] for one in key.right]
            key = replace(key, right=right, weights=marks, choice_feedback=keys(key.choice_feedback))
        case Ordering(), OrderingKey():
            content = replace(content, parts=several(content.parts))
            key = replace(key, order=[new[one] for one in key.order])
        case Matching(), MatchingKey():
            content = replace(content, sources=several(content.sources), targets=several(content.targets))
            key = replace(key, pairs={new[one]: new[other] for one, other in key.pairs.items()})
    return content, key


__all__ = [
    "Choice",
    "answer_faults",
    "canonical",
    "faults_of",
    "files_of",
    "identifiers_of",
    "is_empty",
    "kind_of",
    "languages_of",
    "media_of",
    "parts_of",
    "texts_of",
    "with_new_ids",
]
