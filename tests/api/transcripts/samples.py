"""A transcript with everything: two scales, fractions of credits, names in two scripts, a title that is missing."""

from dataclasses import replace
from datetime import date
from typing import Final

import msgspec

from api.domains.transcripts.content import (
    SCHEMA,
    ApprovalContent,
    BandContent,
    NameContent,
    PersonContent,
    ProgrammeContent,
    ResultContent,
    ScaleContent,
    SessionContent,
    StudyContent,
    TranscriptContent,
    plain,
    totals_of,
)
from api.domains.transcripts.document import Issue
from api.domains.transcripts.rules import Office, content_digest, make_code

CODE: Final = make_code(4821093755612098470031)


def _titles(ky: str, ru: str, en: str) -> dict[str, str]:
    return {"ky": ky, "ru": ru, "en": en}


def _result(course: str, titles: dict[str, str], **more: object) -> ResultContent:
    values = {
        "class_code": f"{course}-1",
        "ects": "5",
        "national_credits": "5",
        "points": "87.5",
        "most_points": "100",
        "grade": "A",
        "grade_titles": _titles("эң жакшы", "отлично", "excellent"),
        "is_pass": True,
        "gpa": "4",
        "scale": 0,
        "approved_on": date(2027, 1, 15),
    }
    return msgspec.convert({"course": course, "titles": titles} | values | more, ResultContent)


RESULTS: Final = [
    _result("algebra", _titles("Алгебра", "Алгебра", "Algebra")),
    _result(
        "history",
        {"ru": "История Кыргызстана", "en": "History of Kyrgyzstan"},
        ects="4.5",
        national_credits="4",
        points="64",
        grade="C",
        grade_titles=_titles("канааттандырарлык", "удовлетворительно", "satisfactory"),
        gpa="2",
    ),
    _result(
        "physics",
        _titles("Физика: механика жана термодинамика", "Физика: механика и термодинамика", "Physics"),
        ects="6",
        national_credits="5.75",
        points="41.25",
        grade="F",
        grade_titles=_titles("өткөн жок", "не сдано", "failed"),
        is_pass=False,
        gpa="0",
    ),
    _result(
        "sport",
        _titles("Дене тарбия", "Физическая культура", "Physical education"),
        ects="2",
        national_credits="2",
        points="4.2",
        most_points="5",
        grade="4",
        grade_titles=_titles("жакшы", "хорошо", "good"),
        gpa=None,
        scale=1,
    ),
    _result("writing", _titles("Академиялык жазуу", "Академическое письмо", "Academic writing"), points="100"),
]


def _band(code: str, ky: str, ru: str, en: str, least: str, is_pass: bool, gpa: str | None) -> BandContent:
    return BandContent(code=code, titles=_titles(ky, ru, en), least=least, is_pass=is_pass, gpa=gpa)


SCALES: Final = [
    ScaleContent(
        code="letter",
        number=2,
        titles=_titles("Тамгалык шкала", "Буквенная шкала", "Letter scale"),
        kind="letter",
        most_points="100",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        source="Regulation of the test university",
        is_confirmed=True,
        bands=[
            _band("F", "өткөн жок", "не сдано", "failed", "0", False, "0"),
            _band("C", "канааттандырарлык", "удовлетворительно", "satisfactory", "60", True, "2"),
            _band("A", "эң жакшы", "отлично", "excellent", "87", True, "4"),
        ],
    ),
    ScaleContent(
        code="five-point",
        number=1,
        titles=_titles("Беш баллдык шкала", "Пятибалльная шкала", "Five-point scale"),
        kind="five-point",
        most_points="5",
        valid_from=date(2000, 1, 1),
        valid_until=None,
        source="An example",
        is_confirmed=False,
        bands=[
            _band("2", "канааттандырарлык эмес", "неудовлетворительно", "unsatisfactory", "0", False, None),
            _band("4", "жакшы", "хорошо", "good", "3.5", True, None),
        ],
    ),
]

CONTENT: Final = TranscriptContent(
    schema=SCHEMA,
    number="2027-000017",
    version=2,
    replaces=1,
    university=_titles("Жеткиликтүү университет", "Доступный университет", "Accessible University"),
    unit=_titles("Санариптик технологиялар институту", "Институт цифровых технологий", "Institute of Technology"),
    person=PersonContent(
        names=[
            NameContent(tag="ky-Cyrl", family_name="Үсөнова", given_name="Жаңыл", patronymic="Өмүрбек кызы"),
            NameContent(tag="ky-Latn", family_name="Usonova", given_name="Janyl"),
        ],
        birth_date=date(2007, 3, 9),
    ),
    programme=ProgrammeContent(
        code="B710100",
        edition=1,
        titles=_titles("Информатика", "Информатика и вычислительная техника", "Computer Science"),
        level="bachelor",
    ),
    study=StudyContent(form="distance", intake_year=2026),
    session=SessionContent(
        code="2026-27-1",
        kind="semester",
        titles=_titles("Күзгү семестр", "Осенний семестр", "Autumn semester"),
        year=_titles("2026–2027-окуу жылы", "2026/2027 учебный год", "Academic year 2026/2027"),
        starts_on=date(2026, 9, 1),
        ends_on=date(2027, 1, 20),
    ),
    results=RESULTS,
    scales=SCALES,
    totals=totals_of(RESULTS),
    approval=ApprovalContent(on=date(2027, 2, 1), office=Office.REGISTRY, by="Асанов Бакыт"),
)
ISSUE: Final = Issue(
    digest=content_digest(plain(CONTENT)),
    issued_on=date(2027, 2, 2),
    code=CODE,
    page="https://university.test/verify",
    address="https://university.test/v1/verifications/",
)
DRAFT: Final = replace(ISSUE, issued_on=None, code=None)
