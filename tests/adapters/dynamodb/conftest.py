"""The database engines that run as servers: each is started once, when a test first asks for it."""

from collections.abc import Iterator

import pytest

from adapters.dynamodb.engines import IN_PROCESS, ON_A_SERVER, Fresh, WholeStore, on_tables_of
from local.engines.servers import Engine, running


@pytest.fixture(scope="session")
def ministack(worker_id: str) -> Iterator[str]:
    """The URL of the emulator of the local cloud, by itself."""
    with running(Engine.MINISTACK, worker_id) as url:
        yield url


@pytest.fixture(scope="session")
def dynamodb_local(worker_id: str) -> Iterator[str]:
    """The URL of Amazon's DynamoDB Local."""
    with running(Engine.DYNAMODB_LOCAL, worker_id) as url:
        yield url


SERVERS = [pytest.param(engine.value, marks=ON_A_SERVER) for engine in Engine]


@pytest.fixture(scope="module", params=[*IN_PROCESS, *SERVERS])
def engine(request: pytest.FixtureRequest) -> Iterator[Fresh]:
    if request.param in IN_PROCESS:
        opened = IN_PROCESS[request.param]()
    else:
        opened = on_tables_of(request.getfixturevalue(request.param))
    with opened as fresh:
        yield fresh


@pytest.fixture
def store(engine: Fresh) -> WholeStore:
    return engine()
