"""Takes courses, resources and their files from the site's manifest: all of it in one transaction, or nothing.

The same manifest a second time changes nothing. What the manifest has no more is withdrawn, never deleted, and every
change of a course or resource leaves a revision with its date and digest (clause 5.2).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row as SqlRow
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from api.domains.courses.manifest import (
    ManifestFault,
    ManifestRefused,
    Material,
    PublishedCourse,
    PublishedSite,
    Unpublished,
    canonical_digest,
    load_manifest,
)
from api.domains.courses.models import (
    CourseFacetRow,
    CourseRevisionRow,
    CourseRow,
    RenditionRow,
    ResourceFacetRow,
    ResourceRevisionRow,
    ResourceRow,
)
from api.domains.courses.rules import (
    RANKS,
    Change,
    CourseState,
    KnownUnit,
    Origin,
    ResourceKind,
    ResourceState,
    UnitIndex,
    Unmatched,
    change_of,
    facets_of,
    form_of,
)
from api.domains.people.service import chunks, unit_names
from api.errors import words_of
from api.events import Event
from api.identity import system_actor
from api.ids import new_id
from api.unit import Context, Unit
from builder.model.course import Access, ResourceType
from builder.model.manifest import Artefact

SYNC: Final = system_actor("sync:manifest")
LOCK: Final = 0x6A65746B69  # "jetki": whoever reads a manifest into PostgreSQL waits for the one before
MOST_NAMED: Final = 200
"""Lines of a kind that are printed."""


@dataclass(frozen=True, slots=True)
class UnmatchedUnit:
    """A responsible unit that the manifest names and that was not found: to be assigned by hand, or created."""

    course: str
    resource: str
    """Empty for the course itself."""
    names: Mapping[str, str]
    reason: Unmatched


@dataclass(slots=True)
class Tally:
    """Names by what has become of them."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)

    def note(self, change: Change, name: str) -> None:
        by_change = {
            Change.ADDED: self.added,
            Change.CHANGED: self.changed,
            Change.WITHDRAWN: self.withdrawn,
            Change.RESTORED: self.restored,
        }
        by_change[change].append(name)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.withdrawn or self.restored)


@dataclass(slots=True)
class SyncReport:
    """What the manifest brought. Resources are named `<course>/<name>`; `renditions` counts files."""

    digest: str
    courses: Tally = field(default_factory=Tally)
    resources: Tally = field(default_factory=Tally)
    renditions: int = 0
    matched: list[str] = field(default_factory=list)
    """Courses whose responsible unit has been found now."""
    unmatched: list[UnmatchedUnit] = field(default_factory=list)
    unpublished: tuple[Unpublished, ...] = ()
    withheld: int = 0
    unknown_formats: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        return not (self.courses.is_empty and self.resources.is_empty and not self.matched)

    def lines(self, language: str) -> list[str]:
        """The report in words, a line each, for the command line."""

        def say(name: str, /, **values: Any) -> str:
            return words_of(f"sync-{name}", "message", language, values)

        lines = []
        for kind, tally in (("courses", self.courses), ("resources", self.resources)):
            numbers = {name: len(getattr(tally, name)) for name in ("added", "changed", "withdrawn", "restored")}
            lines.append(say(kind, **numbers))
        lines.append(say("renditions", count=self.renditions))
        if not self.is_changed:
            lines.append(say("unchanged"))
        lines += _most([say("withdrawn", name=name) for name in self.resources.withdrawn], say)
        lines += _most(
            [
                say(
                    f"unmatched-{one.reason}",
                    name=_joined(one.course, one.resource),
                    unit=_any_name(one.names, language),
                )
                for one in self.unmatched
            ],
            say,
        )
        lines += _most(
            [
                say(
                    "unpublished",
                    name=_joined(one.course, one.name),
                    lacks=[words_of(f"lacks-{what}", "message", language, {}) for what in one.lacks],
                )
                for one in self.unpublished
            ],
            say,
        )
        lines += [say("unknown-format", format=name, count=count) for name, count in self.unknown_formats.items()]
        if self.withheld:
            lines.append(say("withheld", count=self.withheld))
        return lines


