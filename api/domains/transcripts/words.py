"""The words of a printed transcript in the three languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.domains.transcripts.rules import Genuineness, Office


@dataclass(frozen=True, slots=True)
class Words:
    """In one language; names say where they stand. `{…}` are filled in."""

    title: str
    """With `{number}` and `{version}`."""
    student: str
    name: str
    birth_date: str
    programme: str
    level: str
    form: str
    intake_year: str
    year: str
    session: str
    period: str
    results: str
    results_caption: str
    course: str
    course_code: str
    ects: str
    national_credits: str
    points: str
    grade: str
    scale: str
    no_results: str
    totals: str
    courses: str
    passed: str
    ects_in_all: str
    ects_earned: str
    national_in_all: str
    national_earned: str
    scales: str
    scale_caption: str
    """With `{mark}` and `{title}`."""
    scale_in_force: str
    """With `{number}`, `{since}`, `{points}`."""
    source: str
    unconfirmed: str
    meaning: str
    from_points: str
    is_passed: str
    gpa: str
    yes: str
    no: str
    approval: str
    number: str
    version: str
    replaces: str
    """With `{version}`."""
    approved: str
    offices: Mapping[Office, str]
    issued: str
    code: str
    verify_at: str
    verify_how: str
    digest: str
    not_issued: str
    not_in_this_language: str
    no_title: str
    comma: str
    """The sign of decimal fractions."""
    levels: Mapping[str, str]
    forms: Mapping[str, str]


WORDS: Final[Mapping[str, Words]] = {
    "ky": Words(
        title="Транскрипт {number}, {version}-версия",
        student="Студент",
        name="Аты-жөнү",
        birth_date="Туулган күнү",
        programme="Окуу программасы",
        level="Деңгээли",
        form="Окуу формасы",
        intake_year="Окууга кабыл алынган жылы",
        year="Окуу жылы",
        session="Окуу мезгили",
        period="Башталышы жана аякташы",
        results="Окуунун жыйынтыктары",
        results_caption="Предметтер, кредиттер жана баалар",
        course="Предмет",
        course_code="Коду",
        ects="ECTS",
        national_credits="Улуттук кредит",
        points="Упай",
        grade="Баа",
        scale="Шкала",
        no_results="Бул мезгил үчүн бекитилген жыйынтык жок.",
        totals="Жалпысынан",
        courses="Предметтердин саны",
        passed="Анын ичинен тапшырылганы",
        ects_in_all="ECTS кредиттери, бардыгы",
        ects_earned="Алынган ECTS кредиттери",
        national_in_all="Улуттук кредиттер, бардыгы",
        national_earned="Алынган улуттук кредиттер",
        scales="Баалоо шкалалары",
        scale_caption="{mark}-шкала: {title}",
        scale_in_force="{number}-редакция, {since} күнүнөн тартып күчүндө; упайлар: 0–{points}.",
        source="Булагы",
        unconfirmed="Университет бул шкаланы укуктук актыга салыштырып текшере элек жана ырастай элек.",
        meaning="Мааниси",
        from_points="Эң аз упай",
        is_passed="Тапшырылды",
        gpa="Орточо баллдагы салмагы",
        yes="ооба",
        no="жок",
        approval="Бекитүү жана текшерүү",
        number="Транскрипттин номери",
        version="Версиясы",
        replaces="{version}-версиянын ордуна берилди; ал версия мындан ары жараксыз",
        approved="Бекитилди",
        offices={Office.REGISTRY: "окуу бөлүмү", Office.DEANS_OFFICE: "дирекция"},
        issued="Берилген күнү",
        code="Текшерүү коду",
        verify_at="Текшерүү дареги",
        verify_how="Бул транскрипттин чыныгылыгын ар бир адам ушул даректен катталбай эле текшере алат.",
        digest="Көзөмөл суммасынын (SHA-256) башы",
        not_issued="Бул транскрипт али берилген эмес жана күчүнө кире элек.",
        not_in_this_language="Айрым аталыштардын кыргызчасы жок. Алар башка тилде берилип, белгиленди.",
        no_title="кыргызча аталышы жок",
        comma=",",
        levels={
            "secondary-vocational": "орто кесиптик билим берүү",
            "bachelor": "бакалавриат",
            "specialist": "адистик",
            "master": "магистратура",
            "phd": "PhD докторантура",
            "further-professional": "кошумча кесиптик билим берүү",
        },
        forms={
            "day": "күндүзгү",
            "evening": "кечки",
            "part-time": "сырттан",
            "distance": "аралыктан",
            "further-education": "кошумча билим берүү",
        },
    ),
    "ru": Words(
        title="Транскрипт {number}, версия {version}",
        student="Студент",
        name="Фамилия, имя, отчество",
        birth_date="Дата рождения",
        programme="Образовательная программа",
        level="Уровень",
        form="Форма обучения",
        intake_year="Год поступления",
        year="Учебный год",
        session="Учебный период",
        period="Сроки",
        results="Результаты обучения",
        results_caption="Дисциплины, кредиты и оценки",
        course="Дисциплина",
        course_code="Код",
        ects="ECTS",
        national_credits="Национальные кредиты",
        points="Баллы",
        grade="Оценка",
        scale="Шкала",
        no_results="За этот период нет утверждённых результатов.",
        totals="Итого",
        courses="Число дисциплин",
        passed="Из них сдано",
        ects_in_all="Кредиты ECTS, всего",
        ects_earned="Полученные кредиты ECTS",
        national_in_all="Национальные кредиты, всего",
        national_earned="Полученные национальные кредиты",
        scales="Шкалы оценивания",
        scale_caption="Шкала {mark}: {title}",
        scale_in_force="Редакция {number}, действует с {since}; баллы: 0–{points}.",
        source="Источник",
        unconfirmed="Университет ещё не сверил эту шкалу с правовым актом и не подтвердил её.",
        meaning="Значение",
        from_points="Наименьший балл",
        is_passed="Сдано",
        gpa="Вес в среднем балле",
        yes="да",
        no="нет",
        approval="Утверждение и проверка",
        number="Номер транскрипта",
        version="Версия",
        replaces="выдана взамен версии {version}, которая больше не действительна",
        approved="Утверждено",
        offices={Office.REGISTRY: "учебный отдел", Office.DEANS_OFFICE: "дирекция"},
        issued="Дата выдачи",
        code="Код проверки",
        verify_at="Адрес проверки",
        verify_how="Любой человек может проверить подлинность этого транскрипта по этому адресу без регистрации.",
        digest="Начало контрольной суммы (SHA-256)",
        not_issued="Этот транскрипт ещё не выдан и не имеет силы.",
        not_in_this_language="Некоторых названий нет на русском языке. Они приведены на другом языке и отмечены.",
        no_title="нет названия на русском языке",
        comma=",",
        levels={
            "secondary-vocational": "среднее профессиональное образование",
            "bachelor": "бакалавриат",
            "specialist": "специалитет",
            "master": "магистратура",
            "phd": "докторантура PhD",
            "further-professional": "дополнительное профессиональное образование",
        },
        forms={
            "day": "очная",
            "evening": "вечерняя",
            "part-time": "заочная",
            "distance": "дистанционная",
            "further-education": "дополнительное образование",
        },
    ),
    "en": Words(
        title="Transcript {number}, version {version}",
        student="Student",
        name="Name",
        birth_date="Date of birth",
        programme="Programme",
        level="Level",
        form="Form of study",
        intake_year="Year of admission",
        year="Academic year",
        session="Academic session",
        period="Dates",
        results="Results",
        results_caption="Courses, credits and grades",
        course="Course",
        course_code="Code",
        ects="ECTS",
        national_credits="National credits",
        points="Points",
        grade="Grade",
        scale="Scale",
        no_results="There are no approved results for this session.",
        totals="Totals",
        courses="Courses",
        passed="Courses passed",
        ects_in_all="ECTS credits in all",
        ects_earned="ECTS credits earned",
        national_in_all="National credits in all",
        national_earned="National credits earned",
        scales="Grading scales",
        scale_caption="Scale {mark}: {title}",
        scale_in_force="Version {number}, in force from {since}; points: 0–{points}.",
        source="Source",
        unconfirmed="The university has not yet compared this scale with a legal act and confirmed it.",
        meaning="Meaning",
        from_points="Lowest points",
        is_passed="Passed",
        gpa="Weight in the average",
        yes="yes",
        no="no",
        approval="Approval and verification",
        number="Number of the transcript",
        version="Version",
        replaces="issued in place of version {version}, which is no longer valid",
        approved="Approved",
        offices={Office.REGISTRY: "registry", Office.DEANS_OFFICE: "dean’s office"},
        issued="Date of issue",
        code="Verification code",
        verify_at="Verify at",
        verify_how="Anybody can verify at this address, without an account, that this transcript is genuine.",
        digest="Beginning of the checksum (SHA-256)",
        not_issued="This transcript has not been issued and is not valid.",
        not_in_this_language="Some titles do not exist in English. They are given in another language and marked.",
        no_title="no title in English",
        comma=".",
        levels={
            "secondary-vocational": "secondary vocational education",
            "bachelor": "bachelor",
            "specialist": "specialist",
            "master": "master",
            "phd": "PhD",
            "further-professional": "further professional education",
        },
        forms={
            "day": "day",
            "evening": "evening",
            "part-time": "part-time",
            "distance": "distance",
            "further-education": "further education",
        },
    ),
}

STATEMENTS: Final[Mapping[Genuineness, Mapping[str, str]]] = {
    Genuineness.VALID: {
        "ky": "Транскрипт чыныгы жана күчүндө. {university}, № {number}, {version}-версия, берилген күнү: "
        "{issued_on}. Кагаздагы номерди, күндү жана аты-жөнүнүн баш тамгаларын салыштырыңыз.",
        "ru": "Транскрипт подлинный и действителен. {university}, № {number}, версия {version}, дата выдачи: "
        "{issued_on}. Сравните с бумагой номер, дату и инициалы.",
        "en": "The transcript is genuine and valid. {university}, No. {number}, version {version}, issued on "
        "{issued_on}. Compare number, date and initials with the paper.",
    },
    Genuineness.SUPERSEDED: {
        "ky": "Бул транскрипт берилген (№ {number}, {version}-версия, берилген күнү: {issued_on}), бирок анын ордуна "
        "кийинки версия чыккан. Студенттен акыркы версиясын сураңыз.",
        "ru": "Этот транскрипт выдавался (№ {number}, версия {version}, дата выдачи: {issued_on}), но вместо него "
        "выдана более поздняя версия. Попросите у студента последнюю версию.",
        "en": "This transcript was issued (No. {number}, version {version}, on {issued_on}), but a later version has "
        "taken its place. Ask the student for the latest one.",
    },
    Genuineness.ALTERED: {
        "ky": "Бул файл ушул код менен берилген транскриптке дал келбейт: ал өзгөртүлгөн же бузулган. Окуу бөлүмүнө "
        "кайрылыңыз.",
        "ru": "Этот файл не совпадает с транскриптом, выданным под этим кодом: он изменён или повреждён. Обратитесь в "
        "учебный отдел.",
        "en": "This file is not the transcript that was issued under its code: it was changed or damaged. Ask the "
        "registry.",
    },
    Genuineness.UNKNOWN: {
        "ky": "Мындай код менен транскрипт берилген эмес. Кодду текшерип, кайра териңиз. Ошондо да табылбаса, "
        "университеттин окуу бөлүмүнө кайрылыңыз.",
        "ru": "Под таким кодом транскрипт не выдавался. Проверьте код и введите его ещё раз. Если он снова не найден, "
        "обратитесь в учебный отдел.",
        "en": "No transcript was issued under this code. Check it and type it again. If it is still not found, ask the "
        "registry.",
    },
}
"""What a stranger is told, with the values of the answer."""
