"""A bank for the demonstration university: one question of each kind, in three languages."""

from decimal import Decimal
from typing import Any, Final, cast
from uuid import UUID

import msgspec

from api.domains.items.banks import add_bank
from api.domains.items.content import Content, Key
from api.domains.items.models import ItemBankRow
from api.domains.items.versions import NewVersion, add_item
from api.unit import Unit


def _texts(ky: str, ru: str, en: str) -> dict[str, str]:
    return {"ky": ky, "ru": ru, "en": en}


def _part(id_: str, ky: str, ru: str, en: str, **other: Any) -> dict[str, Any]:
    return {"id": id_, "text": _texts(ky, ru, en), **other}


QUESTIONS: Final[tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...]] = (
    (
        "password",
        "1",
        {
            "kind": "single-choice",
            "prompt": _texts(
                "Кайсы сырсөздү табуу эң кыйын?",
                "Какой пароль труднее всего подобрать?",
                "Which password is hardest to guess?",
            ),
            "choices": [
                _part("a", "`12345678`", "`12345678`", "`12345678`"),
                _part("b", "`Bishkek2026`", "`Bishkek2026`", "`Bishkek2026`"),
                _part("c", "`kol-7-taman-jez-42`", "`kol-7-taman-jez-42`", "`kol-7-taman-jez-42`"),
                _part(
                    "d",
                    "Баары бирдей кыйын",
                    "Все одинаково трудно",
                    "All are equally hard",
                    stays=True,
                ),
            ],
        },
        {
            "kind": "single-choice",
            "right": "c",
            "feedback": _texts(
                "Узундук символдордун түрүнөн маанилүүрөөк.",
                "Длина важнее, чем разнообразие знаков.",
                "Length matters more than the variety of signs.",
            ),
        },
    ),
    (
        "systems",
        "2",
        {
            "kind": "multiple-choice",
            "prompt": _texts(
                "Кайсылары операциялык система?",
                "Что из этого операционные системы?",
                "Which of these are operating systems?",
            ),
            "choices": [
                _part("a", "Linux", "Linux", "Linux"),
                _part("b", "Windows", "Windows", "Windows"),
                _part("c", "Firefox", "Firefox", "Firefox"),
                _part("d", "LibreOffice", "LibreOffice", "LibreOffice"),
            ],
        },
        {"kind": "multiple-choice", "right": ["a", "b"], "weights": "even"},
    ),
    (
        "sizes",
        "2",
        {
            "kind": "ordering",
            "prompt": _texts(
                "Өлчөмдөрдү кичинесинен чоңуна карай иретке келтириңиз.",
                "Расположите размеры от меньшего к большему.",
                "Put the sizes in order, the smallest first.",
            ),
            "parts": [
                _part("a", "1 байт", "1 байт", "1 byte"),
                _part("b", "1 килобайт", "1 килобайт", "1 kilobyte"),
                _part("c", "1 мегабайт", "1 мегабайт", "1 megabyte"),
                _part("d", "1 гигабайт", "1 гигабайт", "1 gigabyte"),
            ],
        },
        {"kind": "ordering", "order": ["a", "b", "c", "d"], "partial": True},
    ),
    (
        "programs",
        "2",
        {
            "kind": "matching",
            "prompt": _texts(
                "Программанын милдетин тандаңыз.",
                "Подберите назначение программы.",
                "Choose what each program is for.",
            ),
            "sources": [
                _part("x", "Браузер", "Браузер", "Browser"),
                _part("y", "Электрондук таблица", "Электронная таблица", "Spreadsheet"),
            ],
            "targets": [
                _part("a", "Веб-баракчаларды көрсөтөт", "Показывает веб-страницы", "Shows web pages"),
                _part("b", "Сандарды эсептейт", "Считает числа", "Calculates numbers"),
                _part("c", "Үн жаздырат", "Записывает звук", "Records sound"),
            ],
        },
        {"kind": "matching", "pairs": {"x": "a", "y": "b"}, "partial": True},
    ),
    (
        "download",
        "2",
        {
            "kind": "numeric",
            "prompt": _texts(
                "700 мегабайттык файл секундасына 10 мегабит ылдамдык менен канча секундда жүктөлөт? "
                "Эскертүү: $1$ байт $= 8$ бит.",
                "За сколько секунд загрузится файл в 700 мегабайт при скорости 10 мегабит в секунду? "
                "Подсказка: $1$ байт $= 8$ бит.",
                "How many seconds does a file of 700 megabytes take at 10 megabits a second? "
                "Remember: $1$ byte $= 8$ bits.",
            ),
            "unit": _texts("с", "с", "s"),
        },
        {"kind": "numeric", "value": "560", "tolerance": {"kind": "relative", "amount": "2"}},
    ),
    (
        "extension",
        "1",
        {
            "kind": "short-text",
            "prompt": _texts(
                "Файлдын аталышындагы акыркы чекиттен кийинки бөлүк эмне деп аталат?",
                "Как называется часть имени файла после последней точки?",
                "What is the part of a file's name after the last full stop called?",
            ),
        },
        {
            "kind": "short-text",
            "accepted": {
                "ky": [{"text": "кеңейтүү"}, {"text": "кеңейтме"}, {"text": "файлдын кеңейтүүсү"}],
                "ru": [{"text": "расширение"}, {"text": "расширение файла"}],
                "en": [{"text": "extension"}, {"text": "file extension"}, {"text": "ending", "percent": 50}],
            },
        },
    ),
    (
        "phishing",
        "5",
        {
            "kind": "essay",
            "prompt": _texts(
                "Алдамчы катты кантип тааныса болот? Өзүңүздүн мисалыңызды келтириңиз.",
                "Как распознать мошенническое письмо? Приведите свой пример.",
                "How can you tell a fraudulent message? Give an example of your own.",
            ),
            "words_at_least": 80,
            "words_at_most": 300,
        },
        {
            "kind": "essay",
            "hints": _texts(
                "Жөнөтүүчүнүн дареги, шаштыруу, шилтеме, жеке маалыматты суроо: эң аз дегенде үчөө.",
                "Адрес отправителя, спешка, ссылка, запрос личных данных: не меньше трёх признаков.",
                "The sender's address, urgency, a link, a request for personal data: three of them at least.",
            ),
        },
    ),
    (
        "budget",
        "5",
        {
            "kind": "file",
            "prompt": _texts(
                "Бир айлык чыгымдардын таблицасын түзүп, PDF түрүндө тапшырыңыз.",
                "Составьте таблицу расходов за месяц и сдайте её в формате PDF.",
                "Make a table of the expenses of one month and hand it in as PDF.",
            ),
            "media_types": ["application/pdf"],
        },
        {"kind": "file"},
    ),
)
"""(code, points, content, key)."""


def read_questions() -> list[tuple[str, NewVersion]]:
    return [
        (
            code,
            NewVersion(
                Decimal(points),
                cast(Content, msgspec.convert(content, Content)),
                cast(Key, msgspec.convert(key, Key)),
            ),
        )
        for code, points, content, key in QUESTIONS
    ]


async def seed_bank(unit: Unit, course_id: UUID) -> tuple[ItemBankRow, dict[str, UUID]]:
    """A bank of the course, and its versions by the codes of their items. Asks no policy."""
    titles = _texts("Санариптик сабаттуулук", "Цифровая грамотность", "Digital literacy")
    bank = await add_bank(unit, course_id, "basics", titles)
    made: dict[str, UUID] = {}
    for code, new in read_questions():
        _, version = await add_item(unit, bank, code, ["digital-literacy"], new)
        made[code] = version.id
    return bank, made
