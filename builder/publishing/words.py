"""Words of the pages around an author's text, in the language of the page.

What every format says (contents, figure, rights …) stands in `builder.model.labels`; what Material's templates say
stands in ``theme/partials/languages``. Kyrgyz terms follow the university's own usage.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from builder.model.course import ResourceType
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from builder.publishing.media_words import LISTENING, RECORDINGS, ListeningWords, RecordingWords


@dataclass(frozen=True, slots=True)
class Plural:
    """Forms of a counted noun: `one` (1, and in Russian 21, 31 …), `few` (Russian 2 to 4), `many` (the rest)."""

    one: str
    few: str
    many: str

    @classmethod
    def same(cls, word: str) -> "Plural":
        """A noun that does not change after a number, as in Kyrgyz."""
        return cls(word, word, word)


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words. Words with braces are templates for `str.format`; `{language}` is an adverb («орусча»)."""

    home: str
    courses: str
    lessons: str
    skip: str
    you_are_here: str
    languages: str
    on_this_page: str
    previous: str
    next: str
    lesson_of: str
    course_lessons: str
    lesson_forms: str
    course_forms: str
    course_in_easy_language: str
    files: str
    no_files: str
    versions: str
    lesson_missing: str
    course_missing: str
    easy_language: str
    easy_missing: str
    easy_here: str
    standard: str
    standard_missing: str
    sign_language: str
    sign_language_missing: str
    sign_language_withheld: str
    only_elsewhere: str
    courses_elsewhere: str
    only_in: str
    exists_in: str
    withheld: Plural
    no_lessons: str
    about: str
    kind: str
    credits: str
    licence: str
    search: str
    choose_language: str
    not_found: str
    not_found_help: str
    page_count: Plural
    word_count: Plural
    lesson_count: Plural
    point_count: Plural
    national_credits: Plural
    byte_count: Plural
    kilobyte_count: Plural
    megabyte_count: Plural
    formats: Mapping[str, str]
    roles: Mapping[str, str]
    types: Mapping[ResourceType, str]
    licences: Mapping[str, str]
    decimal_mark: str
    group_mark: str
    minute_count: Plural
    second_count: Plural
    listening: ListeningWords
    recordings: RecordingWords


