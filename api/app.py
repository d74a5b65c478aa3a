"""The application: all domains, put together. The only module of the API that knows them all."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.types import ASGIApp

from api import operation
from api.clock import Clock, SystemClock
from api.db.session import Database
from api.domains.access import routes as access
from api.domains.access import service as access_service
from api.domains.access.authentication import Authentication, session_cookie
from api.domains.access.errors import CrossSiteRequest
from api.domains.accommodations import routes as accommodations
from api.domains.accommodations import service as accommodation_service
from api.domains.assignments import routes as assignments
from api.domains.assignments import service as assignment_service
from api.domains.audit import routes as audit
from api.domains.conditions import jobs as condition_jobs
from api.domains.conditions import routes as conditions
from api.domains.courses import jobs as course_jobs
from api.domains.courses import routes as courses
from api.domains.enrolment import routes as enrolment
from api.domains.enrolment import service as enrolment_service
from api.domains.files import jobs as file_jobs
from api.domains.grading import mails as grading_mails
from api.domains.grading import routes as grading
from api.domains.grading import service as grading_service
from api.domains.integrity import routes as integrity
from api.domains.integrity import service as integrity_service
from api.domains.items import jobs as item_jobs
from api.domains.items import routes as items
from api.domains.people import routes as people
from api.domains.people import service as people_service
from api.domains.privacy import routes as privacy
from api.domains.privacy import service as privacy_service
from api.domains.programmes import routes as programmes
from api.domains.rostering import routes as rostering
from api.domains.scales import routes as scales
from api.domains.teaching import routes as teaching
from api.domains.teaching import service as teaching_service
from api.domains.tests import routes as tests
from api.domains.tests import service as tests_service
from api.domains.transcripts import mails as transcript_mails
from api.domains.transcripts import routes as transcripts
from api.domains.transcripts import service as transcript_service
from api.domains.webhooks import delivery as webhook_delivery
from api.domains.webhooks import routes as webhooks
from api.domains.webhooks import service as webhook_service
from api.events import Listener, Listeners
from api.http import documentation
from api.http.application import build_application
from api.jobs.consuming import PURGE_SCHEDULE, Consumer, event_job, purge_job
from api.jobs.engine import DbosEngine, Pacing
from api.jobs.memory import jobs_database
from api.jobs.port import Job, Schedule
from api.jobs.relay import Relay
from api.keys import KeyRing
from api.mail import Composer, create_mailer, mail_consumers, mail_job
from api.metrics import Metrics, observed
from api.narration import Narrator
from api.retention import RetentionRule
from api.settings import Settings
from api.unit import Context

RETENTION: Final[tuple[Sequence[RetentionRule], ...]] = (
    accommodation_service.RETENTION,
    assignment_service.RETENTION,
    condition_jobs.RETENTION,
    grading_service.RETENTION,
    integrity_service.RETENTION,
    people_service.RETENTION,
    privacy_service.RETENTION,
    webhook_service.RETENTION,
)
"""How long what is kept; every domain that lets things go has its line."""


def all_retention() -> Sequence[RetentionRule]:
    """The rules of all domains together."""
    return [rule for rules in RETENTION for rule in rules]


ROUTERS: Final[tuple[Sequence[Router], ...]] = (
    documentation.routers,
    operation.routers,
    access.routers,
    accommodations.routers,
    assignments.routers,
    audit.routers,
    conditions.routers,
    courses.routers,
    enrolment.routers,
    grading.routers,
    integrity.routers,
    items.routers,
    people.routers,
    privacy.make_routers(all_retention()),
    programmes.routers,
    rostering.routers,
    scales.routers,
    teaching.routers,
    tests.routers,
    transcripts.routers,
    webhooks.routers,
)
"""The routes of operation, then of every domain, by name."""

LISTENERS: Final[tuple[Mapping[str, Sequence[Listener]], ...]] = (
    access_service.LISTENERS,
    accommodation_service.LISTENERS,
    assignment_service.LISTENERS,
    condition_jobs.LISTENERS,
    enrolment_service.LISTENERS,
    grading_service.LISTENERS,
    integrity_service.LISTENERS,
    teaching_service.LISTENERS,
    tests_service.LISTENERS,
    transcript_service.LISTENERS,
)
"""Who hears of what inside the transaction, in this order; every domain that listens has its line."""

JOBS: Final[tuple[Callable[[Context], Sequence[Job]], ...]] = (
    lambda context: [access_service.purge_job(context)],
    accommodation_service.jobs,
    condition_jobs.jobs,
    course_jobs.jobs,
    file_jobs.jobs,
    integrity_service.jobs,
    item_jobs.jobs,
    lambda context: [privacy_service.retention_job(context, all_retention())],
    tests_service.jobs,
    webhook_delivery.jobs,
)
"""What the job engine can carry out, by domain."""

SCHEDULES: Final[tuple[Schedule, ...]] = (
    PURGE_SCHEDULE,
    access_service.SCHEDULE,
    *accommodation_service.SCHEDULES,
    *condition_jobs.SCHEDULES,
    *course_jobs.SCHEDULES,
    *file_jobs.SCHEDULES,
    *item_jobs.SCHEDULES,
    privacy_service.SCHEDULE,
    tests_service.SCHEDULE,
    webhook_delivery.SWEEP_SCHEDULE,
)
"""Which of the jobs are carried out again and again."""

CONSUMERS: Final[tuple[Mapping[str, Sequence[Consumer]], ...]] = (
    file_jobs.CONSUMERS,
    integrity_service.CONSUMERS,
    item_jobs.CONSUMERS,
    tests_service.CONSUMERS,
    webhook_delivery.CONSUMERS,
)
"""Which jobs follow from an event after its commit, by kind; every domain that asks for jobs has its line."""

MAILS: Final[tuple[Mapping[str, Composer], ...]] = (
    access_service.MAILS,
    accommodation_service.MAILS,
    condition_jobs.MAILS,
    grading_mails.MAILS,
    integrity_service.MAILS,
    item_jobs.MAILS,
    tests_service.MAILS,
    transcript_mails.MAILS,
)
"""Which events cause a mail, by kind; every domain that sends mails has its line."""


def all_listeners() -> Listeners:
    """The listeners of all domains together."""
    by_kind: dict[str, list[Listener]] = {}
    for listeners in LISTENERS:
        for kind, several in listeners.items():
            by_kind.setdefault(kind, []).extend(several)
    return Listeners(by_kind)


def all_jobs(context: Context) -> Iterator[Job]:
    """The jobs of all domains, those that follow from events, and mails. Raises UnfitMailSettings."""
    composers = {kind: composer for mails in MAILS for kind, composer in mails.items()}
    consumers: dict[str, list[Consumer]] = {}
    for mapping in (*CONSUMERS, mail_consumers(composers)):
        for kind, several in mapping.items():
            consumers.setdefault(kind, []).extend(several)
    yield event_job(context, consumers)
    yield purge_job(context)
    yield mail_job(context, composers, create_mailer(context.settings))
    for jobs in JOBS:
        yield from jobs(context)


def create_context(
    settings: Settings,
    keys: KeyRing,
    clock: Clock | None = None,
    *,
    durable: bool = True,
    narrator: Narrator | None = None,
) -> Context:
    """What the service and the commands work with."""
    database = Database(settings.database_url, durable=durable)
    return Context(settings, database, clock or SystemClock(), keys, all_listeners(), narrator=narrator)


def create_service(context: Context, *, with_work: bool = False) -> ASGIApp:
    """The application as it is served: counted and logged, and with its jobs carried out in this process too."""
    metrics = Metrics()
    return observed(create_app(context, metrics, with_work=with_work), metrics)


@asynccontextmanager
async def working(context: Context, *, durable: bool = True) -> AsyncIterator[None]:
    """Carries jobs out, and hands the outbox over to them, as long as the block lasts."""
    jobs = [*all_jobs(context)]
    url = jobs_database(context.settings.database_url, context.settings.data)
    silence = timedelta(seconds=context.settings.takeover_seconds)
    pacing = Pacing(pulse=silence / 6, silence=silence)
    engine = DbosEngine(url, jobs, SCHEDULES, context.clock, pacing=pacing, durable=durable)
    await engine.start()
    relay = Relay(context.database, engine, context.clock)
    context.after_commit.append(relay.wake)
    await relay.start()
    try:
        yield
    finally:
        context.after_commit.remove(relay.wake)
        await relay.stop()
        await engine.stop()


def create_app(context: Context, metrics: Metrics | None = None, *, with_work: bool = False) -> Litestar:
    """The ASGI application over a context."""
    counted = metrics or Metrics()

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        if not with_work:
            yield
            return
        async with working(context):
            yield

    return build_application(
        context,
        [router for routers in ROUTERS for router in routers],
        dependencies={"metrics": Provide(lambda: counted, sync_to_thread=False)},
        middleware=[Authentication(context)],
        lifespan=[lifespan],
        session_cookie=session_cookie(context.settings),
        writing_problems=[CrossSiteRequest],
    )
