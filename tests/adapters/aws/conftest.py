"""Clients whose every call is scripted: a call that was not foreseen fails the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

Stubbed = tuple[Any, Stubber]


@pytest.fixture
def stubbed() -> Iterator[Callable[[Any], Stubbed]]:
    """Gives a client of a service and its stubber; every scripted answer must have been asked for."""
    with ExitStack() as stack:

        def make(service: Any) -> Stubbed:  # noqa: ANN401 - boto3 types a client by its literal name.
            client = boto3.client(
                service,
                region_name="us-east-1",
                aws_access_key_id="none",
                aws_secret_access_key="none",
                config=Config(retries={"total_max_attempts": 1}),
            )
            stubber = stack.enter_context(Stubber(client))
            stack.callback(stubber.assert_no_pending_responses)
            return client, stubber

        yield make
