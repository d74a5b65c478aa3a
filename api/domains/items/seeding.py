"""Banks for the demonstration university: one question of each kind, and some that are alike, in three languages."""

from collections.abc import Sequence
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


SAFETY: Final[tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...]] = (
    (
        "https",
        "1",
        {
            "kind": "single-choice",
            "prompt": _texts(
                "Дарек тилкесиндеги `https://` эмнени билдирет?",
                "Что означает `https://` в адресной строке?",
                "What does `https://` in the address bar mean?",
            ),
            "choices": [
                _part(
                    "a",
                    "Сайт менен байланыш шифрленген",
                    "Соединение с сайтом зашифровано",
                    "The connection to the site is encrypted",
                ),
                _part(
                    "b",
                    "Сайттын ээси чынчыл адам",
                    "Владелец сайта честный человек",
                    "The owner of the site is honest",
                ),
                _part(
                    "c",
                    "Сайтта вирус жок",
                    "На сайте нет вирусов",
                    "There are no viruses on the site",
                ),
            ],
        },
        {
            "kind": "single-choice",
            "right": "a",
            "feedback": _texts(
                "Шифрлөө байланышты коргойт, бирок сайттын ээсинин ниетине кепил болбойт.",
                "Шифрование защищает соединение, но не ручается за намерения владельца сайта.",
                "Encryption protects the connection; it says nothing about what the owner of the site intends.",
            ),
        },
    ),
    (
        "second-factor",
        "1",
        {
            "kind": "single-choice",
            "prompt": _texts(
                "Кирүүдө телефонго келген код эмне үчүн суралат?",
                "Зачем при входе спрашивают код с телефона?",
                "Why does signing in ask for a code from your phone?",
            ),
            "choices": [
                _part(
                    "a",
                    "Сырсөздү уурдаган киши кире албашы үчүн",
                    "Чтобы укравший пароль не смог войти",
                    "So that somebody who stole the password cannot get in",
                ),
                _part(
                    "b",
                    "Сырсөздү унутуп койсо болушу үчүн",
                    "Чтобы пароль можно было забыть",
                    "So that the password may be forgotten",
                ),
                _part(
                    "c",
                    "Байланыш тезирээк болушу үчүн",
                    "Чтобы связь работала быстрее",
                    "So that the connection gets faster",
                ),
            ],
        },
        {
            "kind": "single-choice",
            "right": "a",
            "feedback": _texts(
                "Экинчи кадам сырсөз колдон чыгып кеткенде да аккаунтту коргойт. Кодду эч кимге айтпаңыз.",
                "Второй шаг защищает учётную запись, даже если пароль утёк. Никому не сообщайте код.",
                "The second step protects the account even when the password has leaked. Tell the code to nobody.",
            ),
        },
    ),
    (
        "warning",
        "1",
        {
            "kind": "single-choice",
            "prompt": _texts(
                "Браузер сайттын сертификаты жараксыз деп эскертти. Эмне кылуу туура?",
                "Браузер предупреждает о недействительном сертификате сайта. Как поступить?",
                "The browser warns that the certificate of a site is not valid. What is the right thing to do?",
            ),
            "choices": [
                _part(
                    "a",
                    "Сайтка сырсөз жазбай, аны жаап коюу",
                    "Закрыть сайт, не вводя пароль",
                    "Leave the site without typing a password",
                ),
                _part(
                    "b",
                    "Эскертүүнү өткөрүп жиберип, улантуу",
                    "Пропустить предупреждение и продолжить",
                    "Skip the warning and go on",
                ),
                _part(
                    "c",
                    "Баракчаны кайра жүктөө",
                    "Обновить страницу",
                    "Load the page again",
                ),
            ],
        },
        {
            "kind": "single-choice",
            "right": "a",
            "feedback": _texts(
                "Жараксыз сертификат сайттын ордунда башка бирөө турганын билдириши мүмкүн.",
                "Недействительный сертификат может означать, что вместо сайта отвечает кто-то другой.",
                "A certificate that is not valid may mean that somebody else answers in place of the site.",
            ),
        },
    ),
    (
        "updates",
        "1",
        {
            "kind": "single-choice",
            "prompt": _texts(
                "Программаларды эмне үчүн убагында жаңыртуу керек?",
                "Почему программы нужно обновлять вовремя?",
                "Why should programs be updated in time?",
            ),
            "choices": [
                _part(
                    "a",
                    "Жаңыртуулар белгилүү кемчиликтерди жоёт",
                    "Обновления закрывают известные уязвимости",
                    "Updates close known security holes",
                ),
                _part(
                    "b",
                    "Эски программалар мыйзам боюнча тыюу салынган",
                    "Старые программы запрещены законом",
                    "Old programs are against the law",
                ),
                _part(
                    "c",
                    "Жаңыртуудан кийин интернет арзандайт",
                    "После обновления интернет дешевле",
                    "After an update the internet gets cheaper",
                ),
            ],
        },
        {
            "kind": "single-choice",
            "right": "a",
            "feedback": _texts(
                "Кемчилик жарыялангандан кийин аны баары билет; жаңыртылбаган компьютер коргоосуз калат.",
                "Как только об уязвимости сообщили, о ней знают все; без обновления компьютер беззащитен.",
                "Once a hole has been published everybody knows it; a computer that is not updated is left open.",
            ),
        },
    ),
    (
        "copies",
        "1",
        {
            "kind": "single-choice",
            "prompt": _texts(
                "Дипломдук иштин камдык көчүрмөсүн кайда сактоо ишенимдүү?",
                "Где надёжнее хранить резервную копию дипломной работы?",
                "Where is a backup of a thesis kept most safely?",
            ),
            "choices": [
                _part(
                    "a",
                    "Өзүнчө сакталган тышкы дискте жана булутта",
                    "На внешнем диске, который лежит отдельно, и в облаке",
                    "On an external disk kept elsewhere, and in the cloud",
                ),
                _part(
                    "b",
                    "Ошол эле компьютердин башка папкасында",
                    "В другой папке того же компьютера",
                    "In another folder of the same computer",
                ),
                _part(
                    "c",
                    "Ошол эле папкада, башка ат менен",
                    "В той же папке под другим именем",
                    "In the same folder under another name",
                ),
            ],
        },
        {
            "kind": "single-choice",
            "right": "a",
            "feedback": _texts(
                "Компьютер бузулса же уурдалса, андагы бардык көчүрмөлөр кошо жоголот.",
                "Если компьютер сломается или его украдут, пропадут и все копии на нём.",
                "If the computer breaks or is stolen, every copy on it is gone too.",
            ),
        },
    ),
)
"""As QUESTIONS: alike in kind and points, so that some of them may be drawn."""


