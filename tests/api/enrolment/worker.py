"""A process of its own that enrols many students at once: `python -m tests.api.enrolment.worker URL CLASS PERSON…`

Prints one state a line, in no order.
"""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from api.app import create_context
from api.domains.enrolment.service import enrol
from api.settings import Settings
from tests.api.conftest import KEYS, StandingClock
from tests.api.enrolment.world import student


async def main(url: str, class_id: UUID, persons: list[UUID]) -> None:
    context = create_context(Settings(data=Path(), database_url=url), KEYS, StandingClock(), durable=False)

    async def one(person: UUID) -> str:
        async with context.writing(student(person)) as unit:
            return (await enrol(unit, class_id, person)).state.value

    try:
        print("\n".join(await asyncio.gather(*map(one, persons))))
    finally:
        await context.database.dispose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), [UUID(one) for one in sys.argv[3:]]))
