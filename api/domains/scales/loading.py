"""Scales from a file: the examples that are shipped, or those of the university."""

import tomllib
from importlib import resources
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from sqlalchemy import select

from api.domains.scales import catalogue
from api.domains.scales.models import ScaleRow
from api.domains.scales.schemas import AllTitles, ScaleIn, ScaleVersionIn
from api.http.wire import Code, Input
from api.unit import Unit

EXAMPLES: Final = "scales.example.toml"
"""In `data/`; nothing of it is confirmed."""


class ScaleInFile(Input, kw_only=True):
    code: Code
    titles: AllTitles
    version: ScaleVersionIn


class File(Input, kw_only=True):
    scale: Annotated[list[ScaleInFile], Meta(max_length=100)]


def example_text() -> str:
    """The file that is shipped, with the source of each scale. Nothing of it is law."""
    return (resources.files("api.domains.scales") / "data" / EXAMPLES).read_text(encoding="utf-8")


async def load_scales(unit: Unit, text: str) -> int:
    """Enters the scales of a TOML file that are not there yet, each with its version, and says how many that were. What
    is there stays as it is. Raises msgspec.ValidationError, InvalidFields."""
    file = msgspec.convert(tomllib.loads(text), File)
    known = set(await unit.session.scalars(select(ScaleRow.code)))
    new = [one for one in file.scale if one.code not in known]
    for one in new:
        row = await catalogue.add_scale(unit, ScaleIn(code=one.code, titles=one.titles))
        await catalogue.add_version(unit, row, one.version)
    return len(new)
