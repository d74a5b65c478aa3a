"""Scales for tests."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.domains.scales.rules import Band, ScaleKind, ScaleVersion
from api.ids import new_id

TITLES = {"ky": "баа", "ru": "оценка", "en": "grade"}


def band(code: str, least: float, is_pass: bool, gpa: float | None = None) -> Band:
    return Band(code, TITLES, least, is_pass, gpa)


def version(bands: Sequence[Band], most_points: float = 100.0) -> ScaleVersion:
    return ScaleVersion(
        new_id(),
        new_id(),
        "s",
        TITLES,
        1,
        ScaleKind.LETTER,
        date(2026, 1, 1),
        None,
        most_points,
        tuple(bands),
        "-",
        False,
    )


def band_body(code: str, least: float, is_pass: bool, **more: Any) -> dict[str, Any]:
    return {"code": code, "titles": TITLES, "least": least, "is_pass": is_pass, **more}


def version_body(**more: Any) -> dict[str, Any]:
    """Two grades from 1 January 2026 on."""
    return {
        "kind": "letter",
        "valid_from": "2026-01-01",
        "bands": [band_body("F", 0.0, False), band_body("A", 60.0, True)],
        "source": "For this test.",
    } | more
