"""What the manifest of a site does to the catalogue: all of it or nothing, once, and with its history."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.domains.courses.manifest import ManifestRefused
from api.domains.courses.models import (
    CourseRevisionRow,
    CourseRow,
    RenditionRow,
    ResourceFacetRow,
    ResourceRevisionRow,
    ResourceRow,
)
from api.domains.courses.service import add_course, refusal_lines, sync_manifest
from api.errors import LANGUAGES
from api.events import OutboxRow
from api.unit import Context
from builder.model.manifest import MANIFEST_PATH
from tests.api.conftest import StandingClock
from tests.api.courses.samples import (
    JOB,
    artefact,
    course,
    digest_of,
    in_all_forms,
    lesson,
    make_places,
    manifest,
    resource,
    write,
)
from tests.conftest import DemonstrationSite

pytestmark = pytest.mark.anyio
TABLES = (CourseRow, CourseRevisionRow, ResourceRow, ResourceRevisionRow, ResourceFacetRow, RenditionRow, OutboxRow)


async def dump(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the domain, and of the outbox."""
    async with context.reading(JOB) as unit:
        return {
            table.__tablename__: [
                tuple(row) for row in await unit.session.execute(select(*table.__table__.columns).order_by(table.id))
            ]
            for table in TABLES
        }


async def events(context: Context) -> list[str]:
    async with context.reading(JOB) as unit:
        return list(await unit.session.scalars(select(OutboxRow.kind).order_by(OutboxRow.id)))


async def test_courses_lessons_files_and_renditions_are_taken(context: Context, tmp_path: Path) -> None:
    places = await make_places(context)
    entry = course(resources=[resource("media/digital-literacy/disk.ky.svg")])
    report = await sync_manifest(context, write(tmp_path / "m.json", manifest([entry], in_all_forms(entry))))
    async with context.reading(JOB) as unit:
        row = (await unit.session.scalars(select(CourseRow))).one()
        found = {(one.kind, one.name): one for one in await unit.session.scalars(select(ResourceRow))}
        files = list(await unit.session.scalars(select(RenditionRow).order_by(RenditionRow.path)))
    assert (row.code, row.titles, row.ects, row.unit_id) == (entry.id, entry.titles, 3.0, places.informatics)
    assert set(found) == {("course", ""), ("lesson", "files"), ("file", "media/digital-literacy/disk.ky.svg")}
    assert {one.unit_id for one in found.values()} == {places.informatics}
    assert found["file", "media/digital-literacy/disk.ky.svg"].file_digest == digest_of(
        "media/digital-literacy/disk.ky.svg"
    )
    assert [(one.form, one.language) for one in files if one.format == "brf"] == [("braille", "ky"), ("braille", "ru")]
    assert {one.resource_id for one in files if one.format == "epub"} == {found["course", ""].id}
    assert (report.courses.added, report.renditions, report.unmatched) == ([entry.id], len(files), [])
    assert await events(context) == ["course.added"] + ["resource.added"] * 3


async def test_the_same_manifest_again_changes_nothing(context: Context, tmp_path: Path, clock: StandingClock) -> None:
    await make_places(context)
    entry = course(resources=[resource("media/digital-literacy/disk.ky.svg")])
    path = write(tmp_path / "m.json", manifest([entry], in_all_forms(entry)))
    await sync_manifest(context, path)
    before = await dump(context)
    clock.advance(days=1)
    report = await sync_manifest(context, path)
    assert await dump(context) == before
    assert not report.is_changed
    assert report.renditions == 0


