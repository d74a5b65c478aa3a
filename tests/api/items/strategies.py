"""Sound questions of every kind, for laws."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from api.domains.items import prose
from api.domains.items.checking import canonical, faults_of
from api.domains.items.content import Content, Key
from api.domains.items.scoring import fold_text

LANGUAGES = st.sampled_from([("ky",), ("ru", "ky"), ("en", "ky", "ru")])
_FORMULAS = ("x^2", r"\frac{1}{2}", "a<b", r"\sqrt{x+1}", "5")
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=20)


@st.composite
def proses(draw: st.DrawFn) -> str:
    """Text of a question: any signs, several lines and paragraphs, formulas, computer text."""
    pieces = draw(
        st.lists(
            st.one_of(
                _WORDS.map(lambda one: one.replace("$", r"\$").replace("`", r"\`")),
                st.sampled_from([f"${one}$" for one in _FORMULAS]),
                st.sampled_from(
                    ["`ls -l  *`", "\n", "\n\n", "\n\n$$y = 1$$\n\n", "\n\n```python\n\tif a < b:\n```\n\n"]
                ),
            ),
            min_size=1,
            max_size=6,
        )
    )
    text = prose.normalise(" ".join(pieces))
    return text if not prose.faults_of(text) else "Суроо"


def texts(languages: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({one: proses() for one in languages})


def _maybe(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | one


@st.composite
def media(draw: st.DrawFn, languages: tuple[str, ...], name: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(["picture", "audio", "video"]))
    found: dict[str, Any] = {
        "id": name,
        "kind": str(kind),
        "file_id": str(draw(st.uuids(version=4))),
        "text": draw(texts(languages)),
    }
    if kind == "picture":
        found["long_description"] = draw(_maybe(texts(languages)))
        found["text_says_all"] = draw(st.booleans())
    return found


@st.composite
def parts(draw: st.DrawFn, languages: tuple[str, ...], prefix: str, least: int, *, fixed: bool = False) -> list[Any]:
    count = draw(st.integers(least, 6))
    found = []
    for number in range(count):
        words = draw(texts(languages))
        one: dict[str, Any] = {
            "id": f"{prefix}{number}",
            "text": {language: f"{number} {text}" for language, text in words.items()},
            "medium": draw(_maybe(media(languages, f"m{prefix}{number}"))) if number == 0 else None,
        }
        if fixed:
            one["stays"] = draw(st.booleans())
        found.append(one)
    return found


def _numbers(least: int = -(10**12), most: int = 10**12) -> st.SearchStrategy[str]:
    return st.builds(
        lambda whole, places: f"{Decimal(whole).scaleb(-places):f}", st.integers(least, most), st.integers(0, 9)
    )


@st.composite
def questions(draw: st.DrawFn, kind: str) -> tuple[Content, Key]:
    """A sound question of this kind, as it is stored."""
    languages = draw(LANGUAGES)
    some = texts(languages)
    content: dict[str, Any] = {
        "kind": str(kind),
        "prompt": draw(some),
        "media": [draw(media(languages, f"m{number}")) for number in range(draw(st.integers(0, 2)))],
    }
    key: dict[str, Any] = {"kind": str(kind)}
    for name in ("feedback", "feedback_right", "feedback_wrong", "hints"):
        key[name] = draw(_maybe(some))
    ids: list[str]
    if kind in ("single-choice", "multiple-choice"):
        content |= {"choices": draw(parts(languages, "c", 2, fixed=True)), "shuffle": draw(st.booleans())}
        ids = [one["id"] for one in content["choices"]]
        key["choice_feedback"] = {one: draw(some) for one in draw(st.sets(st.sampled_from(ids), max_size=2))}
        if kind == "single-choice":
            right = draw(st.sampled_from(ids))
            others = {one: draw(st.integers(-9, 9)) for one in ids}
            key |= {"right": right, "weights": draw(_maybe(st.just(others | {right: 10})))}
        else:
            rights = draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
            weights = {one: draw(st.integers(1, 9)) if one in rights else draw(st.integers(-9, 0)) for one in ids}
            key |= {"right": rights, "weights": draw(st.sampled_from([None, "even", weights]))}
            content["at_most"] = draw(_maybe(st.integers(len(rights), len(ids))))
    elif kind == "ordering":
        content["parts"] = draw(parts(languages, "o", 2))
        key |= {"order": draw(st.permutations([one["id"] for one in content["parts"]])), "partial": draw(st.booleans())}
    elif kind == "matching":
        sources, targets = draw(parts(languages, "s", 1)), draw(parts(languages, "t", 2))
        targets = targets if len(targets) >= len(sources) else [*targets, *_more(languages, len(sources))]
        content |= {"sources": sources, "targets": targets, "targets_once": draw(st.booleans())}
        content["shuffle"] = draw(st.booleans())
        order = draw(st.permutations([one["id"] for one in targets]))
        key["pairs"] = {one["id"]: order[number] for number, one in enumerate(sources)}
        key["partial"] = draw(st.booleans())
    elif kind == "numeric":
        label = st.sampled_from(["кг", "м/с", "%", "<°C>"])
        content["unit"] = draw(_maybe(st.fixed_dictionaries(dict.fromkeys(languages, label))))
        mode = draw(st.sampled_from(["exact", "absolute", "relative"]))
        amount = "0" if mode == "exact" else draw(_numbers(1, 10**6))
        key |= {"value": draw(_numbers()), "tolerance": {"kind": mode, "amount": amount}}
    elif kind == "short-text":
        content["longest"] = 300
        words = st.lists(_WORDS.filter(fold_text), min_size=1, max_size=4, unique_by=fold_text)
        key["accepted"] = {
            language: [{"text": text, "percent": draw(st.integers(1, 100))} for text in draw(words)]
            for language in languages
        }
        key["case_matters"] = draw(st.booleans())
    elif kind == "essay":
        content |= {
            "words_at_least": draw(_maybe(st.integers(0, 9))),
            "words_at_most": draw(_maybe(st.integers(9, 99))),
        }
    else:
        types = st.lists(st.sampled_from(["application/pdf", "image/png", "text/plain"]), unique=True)
        content |= {"at_most": draw(st.integers(1, 10)), "media_types": draw(types)}
        content["max_bytes"] = draw(st.integers(1, 10**9))
    made = canonical(msgspec.convert(content, Content), msgspec.convert(key, Key))
    assert not faults_of(*made), faults_of(*made)
    return made


def _more(languages: tuple[str, ...], count: int) -> list[Any]:
    return [{"id": f"u{number}", "text": dict.fromkeys(languages, f"u {number}")} for number in range(count)]


POINTS = st.integers(1, 100_000).map(lambda hundredths: Decimal(hundredths) / 100)
ANY_UUID = UUID(int=1)
