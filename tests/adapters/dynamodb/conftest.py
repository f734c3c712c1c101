"""The database engines that run as servers: each is started once, when a test first asks for it."""

from collections.abc import Iterator

import pytest

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