def refusal_lines(refused: ManifestRefused, language: str) -> list[str]:
    """Why the manifest was not taken, in words, a line each."""
    lines = [
        words_of("manifest-refused", "message", language, {}),
        *(
            (f"{one.place}: " if one.place else "") + words_of(f"manifest-{one.code}", "message", language, one.values)
            for one in refused.faults
        ),
    ]
    # names come from the file: a terminal is not sent what it may take for a command, or cannot show
    return ["".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in line) for line in lines]


async def sync_manifest(context: Context, path: Path) -> SyncReport:
    """Takes what the manifest at `path` says. Raises ManifestRefused, and then nothing was stored.

    Several at once wait for each other; the one that comes last counts.
    """
    site = load_manifest(path)
    async with context.writing(SYNC) as unit:
        unit.asked = True  # the command line and jobs alone come here
        return await take_site(unit, site)


async def take_site(unit: Unit, site: PublishedSite) -> SyncReport:
    """As `sync_manifest`, within a transaction of the caller's. Raises ManifestRefused."""
    if unit.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        await unit.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    return await _Sync(unit, site).run()


class _Sync:
    """One run. Courses are rows of the session; resources and files are thousands, and go in bulk."""

    def __init__(self, unit: Unit, site: PublishedSite) -> None:
        self.unit = unit
        self.session = unit.session
        self.site = site
        self.report = SyncReport(
            site.digest, unpublished=site.unpublished, withheld=site.withheld, unknown_formats=site.unknown_formats
        )
        self.events: list[Event] = []
        self.units = UnitIndex(())

    async def run(self) -> SyncReport:
        codes = {one.entry.id for one in self.site.courses}
        known = await self._known_courses(codes)
        if not codes and any(row.state == CourseState.OFFERED for row in known.values() if row.digest):
            raise ManifestRefused([ManifestFault("empty", "/courses")])
        self.units = UnitIndex(KnownUnit(one.id, one.code, one.titles) for one in await unit_names(self.unit))
        revisions: list[_Revision] = []
        for published in self.site.courses:
            row = known.setdefault(published.entry.id, self._new_course(published.entry.id))
            revisions += self._take_course(row, published)
        revisions += [
            self._withdraw_course(row) for code, row in known.items() if code not in codes and _is_on_site(row)
        ]
        await self.session.flush()
        await self._keep_course_revisions(revisions)
        await self._take_resources(known)
        for event in self.events:
            await self.unit.emit(event)
        return self.report

    # Courses

    async def _known_courses(self, codes: Iterable[str]) -> dict[str, CourseRow]:
        """Those of the site, and those of the registry that the site has now."""
        rows = {
            row.code: row
            for row in await self.session.scalars(select(CourseRow).where(CourseRow.digest != "").with_for_update())
        }
        for chunk in chunks(set(codes) - set(rows)):
            found = await self.session.scalars(select(CourseRow).where(CourseRow.code.in_(chunk)).with_for_update())
            rows |= {row.code: row for row in found}
        return rows

    def _new_course(self, code: str) -> CourseRow:
        return CourseRow(
            id=new_id(),
            created_at=self.unit.now,
            code=code,
            origin=Origin.MANIFEST,
            state=CourseState.OFFERED,
            unit_by_hand=False,
            digest="",
        )

    def _take_course(self, row: CourseRow, published: PublishedCourse) -> "Iterator[_Revision]":
        entry, content = published.entry, published.content()
        digest = canonical_digest(content)
        is_new = row not in self.session
        change = change_of(None if is_new else row.digest, row.state == CourseState.OFFERED, digest)
        if change is not None:
            row.titles, row.descriptions = dict(entry.titles), dict(entry.descriptions)
            row.languages, row.people = list(entry.languages), [dict(one) for one in entry.people]
            row.type = entry.type if entry.type in set(ResourceType) else None
            row.holder, row.licence = entry.holder or None, entry.licence or None
            row.access = entry.access if entry.access in set(Access) else Access.RESTRICTED
            if entry.ects is not None or row.origin == Origin.MANIFEST:
                row.ects = entry.ects
            if entry.national_credits is not None or row.origin == Origin.MANIFEST:
                row.national_credits = entry.national_credits
            row.unit_names = dict(entry.units)
            row.state, row.withdrawn_at, row.digest = CourseState.OFFERED, None, digest
            self.session.add(row)
            self._tell_course(row, change)
            yield _Revision(row.id, change, digest, row.access, content)
        self._match_unit(row, change)

    def _match_unit(self, row: CourseRow, change: Change | None) -> None:
        if row.unit_by_hand:
            return
        found = self.units.match(row.unit_names)
        if isinstance(found, Unmatched):
            self.report.unmatched.append(UnmatchedUnit(row.code, "", row.unit_names, found))
        unit_id = None if isinstance(found, Unmatched) else found
        if row.unit_id != unit_id:
            row.unit_id = unit_id
            self.report.matched.append(row.code)
            if change is None:
                self.events.append(Event("course.changed", {"course": row.id}, codes={"change": "unit"}))

    def _withdraw_course(self, row: CourseRow) -> "_Revision":
        """A course of the registry goes on without the site; one that the site alone knew is withdrawn."""
        digest = row.digest
        if row.origin == Origin.REGISTRY:
            row.digest = ""
        else:
            row.state, row.withdrawn_at = CourseState.WITHDRAWN, self.unit.now
        self._tell_course(row, Change.WITHDRAWN)
        return _Revision(row.id, Change.WITHDRAWN, digest, row.access, {})

    def _tell_course(self, row: CourseRow, change: Change) -> None:
        self.report.courses.note(change, row.code)
        self.events.append(Event(_event("course", change), {"course": row.id}, codes={"change": change.value}))
        self.unit.record("sync", "course", row.id, change=change.value, digest=row.digest)

    async def _keep_course_revisions(self, revisions: Sequence["_Revision"]) -> None:
        numbers = await self._last_numbers(CourseRevisionRow.course_id, CourseRevisionRow.number, revisions)
        rows = [
            {"course_id": one.subject, "number": numbers.get(one.subject, 0) + 1, **one.values(self.unit)}
            for one in revisions
        ]
        if rows:
            await self.session.execute(insert(CourseRevisionRow), rows)

    async def _last_numbers(
        self, subject: InstrumentedAttribute[UUID], number: InstrumentedAttribute[int], revisions: Sequence["_Revision"]
    ) -> dict[UUID, int]:
        found: dict[UUID, int] = {}
        for chunk in chunks([one.subject for one in revisions]):
            rows = await self.session.execute(
                select(subject, func.max(number)).where(subject.in_(chunk)).group_by(subject)
            )
            found |= dict(rows.all())
        return found

    # Resources

    async def _take_resources(self, courses: Mapping[str, CourseRow]) -> None:
        stored = await self._stored_resources(courses.values())
        seen: set[UUID] = set()
        revisions: list[_Revision] = []
        fresh: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        taken: dict[UUID, tuple[CourseRow, Material]] = {}
        for published in self.site.courses:
            course = courses[published.entry.id]
            for material in published.material:
                before = stored.get((course.id, material.kind, material.name))
                content = material.content()
                digest = canonical_digest(content)
                unit_id = self._unit_of(course, material, before)
                change = change_of(
                    None if before is None else before.digest, before is not None and before.is_published, digest
                )
                id_ = new_id() if before is None else before.id
                seen.add(id_)
                if change is not None:
                    taken[id_] = (course, material)
                    revisions.append(_Revision(id_, change, digest, material.access, content))
                    self._tell_resource(course, id_, material.name, change)
                if before is None:
                    fresh.append(
                        {
                            **self._values(course, material, digest, unit_id),
                            "id": id_,
                            "version": 1,
                            "unit_by_hand": False,
                        }
                    )
                elif change is not None or before.unit_id != unit_id:
                    values = self._values(course, material, digest, unit_id)
                    del values["created_at"]
                    changed.append({**values, "id": id_, "version": before.version})
        gone = [one for one in stored.values() if one.is_published and one.id not in seen]
        by_id = {row.id: row for row in courses.values()}
        for one in gone:
            revisions.append(_Revision(one.id, Change.WITHDRAWN, one.digest, one.access, {}))
            self._tell_resource(by_id[one.course_id], one.id, one.name, Change.WITHDRAWN)
            changed_values = {"state": ResourceState.WITHDRAWN, "withdrawn_at": self.unit.now}
            changed.append({"id": one.id, "version": one.version, **changed_values})
        await self._store_resources(fresh, changed)
        await self._store_facets({id_: material for id_, (_, material) in taken.items()}, [one.id for one in gone])
        await self._store_course_facets(
            {one.course_id: by_id[one.course_id] for one in gone} | {course.id: course for course, _ in taken.values()}
        )
        await self._store_renditions(taken, [one.id for one in gone])
        numbers = await self._last_numbers(ResourceRevisionRow.resource_id, ResourceRevisionRow.number, revisions)
        kept = [
            {"resource_id": one.subject, "number": numbers.get(one.subject, 0) + 1, **one.values(self.unit)}
            for one in revisions
        ]
        if kept:
            await self.session.execute(insert(ResourceRevisionRow), kept)

    async def _stored_resources(self, courses: Iterable[CourseRow]) -> "dict[tuple[UUID, str, str], _Stored]":
        table = ResourceRow
        found: dict[tuple[UUID, str, str], _Stored] = {}
        for chunk in chunks([row.id for row in courses]):
            rows = await self.session.execute(
                select(
                    *(table.id, table.course_id, table.kind, table.name, table.digest, table.access, table.unit_id),
                    *(table.version, table.state, table.unit_by_hand),
                ).where(table.course_id.in_(chunk))
            )
            for row in rows:
                found[row.course_id, row.kind, row.name] = _Stored(**row._mapping)
        return found

    def _unit_of(self, course: CourseRow, material: Material, before: "_Stored | None") -> UUID | None:
        if before is not None and before.unit_by_hand:
            return before.unit_id
        if material.kind is not ResourceKind.FILE or material.unit in course.unit_names.values():
            return course.unit_id
        found = self.units.match({"": material.unit})
        if isinstance(found, Unmatched):
            self.report.unmatched.append(UnmatchedUnit(course.code, material.name, {"": material.unit}, found))
            return None
        return found

    def _values(self, course: CourseRow, material: Material, digest: str, unit_id: UUID | None) -> dict[str, Any]:
        return {
            "created_at": self.unit.now,
            "course_id": course.id,
            "kind": material.kind.value,
            "name": material.name,
            "place": RANKS[material.kind],
            "position": material.position,
            "titles": dict(material.titles),
            "type": material.type,
            "languages": list(material.languages),
            "unit_id": unit_id,
            "unit_name": material.unit,
            "holder": material.holder,
            "licence": material.licence,
            "access": material.access,
            "state": ResourceState.PUBLISHED,
            "path": material.path,
            "file_digest": material.file_digest,
            "digest": digest,
            "withdrawn_at": None,
        }

    def _tell_resource(self, course: CourseRow, id_: UUID, name: str, change: Change) -> None:
        self.report.resources.note(change, _joined(course.code, name))
        ids = {"course": course.id, "resource": id_}
        self.events.append(Event(_event("resource", change), ids, codes={"change": change.value}))

    async def _store_resources(self, fresh: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
        if fresh:
            await self.session.execute(insert(ResourceRow), fresh)
        by_columns: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
        for values in changed:
            by_columns[frozenset(values)].append(values)
        for rows in by_columns.values():
            await self.session.execute(update(ResourceRow), rows)

    async def _store_facets(self, taken: Mapping[UUID, Material], gone: Sequence[UUID]) -> None:
        for chunk in chunks([*taken, *gone]):
            await self.session.execute(delete(ResourceFacetRow).where(ResourceFacetRow.resource_id.in_(chunk)))
        rows = [
            {"id": new_id(), "created_at": self.unit.now, "resource_id": id_, "facet": facet, "language": language}
            for id_, one in taken.items()
            for facet, language in sorted(
                facets_of(
                    one.type,
                    one.languages,
                    ((form_of(made.format, made.variant), made.language) for made in one.renditions),
                )
            )
        ]
        if rows:
            await self.session.execute(insert(ResourceFacetRow), rows)

    async def _store_course_facets(self, courses: Mapping[UUID, CourseRow]) -> None:
        """Of public material alone: whoever searches must not learn what is restricted."""
        for chunk in chunks(courses):
            await self.session.execute(delete(CourseFacetRow).where(CourseFacetRow.course_id.in_(chunk)))
            found = await self.session.execute(
                select(ResourceRow.course_id, ResourceFacetRow.facet, ResourceFacetRow.language)
                .join(ResourceFacetRow, ResourceFacetRow.resource_id == ResourceRow.id)
                .where(
                    ResourceRow.course_id.in_(chunk),
                    ResourceRow.state == ResourceState.PUBLISHED,
                    ResourceRow.access == Access.PUBLIC,
                )
                .distinct()
            )
            rows = [
                {
                    "id": new_id(),
                    "created_at": self.unit.now,
                    "course_id": course_id,
                    "code": courses[course_id].code,
                    "facet": facet,
                    "language": language,
                }
                for course_id, facet, language in found
            ]
            if rows:
                await self.session.execute(insert(CourseFacetRow), rows)

    # Files

    async def _store_renditions(self, taken: Mapping[UUID, tuple[CourseRow, Material]], gone: Sequence[UUID]) -> None:
        wanted = {
            one.path: _rendition_values(id_, course, material, one)
            for id_, (course, material) in taken.items()
            for one in material.renditions
        }
        stored = await self._stored_renditions(wanted, [*taken, *gone])
        fresh = [
            {"id": new_id(), "created_at": self.unit.now, **values}
            for path, values in wanted.items()
            if path not in stored
        ]
        changed = [
            {"id": stored[path].id, **values}
            for path, values in wanted.items()
            if path in stored and any(getattr(stored[path], name) != value for name, value in values.items())
        ]
        withdrawn = [
            {"id": row.id, "withdrawn_at": self.unit.now}
            for path, row in stored.items()
            if path not in wanted and row.withdrawn_at is None
        ]
        if fresh:
            await self.session.execute(insert(RenditionRow), fresh)
        if changed:
            await self.session.execute(update(RenditionRow), changed)
        if withdrawn:
            await self.session.execute(update(RenditionRow), withdrawn)
        self.report.renditions = len(fresh) + len(changed) + len(withdrawn)

    async def _stored_renditions(self, paths: Iterable[str], resources: Sequence[UUID]) -> dict[str, SqlRow[Any]]:
        columns = [column for column in RenditionRow.__table__.columns if column.key != "created_at"]
        found: dict[str, SqlRow[Any]] = {}
        for condition in (
            *(RenditionRow.path.in_(chunk) for chunk in chunks(paths)),
            *(RenditionRow.resource_id.in_(chunk) for chunk in chunks(resources)),
        ):
            found |= {row.path: row for row in await self.session.execute(select(*columns).where(condition))}
        return found


@dataclass(frozen=True, slots=True)
class _Revision:
    subject: UUID
    change: Change
    digest: str
    access: str
    content: dict[str, Any]

    def values(self, unit: Unit) -> dict[str, Any]:
        return {
            "id": new_id(),
            "created_at": unit.now,
            "change": self.change.value,
            "digest": self.digest,
            "access": self.access,
            "content": self.content,
        }


@dataclass(frozen=True, slots=True)
class _Stored:
    id: UUID
    course_id: UUID
    kind: str
    name: str
    digest: str
    access: str
    unit_id: UUID | None
    version: int
    state: str
    unit_by_hand: bool

    @property
    def is_published(self) -> bool:
        return self.state == ResourceState.PUBLISHED


def _rendition_values(resource_id: UUID, course: CourseRow, material: Material, one: Artefact) -> dict[str, Any]:
    return {
        "resource_id": resource_id,
        "course_id": course.id,
        "form": form_of(one.format, one.variant).value,
        "format": one.format,
        "language": one.language,
        "variant": one.variant,
        "profile": one.profile,
        "path": one.path,
        "media_type": one.media_type,
        "size": one.size,
        "digest": one.digest,
        "pages": one.pages,
        "words": one.words,
        "duration_ms": one.duration_ms,
        "reviewed": one.reviewed,
        "recording": one.recording,
        "withdrawn_at": None,
    }


def _is_on_site(row: CourseRow) -> bool:
    return bool(row.digest) and row.state == CourseState.OFFERED


def _event(noun: str, change: Change) -> str:
    """What comes back is told as a change."""
    return f"{noun}.{'changed' if change is Change.RESTORED else change.value}"


def _joined(course: str, name: str) -> str:
    return f"{course}/{name}" if name else course


def _any_name(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or next(iter(names.values()), "")


def _most(lines: list[str], say: Callable[..., str]) -> list[str]:
    left = len(lines) - MOST_NAMED
    return lines if left <= 0 else [*lines[:MOST_NAMED], say("more", count=left)]
