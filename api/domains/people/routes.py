"""Persons, units and roles over HTTP."""

from collections.abc import Sequence

from litestar import Router

from api.domains.people.routing.persons import (
    change_own_preferences,
    correct_person,
    create_person,
    get_person,
    list_persons,
    search_persons,
)
from api.domains.people.routing.roles import end_role, give_role, list_roles_in_unit, list_roles_of_person
from api.domains.people.routing.units import change_unit, create_unit, get_unit, list_units

routers: Sequence[Router] = (
    Router(
        "/v1/persons",
        route_handlers=[
            list_persons,
            search_persons,
            create_person,
            get_person,
            correct_person,
            change_own_preferences,
            list_roles_of_person,
            give_role,
        ],
    ),
    Router("/v1/role-assignments", route_handlers=[end_role]),
    Router("/v1/units", route_handlers=[list_units, create_unit, get_unit, change_unit, list_roles_in_unit]),
)
