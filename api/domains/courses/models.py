"""Tables of courses, resources and their forms, library links, packages and gates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow


class CourseRow(VersionedRow):
    """A course. `code` is its id in content/ or the university's own. A withdrawn course stays for the records."""

    __tablename__ = "course"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("state in ('offered', 'withdrawn')", name="state"),
        CheckConstraint("origin in ('manifest', 'registry')", name="origin"),
        Index("ix_course_unit_id_code_id", "unit_id", "code", "id"),
        Index("ix_course_code_id", "code", "id"),
        Index("ix_course_responsible_id", "responsible_id"),
    )

    code: Mapped[str] = mapped_column(String(64))
    titles: Mapped[dict[str, Any]]
    """Language -> title."""
    descriptions: Mapped[dict[str, Any]]
    languages: Mapped[list[Any]]
    type: Mapped[str | None] = mapped_column(String(20))
    """Of `builder.model.course.ResourceType`; None when the manifest does not say it."""
    state: Mapped[str] = mapped_column(String(12))
    origin: Mapped[str] = mapped_column(String(12))
    """`manifest` once the site has it: its texts and rights come from there."""
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    """The responsible unit (clause 1.3); None until the name in the manifest is matched or assigned by hand."""
    unit_names: Mapped[dict[str, Any]]
    """As the manifest says it, by language."""
    unit_by_hand: Mapped[bool] = mapped_column(default=False)
    """Assigned by a person: the manifest does not change it any more."""
    ects: Mapped[float | None]
    national_credits: Mapped[float | None]
    holder: Mapped[str | None] = mapped_column(String(300))
    licence: Mapped[str | None] = mapped_column(String(300))
    access: Mapped[str] = mapped_column(String(12))
    people: Mapped[list[Any]]
    """[{"name", "role"}] as published on the course's page: authors, editors, who is responsible."""
    responsible_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    """Who answers for the package (clause 5.2), assigned here."""
    digest: Mapped[str] = mapped_column(String(64))
    """Over what the manifest says; tells whether it has changed."""
    withdrawn_at: Mapped[datetime | None]


class CourseRevisionRow(Row):
    """What was published of a course, each time it changed (clause 5.2: every revision is kept)."""

    __tablename__ = "course_revision"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    access: Mapped[str] = mapped_column(String(12))
    change: Mapped[str] = mapped_column(String(12))
    """added, changed, withdrawn, restored."""
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]


class ResourceRow(VersionedRow):
    """A digital learning resource of a course (clause 1.3): the course as a whole, a lesson, or a file.

    `name` is unique in the course: empty for the whole course, a lesson's name, or a file's path below the site.
    """

    __tablename__ = "resource"
    __table_args__ = (
        UniqueConstraint("course_id", "kind", "name"),
        CheckConstraint("kind in ('course', 'lesson', 'file')", name="kind"),
        CheckConstraint("state in ('published', 'withdrawn')", name="state"),
        CheckConstraint("access in ('public', 'restricted')", name="access"),
        Index("ix_resource_course_id_place_id", "course_id", "place", "id"),
        Index("ix_resource_unit_id", "unit_id"),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(1000))
    place: Mapped[int]
    """Rank of the kind: 0 the whole course, 1 lessons, 2 files. Never changes, so lists are ordered by it."""
    position: Mapped[int]
    titles: Mapped[dict[str, Any]]
    """Language -> title; empty for files."""
    type: Mapped[str] = mapped_column(String(20))
    languages: Mapped[list[Any]]
    """Empty for wordless material."""
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    unit_name: Mapped[str] = mapped_column(String(300))
    """As the manifest says it."""
    unit_by_hand: Mapped[bool] = mapped_column(default=False)
    holder: Mapped[str] = mapped_column(String(300))
    licence: Mapped[str] = mapped_column(String(300))
    access: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    path: Mapped[str | None] = mapped_column(String(1000))
    """Of a file, below the site's base."""
    file_digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the file."""
    digest: Mapped[str] = mapped_column(String(64))
    """Over everything the manifest says of it and of its renditions."""
    withdrawn_at: Mapped[datetime | None]


class ResourceRevisionRow(Row):
    """What was published of a resource and its renditions, each time something of it changed."""

    __tablename__ = "resource_revision"
    __table_args__ = (UniqueConstraint("resource_id", "number"),)

    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    number: Mapped[int]
    access: Mapped[str] = mapped_column(String(12))
    change: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]


class ResourceFacetRow(Row):
    """Under what a published resource is found (`rules.facets_of`), so that a list costs the same at any size."""

    __tablename__ = "resource_facet"
    __table_args__ = (
        UniqueConstraint("resource_id", "facet", "language"),
        Index("ix_resource_facet_search", "facet", "language", "resource_id"),
    )

    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    facet: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(35))


class CourseFacetRow(Row):
    """Under what a course is found: the facets of its published public resources."""

    __tablename__ = "course_facet"
    __table_args__ = (
        UniqueConstraint("course_id", "facet", "language"),
        Index("ix_course_facet_search", "facet", "language", "code", "course_id"),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    code: Mapped[str] = mapped_column(String(64))
    """The course's; never changes."""
    facet: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(35))