def read_questions(
    questions: Sequence[tuple[str, str, dict[str, Any], dict[str, Any]]] = QUESTIONS,
) -> list[tuple[str, NewVersion]]:
    return [
        (
            code,
            NewVersion(
                Decimal(points),
                cast(Content, msgspec.convert(content, Content)),
                cast(Key, msgspec.convert(key, Key)),
            ),
        )
        for code, points, content, key in questions
    ]


async def seed_bank(unit: Unit, course_id: UUID) -> tuple[ItemBankRow, dict[str, UUID]]:
    """A bank of the course with all kinds of questions, and its versions by the codes of their items. Asks no
    policy."""
    titles = _texts("Санариптик сабаттуулук", "Цифровая грамотность", "Digital literacy")
    return await _fill_bank(unit, course_id, "basics", titles, "digital-literacy", QUESTIONS)


async def seed_safety_bank(unit: Unit, course_id: UUID) -> tuple[ItemBankRow, dict[str, UUID]]:
    """Another bank, of questions that are alike. Asks no policy."""
    titles = _texts("Интернеттеги коопсуздук", "Безопасность в интернете", "Safety on the internet")
    return await _fill_bank(unit, course_id, "safety", titles, "safety", SAFETY)


async def _fill_bank(
    unit: Unit,
    course_id: UUID,
    code: str,
    titles: dict[str, str],
    tag: str,
    questions: Sequence[tuple[str, str, dict[str, Any], dict[str, Any]]],
) -> tuple[ItemBankRow, dict[str, UUID]]:
    bank = await add_bank(unit, course_id, code, titles)
    made: dict[str, UUID] = {}
    for item, new in read_questions(questions):
        _, version = await add_item(unit, bank, item, [tag], new)
        made[item] = version.id
    return bank, made
