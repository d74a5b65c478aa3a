"""The page on which a stranger verifies a transcript: plain HTML, no script, no foreign host.

The address on the paper leads here, so that whoever holds it needs neither a program nor an account.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlencode

from api.domains.transcripts.document import shown_amount, shown_day
from api.domains.transcripts.schemas import VerificationOut
from api.domains.transcripts.service import PAGE
from api.domains.transcripts.words import WORDS
from api.errors import LANGUAGES, words_of


@dataclass(frozen=True, slots=True)
class PageWords:
    """What stands on the page and not on the paper."""

    language: str
    title: str
    intro: str
    label: str
    hint: str
    send: str
    answer: str
    details: str
    university: str
    initials: str
    superseded: str
    digest: str
    other_languages: str
    file: str


WORDS_OF_PAGE: Final = {
    "ky": PageWords(
        "Кыргызча",
        "Транскриптти текшерүү",
        "Транскрипттин «Бекитүү жана текшерүү» бөлүгүндөгү кодду териңиз. Катталуунун кереги жок.",
        "Текшерүү коду",
        "24 цифра. Топторду боштук же дефис менен бөлсөңүз болот.",
        "Текшерүү",
        "Жооп",
        "Салыштыруу үчүн маалымат",
        "Университет",
        "Студенттин аты-жөнүнүн баш тамгалары",
        "Жаңы версия берилген күн",
        "Көзөмөл суммасы (SHA-256)",
        "Башка тилдер",
        "Баалар бул жерде көрсөтүлбөйт. Аларды да текшерүү үчүн студенттен транскриптти JSON түрүндө алып, аны "
        "/v1/verifications дарегине жөнөтүңүз.",
    ),
    "ru": PageWords(
        "Русский",
        "Проверка транскрипта",
        "Введите код из раздела транскрипта «Утверждение и проверка». Регистрация не нужна.",
        "Код проверки",
        "24 цифры. Группы можно разделять пробелами или дефисами.",
        "Проверить",
        "Ответ",
        "Сведения для сравнения",
        "Университет",
        "Инициалы студента",
        "Дата замены",
        "Контрольная сумма (SHA-256)",
        "Другие языки",
        "Оценки здесь не показываются. Чтобы проверить и их, получите у студента транскрипт в виде JSON и отправьте "
        "его по адресу /v1/verifications.",
    ),
    "en": PageWords(
        "English",
        "Verify a transcript",
        "Type the code from “Approval and verification” on the transcript. No account is needed.",
        "Verification code",
        "24 digits. You may separate the groups with spaces or hyphens.",
        "Verify",
        "Answer",
        "Details to compare",
        "University",
        "Initials of the student",
        "Replaced on",
        "Checksum (SHA-256)",
        "Other languages",
        "Grades are not shown here. To have them checked too, get the transcript as JSON from the student and post it "
        "to /v1/verifications.",
    ),
}

_STYLE: Final = (
    "body{font:1.125rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:40rem;padding:1rem;color:#1a1a1a;"
    "background:#fff;overflow-wrap:anywhere}input,button{font:inherit;padding:.5rem;border:2px solid #595959;"
    "border-radius:.25rem;max-width:100%;box-sizing:border-box}input{width:100%}"
    "button{margin-top:.75rem;background:#0b3d91;color:#fff;border-color:#0b3d91;min-height:2.75rem}"
    "label,dt{font-weight:600}dd{margin:0 0 .5rem}[role=alert],.answer{border-left:.4rem solid #0b3d91;padding:0 1rem}"
    "a{color:#0b3d91}:focus-visible{outline:3px solid #0b3d91;outline-offset:2px}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}input{background:#161616;color:#eee}"
    "a{color:#9cc7ff}:focus-visible{outline-color:#9cc7ff}}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PAGE_TYPE: Final = "text/html"
PAGE_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def make_page(language: str, typed: str | None, found: VerificationOut | None) -> bytes:
    """The form; with the answer when a code was `typed`, and with what is wrong with it when nothing was `found`."""
    return "\n".join(_page(language, typed, found)).encode()


def make_problem_page(language: str, typed: str | None, title: str, detail: str) -> bytes:
    """The form, under what kept the code from being looked up."""
    return "\n".join(_page(language, typed, None, (title, detail))).encode()


def _page(
    language: str, typed: str | None, found: VerificationOut | None, problem: tuple[str, str] | None = None
) -> Iterator[str]:
    words = WORDS_OF_PAGE[language]
    is_wrong = typed is not None and found is None and problem is None
    answer = f"{words.answer} — " if found is not None or is_wrong or problem is not None else ""
    yield f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{escape(answer + words.title)}</title>"
    yield f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_STYLE}</style>\n</head>'
    yield f"<body>\n<main>\n<h1>{escape(words.title)}</h1>"
    if found is not None:
        yield from _answer(language, words, found)
    if problem is not None:
        title, detail = problem
        yield f'<section role="alert"><h2>{escape(title)}</h2>\n<p>{escape(detail)}</p></section>'
    yield f"<p>{escape(words.intro)}</p>"
    yield f'<form method="get" action="{PAGE}">\n<input type="hidden" name="language" value="{language}">'
    yield f'<p><label for="code">{escape(words.label)}</label></p>'
    described = "hint wrong" if is_wrong else "hint"
    yield f'<p id="hint">{escape(words.hint)}</p>'
    if is_wrong:
        message = words_of("field-code-mistyped", "message", language, {})
        yield f'<p id="wrong" role="alert">{escape(message)}</p>'
    invalid = ' aria-invalid="true"' if is_wrong else ""
    shown = escape(typed or "", quote=True)
    yield (
        f'<input id="code" name="code" value="{shown}" inputmode="numeric" autocomplete="off" maxlength="64" required '
        f'aria-describedby="{described}"{invalid}>'
    )
    yield f'<div><button type="submit">{escape(words.send)}</button></div>\n</form>'
    yield f"<p>{escape(words.file)}</p>\n</main>"
    yield f'<nav aria-label="{escape(words.other_languages)}"><ul>'
    for other in LANGUAGES:
        if other != language:
            query = urlencode({"language": other} | ({} if typed is None else {"code": typed}))
            name = WORDS_OF_PAGE[other].language
            yield f'<li><a href="{PAGE}?{escape(query)}" lang="{other}" hreflang="{other}">{name}</a></li>'
    yield "</ul></nav>\n</body>\n</html>"


def _answer(language: str, words: PageWords, found: VerificationOut) -> Iterator[str]:
    yield f'<section class="answer" aria-labelledby="answer"><h2 id="answer">{escape(words.answer)}</h2>'
    yield f"<p>{escape(found.statement)}</p>"
    printed = WORDS[language]
    university = found.university or {}
    known = next((one for one in (language, *LANGUAGES) if one in university), "")
    pairs = [
        (printed.number, found.number),
        (printed.version, None if found.version is None else str(found.version)),
        (printed.issued, None if found.issued_on is None else shown_day(found.issued_on, language)),
        (words.superseded, None if found.superseded_on is None else shown_day(found.superseded_on, language)),
        (words.initials, found.initials),
        (printed.session, found.academic_session),
        (printed.courses, None if found.courses is None else str(found.courses)),
        (printed.ects_earned, None if found.ects_earned is None else shown_amount(found.ects_earned, printed)),
        (words.digest, found.digest),
    ]
    if found.number is not None:
        yield f"<h3>{escape(words.details)}</h3>\n<dl>"
        if known:
            named = "" if known == language else f' lang="{known}"'
            yield f"<dt>{escape(words.university)}</dt><dd{named}>{escape(university[known])}</dd>"
        for term, meaning in pairs:
            if meaning is not None:
                yield f"<dt>{escape(term)}</dt><dd>{escape(meaning)}</dd>"
        yield "</dl>"
    yield "</section>"
