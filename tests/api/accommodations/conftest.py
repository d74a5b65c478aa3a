"""The world of each test."""

import pytest

from tests.api.accommodations.world import World, build_world
from tests.api.conftest import University


@pytest.fixture
async def world(university: University) -> World:
    return await build_world(university)