async def test_only_what_changed_gets_a_revision(context: Context, tmp_path: Path, clock: StandingClock) -> None:
    entry = course(lessons=[lesson("files", 1), lesson("nets", 2)])
    made = in_all_forms(entry)
    await sync_manifest(context, write(tmp_path / "m.json", manifest([entry], made)))
    clock.advance(days=3)
    changed = [replace(one, digest=digest_of("new")) if "nets" in one.path else one for one in made]
    report = await sync_manifest(context, write(tmp_path / "m.json", manifest([entry], changed)))
    assert report.resources.changed == ["digital-literacy/nets"]
    assert report.resources.added == report.courses.changed == []
    async with context.reading(JOB) as unit:
        rows = list(
            await unit.session.scalars(
                select(ResourceRevisionRow)
                .join(ResourceRow, ResourceRow.id == ResourceRevisionRow.resource_id)
                .where(ResourceRow.name == "nets")
                .order_by(ResourceRevisionRow.number)
            )
        )
    assert [(one.number, one.change) for one in rows] == [(1, "added"), (2, "changed")]
    assert rows[1].created_at - rows[0].created_at == clock.now() - rows[0].created_at
    kept = [{file["path"]: file["digest"] for file in one.content["renditions"]} for one in rows]
    assert set(kept[1].values()) == {digest_of("new")}
    assert digest_of("new") not in kept[0].values()
    assert kept[0].keys() == kept[1].keys()
    assert (await events(context))[4:] == ["resource.changed"]


async def test_what_is_gone_is_withdrawn_with_its_history_and_comes_back(context: Context, tmp_path: Path) -> None:
    both = course(lessons=[lesson("files", 1), lesson("nets", 2)])
    one = replace(both, lessons=both.lessons[:1])
    await sync_manifest(context, write(tmp_path / "m.json", manifest([both], in_all_forms(both))))
    before = await dump(context)
    report = await sync_manifest(context, write(tmp_path / "m.json", manifest([one], in_all_forms(one))))
    assert report.resources.withdrawn == ["digital-literacy/nets"]
    async with context.reading(JOB) as unit:
        row = (await unit.session.scalars(select(ResourceRow).where(ResourceRow.name == "nets"))).one()
        files = list(await unit.session.scalars(select(RenditionRow).where(RenditionRow.resource_id == row.id)))
        facets = await unit.session.scalar(
            select(func.count()).select_from(ResourceFacetRow).where(ResourceFacetRow.resource_id == row.id)
        )
    assert (row.state, row.withdrawn_at, facets) == ("withdrawn", context.clock.now(), 0)
    assert files
    assert all(file.withdrawn_at == context.clock.now() for file in files)
    report = await sync_manifest(context, write(tmp_path / "m.json", manifest([both], in_all_forms(both))))
    assert report.resources.restored == ["digital-literacy/nets"]
    after = await dump(context)
    assert [row[0] for row in after["rendition"]] == [row[0] for row in before["rendition"]]
    assert [row[0] for row in after["resource"]] == [row[0] for row in before["resource"]]


async def test_a_course_of_the_site_is_withdrawn_with_all_of_it_and_one_of_the_registry_stays(
    context: Context, tmp_path: Path
) -> None:
    async with context.writing(JOB) as unit:
        await add_course(unit, "law", {"ky": "Укук"})
    law, other = course("law"), course("digital-literacy")
    everything = [*in_all_forms(law), *in_all_forms(other)]
    report = await sync_manifest(context, write(tmp_path / "m.json", manifest([law, other], everything)))
    assert (report.courses.added, report.courses.changed) == (["digital-literacy"], ["law"])
    third = course("third")
    report = await sync_manifest(context, write(tmp_path / "m.json", manifest([third])))
    assert sorted(report.courses.withdrawn) == ["digital-literacy", "law"]
    async with context.reading(JOB) as unit:
        states = dict((await unit.session.execute(select(CourseRow.code, CourseRow.state))).all())
        left = await unit.session.scalars(select(ResourceRow.name).where(ResourceRow.state == "published"))
    assert states == {"law": "offered", "digital-literacy": "withdrawn", "third": "offered"}
    assert sorted(left) == ["", "files"]
    before = await dump(context)
    await sync_manifest(context, tmp_path / "m.json")
    assert await dump(context) == before
    report = await sync_manifest(context, write(tmp_path / "m.json", manifest([law, other, third], everything)))
    assert report.courses.restored == ["digital-literacy"]
    assert report.courses.changed == ["law"]


