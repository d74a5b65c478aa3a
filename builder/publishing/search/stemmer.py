"""What is left of a word without its endings, so that every form of it meets every other.

The rules are data (``rules.json``). `compile_rules` spells out their vowel harmony and assimilation once; what it gives
is read by `stem` and, word for word the same way, by ``search-engine.js`` in the reader's browser.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from builder.model.language import LanguageTag, primary_language

# Our choice: no word has more endings than this; a bound makes the loop finish whatever the rules say.
_MOST_ENDINGS: Final = 12
_SOUNDS: Final = "LNDGB"
_HARMONY: Final = "AIU"


def stem(word: str, language: LanguageTag) -> str:
    """The stem of one word, in lower case. It need not be a word itself: only equality between stems has a meaning."""
    return _stem(word, primary_language(language))


@cache
def compile_rules(language: LanguageTag) -> Mapping[str, Any]:
    """The rules of a language as plain data, ready to run. Raises KeyError for a language without rules."""
    source = _all_rules()[primary_language(language)]
    return {
        "vowels": source["vowels"],
        "fold": source["fold"],
        "replace": source["replace"],
        "soften": source.get("soften", {}),
        "loop": source.get("loop", False),
        "regions": source.get("regions", False),
        "steps": [
            {
                "id": step["id"],
                "then": step.get("then", ""),
                "else": step.get("else", ""),
                "groups": [one for group in step["groups"] for one in _spell_out(group, source)],
            }
            for step in source["steps"]
        ],
        "finish": source["finish"],
        "irregular": source["irregular"],
        "roots": sorted(set(source["roots"].split())),
    }


@cache
def _all_rules() -> Mapping[str, Any]:
    text = resources.files("builder.publishing.search").joinpath("rules.json").read_text("utf-8")
    rules: Mapping[str, Any] = json.loads(text)
    return rules


# ---------------------------------------------------------------- spelling out


def _spell_out(group: Mapping[str, Any], source: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A group of abstract forms as groups of real endings with their conditions."""
    fixed = {"min": group.get("min", 0), "add": group.get("add", ""), "region": group.get("region", "")}
    after = _letters(group.get("after", ""), source)
    if "endings" in group:
        yield {"endings": group["endings"].split(), "after": after, "last": group.get("last", ""), **fixed}
        return
    gathered: dict[tuple[str, str], list[str]] = {}
    for form in group["forms"].split():
        for ending, needed_after, last in _variants(form, source):
            gathered.setdefault((after or needed_after, last), []).append(ending)
    for (needed, last), endings in gathered.items():
        yield {"endings": sorted(set(endings)), "after": needed, "last": last, **fixed}


