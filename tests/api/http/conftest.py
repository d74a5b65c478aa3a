"""Clients of the toys, and of the whole application."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest

from api.http.application import build_application
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import acting_as
from tests.api.http.toy import ToyBase, toy_router

SITE = "https://courses.university.test"
ADMINISTRATOR = Actor(
    new_id(),
    new_id(),
    roles=(HeldRole(Role.ADMINISTRATOR, Scope.UNIVERSITY),),
    method=Method.SESSION,
    is_strong=True,
)


def person() -> Actor:
    """Somebody who is signed in and holds no role."""
    return Actor(new_id(), new_id(), method=Method.SESSION)


class Toys:
    """The toy application. Settings may be changed before the first client asks."""

    def __init__(self, context: Context, stack: AsyncExitStack) -> None:
        self.context = context
        self._stack = stack

    async def as_(
        self, actor: Actor | None = None, *, address: str = "127.0.0.1", **settings: Any
    ) -> httpx.AsyncClient:
        """A client of an application of its own, with these settings."""
        context = replace(self.context, settings=replace(self.context.settings, **settings))
        app = acting_as(actor, build_application(context, [toy_router()]))
        transport = httpx.ASGITransport(app, client=(address, 50_000))  # type: ignore[arg-type]  # same protocol, other names
        client = httpx.AsyncClient(transport=transport, base_url="http://university.test")
        return await self._stack.enter_async_context(client)


@pytest.fixture
async def toys(context: Context) -> AsyncIterator[Toys]:
    async with context.database.writer.begin() as connection:
        await connection.run_sync(ToyBase.metadata.create_all)
    async with AsyncExitStack() as stack:
        yield Toys(context, stack)