async def test_an_empty_manifest_does_not_withdraw_the_whole_catalogue(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    await sync_manifest(context, write(path, manifest([])))
    await sync_manifest(context, write(path, manifest([course()])))
    before = await dump(context)
    with pytest.raises(ManifestRefused) as refused:
        await sync_manifest(context, write(path, manifest([])))
    assert [one.code for one in refused.value.faults] == ["empty"]
    assert await dump(context) == before


async def test_a_refused_manifest_stores_nothing(context: Context, tmp_path: Path) -> None:
    entry, path = course(), tmp_path / "m.json"
    await sync_manifest(context, write(path, manifest([entry])))
    before = await dump(context)
    bad = artefact(entry.id, "files", "ky", "html", path="../../etc/passwd")
    with pytest.raises(ManifestRefused) as refused:
        await sync_manifest(context, write(path, manifest([course("new"), entry], [bad])))
    assert [(one.code, one.place) for one in refused.value.faults] == [("bad-path", "/artefacts/0/path")]
    assert await dump(context) == before
    for language in LANGUAGES:
        lines = refusal_lines(refused.value, language)
        assert "/artefacts/0/path: " in lines[1]
        assert "../../etc/passwd" in lines[1]


async def test_two_at_once_give_what_one_gives(context: Context, tmp_path: Path) -> None:
    entry = course()
    path = write(tmp_path / "m.json", manifest([entry], in_all_forms(entry)))
    reports = await asyncio.gather(*(sync_manifest(context, path) for _ in range(4)))
    assert sorted(len(one.courses.added) for one in reports) == [0, 0, 0, 1]
    rows = await dump(context)
    assert len(rows["course"]) == len(rows["course_revision"]) == 1
    assert len(rows["resource"]) == len(rows["resource_revision"]) == 2
    assert len(rows["outbox"]) == 3


async def test_material_without_metadata_is_not_published_and_named(context: Context, tmp_path: Path) -> None:
    entry = course(
        lessons=[lesson("files", licence=""), lesson("nets", 2)],
        resources=[resource("media/a.svg", unit=""), resource("media/b.svg", "hologram"), resource("media/c.svg")],
    )
    report = await sync_manifest(context, write(tmp_path / "m.json", manifest([entry], in_all_forms(entry))))
    assert {(one.name, one.lacks) for one in report.unpublished} == {
        ("files", ("licence",)),
        ("media/a.svg", ("unit",)),
        ("media/b.svg", ("type",)),
    }
    async with context.reading(JOB) as unit:
        names = set(await unit.session.scalars(select(ResourceRow.name)))
        paths = list(await unit.session.scalars(select(RenditionRow.path)))
    assert names == {"", "nets", "media/c.svg"}
    assert not any("files" in path for path in paths)
    for language in LANGUAGES:
        assert sum("digital-literacy/files" in line for line in report.lines(language)) == 1


async def test_what_loses_its_metadata_is_withdrawn(context: Context, tmp_path: Path) -> None:
    await sync_manifest(context, write(tmp_path / "m.json", manifest([course()])))
    report = await sync_manifest(context, write(tmp_path / "m.json", manifest([course(lessons=[lesson(holder="")])])))
    assert report.resources.withdrawn == ["digital-literacy/files"]


async def test_a_unit_is_matched_by_title_or_code_and_never_guessed(context: Context, tmp_path: Path) -> None:
    places = await make_places(context)
    found = [
        course("by-title", units={"ru": "  кафедра  Информатики "}),
        course("by-code", units={"ky": "INF"}),
        course("near", units={"ky": "Маалымат кафедра"}),
        course("other-language", units={"ky": "Кафедра информатики"}),
        course("both", units={"ky": "Маалымат кафедрасы", "ru": "law"}),
    ]
    report = await sync_manifest(context, write(tmp_path / "m.json", manifest(found)))
    async with context.reading(JOB) as unit:
        units = dict((await unit.session.execute(select(CourseRow.code, CourseRow.unit_id))).all())
    assert {code for code, id_ in units.items() if id_ == places.informatics} == {"by-title", "by-code"}
    assert {code for code, id_ in units.items() if id_ is None} == {"near", "other-language", "both"}
    assert {(one.course, one.reason.value) for one in report.unmatched} == {
        ("near", "unknown"),
        ("other-language", "unknown"),
        ("both", "ambiguous"),
    }
    for language in LANGUAGES:
        assert sum(line.startswith(("near", "both", "other-language")) for line in report.lines(language)) == 3


async def test_a_unit_that_is_created_later_is_matched_by_the_same_manifest(context: Context, tmp_path: Path) -> None:
    path = write(tmp_path / "m.json", manifest([course(resources=[resource("media/a.svg")])]))
    await sync_manifest(context, path)
    places = await make_places(context)
    report = await sync_manifest(context, path)
    assert report.matched == ["digital-literacy"]
    async with context.reading(JOB) as unit:
        assert set(await unit.session.scalars(select(ResourceRow.unit_id))) == {places.informatics}
    assert (await events(context))[-1] == "course.changed"


async def test_captions_and_transcripts_belong_to_their_recording(context: Context, tmp_path: Path) -> None:
    talk = resource("media/digital-literacy/talk.mp4", "recording")
    entry = course(resources=[talk])
    made = [
        artefact(entry.id, "files", "ky", "captions", recording="media/talk.mp4", reviewed=True, profile="ky"),
        artefact(entry.id, "files", "ky", "transcript", recording="media/talk.mp4", reviewed=False, profile="ky"),
        artefact(entry.id, "files", "ky", "mp3", duration_ms=61_000),
    ]
    await sync_manifest(context, write(tmp_path / "m.json", manifest([entry], made)))
    async with context.reading(JOB) as unit:
        rows = await unit.session.execute(
            select(ResourceRow.name, RenditionRow.form, RenditionRow.reviewed, RenditionRow.duration_ms)
            .join(RenditionRow, RenditionRow.resource_id == ResourceRow.id)
            .order_by(RenditionRow.form)
        )
    assert [tuple(row) for row in rows] == [
        ("files", "audio", None, 61_000),
        ("media/digital-literacy/talk.mp4", "captions", True, None),
        ("media/digital-literacy/talk.mp4", "transcript", False, None),
    ]


async def test_a_file_that_moves_to_another_lesson_keeps_its_row(context: Context, tmp_path: Path) -> None:
    entry = course(lessons=[lesson("a", 1), lesson("b", 2)])
    one = artefact(entry.id, "a", "ky", "html", path="ky/x.html")
    await sync_manifest(context, write(tmp_path / "m.json", manifest([entry], [one])))
    moved = replace(one, lesson="b")
    await sync_manifest(context, write(tmp_path / "m.json", manifest([entry], [moved])))
    async with context.reading(JOB) as unit:
        rows = await unit.session.execute(
            select(ResourceRow.name, RenditionRow.withdrawn_at).join(
                RenditionRow, RenditionRow.resource_id == ResourceRow.id
            )
        )
    assert [tuple(row) for row in rows] == [("b", None)]


async def test_the_demonstration_site_is_taken(context: Context, demonstration_site: DemonstrationSite) -> None:
    """The manifest that `jetki build` makes of the repository's own courses."""
    path = demonstration_site.folder / MANIFEST_PATH
    report = await sync_manifest(context, path)
    assert {"digital-literacy", "distance-study"} <= set(report.courses.added)
    assert report.unpublished == ()
    assert not (await sync_manifest(context, path)).is_changed


async def test_a_thousand_lessons_in_twelve_formats_are_read_whole(context: Context, tmp_path: Path) -> None:
    """12,000 files, more than one batch of every kind."""
    formats = (
        "html",
        "large-print",
        "brf",
        "pef",
        "text",
        "opus",
        "mp3",
        "sync",
        "captions",
        "transcript",
        "m4b",
        "case",
    )
    big = [
        course(f"c{number}", lessons=[lesson(f"l{place}", place, ["ky"]) for place in range(100)])
        for number in range(10)
    ]
    made = [artefact(one.id, two.name, "ky", name) for one in big for two in one.lessons for name in formats]
    path = write(tmp_path / "m.json", manifest(big, made))
    report = await sync_manifest(context, path)
    assert report.renditions == 12_000
    assert not (await sync_manifest(context, path)).is_changed
