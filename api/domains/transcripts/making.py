"""The content of a transcript, from what the other domains know now."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from api.domains.courses import service as courses
from api.domains.courses.service import CourseBrief
from api.domains.enrolment import service as enrolment
from api.domains.grading import service as grading
from api.domains.grading.service import ClassResult
from api.domains.people import service as people
from api.domains.programmes import service as programmes
from api.domains.scales import service as scales
from api.domains.scales.service import ScaleVersion
from api.domains.teaching import service as teaching
from api.domains.teaching.service import SessionBrief
from api.domains.transcripts.content import (
    SCHEMA,
    BandContent,
    GapContent,
    NameContent,
    PersonContent,
    ProgrammeContent,
    ResultContent,
    ScaleContent,
    SessionContent,
    StudyContent,
    TranscriptContent,
    amount,
    exact,
    gaps_of,
    totals_of,
)
from api.domains.transcripts.rules import Gap
from api.unit import Unit

MOST_POINTS = "100"
"""Results of classes are totals out of 100, whatever scale their grade is on."""
_YEAR = "year"


async def make_content(
    unit: Unit, study_id: UUID, academic_session_id: UUID, number: str, edition: int, replaces: int | None
) -> tuple[TranscriptContent, list[GapContent]]:
    """What the transcript says if it is made now, and what the office should know about it. Raises NotFound."""
    study = await enrolment.find_study(unit, study_id)
    session = await teaching.session_brief(unit, academic_session_id)
    programme = await programmes.programme_brief(unit, study.programme_id)
    identity = await people.identity_of(unit, study.person_id)
    university = await people.units_of_kind(unit, "university")
    titles = await people.unit_titles(unit, {study.unit_id, *university})
    own = await _results_of(unit, study.person_id, study_id, academic_session_id)
    versions = await scales.scale_versions(unit, {one.scale_version_id for one in own})
    order = sorted(versions.values(), key=lambda one: (one.code, one.number))
    results = await _show_results(unit, own, order, study.programme_id, study.intake_year, session.ends_on)
    content = TranscriptContent(
        schema=SCHEMA,
        number=number,
        version=edition,
        replaces=replaces,
        university=dict(next((titles[one] for one in university), {})),
        unit=dict(titles[study.unit_id]),
        person=PersonContent(
            names=[
                NameContent(
                    tag=one.tag, family_name=one.family_name, given_name=one.given_name, patronymic=one.patronymic
                )
                for one in identity.names
            ],
            birth_date=identity.birth_date,
        ),
        programme=ProgrammeContent(
            code=programme.code,
            edition=programme.edition,
            titles=dict(programme.titles),
            level=programme.level.value,
        ),
        study=StudyContent(form=study.form, intake_year=study.intake_year),
        session=await _show_session(unit, session),
        results=results,
        scales=[_show_scale(one) for one in order],
        totals=totals_of(results),
        approval=None,
    )
    taken = await enrolment.classes_of_study(unit, study_id, academic_session_id)
    lacking = await teaching.class_briefs(unit, taken - {one.class_id for one in own})
    gaps = [
        GapContent(kind=Gap.RESULT_MISSING, what=f"class:{code}")
        for code in sorted(one.code for one in lacking.values())
    ]
    outdated = await grading.outdated_results(unit, {one.id for one in own})
    classes = await teaching.class_briefs(unit, {one.class_id for one in own if one.id in outdated})
    gaps += [
        GapContent(kind=Gap.RESULT_OUTDATED, what=f"class:{code}")
        for code in sorted(one.code for one in classes.values())
    ]
    return content, [*gaps, *gaps_of(content)]


async def _results_of(unit: Unit, person_id: UUID, study_id: UUID, academic_session_id: UUID) -> Sequence[ClassResult]:
    found = await grading.class_results(unit, person_id, academic_session_id)
    return [one for one in found if one.study_id == study_id]


async def _show_results(
    unit: Unit,
    results: Sequence[ClassResult],
    versions: Sequence[ScaleVersion],
    programme_id: UUID,
    intake_year: int,
    on: date,
) -> list[ResultContent]:
    """By course and class."""
    briefs = await courses.course_briefs(unit, {one.course_id for one in results})
    classes = await teaching.class_briefs(unit, {one.class_id for one in results})
    curriculum = {
        one.course_id: (one.ects, one.national_credits)
        for one in await programmes.curriculum_courses(unit, programme_id, intake_year)
    }
    places = {version.id: place for place, version in enumerate(versions)}
    shown = []
    for one in results:
        course = briefs[one.course_id]
        credits = curriculum.get(one.course_id) or await _credits_of(unit, course, on)
        version = versions[places[one.scale_version_id]]
        band = version.band(one.grade_code)
        shown.append(
            ResultContent(
                course=course.code,
                titles=dict(course.titles),
                class_code=classes[one.class_id].code,
                ects=amount(credits[0]),
                national_credits=amount(credits[1]),
                points=exact(one.points),
                most_points=MOST_POINTS,
                grade=one.grade_code,
                grade_titles=dict(band.titles) if band else {},
                is_pass=one.is_pass,
                gpa=amount(band.gpa) if band else None,
                scale=places[one.scale_version_id],
                approved_on=one.approved_at.astimezone(unit.settings.time_zone).date(),
            )
        )
    return sorted(shown, key=lambda one: (one.course, one.class_code))


async def _credits_of(unit: Unit, course: CourseBrief, on: date) -> tuple[float | None, float | None]:
    """The course's own, where the curriculum does not name it; national ones by the rules of that day."""
    if course.national_credits is not None or course.ects is None:
        return course.ects, course.national_credits
    return course.ects, await programmes.national_credits(unit, course.ects, on)


async def _show_session(unit: Unit, session: SessionBrief) -> SessionContent:
    year = session
    while year.parent_id is not None and year.kind.value != _YEAR:
        year = await teaching.session_brief(unit, year.parent_id)
    return SessionContent(
        code=session.code,
        kind=session.kind.value,
        titles=dict(session.titles),
        year=dict(year.titles),
        starts_on=session.starts_on,
        ends_on=session.ends_on,
    )


def _show_scale(one: ScaleVersion) -> ScaleContent:
    return ScaleContent(
        code=one.code,
        number=one.number,
        titles=dict(one.titles),
        kind=one.kind.value,
        most_points=exact(one.most_points),
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        source=one.source,
        is_confirmed=one.is_confirmed,
        bands=[
            BandContent(
                code=band.code,
                titles=dict(band.titles),
                least=exact(band.least),
                is_pass=band.is_pass,
                gpa=amount(band.gpa),
            )
            for band in one.bands
        ],
    )
