"""Passwords that cost little, except where the cost is the question."""

from collections.abc import Iterator

import pytest

from tests.api.access.world import cheap_passwords


@pytest.fixture(autouse=True)
def _cheap_passwords() -> Iterator[None]:
    with cheap_passwords():
        yield
