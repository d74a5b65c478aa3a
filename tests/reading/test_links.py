"""Where links lead, in which language, and what becomes of those that lead nowhere."""

import pytest

from builder.model.document import (
    CourseTarget,
    Document,
    Figure,
    Inline,
    LessonTarget,
    Link,
    Picture,
    ResourceTarget,
    Target,
    Text,
    Variant,
    WebTarget,
    plain_text,
    walk,
)
from builder.model.finding import Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN
from builder.reading.markdown import check_anchors
from tests.reading.lessons import FILES, make_lesson, read, read_text, rules_of


def _only_link(document: Document) -> Link:
    (link,) = (node for node in walk(document) if isinstance(node, Link))
    return link


FOUND: dict[str, tuple[Target, list[str]]] = {
    "03-издөө.md": (LessonTarget("computing", "издөө", KYRGYZ), []),
    "03-%D0%B8%D0%B7%D0%B4%D3%A9%D3%A9.md#а": (LessonTarget("computing", "издөө", KYRGYZ, "а"), []),
    "../ru/01-files.md": (LessonTarget("computing", "files", RUSSIAN), ["link-other-language"]),
    # The catalogue's languages are ky, ru, en; this lesson exists in ru and en.
    "02-search.md#x": (LessonTarget("computing", "search", RUSSIAN, "x"), ["link-other-language"]),
    "../en/02-search.md": (LessonTarget("computing", "search", ENGLISH), ["link-other-language"]),
    "01-files.easy.md": (LessonTarget("computing", "files", KYRGYZ, "", "easy"), []),
    "03-издөө.easy.md": (LessonTarget("computing", "издөө", KYRGYZ), []),
    "../../study/ky/01-welcome.md": (LessonTarget("study", "welcome", RUSSIAN), ["link-other-language"]),
    "../course.toml": (CourseTarget("computing", KYRGYZ), []),
    "../../study/course.toml": (CourseTarget("study", RUSSIAN), ["link-other-language"]),
    "../media/table.csv": (ResourceTarget("computing", "media/table.csv"), []),
    "../../study/media/house.svg": (ResourceTarget("study", "media/house.svg"), []),
    "mailto:a@b.kg": (WebTarget("mailto:a@b.kg"), []),
    "tel:+996312000000": (WebTarget("tel:+996312000000"), []),
    "//a.kg/x": (WebTarget("https://a.kg/x"), []),
}


@pytest.mark.parametrize("href", FOUND)
def test_a_link_leads_to_what_is_really_there(href: str) -> None:
    target, rules = FOUND[href]
    result = read(f"[а]({href})")
    assert _only_link(result.document) == Link((Text("а", 4),), target, 4)
    assert [rule for rule, _ in rules_of(result)] == rules


def test_a_link_within_the_lesson_keeps_its_variant() -> None:
    easy = make_lesson("files", 1, KYRGYZ, Variant.EASY)
    result = read("## А\n\n[б](#а)", easy)
    assert _only_link(result.document).target == LessonTarget("computing", "files", KYRGYZ, "а", "easy")
    assert result.anchor_links == ()


BROKEN: dict[str, str] = {
    "07-nothing.md": "link-broken",
    "02-serch.md": "link-broken-similar",
    "search": "link-broken-similar",
    "../media/nothing.csv": "link-broken",
    "#жок": "anchor-broken",
    "../../../../etc/passwd": "link-leaves-project",
    "/etc/passwd": "link-leaves-project",
    "..%2F..%2F..%2F..%2Fx.md": "link-leaves-project",
    "javascript:alert(1)": "link-scheme",
    "file:///x": "link-scheme",
    "https://": "link-address-wrong",
    "http://[": "link-address-wrong",
    "../media/secret.png": "link-withheld",
    "09-draft.md": "link-withheld",
    "../media/forgotten.png": "link-undeclared-resource",
    "../../empty/course.toml": "link-course-empty",
}


@pytest.mark.parametrize("href", BROKEN)
def test_a_link_that_leads_nowhere_keeps_its_words(href: str) -> None:
    result = read(f"а\n*б [в г]({href}) д*")
    assert rules_of(result) == [(BROKEN[href], 2)]
    assert read_text(result.document) == "а б в г д"
    assert not any(isinstance(node, Link) for node in walk(result.document))


def test_a_link_without_words_shows_its_address() -> None:
    result = read("[](03-издөө.md)")
    assert rules_of(result) == [("link-empty", 1)]
    assert plain_text(_only_link(result.document).children) == "03-издөө.md"


@pytest.mark.parametrize(
    ("markdown", "rule"),
    [("[а](б в.md)", "link-not-understood"), ("[а][б]", "link-reference-undefined")],
)
def test_what_looks_like_a_link_is_reported_and_kept(markdown: str, rule: str) -> None:
    result = read(markdown)
    assert rules_of(result) == [(rule, 1)]
    assert read_text(result.document) == markdown


def test_a_restricted_picture_gives_its_words_only() -> None:
    result = read('![Сүрөт](../media/secret.png "К")')
    assert result.document.blocks == (
        Figure(Picture("media/secret.png", "Сүрөт", False, True, 4), (Text("К", 4),), (), 4),
    )
    assert [(one.rule, one.severity) for one in result.findings] == [("picture-withheld", Severity.NOTE)]


LOST_PICTURES: dict[str, str] = {
    "../media/nothing.svg": "picture-missing",
    "../media/forgotten.png": "picture-undeclared",
    "../../study/media/house.svg": "picture-elsewhere",
    "https://a.kg/x.png": "picture-from-web",
    "../../../../x.png": "path-leaves-project",
    "data:image/png;base64,AAAA": "picture-from-web",
}


@pytest.mark.parametrize("href", LOST_PICTURES)
def test_a_picture_that_cannot_be_shown_leaves_all_its_words(href: str) -> None:
    result = read(f'![Бир *эки*]({href} "Үч")\n\n::: description\nТөрт\n:::')
    assert rules_of(result) == [(LOST_PICTURES[href], 1)]
    assert read_text(result.document) == "Бир экиҮчТөрт"
    assert not any(isinstance(node, Picture) for node in walk(result.document))


def test_links_to_headings_of_other_lessons_are_checked_together() -> None:
    good = read("## А {#a}\n\n[б](../ru/01-files.md#b)")
    other = make_lesson("files", 1, RUSSIAN)
    assert check_anchors([good.lesson_anchors, read("## Б {#b}", other).lesson_anchors]) == ()
    (finding,) = check_anchors([good.lesson_anchors, read("## Б", other).lesson_anchors])
    assert (finding.path, finding.line, finding.rule) == (FILES.source, 6, "anchor-broken-elsewhere")


def test_a_lesson_that_was_not_given_is_not_judged() -> None:
    assert check_anchors([read("[б](../ru/01-files.md#b)").lesson_anchors]) == ()


def test_the_words_of_a_broken_link_stay_in_order_in_every_kind_of_block() -> None:
    markdown = "- [бир](#x)\n\n| [эки](#y) |\n|---|\n| үч |\n\nтөрт[^1]\n\n[^1]: [беш](#z)"
    result = read(markdown)
    assert [rule for rule, _ in rules_of(result)] == ["anchor-broken"] * 3
    assert read_text(result.document) == "бирэкиүчтөртбеш"
    inlines: tuple[Inline, ...] = tuple(node for node in walk(result.document) if isinstance(node, Link))
    assert inlines == ()
