"""The school of each test."""

import pytest

from tests.api.conftest import University
from tests.api.teaching.school import School, build_school


@pytest.fixture
async def school(university: University) -> School:
    return await build_school(university.context)
