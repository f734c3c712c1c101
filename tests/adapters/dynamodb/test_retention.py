"""Rows that may go carry the second in which they do, and only if the deployment says so."""

from typing import Any, Final

import pytest
import time_machine

from adapters.dynamodb import rows
from guerdon.adapters.dynamodb.connection import Tables
from guerdon.adapters.dynamodb.models import MODELS
from guerdon.adapters.dynamodb.row_model import EXPIRES_AT
from guerdon.application.records import EventBody, FrozenRequest, SentNotice
from guerdon.application.transaction import Row

MAY_GO: Final = {EventBody: "people", FrozenRequest: "people", SentNotice: "notices"}
MODEL_OF: Final = {model.row_type: model for model in MODELS}
NAMES: Final = {model.table: f"test-{model.table}" for model in MODELS}
SECONDS_A_DAY: Final = 86_400


def stored(row: Row, **kept_days: int) -> dict[str, Any]:
    model = Tables(NAMES, "us-east-1", kept_days=kept_days).model(MODEL_OF[type(row)])
    return model.from_row(row).serialize()


@pytest.mark.parametrize(
    "row", [row for row in rows.SAMPLES if type(row) in MAY_GO], ids=lambda row: type(row).__name__
)
def test_a_row_that_may_go_goes_so_many_days_after_it_was_written(row: Row) -> None:
    with time_machine.travel(rows.NOW, tick=False):
        item = stored(row, **{MAY_GO[type(row)]: 400})
    assert item[EXPIRES_AT] == {"N": str(int(rows.NOW.timestamp()) + 400 * SECONDS_A_DAY)}
    model = MODEL_OF[type(row)]
    assert model.from_raw_data(item).to_row() == row


@pytest.mark.parametrize("row", rows.SAMPLES, ids=lambda row: type(row).__name__)
def test_no_row_goes_unless_the_deployment_says_so(row: Row) -> None:
    assert EXPIRES_AT not in stored(row)
    assert EXPIRES_AT not in stored(row, people=0, notices=0)


@pytest.mark.parametrize(
    "row", [row for row in rows.SAMPLES if type(row) not in MAY_GO], ids=lambda row: type(row).__name__
)
def test_what_the_books_and_people_rest_on_never_goes(row: Row) -> None:
    assert EXPIRES_AT not in stored(row, **dict.fromkeys(NAMES, 400))