_KY = Words(
    home="Башкы барак",
    courses="Курстар",
    lessons="Сабактар",
    skip="Негизги текстке өтүү",
    you_are_here="Сиз ушул жердесиз",
    languages="Тил",
    on_this_page="Бул баракта",
    previous="Мурунку сабак",
    next="Кийинки сабак",
    lesson_of="{total} сабактын {number}-сабагы",
    course_lessons="Курстун сабактары",
    lesson_forms="Бул сабак башка форматтарда",
    course_forms="Бүт курстун файлдары",
    course_in_easy_language="Бүт курс жеңил тилде",
    files="Жүктөп алуу",
    no_files="Бул сабактын жүктөп ала турган файлдары жок.",
    versions="Башка түрлөрү жана тилдери",
    lesson_missing="Бул сабак {language} жок.",
    course_missing="Бул курс {language} жок.",
    easy_language="Жеңил тилде",
    easy_missing="Бул сабактын жеңил тилдеги түрү жок.",
    easy_here="Бул барак жеңил тилде жазылган.",
    standard="Сабактын кадимки түрү",
    standard_missing="Бул сабактын жеңил тилдеги түрү гана бар.",
    sign_language="Жаңсоо тилиндеги видео",
    sign_language_missing="Бул сабактын жаңсоо тилиндеги видеосу жок.",
    sign_language_withheld="Жаңсоо тилиндеги видео автордук укукка байланыштуу жарыяланган жок.",
    only_elsewhere="{language} жарыяланбаган сабактар",
    courses_elsewhere="{language} жарыяланбаган курстар",
    only_in="{language} гана",
    exists_in="{language}",
    withheld=Plural.same("Бул курстун {count} материалы автордук укукка байланыштуу жарыяланган жок."),
    no_lessons="Бул курста азырынча жарыяланган сабак жок.",
    about="Курс жөнүндө",
    kind="Түрү",
    credits="Кредиттер",
    licence="Лицензия",
    search="Издөө",
    choose_language="Тилди тандаңыз",
    not_found="Барак табылган жок",
    not_found_help="Бул даректе барак жок. Балким, ал башка жерге көчүрүлгөндүр же дарек туура эмес жазылгандыр.",
    page_count=Plural.same("бет"),
    word_count=Plural.same("сөз"),
    lesson_count=Plural.same("сабак"),
    point_count=Plural.same("пункт"),
    national_credits=Plural.same("улуттук кредит"),
    byte_count=Plural.same("байт"),
    kilobyte_count=Plural.same("килобайт"),
    megabyte_count=Plural.same("мегабайт"),
    formats={
        "large-print": "PDF, чоң шрифт",
        "brf": "BRF, Брайл ариби (принтер жана дисплей үчүн)",
        "pef": "PEF, Брайл ариби (жаңы программалар үчүн)",
        "text": "TXT, жөнөкөй текст",
        "opus": "OPUS, аудио (кичине файл, заманбап телефон жана компьютер үчүн)",
        "mp3": "MP3, аудио (каалаган аспапта ойнойт)",
        "epub": "EPUB, электрондук китеп",
        "epub-audio": "EPUB, үнү бар электрондук китеп",
        "daisy": "DAISY 2.02, атайын плеер үчүн аудиокитеп",
        "m4b": "M4B, бөлүмдөргө бөлүнгөн аудиокитеп",
        "mp3-zip": "ZIP, бардык сабактар MP3 түрүндө",
        "case": "ZIP, кейс-пакет: бардык барактар жана файлдар, интернетсиз ачылат",
    },
    roles={"author": "автор", "editor": "редактор", "translator": "котормочу", "responsible": "жооптуу адам"},
    types={
        ResourceType.DATABASE: "маалымат базасы",
        ResourceType.E_BOOK: "электрондук китеп",
        ResourceType.LECTURE_TEXT: "лекциялардын тексти",
        ResourceType.VIDEO_LESSON: "видеосабак",
        ResourceType.PICTURE: "сүрөт",
        ResourceType.RECORDING: "аудио же видео жазуу",
        ResourceType.DATA_FILE: "маалымат файлы",
    },
    licences={
        "CC-BY-4.0": "Creative Commons Attribution 4.0 (авторун көрсөтүп, эркин колдонсо болот)",
        "CC-BY-SA-4.0": "Creative Commons Attribution-ShareAlike 4.0 (авторун көрсөтүп, ушул эле шартта таратса болот)",
        "CC0-1.0": "CC0 1.0 (чектөөсүз колдонсо болот)",
    },
    decimal_mark=",",
    group_mark="\N{NO-BREAK SPACE}",
    minute_count=Plural.same("мүнөт"),
    second_count=Plural.same("секунд"),
    listening=LISTENING[KYRGYZ],
    recordings=RECORDINGS[KYRGYZ],
)

