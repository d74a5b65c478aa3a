"""Rules of courses, resources and packages. Pure."""

from enum import StrEnum


class CourseState(StrEnum):
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"


class Origin(StrEnum):
    MANIFEST = "manifest"
    REGISTRY = "registry"
