"""Acts and closed specialities from a file, e.g. when the university has put the codes of an annex into one."""

import tomllib
from datetime import date
from importlib import resources
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from sqlalchemy import select

from api.domains.programmes import catalogue
from api.domains.programmes.models import LegalActRow, ProhibitedSpecialityRow, SpecialityRow
from api.domains.programmes.rules import Form, Level, Mode, Purpose
from api.domains.programmes.schemas import ActIn, Address, ClosureIn, SomeTitles, SpecialityIn
from api.errors import FieldError, InvalidFields
from api.http.validation import field_errors
from api.http.wire import Code, Input, Line
from api.unit import Unit

EXAMPLE: Final = "closed-specialities.example.toml"
"""In `data/`; nothing of it is confirmed."""
NAMES_IN_FILE: Final = {"/prohibited_from": "/from", "/prohibited_to": "/to"}


class ClosedInFile(Input, kw_only=True):
    """A speciality that the act closes."""

    code: Code
    titles: SomeTitles
    first: date = msgspec.field(name="from")
    last: date | None = msgspec.field(name="to", default=None)
    purposes: Annotated[list[Purpose], Meta(min_length=1)]
    forms: list[Form] = msgspec.field(default_factory=list)
    modes: list[Mode] = msgspec.field(default_factory=list)
    levels: list[Level] = msgspec.field(default_factory=list)


class ActInFile(Input, kw_only=True):
    number: Code
    issued_on: date
    issuer: Line
    titles: SomeTitles
    valid_from: date
    valid_to: date | None = None
    link: Address | None = None
    is_confirmed: bool
    closed: list[ClosedInFile] = msgspec.field(default_factory=list)


class File(Input, kw_only=True):
    act: list[ActInFile]


def example_text() -> str:
    """The file that is shipped: decree No. 76 without the codes of its annex, and two examples that are no law."""
    return (resources.files("api.domains.programmes") / "data" / EXAMPLE).read_text(encoding="utf-8")


async def load_closed_specialities(unit: Unit, text: str) -> int:
    """Enters the acts, specialities and closures of a TOML file that are not there yet, and says how many closures are
    new. What is there stays as it is, so a file may be loaded again.

    Raises InvalidFields with every fault; the pointers follow the file, e.g. `/act/0/closed/2/code`.
    """
    file = _read(text)
    added, faults = 0, list[FieldError]()
    for place, act in enumerate(file.act):
        try:
            row = await _act(unit, act)
        except InvalidFields as refused:
            faults += _within(f"/act/{place}", refused)
            continue
        for number, one in enumerate(act.closed):
            try:
                added += await _close(unit, row, one)
            except InvalidFields as refused:
                faults += _within(f"/act/{place}/closed/{number}", refused)
    if faults:
        raise InvalidFields(fields=faults)
    return added


def _read(text: str) -> File:
    try:
        raw: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFields(fields=[FieldError("", "not-toml", {"where": str(error)})]) from None
    try:
        return msgspec.convert(raw, File)
    except msgspec.ValidationError:
        raise InvalidFields(fields=list(field_errors(raw, File, ""))) from None


async def _act(unit: Unit, act: ActInFile) -> LegalActRow:
    known = await unit.session.scalar(
        select(LegalActRow).where(
            LegalActRow.number == act.number,
            LegalActRow.issued_on == act.issued_on,
            LegalActRow.issuer == act.issuer,
        )
    )
    if known is not None:
        return known
    fields = {name: getattr(act, name) for name in ActIn.__struct_fields__}
    return await catalogue.add_act(unit, ActIn(**fields))


async def _close(unit: Unit, act: LegalActRow, one: ClosedInFile) -> bool:
    speciality = await unit.session.scalar(select(SpecialityRow).where(SpecialityRow.code == one.code))
    if speciality is None:
        speciality = await catalogue.add_speciality(unit, SpecialityIn(code=one.code, titles=one.titles))
    known = await unit.session.scalar(
        select(ProhibitedSpecialityRow.id).where(
            ProhibitedSpecialityRow.speciality_id == speciality.id,
            ProhibitedSpecialityRow.act_id == act.id,
            ProhibitedSpecialityRow.prohibited_from == one.first,
        )
    )
    if known is not None:
        return False
    closure = ClosureIn(
        speciality_id=speciality.id,
        act_id=act.id,
        prohibited_from=one.first,
        prohibited_to=one.last,
        purposes=one.purposes,
        forms=one.forms,
        modes=one.modes,
        levels=one.levels,
    )
    await catalogue.add_closure(unit, closure)
    return True


def _within(place: str, refused: InvalidFields) -> list[FieldError]:
    """The faults with their place in the file."""
    return [
        FieldError(place + NAMES_IN_FILE.get(one.pointer, one.pointer), one.code, one.values) for one in refused.fields
    ]