def _variants(form: str, source: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(ending, letters it may follow, last vowels it may follow) for every shape that a form takes."""
    firsts: Mapping[str, str] = source["assimilation"].get(form[0], {form[0]: ""})
    if form[0] in _HARMONY:
        firsts = {form[0]: _letters("C", source)}
    vowel = next((one for one in form if one in _HARMONY), "")
    for first, after in firsts.items():
        whole = first + form[1:]
        if not vowel:
            yield whole, after, ""
            continue
        for rule in source["harmony"]:
            if vowel in rule:
                yield _harmonise(whole, rule[vowel], source), after, rule["last"]


def _harmonise(form: str, first_vowel: str, source: Mapping[str, Any]) -> str:
    """The form with its vowels: the first is given, each next one follows from the one before."""
    spelled = ""
    before = ""
    for letter in form:
        if letter in _HARMONY:
            if not before:
                spelled += first_vowel
            else:
                spelled += next(one[letter] for one in source["harmony"] if letter in one and before in one["last"])
        elif letter in _SOUNDS:
            sounds = source["assimilation"][letter]
            spelled += next(sound for sound, after in sounds.items() if spelled[-1] in after)
        else:
            spelled += letter
        if spelled[-1] in source["vowels"]:
            before = spelled[-1]
    return spelled


def _letters(name: str, source: Mapping[str, Any]) -> str:
    """V: vowels, C: consonants, T: voiceless consonants; anything else stands for its own letters."""
    match name:
        case "V":
            return str(source["vowels"])
        case "C":
            return "бвгджзйклмнңпрстфхцчшщь"
        case "T":
            return "пктсшчхцщф"
        case _:
            return name


# ---------------------------------------------------------------- running


@cache
def _endings_by_step(language: LanguageTag) -> list[tuple[dict[str, list[Mapping[str, Any]]], int]]:
    """For each step: ending -> the groups it stands in, and the length of the longest ending."""
    tables = []
    for step in compile_rules(language)["steps"]:
        table: dict[str, list[Mapping[str, Any]]] = {}
        for group in step["groups"]:
            for ending in group["endings"]:
                table.setdefault(ending, []).append(group)
        tables.append((table, max(map(len, table))))
    return tables


@cache
def _roots(language: LanguageTag) -> frozenset[str]:
    return frozenset(compile_rules(language)["roots"])


@lru_cache(maxsize=1 << 16)
def _stem(word: str, language: LanguageTag) -> str:
    rules = compile_rules(language)
    tables = _endings_by_step(language)
    steps = [step["id"] for step in rules["steps"]]
    word = unicodedata.normalize("NFC", word).lower()
    word = "".join(rules["replace"].get(letter, letter) for letter in word)
    starts = _regions(word, rules)
    floor = _root_length(word, language)
    taken = 0
    again = True
    while again:
        again = False
        at = 0
        while at < len(steps):
            word = _soften(word, rules)
            if word in rules["irregular"]:
                return str(rules["irregular"][word])
            if word in _roots(language) and len(word) >= floor:
                return word
            shorter = _strip(word, tables[at], rules["vowels"], starts, floor)
            step = rules["steps"][at]
            if shorter is None or taken == _MOST_ENDINGS:
                at = steps.index(step["else"]) if step["else"] else at + 1
                continue
            word = shorter
            taken += 1
            again = rules["loop"]
            at = steps.index(step["then"]) if step["then"] else at + 1
    word = _soften(word, rules)
    if word in rules["irregular"]:
        return str(rules["irregular"][word])
    for tail, instead, least in rules["finish"]:
        if word.endswith(tail) and len(word) - len(tail) >= least:
            word = word[: -len(tail)] + instead
    return word


def _strip(
    word: str,
    table: tuple[Mapping[str, list[Mapping[str, Any]]], int],
    vowels: str,
    starts: Mapping[str, int],
    floor: int,
) -> str | None:
    """The word without the longest ending whose conditions hold, or None."""
    endings, longest = table
    for length in range(min(longest, len(word) - 1), 0, -1):
        rest = word[:-length]
        for group in endings.get(word[-length:], ()):
            if len(rest) >= floor and _may_stand(rest, group, vowels, starts):
                return rest + str(group["add"])
    return None


def _may_stand(rest: str, group: Mapping[str, Any], vowels: str, starts: Mapping[str, int]) -> bool:
    if group["region"]:
        if len(rest) < starts[group["region"]]:
            return False
        # The letter before such an ending lies in the region too, as in the published algorithm.
        return not group["after"] or (len(rest) > starts[group["region"]] and rest[-1] in group["after"])
    if len(rest) < group["min"] or (group["after"] and rest[-1] not in group["after"]):
        return False
    # Two letters are a word only as vowel and consonant: үй, ат, иш.
    if len(rest) == 2 and (rest[0] not in vowels or rest[1] in vowels):
        return False
    last = next((letter for letter in reversed(rest) if letter in vowels), "")
    return bool(last) and (not group["last"] or last in group["last"])


def _soften(word: str, rules: Mapping[str, Any]) -> str:
    """The last consonant as it sounds at the end of a word: китеб- and китеп are one."""
    return word[:-1] + rules["soften"].get(word[-1], word[-1]) if len(word) > 2 else word


def _root_length(word: str, language: LanguageTag) -> int:
    """How much of the word's beginning is a known root, which no ending may eat into."""
    roots = _roots(language)
    if not roots:
        return 0
    rules = compile_rules(language)
    for length in range(len(word), 1, -1):
        start = word[:length]
        if start in roots or _soften(start, rules) in roots:
            return length
    return 0


def _regions(word: str, rules: Mapping[str, Any]) -> Mapping[str, int]:
    """Where the endings of Russian may begin: rv after the first vowel, r2 after the second vowel-consonant pair."""
    if not rules["regions"]:
        return {}
    vowels = rules["vowels"]
    end = len(word)
    rv = next((at + 1 for at, letter in enumerate(word) if letter in vowels), end)
    pairs = [at + 1 for at in range(1, end) if word[at] not in vowels and word[at - 1] in vowels]
    first = pairs[0] if pairs else end
    second = next((at for at in pairs if at >= first + 2), end)
    return {"rv": rv, "r2": second}
