"""OneRoster archives for tests: a semester at a department, as another system would send it."""

import csv
import io
import random
import zipfile
from collections.abc import Mapping, Sequence

Table = list[list[str]]
Tables = dict[str, Table]

MANIFEST = [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", "1.2"]]


def semester(students: int = 3, *, programme: str = "710100", capacity: int = 30) -> Tables:
    """One department, a year with a semester, a course with a class, a teacher, and students who are admitted to the
    programme and enrolled in the class."""
    users = [["t1", "active", "Нурлан", "Токтогулов", "", "nurlan@example.kg", "", ""]]
    users += [
        [f"s{one}", "active", f"Айгүл{one}", f"Асанова{one}", "Бакытовна", "", programme, "2026"]
        for one in range(students)
    ]
    return {
        "orgs.csv": [
            ["sourcedId", "status", "name", "type", "identifier", "parentSourcedId"],
            ["o1", "active", "Институт", "school", "F", ""],
            ["o2", "active", "Математика кафедрасы", "department", "MATH", "o1"],
        ],
        "academicSessions.csv": [
            ["sourcedId", "status", "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"],
            ["term-2027", "active", "Жазгы семестр", "semester", "2028-02-01", "2028-06-30", "year-2027", "2028"],
            ["year-2027", "active", "2027/28", "schoolYear", "2027-09-01", "2028-06-30", "", "2028"],
        ],
        "courses.csv": [
            ["sourcedId", "status", "title", "courseCode", "orgSourcedId"],
            ["c1", "active", "Алгебра", "algebra", "o2"],
        ],
        "classes.csv": [
            [
                "sourcedId",
                "status",
                "title",
                "courseSourcedId",
                "classCode",
                "classType",
                "schoolSourcedId",
                "termSourcedIds",
                "metadata.capacity",
            ],
            ["k1", "active", "Алгебра-1", "c1", "ALG-1", "scheduled", "o2", "term-2027", str(capacity)],
        ],
        "users.csv": [
            [
                "sourcedId",
                "status",
                "givenName",
                "familyName",
                "middleName",
                "email",
                "metadata.programmeCode",
                "metadata.intakeYear",
            ],
            *users,
        ],
        "roles.csv": [
            ["sourcedId", "status", "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId"],
            ["r1", "active", "t1", "primary", "teacher", "2026-09-01", "", "o2"],
            ["r2", "active", "t1", "secondary", "systemAdministrator", "2026-09-01", "", "o1"],
        ],
        "enrollments.csv": [
            ["sourcedId", "status", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate"],
            ["e-t1", "active", "k1", "o2", "t1", "teacher", "2028-02-01"],
            *[[f"e{one}", "active", "k1", "o2", f"s{one}", "student", "2028-02-01"] for one in range(students)],
        ],
    }


def pack(tables: Mapping[str, Sequence[Sequence[str]]], manifest: Table | None = None) -> bytes:
    """A ZIP of the tables, with a manifest that names them."""
    said = manifest or [*MANIFEST, *([f"file.{name.removesuffix('.csv')}", "bulk"] for name in tables)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, table in {"manifest.csv": said, **tables}.items():
            text = io.StringIO(newline="")
            csv.writer(text).writerows(table)
            packed.writestr(zipfile.ZipInfo(name), text.getvalue().encode())
    return out.getvalue()


def shuffled(tables: Tables, seed: int) -> Tables:
    """The same rows in another order, in every file."""
    order = random.Random(seed)
    return {name: [table[0], *order.sample(table[1:], len(table) - 1)] for name, table in tables.items()}
