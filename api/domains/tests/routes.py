"""All routes of tests, sittings and attempts."""

from api.domains.tests.routing import attempts, definitions, mine, sittings, staff

routers = (*definitions.routers, *mine.routers, *sittings.routers, *attempts.routers, *staff.routers)
