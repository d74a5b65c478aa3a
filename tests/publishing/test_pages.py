import datetime
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from lxml import html

from builder.model.course import Catalogue
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN
from builder.model.settings import Settings
from builder.publishing import Form, PageKind, PageRequest, theme_assets
from builder.publishing.paths import export_path, resource_path
from builder.publishing.views import NEIGHBOURS, Viewer
from tests.publishing.site import (
    SETTINGS,
    SIGN_LANGUAGE,
    Project,
    catalogue,
    document,
    forms,
    make_project,
    requests,
)
from tests.samples import COURSE_ID

Tree = Callable[[str], html.HtmlElement]

LESSON = f"{COURSE_ID}/files/index.html"
EVERY_PAGE = [one.path for one in map(Viewer(SETTINGS, catalogue()).view, requests())]


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _only(found: list[html.HtmlElement]) -> html.HtmlElement:
    assert len(found) == 1, found
    return found[0]


# ---------------------------------------------------------------- every page


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_has_a_sound_frame(path: str, tree: Tree, pages: dict[str, bytes]) -> None:
    page = tree(path)
    assert pages[path].startswith(b"<!doctype html>\n<html lang=")
    assert _text(_only(page.xpath("//h1")))
    assert _text(_only(page.xpath("//title")))
    main = _only(page.xpath("//main"))
    assert len(page.xpath("//body/header")) == len(page.xpath("//body/footer")) == 1
    skip = page.xpath("//body/*")[0]
    assert skip.get("href") == "#" + main.get("id")
    assert main.get("tabindex") == "-1"


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_headings_are_nested_without_gaps(path: str, tree: Tree) -> None:
    levels = [int(one.tag[1]) for one in tree(path).xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    assert levels[0] == 1
    # The sample document itself goes from level 3 to 4.
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_ids_are_unique_and_references_find_them(path: str, tree: Tree) -> None:
    page = tree(path)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for name in ("aria-labelledby", "aria-describedby", "aria-details", "for"):
        for value in page.xpath(f"//@{name}"):
            assert set(value.split()) <= set(ids), (name, value)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_landmarks_of_one_kind_have_names_of_their_own(path: str, tree: Tree) -> None:
    page = tree(path)
    names = [
        one.get("aria-label") or _text(page.get_element_by_id(one.get("aria-labelledby")))
        for one in page.xpath("//nav")
    ]
    assert len(names) == len(set(names))
    assert all(names)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_nothing_on_a_page_needs_a_script(path: str, tree: Tree) -> None:
    page = tree(path)
    assert not page.xpath("//script[not(@src)]"), "a strict content security policy forbids inline scripts"
    assert not page.xpath("//a[not(@href) or starts-with(@href, 'javascript:') or @href='#']")
    assert not page.xpath("//meta[@http-equiv='refresh']")
    assert not [
        one for one in page.iter() if isinstance(one.tag, str) and any(key.startswith("on") for key in one.attrib)
    ]


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_link_leads_to_something_published(path: str, tree: Tree, pages: dict[str, bytes]) -> None:
    published = set(pages) | set(theme_assets())
    published |= {resource_path(course.id, one) for course in catalogue().courses for one in course.resources}
    published |= {form.path for request in requests() for form in request.forms}
    here = "https://kok-bulut.example/study/" + path
    for address in tree(path).xpath("//@href | //@src | //@action"):
        target, anchor = urldefrag(urljoin(here, address))
        if not target.startswith("https://kok-bulut.example/"):
            assert re.match(r"(https?|mailto|tel):", target)
            continue
        found = unquote(target.removeprefix("https://kok-bulut.example/study/"))
        assert found in published or found + "index.html" in published, address
        if anchor and found in pages:
            assert tree(found).xpath("//*[@id=$id]", id=unquote(anchor)), address


def _spoken(element: html.HtmlElement, language: str) -> Iterator[tuple[str, str]]:
    language = element.get("lang", language)
    if element.text:
        yield language, element.text
    for one in element:
        if isinstance(one.tag, str):
            yield from _spoken(one, language)
        if one.tail:
            yield language, one.tail


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_word_is_in_the_language_that_is_declared_for_it(path: str, tree: Tree) -> None:
    page = tree(path)
    for language, text in _spoken(page, ""):
        if re.search("[ңөүҢӨҮ]", text):
            assert language == "ky", text
        # The shared sample writes the sign of the metre in Cyrillic.
        if re.search("[Ѐ-ӿ]", text) and text != "O, 5 м":
            assert language in {"ky", "ru"}, text


@pytest.mark.parametrize("path", [one for one in EVERY_PAGE if "/" in one])
def test_a_page_declares_the_language_of_its_folder(path: str, tree: Tree) -> None:
    assert tree(path).get("lang") == path.split("/")[0]


# ---------------------------------------------------------------- languages


def test_the_switcher_names_each_language_in_itself(tree: Tree) -> None:
    links = tree(f"ru/{LESSON}").xpath("//nav[@class='jetki-languages']//a")
    assert [(one.get("lang"), one.get("hreflang"), one.text, one.get("href")) for one in links] == [
        ("ky", "ky", "Кыргызча", f"../../../ky/{LESSON}"),
        ("ru", "ru", "Русский", "index.html"),
        ("en", "en", "English", f"../../../en/{LESSON}"),
    ]
    assert [one.get("aria-current") for one in links] == [None, "true", None]


def test_a_missing_translation_is_said_and_not_linked(tree: Tree) -> None:
    page = tree(f"ky/{COURSE_ID}/keyboard/index.html")
    switcher = _only(page.xpath("//nav[@class='jetki-languages']"))
    assert [one.text for one in switcher.xpath(".//a")] == ["Кыргызча"]
    assert [_text(one) for one in switcher.xpath("p")] == ["Бул сабак орусча жок.", "Бул сабак англисче жок."]
    assert not page.xpath("//link[@hreflang]")
    russian = tree(f"ru/{COURSE_ID}/post/index.html")
    assert "Этого занятия нет на английском языке." in _text(russian)
    assert russian.xpath("//link/@hreflang") == ["ky", "ru"]


def test_alternates_and_canonical_address_are_absolute_where_the_site_knows_its_own(tree: Tree) -> None:
    page = tree(f"en/{LESSON}")
    assert page.xpath("//link[@rel='canonical']/@href") == [f"https://kok-bulut.example/study/en/{COURSE_ID}/files/"]
    assert page.xpath("//link[@hreflang='ky']/@href") == [f"https://kok-bulut.example/study/ky/{COURSE_ID}/files/"]


def test_an_easy_page_is_no_translation_of_a_standard_one(tree: Tree) -> None:
    easy = tree(f"ky/{COURSE_ID}/files/easy/index.html")
    assert not easy.xpath("//link[@hreflang]")
    assert easy.xpath("//nav[@class='jetki-languages']//a[@lang='ru']/@href") == [f"../../../../ru/{LESSON}"]


# ---------------------------------------------------------------- lesson


def test_a_lesson_offers_its_other_forms_in_words(tree: Tree) -> None:
    block = _only(tree(f"ky/{LESSON}").xpath("//section[@class='jetki-forms']"))
    assert _text(block.xpath("h2")[0]) == "Бул сабак башка форматтарда"
    assert [_text(one) for one in block.xpath(".//li")] == [
        "PDF, чоң шрифт, 18 пункт, 34 бет, 210 килобайт",
        "BRF, Брайл ариби (принтер жана дисплей үчүн), 21 бет, 1 килобайт",
        "TXT, жөнөкөй текст, 999 байт",
        "Жеңил тилде: Файлдар жана папкалар",
        "Жаңсоо тилиндеги видео (MP4)",
        "Файлы и папки (орусча)",
        "Files & <folders> (англисче)",
    ]


def test_a_lesson_says_which_forms_do_not_exist(tree: Tree) -> None:
    block = _only(tree(f"en/{COURSE_ID}/search/index.html").xpath("//section[@class='jetki-forms']"))
    items = [_text(one) for one in block.xpath(".//li")]
    assert "There is no easy-language version of this lesson." in items
    assert "The sign-language video is not published because of its rights." in items
    kyrgyz = _text(tree(f"ky/{COURSE_ID}/post/index.html"))
    assert "Бул сабактын жаңсоо тилиндеги видеосу жок." in kyrgyz
    assert "Бул сабактын жеңил тилдеги түрү жок." in kyrgyz


def test_a_lesson_without_files_says_so(project: Project) -> None:
    lesson = catalogue().courses[0].lessons_in(ENGLISH)[0]
    page = project.build([PageRequest.of_lesson(document(lesson))])[f"en/{LESSON}"].decode()
    assert "There are no files to download for this lesson." in page


def test_the_sign_language_video_is_linked_where_it_is_published(tree: Tree) -> None:
    link = tree(f"ky/{LESSON}").xpath("//a[contains(., 'Жаңсоо')]/@href")
    assert link == ["../../../" + resource_path(COURSE_ID, SIGN_LANGUAGE)]
    easy = tree(f"ky/{COURSE_ID}/files/easy/index.html").xpath("//a[contains(., 'Жаңсоо')]/@href")
    assert easy == ["../" + link[0]], "the easy version shares the video"


def test_easy_and_standard_versions_point_to_each_other(tree: Tree) -> None:
    easy = tree(f"ky/{COURSE_ID}/files/easy/index.html")
    assert set(easy.xpath("//a[contains(., 'кадимки түрү')]/@href")) == {"../index.html"}
    assert "Бул барак жеңил тилде жазылган." in _text(easy)
    assert tree(f"ky/{LESSON}").xpath("//main//a[contains(., 'Жеңил тилде')]/@href") == ["easy/index.html"]


def test_previous_and_next_follow_the_lessons_of_the_language(tree: Tree) -> None:
    page = tree(f"ru/{COURSE_ID}/search/index.html")
    assert page.xpath("//a[@rel='prev']/@href") == ["../files/index.html"]
    assert page.xpath("//a[@rel='next']/@href") == ["../post/index.html"]
    assert not tree(f"en/{COURSE_ID}/search/index.html").xpath("//a[@rel='next']"), "the next lesson is not in English"
    assert "Занятие 2 из 3" in _text(page)


def test_the_current_lesson_is_marked_among_its_neighbours(tree: Tree) -> None:
    beside = _only(tree(f"ky/{LESSON}").xpath("//nav[contains(@class, 'jetki-lessons')]"))
    assert [_text(one) for one in beside.xpath(".//a[@aria-current='page']")] == ["Файлдар жана папкалар"]
    assert len(beside.xpath(".//li")) == 4


def test_the_contents_lead_to_the_headings(tree: Tree) -> None:
    page = tree(f"ky/{COURSE_ID}/search/index.html")
    contents = _only(page.xpath("//nav[@class='jetki-contents']"))
    assert [(_text(one), one.get("href")) for one in contents.xpath(".//a")] == [("A & B", "#goals"), ("C", "#c")]


def test_an_authors_text_never_becomes_markup(tree: Tree, pages: dict[str, bytes]) -> None:
    assert b"<script>alert" not in pages[f"ky/{COURSE_ID}/search/index.html"]
    assert _text(tree(f"en/{LESSON}").xpath("//h1")[0]) == "Files & <folders>"
    assert "Kok-Bulut University & <Friends>" in tree(f"en/{LESSON}").xpath("//title")[0].text


def test_a_lesson_names_its_rights(tree: Tree) -> None:
    rights = _only(tree(f"en/{LESSON}").xpath("//p[@class='jetki-rights']"))
    assert _text(rights).startswith("Rights: Kok-Bulut. Licence: Creative Commons")
    assert rights.xpath("a/@href") == ["https://creativecommons.org/licenses/by/4.0/"]


def test_a_long_course_does_not_make_its_pages_heavy() -> None:
    course = catalogue().courses[0]
    first = course.lessons_in(ENGLISH)[0]
    many = tuple(replace(first, name=f"l{number}", order=number, title=f"L{number}") for number in range(500))
    long = Catalogue((ENGLISH,), (replace(course, lessons=many),))
    view = Viewer(SETTINGS, long).view(PageRequest.of_lesson(replace(document(first), lesson="l250")))
    assert [one.title for one in view.siblings][:: 2 * NEIGHBOURS] == [f"L{250 - NEIGHBOURS}", f"L{250 + NEIGHBOURS}"]
    assert len(view.siblings) == 2 * NEIGHBOURS + 1


# ---------------------------------------------------------------- course, home, landing, not found


def test_a_course_lists_what_exists_and_says_what_does_not(tree: Tree) -> None:
    page = tree(f"en/{COURSE_ID}/index.html")
    assert [_text(one) for one in page.xpath("//ol[@class='jetki-cards']/li/p/a")] == [
        "Files & <folders>",
        "Finding information",
    ]
    elsewhere = _only(page.xpath("//section[@aria-labelledby='jetki-elsewhere']"))
    assert [_text(one) for one in elsewhere.xpath(".//li")] == [
        "Электрондук почта (in Kyrgyz), Электронная почта (in Russian)",
        "Кыргыз тамгаларын терүү (in Kyrgyz only)",
    ]
    assert elsewhere.xpath(".//a/@hreflang") == ["ky", "ru", "ky"]
    assert elsewhere.xpath(".//a/span/@lang") == ["ky", "ru", "ky"]


def test_a_course_tells_how_much_of_it_is_withheld(tree: Tree) -> None:
    assert "Бул курстун 2 материалы автордук укукка байланыштуу жарыяланган жок." in _text(
        tree(f"ky/{COURSE_ID}/index.html")
    )
    assert "2 материала этого курса не опубликованы из-за авторских прав." in _text(tree(f"ru/{COURSE_ID}/index.html"))
    assert "укукка" not in _text(tree("ky/manas/index.html").xpath("//main")[0]).replace("Автордук укук", "")


def test_a_course_shows_its_metadata(tree: Tree) -> None:
    facts = {
        _text(one.xpath("dt")[0]): [_text(dd) for dd in one.xpath("dd")]
        for one in tree(f"ru/{COURSE_ID}/index.html").xpath("//dl[@class='jetki-facts']/div")
    }
    assert facts["Ответственное подразделение"] == ["Кафедра информатики"]
    assert facts["Авторы"] == ["Айгүл Сооронова (автор)", "Пётр Ким (переводчик)"]
    assert facts["Кредиты"] == ["ECTS: 3; 2,5 национальных кредита"]
    assert facts["Вид"] == ["текст лекций"]


def test_a_course_offers_its_files(tree: Tree) -> None:
    block = _only(tree(f"ru/{COURSE_ID}/index.html").xpath("//section[@class='jetki-forms']"))
    assert [(_text(one), one.get("href")) for one in block.xpath(".//a")] == [
        ("EPUB, электронная книга, 1,5 мегабайта", f"{COURSE_ID}.epub"),
        ("ZIP, кейс-пакет: все страницы и файлы, открывается без интернета, 12 мегабайт", f"{COURSE_ID}.zip"),
        ("На простом языке: EPUB, электронная книга, 40 килобайт", f"{COURSE_ID}.easy.epub"),
    ]


def test_home_lists_the_courses_of_its_language_and_names_the_others(tree: Tree) -> None:
    page = tree("ru/index.html")
    assert [_text(one) for one in page.xpath("//ul[@class='jetki-cards']/li/h2")] == ["Основы цифровой работы"]
    assert "3 занятия" in _text(page)
    assert "Манас айтуу өнөрү (только на кыргызском)" in _text(page)
    assert page.xpath("//section//a[@hreflang='ky']/@href") == ["../ky/manas/index.html"]


def test_the_landing_page_offers_every_language_by_plain_links(tree: Tree) -> None:
    page = tree("index.html")
    links = page.xpath("//main//a")
    assert [(one.get("href"), one.get("hreflang"), one.text) for one in links] == [
        ("ky/index.html", "ky", "Кыргызча"),
        ("ru/index.html", "ru", "Русский"),
        ("en/index.html", "en", "English"),
    ]
    assert page.xpath("//main//li/@lang") == ["ky", "ru", "en"]


def test_the_page_not_found_works_at_any_depth(tree: Tree) -> None:
    page = tree("404.html")
    assert all(one.startswith("/study/") for one in page.xpath("//link/@href | //script/@src | //main//a/@href"))
    assert [one.get("lang") for one in page.xpath("//main/div")] == ["ky", "ru", "en"]


def test_without_an_address_of_its_own_the_site_promises_no_absolute_one() -> None:
    settings = Settings(SETTINGS.site_name)
    view = Viewer(settings, catalogue()).view(PageRequest(PageKind.COURSE, RUSSIAN, COURSE_ID))
    assert view.canonical_url == ""
    assert [one.url for one in view.alternates] == [
        f"../../ky/{COURSE_ID}/index.html",
        "index.html",
        f"../../en/{COURSE_ID}/index.html",
    ]
    assert Viewer(settings, catalogue()).view(PageRequest(PageKind.NOT_FOUND, KYRGYZ)).site.root == "/"


def test_a_page_is_the_same_alone_and_among_others(project: Project, pages: dict[str, bytes]) -> None:
    lesson = catalogue().courses[0].lessons_in(RUSSIAN)[1]
    alone = project.build([PageRequest.of_lesson(document(lesson), forms(lesson))])
    assert alone == {f"ru/{COURSE_ID}/search/index.html": pages[f"ru/{COURSE_ID}/search/index.html"]}


def test_two_builds_in_two_folders_give_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, pages: dict[str, bytes]
) -> None:
    elsewhere = make_project(tmp_path_factory.mktemp("другая папка") / "copy")
    assert elsewhere.build(list(reversed(requests()))) == pages


def test_no_page_names_a_folder_of_this_machine_or_a_date(pages: dict[str, bytes], project: Project) -> None:
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat().encode()
    for path, data in pages.items():
        assert str(project.folder).encode() not in data, path
        assert today not in data, path


def test_print_profiles_are_told_apart() -> None:
    lesson = catalogue().courses[0].lessons_in(ENGLISH)[0]
    offered = tuple(
        Form(
            "large-print",
            export_path("large-print", COURSE_ID, "files", ENGLISH, profile=f"{size}pt"),
            1000,
            1,
            ENGLISH,
            font_size_pt=size,
        )
        for size in (28, 18, 22)
    )
    view = Viewer(SETTINGS, catalogue()).view(PageRequest.of_lesson(document(lesson), offered))
    assert [one.text.replace("\N{NO-BREAK SPACE}", " ") for one in view.forms] == [
        f"PDF, large print, {size} points, 1 page, 1 kilobyte" for size in (18, 22, 28)
    ]
