"""The OpenAPI document tells the truth: schemathesis invents requests by it, right and wrong ones, and compares.

Within this process and without a network; the same requests in every run. What was made by one request is asked for
by the next ones, so that not everything is "not found".
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks
from sqlalchemy import select

from api.app import create_app, create_context
from api.domains.access.models import AccountRow
from api.domains.access.service import create_administrator
from api.http.openapi import document
from api.identity import VISITOR, Actor, system_actor
from api.settings import Settings
from api.unit import Context
from tests.api.conftest import KEYS, StandingClock, acting_as
from tests.api.http.conftest import ADMINISTRATOR
from tests.thorough import THOROUGH, some

EXAMPLES: Final = 2 if THOROUGH else 1
"""For each operation and mode; a visitor, who is refused nearly everything, asks once."""
CONFIG: Final = schemathesis.Config.from_dict(
    {
        "generation": {"with-security-parameters": False},
        "checks": {
            "negative_data_rejection": {
                "expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 414, 415, 422, 428, 431]
            }
        },
    }
)
CHECKS: Final = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
ADDRESS: Final = "http://university.test"


@schemathesis.serializer("application/zip", "text/csv")
def send_as_it_is(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Files are no JSON; whatever was invented is sent as text."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


class Explorer:
    """One university that is asked by one actor."""

    def __init__(self, app: Any, actor: Actor, runner: asyncio.Runner) -> None:
        self._app = acting_as(actor, app)
        self.schema = schemathesis.openapi.from_dict(document(app, ADDRESS), config=CONFIG)
        self._made: dict[str, list[str]] = {}
        self._runner = runner
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self._app),  # type: ignore[arg-type]  # same protocol, other names
            base_url=ADDRESS,
        )

    def ask(self, case: Case[Any]) -> None:
        """Sends one request and compares the answer with the document. Raises FailureGroup."""
        self._aim(case)
        prepared = requests.Request(**case.as_transport_kwargs(base_url=ADDRESS)).prepare()
        request = httpx.Request(
            str(prepared.method),
            str(prepared.url),
            headers=[(name.encode(), _bytes(value) or b"") for name, value in prepared.headers.items()],
            content=_bytes(prepared.body),
        )
        answer = self._runner.run(self._client.send(request))
        if answer.status_code == 201 and isinstance(made := answer.json().get("id"), str):
            self._made.setdefault(case.operation.path, []).append(made)
        case.validate_response(answer, checks=CHECKS)

    def _aim(self, case: Case[Any]) -> None:
        """At what was made before, if anything was: /v1/units/{unit_id} at what POST /v1/units has answered with."""
        for name in case.path_parameters or {}:
            collection = case.operation.path.partition("/{" + name)[0]
            if made := self._made.get(collection):
                case.path_parameters[name] = made[len(made) // 2]

    async def close(self) -> None:
        await self._client.aclose()


def _bytes(body: Any) -> bytes | None:
    return body.encode() if isinstance(body, str) else body


@pytest.fixture
def explorer(is_known: bool, sqlite_template: Path, tmp_path: Path) -> Iterator[Explorer]:
    file = tmp_path / "university.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    chosen = Settings(tmp_path, f"sqlite+aiosqlite:///{file}", requests_per_minute=1_000_000)
    context = create_context(chosen, KEYS, StandingClock(), durable=False)
    with asyncio.Runner() as runner:
        actor = runner.run(administrator(context)) if is_known else VISITOR
        found = Explorer(create_app(context), actor, runner)
        yield found
        runner.run(found.close())
        runner.run(context.database.dispose())


async def administrator(context: Context) -> Actor:
    """With a real account: routes on one's own account have something to show."""
    account = await create_administrator(context, "explorer", "a pass phrase of several words", "Асан", "Үсөнов")
    async with context.reading(system_actor("test")) as unit:
        person = (await unit.session.execute(select(AccountRow.person_id).where(AccountRow.id == account))).scalar_one()
    return replace(ADMINISTRATOR, account=account, person=person)


@pytest.mark.parametrize(
    ("is_known", "mode", "examples", "every"),
    [
        (True, GenerationMode.POSITIVE, EXAMPLES, 1),
        (True, GenerationMode.NEGATIVE, EXAMPLES, 2),
        (False, GenerationMode.POSITIVE, 1, 3),
    ],
    ids=["administrator-right", "administrator-wrong", "visitor"],
)
def test_answers_are_those_of_the_document(explorer: Explorer, mode: GenerationMode, examples: int, every: int) -> None:
    failures: list[str] = []
    operations = [
        one.ok()
        for one in explorer.schema.exclude(path="/ready").get_all_operations()  # 503: no migration made these tables
        if isinstance(one, Ok)
    ]
    chosen = some(operations, every)
    for operation in sorted(chosen, key=lambda one: (one.method != "post", one.path.count("{"), one.path)):

        @seed(4)
        @given(operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Case[Any]) -> None:
            explorer.ask(case)

        try:
            with suppress(Unsatisfiable):  # nothing can be wrong where nothing may be sent
                ask()
        except FailureGroup as group:
            failures += [f"{operation.label}: {one}" for one in group.exceptions]
    if failures:
        pytest.fail("\n\n".join(failures))
