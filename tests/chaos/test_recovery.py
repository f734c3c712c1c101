"""What a person puts back goes to the queue that it came from."""

import json
from dataclasses import replace

import pytest

from builders import NOW, PAYOUT_ID, attempt, payout
from chaos.recovery import HOURS_SKIPPED, execution_name, hours_earlier, queue_of
from guerdon.application.attempts import ABSENT_PROVES_AFTER
from guerdon.application.look_again import DRAFT_ABANDONED_AFTER
from guerdon.domain.channel import PROVIDER_OF
from local.cloud.settings import ROOT


@pytest.mark.parametrize(
    ("dead_letters", "body", "queue"),
    [
        ("EventsDlqUrl", {}, "EventsQueueUrl"),
        ("NoticesDlqUrl", {}, "NoticesQueueUrl"),
        ("HintsDlqUrl", {"provider": "tremendous"}, "GiftCardHintsQueueUrl"),
        ("HintsDlqUrl", {"provider": "stripe"}, "BillCreditHintsQueueUrl"),
    ],
)
def test_a_dead_letter_goes_back_to_its_queue(dead_letters: str, body: object, queue: str) -> None:
    assert queue_of(dead_letters, {"Body": json.dumps(body)}) == queue


def test_the_stack_has_every_queue_that_a_dead_letter_goes_back_to() -> None:
    outputs = (ROOT / "template.yaml").read_text(encoding="utf-8").partition("\nOutputs:\n")[2]

    hints = [queue_of("HintsDlqUrl", {"Body": json.dumps({"provider": name})}) for name in PROVIDER_OF.values()]

    for name in ("EventsDlqUrl", "NoticesDlqUrl", "HintsDlqUrl", "EventsQueueUrl", "NoticesQueueUrl", *hints):
        assert f"\n  {name}:\n" in outputs


def test_what_is_dated_back_stays_the_attempt_that_it_was() -> None:
    known = attempt(absent_since=NOW, version=4)

    earlier = hours_earlier(known)

    assert earlier == replace(
        known,
        first_sent_at=NOW - HOURS_SKIPPED,
        last_sent_at=NOW - HOURS_SKIPPED,
        absent_since=NOW - HOURS_SKIPPED,
        version=5,
    )
    assert hours_earlier(attempt()).absent_since is None


def test_the_hours_that_are_skipped_are_enough_for_either_proof() -> None:
    assert max(ABSENT_PROVES_AFTER, DRAFT_ABANDONED_AFTER) < HOURS_SKIPPED


def test_an_execution_is_named_by_its_payout_and_run() -> None:
    assert execution_name(payout(run=3)) == f"{PAYOUT_ID}-3"