_RU = Words(
    home="Главная",
    courses="Курсы",
    lessons="Занятия",
    skip="Перейти к основному тексту",
    you_are_here="Вы здесь",
    languages="Язык",
    on_this_page="На этой странице",
    previous="Предыдущее занятие",
    next="Следующее занятие",
    lesson_of="Занятие {number} из {total}",
    course_lessons="Занятия курса",
    lesson_forms="Это занятие в других форматах",
    course_forms="Файлы всего курса",
    course_in_easy_language="Весь курс на простом языке",
    files="Скачать",
    no_files="Файлов для скачивания у этого занятия нет.",
    versions="Другие версии и языки",
    lesson_missing="Этого занятия нет {language} языке.",
    course_missing="Этого курса нет {language} языке.",
    easy_language="На простом языке",
    easy_missing="Версии этого занятия на простом языке нет.",
    easy_here="Эта страница написана простым языком.",
    standard="Обычная версия занятия",
    standard_missing="Это занятие есть только на простом языке.",
    sign_language="Видео на жестовом языке",
    sign_language_missing="Видео на жестовом языке для этого занятия нет.",
    sign_language_withheld="Видео на жестовом языке не опубликовано из-за авторских прав.",
    only_elsewhere="Занятия, которых нет {language} языке",
    courses_elsewhere="Курсы, которых нет {language} языке",
    only_in="только {language}",
    exists_in="{language}",
    withheld=Plural(
        "{count} материал этого курса не опубликован из-за авторских прав.",
        "{count} материала этого курса не опубликованы из-за авторских прав.",
        "{count} материалов этого курса не опубликовано из-за авторских прав.",
    ),
    no_lessons="В этом курсе пока нет опубликованных занятий.",
    about="О курсе",
    kind="Вид",
    credits="Кредиты",
    licence="Лицензия",
    search="Поиск",
    choose_language="Выберите язык",
    not_found="Страница не найдена",
    not_found_help="По этому адресу страницы нет. Возможно, её перенесли или в адресе ошибка.",
    page_count=Plural("страница", "страницы", "страниц"),
    word_count=Plural("слово", "слова", "слов"),
    lesson_count=Plural("занятие", "занятия", "занятий"),
    point_count=Plural("пункт", "пункта", "пунктов"),
    national_credits=Plural("национальный кредит", "национальных кредита", "национальных кредитов"),
    byte_count=Plural("байт", "байта", "байт"),
    kilobyte_count=Plural("килобайт", "килобайта", "килобайт"),
    megabyte_count=Plural("мегабайт", "мегабайта", "мегабайт"),
    formats={
        "large-print": "PDF, крупный шрифт",
        "brf": "BRF, шрифт Брайля (для принтера и дисплея)",
        "pef": "PEF, шрифт Брайля (для новых программ)",
        "text": "TXT, простой текст",
        "opus": "OPUS, аудио (небольшой файл, для современных телефонов и компьютеров)",
        "mp3": "MP3, аудио (для любого плеера)",
        "epub": "EPUB, электронная книга",
        "epub-audio": "EPUB, электронная книга со звуком",
        "daisy": "DAISY 2.02, говорящая книга для тифлоплееров",
        "m4b": "M4B, аудиокнига с главами",
        "mp3-zip": "ZIP, все занятия в MP3",
        "case": "ZIP, кейс-пакет: все страницы и файлы, открывается без интернета",
    },
    roles={"author": "автор", "editor": "редактор", "translator": "переводчик", "responsible": "ответственное лицо"},
    types={
        ResourceType.DATABASE: "база данных",
        ResourceType.E_BOOK: "электронная книга",
        ResourceType.LECTURE_TEXT: "текст лекций",
        ResourceType.VIDEO_LESSON: "видеозанятие",
        ResourceType.PICTURE: "рисунок",
        ResourceType.RECORDING: "аудио- или видеозапись",
        ResourceType.DATA_FILE: "файл с данными",
    },
    licences={
        "CC-BY-4.0": "Creative Commons Attribution 4.0 (свободное использование с указанием автора)",
        "CC-BY-SA-4.0": "Creative Commons Attribution-ShareAlike 4.0 (с указанием автора и на тех же условиях)",
        "CC0-1.0": "CC0 1.0 (без ограничений)",
    },
    decimal_mark=",",
    group_mark="\N{NO-BREAK SPACE}",
    minute_count=Plural("минута", "минуты", "минут"),
    second_count=Plural("секунда", "секунды", "секунд"),
    listening=LISTENING[RUSSIAN],
    recordings=RECORDINGS[RUSSIAN],
)

