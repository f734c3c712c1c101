"""One deal is followed by its event's id, and what fails says whose it is while that is known."""

import io
import json
import logging
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from guerdon.adapters.aws.log import following
from guerdon.domain.errors import StoreBusy


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(said: io.StringIO, request: pytest.FixtureRequest) -> Logger:
    return Logger(service=request.node.name, logger_handler=logging.StreamHandler(said), level="INFO")


def lines(said: io.StringIO) -> list[dict[str, Any]]:
    ids = ("level", "message", "correlation_id", "payout_id", "error", "why")
    told = [json.loads(line) for line in said.getvalue().splitlines()]
    return [{name: line[name] for name in ids if line.get(name) is not None} for line in told]


def test_every_line_inside_has_the_ids_and_none_outside(log: Logger, said: io.StringIO) -> None:
    with following(log, "ev_1", payout_id="po_1"):
        log.info("inside")
    log.info("outside")
    assert lines(said) == [
        {"level": "INFO", "message": "inside", "correlation_id": "ev_1", "payout_id": "po_1"},
        {"level": "INFO", "message": "outside"},
    ]


def test_the_event_may_become_known_on_the_way(log: Logger, said: io.StringIO) -> None:
    with following(log, payout_id="po_1"):
        log.info("reading")
        log.set_correlation_id("ev_1")
        log.info("read")
    log.info("outside")
    assert [line.get("correlation_id") for line in lines(said)] == [None, "ev_1", None]


def test_a_failure_of_ours_says_why_under_the_ids_and_goes_on(log: Logger, said: io.StringIO) -> None:
    with pytest.raises(StoreBusy), following(log, payout_id="po_1"):
        raise StoreBusy("payout po_1 kept changing")
    log.info("outside")
    assert lines(said) == [
        {
            "level": "WARNING",
            "message": "failed",
            "payout_id": "po_1",
            "error": "StoreBusy",
            "why": "payout po_1 kept changing",
        },
        {"level": "INFO", "message": "outside"},
    ]


def test_a_foreign_failure_is_named_and_not_quoted(log: Logger, said: io.StringIO) -> None:
    with pytest.raises(ValueError, match="ada"), following(log, "ev_1"):
        raise ValueError("ada@example.com is no address")
    assert lines(said) == [{"level": "ERROR", "message": "failed", "correlation_id": "ev_1", "error": "ValueError"}]