class RenditionRow(Row):
    """One published file of a resource, as the manifest says now; earlier ones stand in the resource's revisions."""

    __tablename__ = "rendition"
    __table_args__ = (
        UniqueConstraint("path"),
        Index("ix_rendition_resource_id_path_id", "resource_id", "path", "id"),
        Index("ix_rendition_course_id", "course_id"),
    )

    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    form: Mapped[str] = mapped_column(String(16))
    """What it is for a reader: of `rules.Form`."""
    format: Mapped[str] = mapped_column(String(16))
    """Of `builder.model.format.FORMATS`."""
    language: Mapped[str] = mapped_column(String(35))
    variant: Mapped[str] = mapped_column(String(12))
    profile: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(1000))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int | None]
    words: Mapped[int | None]
    duration_ms: Mapped[int | None] = mapped_column(BigInteger)
    reviewed: Mapped[bool | None]
    recording: Mapped[str] = mapped_column(String(1000))
    withdrawn_at: Mapped[datetime | None]


class LibraryLinkRow(VersionedRow):
    """A link to a licensed base of the library, in force from `starts_on` to `ends_on` inclusive.

    It covers the courses of `library_link_course`, the courses of the units of `library_link_unit`, or, when
    `covers_all`, every course. Only those entitled ever see it, and its address stands in no public answer.
    """

    __tablename__ = "library_link"
    __table_args__ = (
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="period"),
        Index("ix_library_link_provider_id", "provider", "id"),
    )

    provider: Mapped[str] = mapped_column(String(300))
    titles: Mapped[dict[str, Any]]
    url: Mapped[str] = mapped_column(String(2000))
    type: Mapped[str] = mapped_column(String(20))
    languages: Mapped[list[Any]]
    holder: Mapped[str] = mapped_column(String(300))
    licence: Mapped[str] = mapped_column(String(300))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    """The responsible unit, usually the library."""
    covers_all: Mapped[bool]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class LibraryLinkCourseRow(Row):
    __tablename__ = "library_link_course"
    __table_args__ = (
        UniqueConstraint("link_id", "course_id"),
        Index("ix_library_link_course_course_id_link_id", "course_id", "link_id"),
    )

    link_id: Mapped[UUID] = mapped_column(ForeignKey("library_link.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))


class LibraryLinkUnitRow(Row):
    __tablename__ = "library_link_unit"
    __table_args__ = (
        UniqueConstraint("link_id", "unit_id"),
        Index("ix_library_link_unit_unit_id_link_id", "unit_id", "link_id"),
    )

    link_id: Mapped[UUID] = mapped_column(ForeignKey("library_link.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))


class PackageRow(VersionedRow):
    """The e-course package that a course owes to one academic session (clauses 4.1 d, 5.2).

    `state` is what the last look found (`rules.GateState`); reports are computed afresh.
    """

    __tablename__ = "course_package"
    __table_args__ = (
        UniqueConstraint("course_id", "academic_session_id"),
        CheckConstraint("state in ('open', 'closing', 'passed', 'failed', 'excepted')", name="state"),
        Index("ix_course_package_academic_session_id_id", "academic_session_id", "id"),
        Index("ix_course_package_state_id", "state", "id"),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    academic_session_id: Mapped[UUID] = mapped_column(ForeignKey("academic_session.id"))
    state: Mapped[str] = mapped_column(String(12))
    missing_told_at: Mapped[datetime | None]
    """When `package.missing` was told; once, whatever happens later."""


class PackageItemRow(Row):
    """A part of the package that a person declares, because the manifest cannot say it.

    For one academic session, or for every one when that is None. Withdrawn, never deleted.
    """

    __tablename__ = "package_item"
    __table_args__ = (
        Index("ix_package_item_course_id_id", "course_id", "id"),
        Index("ix_package_item_academic_session_id", "academic_session_id"),
        Index("ix_package_item_resource_id", "resource_id"),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    academic_session_id: Mapped[UUID | None] = mapped_column(ForeignKey("academic_session.id"))
    part: Mapped[str] = mapped_column(String(20))
    languages: Mapped[list[Any]]
    title: Mapped[str] = mapped_column(String(300))
    resource_id: Mapped[UUID | None] = mapped_column(ForeignKey("resource.id"))
    reference: Mapped[str | None] = mapped_column(String(2000))
    """Where it is kept, when it is no resource of the site: an address or a file number of the department."""
    declared_by: Mapped[UUID | None]
    """The account."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)


class PackageExemptionRow(Row):
    """A requirement that does not apply to a course, by somebody's decision, dated.

    `requirement` is None when the whole gate of one academic session is excepted until `ends_on`.
    """

    __tablename__ = "package_exemption"
    __table_args__ = (
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="period"),
        CheckConstraint(
            "requirement is not null or (academic_session_id is not null and ends_on is not null)", name="gate"
        ),
        Index("ix_package_exemption_course_id_id", "course_id", "id"),
        Index("ix_package_exemption_academic_session_id", "academic_session_id"),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    academic_session_id: Mapped[UUID | None] = mapped_column(ForeignKey("academic_session.id"))
    requirement: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str | None] = mapped_column(String(35))
    """None: for every language."""
    reason: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    granted_by: Mapped[UUID | None]
    """The account."""
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
    revocation_reason: Mapped[str | None] = mapped_column(Text)


class PackageGateRow(VersionedRow):
    """By when packages for an academic session have to be complete, and who may except a course from it."""

    __tablename__ = "package_gate"
    __table_args__ = (UniqueConstraint("academic_session_id"),)

    academic_session_id: Mapped[UUID] = mapped_column(ForeignKey("academic_session.id"))
    due_on: Mapped[date]
    """The last day."""
    closing_days: Mapped[int]
    """How many days before it the gate counts as closing."""
    exceptions_by: Mapped[str] = mapped_column(String(20))
    """The role that may grant exceptions."""
