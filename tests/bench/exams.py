"""An exam of 3,000: everybody starts within a minute, a hundred answers a second are saved for another one, everybody
hands in within a third. A tenth of it on SQLite.

The service is the one that people run, in a process of its own, with its jobs; this process is the students' browsers.
What was acknowledged is on the disk: PostgreSQL waits for it as it does by default. Requests come when a person presses
the button, at random moments, whether earlier ones were answered or not, and their time is counted from that moment.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.api.faults.exams import Room, Student, Wire, announce_exam, compare, prepare_exam, shuffled, take_stock
from tests.api.faults.killing import Service, running
from tests.bench.university import Databases
from tests.databases import running_cluster

STUDENTS: Final = {"PostgreSQL": 3_000, "SQLite": 300}
PHASE_S: Final = 60.0
SAVES: Final = 2
"""Of each student in the minute of saving: 3,000 students save 100 times a second."""
MOST_MS: Final = {"start": 500, "save": 200}
TICKS_S: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Press:
    """`after`: seconds from the beginning of the phase."""

    after: float
    do: Callable[[], Awaitable[bool]]


async def measure_exams(databases: Databases) -> None:
    with _place(databases) as (url, folder):
        students = STUDENTS[databases.kind]
        exam = await prepare_exam(url, folder, students)
        test_id = await announce_exam(url, folder, exam, "EXAM", datetime.now(UTC) + timedelta(hours=4))
        async with running(url, folder) as service:
            room = Room(Wire(service.port), exam, test_id)
            chance = random.Random(5)
            measure = _Measure(databases.kind, students, service)
            await room.look_around(exam.students[0])  # the first request of a process is not the exam's
            await measure.phase("start", [Press(moment, _start(room, one)) for moment, one in _spread(room, chance)])
            await measure.phase("paper", [Press(moment, _read(room, one)) for moment, one in _spread(room, chance)])
            saving = _Saving(room)
            presses = [Press(moment, saving.press(one)) for _ in range(SAVES) for moment, one in _spread(room, chance)]
            await measure.phase("save", presses)
            await measure.phase("submit", [Press(moment, _submit(room, one)) for moment, one in _spread(room, chance)])
            room.wire.close()
            await service.stop()
        found = compare(exam, room.ledger, await take_stock(url, folder, test_id))
        ledger = room.ledger
        print(
            f"{databases.kind}: exam of {students}, told the students: {len(ledger.started)} started, {ledger.saves} "
            f"saved, {len(ledger.submitted)} handed in; {len(ledger.strange)} other answers; the database against it: "
            + ", ".join(f"{count} {what}" for what, count in found.items())
            + " (asked: 0 of each)",
            flush=True,
        )
        for line in ledger.strange[:5]:
            print("  ", line, flush=True)


@contextmanager
def _place(databases: Databases) -> Iterator[tuple[str, Path]]:
    """An empty database that keeps what it acknowledged, and a folder for the service."""
    with tempfile.TemporaryDirectory(prefix="jetki-exam-", dir=databases.folder) as name:
        folder = Path(name)
        if databases.kind == "SQLite":
            yield f"sqlite+aiosqlite:///{folder / 'university.sqlite3'}", folder
            return
        with running_cluster(folder, durable=True) as cluster:
            cluster.create_database("exam")
            yield cluster.url("exam"), folder


def _spread(room: Room, chance: random.Random) -> Iterator[tuple[float, Student]]:
    """Everybody once, at any moment of the phase."""
    for one in shuffled(room.exam, chance.randrange(1_000_000)):
        yield chance.uniform(0, PHASE_S), one


def _start(room: Room, one: Student) -> Callable[[], Awaitable[bool]]:
    return lambda: room.start(one)


def _read(room: Room, one: Student) -> Callable[[], Awaitable[bool]]:
    return lambda: room.read(one)


def _submit(room: Room, one: Student) -> Callable[[], Awaitable[bool]]:
    return lambda: room.submit(one)


class _Saving:
    """Half of the students save two answers, half one answer twice, one after the other."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._locks = {one.person: asyncio.Lock() for one in room.exam.students}
        self._count = dict.fromkeys(self._locks, 0)

    def press(self, one: Student) -> Callable[[], Awaitable[bool]]:
        async def save() -> bool:
            async with self._locks[one.person]:
                self._count[one.person] += 1
                return await self._room.save(one, self._count[one.person] if one.person.int % 2 else 1)

        return save


class _Measure:
    def __init__(self, kind: str, students: int, service: Service) -> None:
        self._kind = kind
        self._students = students
        self._service = service

    async def phase(self, what: str, presses: Sequence[Press]) -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time() + 0.5

        async def press(one: Press) -> tuple[float, bool]:
            moment = begin + one.after
            await asyncio.sleep(moment - loop.time())
            is_good = await one.do()
            return (loop.time() - moment) * 1000, is_good

        cpu, own = _cpu_s(self._service.pid), time.process_time()
        found = await asyncio.gather(*map(press, presses))
        cpu, own = _cpu_s(self._service.pid) - cpu, time.process_time() - own
        times = sorted(ms for ms, _ in found)
        asked = f" (asked: at most {MOST_MS[what]} ms)" if what in MOST_MS else ""
        print(
            f"{self._kind}: exam of {self._students}, {what}: {len(presses)} in {PHASE_S:g} s, "
            f"{sum(is_good for _, is_good in found)} as they should be; median {_at(times, 0.5):.0f} ms, "
            f"95 of 100 within {_at(times, 0.95):.0f} ms{asked}, 99 within {_at(times, 0.99):.0f} ms, "
            f"all within {times[-1]:.0f} ms; {cpu / len(presses) * 1000:.1f} ms CPU of the service each; "
            f"its core was busy {cpu / PHASE_S:.0%} of the time, that of the browsers {own / PHASE_S:.0%}",
            flush=True,
        )


def _at(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def _cpu_s(process: int) -> float:
    """What it has used so far, all its threads. man 5 proc: fields 14 and 15."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_S
