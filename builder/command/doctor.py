"""Which programs outside this project are there, and how to get the others."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from builder.command.console import Talk
from builder.exports.unavailable import ProgramMissing


@dataclass(frozen=True, slots=True)
class Requirement:
    """`find` gives a version or place, or raises ProgramMissing. `purpose` is a word of the wording."""

    name: str
    purpose: str
    command: str
    find: Callable[[], str]


def publishing_requirements() -> tuple[Requirement, ...]:
    """What the formats need."""
    from builder.exports.liblouis import liblouis_version
    from builder.exports.typst_compiler import find_fonts

    return (
        Requirement("liblouis", "braille", "sudo apt-get install liblouis20 liblouis-data", liblouis_version),
        Requirement("Andika", "large-print", "sudo apt-get install fonts-sil-andika", find_fonts),
    )


def program_requirement(name: str, programs: Iterable[str], purpose: str, command: str) -> Requirement:
    """Any of these programs on the search path."""

    def find() -> str:
        for program in programs:
            if place := shutil.which(program):
                return place
        raise ProgramMissing(name, command)

    return Requirement(name, purpose, command, find)


def examine(requirements: Iterable[Requirement], talk: Talk) -> int:
    """Tells what is there and what is not. Exit code 0: a missing program is no mistake of the person asking."""
    talk.say("doctor-title")
    missing = 0
    for one in requirements:
        purpose = talk.wording("doctor-needed-for", purpose=talk.wording(f"purpose-{one.purpose}"))
        try:
            talk.say_text(f"  {one.name}: {talk.wording('doctor-found')}, {one.find()} ({purpose})")
        except ProgramMissing:
            missing += 1
            install = talk.wording("doctor-install", command=one.command)
            talk.say_text(f"  {one.name}: {talk.wording('doctor-missing')} ({purpose}); {install}")
    if missing:
        talk.say("doctor-some", count=missing)
    else:
        talk.say("doctor-all")
    return 0