_EN = Words(
    home="Home",
    courses="Courses",
    lessons="Lessons",
    skip="Skip to content",
    you_are_here="You are here",
    languages="Language",
    on_this_page="On this page",
    previous="Previous lesson",
    next="Next lesson",
    lesson_of="Lesson {number} of {total}",
    course_lessons="Lessons of this course",
    lesson_forms="This lesson in other forms",
    course_forms="Files of the whole course",
    course_in_easy_language="The whole course in easy language",
    files="Download",
    no_files="There are no files to download for this lesson.",
    versions="Other versions and languages",
    lesson_missing="This lesson is not available {language}.",
    course_missing="This course is not available {language}.",
    easy_language="Easy language",
    easy_missing="There is no easy-language version of this lesson.",
    easy_here="This page is written in easy language.",
    standard="Standard version of the lesson",
    standard_missing="This lesson exists in easy language only.",
    sign_language="Sign-language video",
    sign_language_missing="There is no sign-language video of this lesson.",
    sign_language_withheld="The sign-language video is not published because of its rights.",
    only_elsewhere="Lessons not available {language}",
    courses_elsewhere="Courses not available {language}",
    only_in="{language} only",
    exists_in="{language}",
    withheld=Plural(
        "{count} item of this course is not published because of its rights.",
        "{count} items of this course are not published because of their rights.",
        "{count} items of this course are not published because of their rights.",
    ),
    no_lessons="No lesson of this course has been published yet.",
    about="About this course",
    kind="Type",
    credits="Credits",
    licence="Licence",
    search="Search",
    choose_language="Choose a language",
    not_found="Page not found",
    not_found_help="There is no page at this address. It may have moved, or the address has a mistake in it.",
    page_count=Plural("page", "pages", "pages"),
    word_count=Plural("word", "words", "words"),
    lesson_count=Plural("lesson", "lessons", "lessons"),
    point_count=Plural("point", "points", "points"),
    national_credits=Plural("national credit", "national credits", "national credits"),
    byte_count=Plural("byte", "bytes", "bytes"),
    kilobyte_count=Plural("kilobyte", "kilobytes", "kilobytes"),
    megabyte_count=Plural("megabyte", "megabytes", "megabytes"),
    formats={
        "large-print": "PDF, large print",
        "brf": "BRF, braille (for embossers and displays)",
        "pef": "PEF, braille (for newer software)",
        "text": "TXT, plain text",
        "opus": "OPUS, audio (small file, for newer phones and computers)",
        "mp3": "MP3, audio (for any player)",
        "epub": "EPUB, e-book",
        "epub-audio": "EPUB, e-book with sound",
        "daisy": "DAISY 2.02, talking book for DAISY players",
        "m4b": "M4B, audiobook with chapters",
        "mp3-zip": "ZIP, all lessons as MP3",
        "case": "ZIP, case package: all pages and files, opens without internet",
    },
    roles={"author": "author", "editor": "editor", "translator": "translator", "responsible": "responsible person"},
    types={
        ResourceType.DATABASE: "database",
        ResourceType.E_BOOK: "e-book",
        ResourceType.LECTURE_TEXT: "lecture text",
        ResourceType.VIDEO_LESSON: "video lesson",
        ResourceType.PICTURE: "picture",
        ResourceType.RECORDING: "recording",
        ResourceType.DATA_FILE: "data file",
    },
    licences={
        "CC-BY-4.0": "Creative Commons Attribution 4.0 (free use with credit to the author)",
        "CC-BY-SA-4.0": "Creative Commons Attribution-ShareAlike 4.0 (with credit, on the same terms)",
        "CC0-1.0": "CC0 1.0 (no restrictions)",
    },
    decimal_mark=".",
    group_mark=",",
    minute_count=Plural("minute", "minutes", "minutes"),
    second_count=Plural("second", "seconds", "seconds"),
    listening=LISTENING[ENGLISH],
    recordings=RECORDINGS[ENGLISH],
)

WORDS: Final[Mapping[LanguageTag, Words]] = {KYRGYZ: _KY, RUSSIAN: _RU, ENGLISH: _EN}

LICENCE_ADDRESSES: Final[Mapping[str, str]] = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
"""Where the text of a licence can be read, by SPDX identifier."""


# ---------------------------------------------------------------- numbers


def count(number: float, noun: Plural, language: LanguageTag) -> str:
    """``34 страницы``: the number as the language writes it and the noun in the form that the number asks for.

    Plural rules: Unicode CLDR 48, cardinal rules of ky, ru and en.
    """
    return f"{write_number(number, language)}\N{NO-BREAK SPACE}{_plural_form(number, noun, language)}"


def write_number(number: float, language: LanguageTag) -> str:
    """At most one decimal, with the language's own marks: ``1 234,5``."""
    words = WORDS[language]
    whole, _, decimals = f"{number:,.1f}".partition(".")
    whole = whole.replace(",", words.group_mark)
    return whole if decimals == "0" else f"{whole}{words.decimal_mark}{decimals}"


def write_size(size: int, language: LanguageTag) -> str:
    """A file's size in words, in the decimal units that downloads are counted in."""
    words = WORDS[language]
    if size < 1000:
        return count(size, words.byte_count, language)
    if size < 999_500:
        return count(round(size / 1000), words.kilobyte_count, language)
    megabytes = size / 1_000_000
    return count(round(megabytes, 1) if megabytes < 10 else round(megabytes), words.megabyte_count, language)


def write_length(duration_ms: int, language: LanguageTag) -> str:
    """How long something lasts, in words: whole minutes, or seconds below one minute."""
    words = WORDS[language]
    if duration_ms < 60_000:
        return count(max(1, round(duration_ms / 1000)), words.second_count, language)
    return count(round(duration_ms / 60_000), words.minute_count, language)


def _plural_form(number: float, noun: Plural, language: LanguageTag) -> str:
    whole = round(number, 1) == round(number)
    if language == ENGLISH:
        return noun.one if whole and round(number) == 1 else noun.many
    if not whole:
        return noun.few  # 1,5 мегабайта: a fraction governs the genitive singular, the form that also follows 2 to 4
    last, last_two = round(number) % 10, round(number) % 100
    if last == 1 and last_two != 11:
        return noun.one
    return noun.few if 2 <= last <= 4 and not 12 <= last_two <= 14 else noun.many
