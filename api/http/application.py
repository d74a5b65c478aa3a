"""The HTTP side of an application, whatever its routes: requests are checked, errors are problems, answers are safe."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import Middleware

from api.errors import Problem
from api.http.doorway import Doorway
from api.http.exchange import Exchange
from api.http.intake import StrictRequest, check_request
from api.http.problems import BODY_LIMIT_BYTES, answer_problem, preferred_language
from api.identity import VISITOR
from api.unit import Context


def build_application(
    context: Context,
    routers: Sequence[Router],
    *,
    dependencies: Mapping[str, Provide] | None = None,
    middleware: Sequence[Middleware] = (),
    lifespan: Sequence[Callable[[Litestar], Any]] = (),
    session_cookie: str = "",
    writing_problems: Sequence[type[Problem]] = (),
) -> Litestar:
    """The ASGI application. `middleware` finds out who asks and puts the Actor into the scope as `user`; what it takes
    for that (`session_cookie`) and may refuse of anything that writes (`writing_problems`) stands in the document."""

    async def provide_exchange(request: Request[Any, Any, Any]) -> Exchange:
        language = preferred_language(request.headers.get("accept-language"))
        return Exchange(context, request.scope.get("user") or VISITOR, language, request)

    doorway = Doorway(context.settings, context.clock)
    app = Litestar(
        route_handlers=list(routers),
        dependencies={"exchange": Provide(provide_exchange), **(dependencies or {})},
        exception_handlers={Exception: answer_problem},
        guards=[doorway.count_client, check_request],
        middleware=list(middleware),
        request_class=StrictRequest,
        request_max_body_size=BODY_LIMIT_BYTES,
        debug=False,
        lifespan=list(lifespan),
        state=State({"session_cookie": session_cookie, "writing_problems": tuple(writing_problems)}),
        openapi_config=None,
        logging_config=None,
        pdb_on_exception=False,
    )
    doorway.stand_before(app)
    return app
