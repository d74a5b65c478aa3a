"""The body of a language's search page: a form, a place for results, and a list of all lessons for everybody else."""

import json
from html import escape
from typing import Final

from builder.model.course import Catalogue, Course, Lesson
from builder.model.document import Variant
from builder.model.language import LanguageTag, primary_language
from builder.publishing.paths import course_path, lesson_path, relative_url, search_path
from builder.publishing.search.words import interface_words

_BODY_START: Final = "<!-- search -->"
_BODY_END: Final = "<!-- end of search -->"
_WORDS_FOR_SCRIPT: Final = ("loading", "failed", "empty", "none", "one", "few", "many", "shown", "near", "easy")


def render_search_page_body(catalogue: Catalogue, language: LanguageTag) -> str:
    """HTML for the main part of ``<lang>/search.html``, below its h1.

    Without JavaScript it is a complete list of the language's lessons; ``search.js`` fills in the results. Headings
    start at level 2.
    """
    words = interface_words(language)["search"]
    for_script = escape(json.dumps({one: words[one] for one in _WORDS_FOR_SCRIPT}, ensure_ascii=False))
    lists = "\n".join(
        _course_list(course, language, words["easy"]) for course in catalogue.courses if course.lessons_in(language)
    )
    return f"""\
{_BODY_START}
<form class="jetki-search jetki-search--page" role="search" action="search.html" method="get"
 aria-label="{escape(words["landmark_page"])}" data-jetki-search="page"
 data-root="../" data-language="{primary_language(language)}" data-words="{for_script}">
<label for="jetki-search-page">{escape(words["label_page"])}</label>
<div class="jetki-search__row">
<input id="jetki-search-page" class="jetki-search__input" type="search" name="q" autocomplete="off" spellcheck="false"
 autocapitalize="none" maxlength="200" aria-describedby="jetki-search-hint">
<button class="jetki-search__submit" type="submit">{escape(words["submit"])}</button>
</div>
<p id="jetki-search-hint" class="jetki-search__hint">{escape(words["hint"])}</p>
</form>
<noscript><p>{escape(words["no_script"])}</p></noscript>
<p class="jetki-search__status" role="status" data-jetki-search-status></p>
<section class="jetki-search__found" data-jetki-search-found hidden aria-labelledby="jetki-search-results">
<h2 id="jetki-search-results">{escape(words["results"])}</h2>
<ol class="jetki-search__results" data-jetki-search-results></ol>
</section>
<h2 id="jetki-all-lessons">{escape(words["all_lessons"])}</h2>
{lists}
{_BODY_END}
"""


def replace_search_page_body(page: str, catalogue: Catalogue, language: LanguageTag) -> str:
    """A finished search page, made the search page of other lessons: those of the offline package.

    Raises ValueError for a page that is no search page.
    """
    before, start, rest = page.partition(_BODY_START)
    _, end, after = rest.partition(_BODY_END)
    if not start or not end:
        raise ValueError("not a search page")
    return before + render_search_page_body(catalogue, language).strip() + after


def _course_list(course: Course, language: LanguageTag, easy: str) -> str:
    start = search_path(language)
    own = primary_language(language)
    title = course.title.get(language) or course.title.get(own) or next(iter(course.title.values()))
    address = relative_url(course_path(course.id, language), start)
    items = "\n".join(_lesson_item(course, one, start, easy) for one in course.lessons_in(language))
    return f'<h3><a href="{address}">{escape(title)}</a></h3>\n<ol>\n{items}\n</ol>'


def _lesson_item(course: Course, lesson: Lesson, start: str, easy: str) -> str:
    address = relative_url(lesson_path(course.id, lesson.name, lesson.language), start)
    item = f'<li><a href="{address}">{escape(lesson.title)}</a>'
    plain = course.find_lesson(lesson.name, lesson.language, Variant.EASY)
    if plain:
        address = relative_url(lesson_path(course.id, lesson.name, lesson.language, Variant.EASY), start)
        item += f' (<a href="{address}">{escape(plain.title)}, {escape(easy)}</a>)'
    return item + "</li>"
