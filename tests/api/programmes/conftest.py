"""A campus for each test."""

import pytest

from api.unit import Context
from tests.api.programmes.campus import Campus, build_campus


@pytest.fixture
async def campus(context: Context) -> Campus:
    return await build_campus(context)
