"""What a win means by what was told about its deal before."""

from dataclasses import replace
from datetime import timedelta

import pytest

import builders
from builders import CLOSED_AT, usd
from guerdon.domain.channel import Channel
from guerdon.domain.explanation_words import words
from guerdon.domain.judgment import Known, Outcome, judge
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Budget, Scope
from guerdon.domain.wins import Revision, Win

EVENT = builders.deal_event(usd("1000.00"))
PROGRAM = builders.program(builders.rule(amount={"percentage": {"rate": "10"}}))
TOLD = Win(EVENT.occurrence, "ev_win", EVENT.fingerprint, "rw_1", usd("1000.00"))
UNDONE = Revision(usd("0.00"), CLOSED_AT + timedelta(days=3), "ev_undone")
HALVED = Revision(usd("500.00"), CLOSED_AT + timedelta(days=3), "ev_halved")
OTHER = replace(TOLD, occurrence="2026-11-01T00:00:00.000000Z")
IN_THE_WAY = (
    "the deal was already won at 2026-11-01T00:00:00.000000Z (event ev_win); a later win earns again only after a "
    "recorded reversal"
)


@pytest.mark.parametrize(
    ("wins", "outcome", "why"),
    [
        pytest.param([TOLD], Outcome.DUPLICATE, "ev_win", id="told again"),
        pytest.param(
            [replace(TOLD, fingerprint="f")],
            Outcome.NEEDS_ATTENTION,
            "the same win was told with other content by event ev_win",
            id="told otherwise",
        ),
        pytest.param([replace(TOLD, reversal=UNDONE)], Outcome.DUPLICATE, "ev_win", id="told again, undone since"),
        pytest.param(
            [replace(TOLD, reward_id=None, reversal=UNDONE)],
            Outcome.DUPLICATE,
            "ev_win",
            id="undone before, told again",
        ),
        pytest.param(
            [Win(EVENT.occurrence, reversal=UNDONE)],
            Outcome.REVERSED,
            "its reversal came before it",
            id="undone before",
        ),
        pytest.param(
            [OTHER, Win(EVENT.occurrence, reversal=UNDONE)],
            Outcome.REVERSED,
            "its reversal came before it",
            id="undone before, beside another win",
        ),
        pytest.param([OTHER], Outcome.NEEDS_ATTENTION, IN_THE_WAY, id="another win"),
        pytest.param(
            [replace(OTHER, reversal=HALVED)], Outcome.NEEDS_ATTENTION, IN_THE_WAY, id="another win, undone in part"
        ),
        pytest.param(
            [replace(OTHER, reversal=UNDONE)], Outcome.NEEDS_ATTENTION, IN_THE_WAY, id="another win, undone later"
        ),
        pytest.param(
            [Win(EVENT.occurrence, amendment=replace(HALVED, total=Money(1, "EUR")))],
            Outcome.NEEDS_ATTENTION,
            "what was told about this win before is in another currency",
            id="amended in another currency",
        ),
        pytest.param(
            [Win(EVENT.occurrence, amendment=UNDONE)],
            Outcome.NO_REWARD,
            "it was amended to a total of zero",
            id="amended to zero",
        ),
    ],
)
def test_a_win_that_earns_nothing_by_its_history(wins: list[Win], outcome: Outcome, why: str) -> None:
    judgment = judge(EVENT, Known(PROGRAM, 1, tuple(wins)))
    assert (judgment.outcome, judgment.why, judgment.earned) == (outcome, why, None)


@pytest.mark.parametrize(
    ("wins", "amount"),
    [
        pytest.param([], "100.00", id="nothing known"),
        pytest.param([Win(EVENT.occurrence, reversal=HALVED)], "50.00", id="halved before"),
        pytest.param([Win(EVENT.occurrence, amendment=replace(HALVED, total=usd("3000")))], "300.00", id="amended"),
        pytest.param(
            [Win(EVENT.occurrence, reversal=HALVED, amendment=replace(HALVED, total=usd("3000")))],
            "50.00",
            id="amended and halved",
        ),
        pytest.param(
            [replace(OTHER, reversal=replace(UNDONE, effective_at=CLOSED_AT - timedelta(days=1)))],
            "100.00",
            id="won again after the other was undone",
        ),
        pytest.param([replace(OTHER, reward_id=None)], "100.00", id="another win that earned nothing"),
        pytest.param([replace(TOLD, reward_id=None)], "100.00", id="it earned nothing when it was told before"),
    ],
)
def test_a_win_that_earns_by_its_history(wins: list[Win], amount: str) -> None:
    judgment = judge(EVENT, Known(PROGRAM, 1, tuple(wins)))
    assert judgment.outcome is Outcome.REWARDED
    assert judgment.earned is not None
    assert judgment.earned.amount == usd(amount)


LIMITED = builders.program(
    builders.rule(amount={"percentage": {"rate": "10"}}),
    limits={"program": [{"max": "500.00", "period": "calendar_month", "over": "cut"}]},
)
THIS_MONTH = Budget(Scope.PROGRAM, "2026-11")


def test_what_is_reserved_leaves_less_and_the_explanation_says_so() -> None:
    judgment = judge(EVENT, Known(LIMITED, reserved={THIS_MONTH: usd("470.00")}))
    assert judgment.outcome is Outcome.REWARDED
    assert judgment.earned is not None
    explanation = judgment.earned.explanation
    assert (judgment.earned.amount, explanation.amount, explanation.by_rule, explanation.parts[0].computed) == (
        usd("30.00"),
        usd("30.00"),
        usd("100.00"),
        usd("100.00"),
    )
    assert judgment.why == words(explanation)
    assert judgment.why.endswith(
        "the program's limit of 500.00 USD for 2026-11 has 30.00 USD left for 100.00 USD: cut to 30.00 USD."
    )


def test_what_no_limit_leaves_anything_for_earns_nothing() -> None:
    judgment = judge(EVENT, Known(LIMITED, reserved={THIS_MONTH: usd("500.00")}))
    assert (judgment.outcome, judgment.earned, judgment.why) == (
        Outcome.OVER_LIMIT,
        None,
        "the program's limit of 500.00 USD for 2026-11 has 0.00 USD left for 100.00 USD",
    )


def test_a_duplicate_is_one_whatever_is_left() -> None:
    judgment = judge(EVENT, Known(LIMITED, wins=(TOLD,), reserved={THIS_MONTH: usd("500.00")}))
    assert judgment.outcome is Outcome.DUPLICATE


INVOICES = builders.program(
    builders.rule(on="invoice.paid"), triggers={"deal.closed": {}, "invoice.paid": {"per_deal": "2"}}
)
INVOICE = replace(EVENT, type="invoice.paid", occurrence_id="in_3")


def invoice(number: int, **changes: object) -> Win:
    return replace(Win(f"id:in_{number}", f"ev_{number}", "f", f"rw_{number}", usd("1000.00")), **changes)  # type: ignore[arg-type]  # Of the fields' types.


@pytest.mark.parametrize(
    ("wins", "outcome"),
    [
        ([], Outcome.REWARDED),
        ([invoice(1)], Outcome.REWARDED),
        ([invoice(1), invoice(2)], Outcome.NO_REWARD),
        ([invoice(1), invoice(2, reward_id=None)], Outcome.REWARDED),
        ([invoice(1), invoice(2, reversal=UNDONE)], Outcome.REWARDED),
        ([invoice(1), invoice(2, reversal=HALVED)], Outcome.NO_REWARD),
        ([invoice(1), invoice(3, fingerprint=INVOICE.fingerprint)], Outcome.DUPLICATE),
    ],
)
def test_what_happens_again_and_again_is_rewarded_so_often_for_one_deal(wins: list[Win], outcome: Outcome) -> None:
    judgment = judge(INVOICE, Known(INVOICES, 1, tuple(wins)))
    assert judgment.outcome is outcome
    if outcome is Outcome.NO_REWARD:
        assert judgment.why == "invoice.paid is rewarded 2 times for one deal, and was"


def test_the_referred_earn_by_their_own_rules_and_need_to_be_named() -> None:
    both = builders.program(builders.rule(), builders.rule(name="friend", rewards="referred", channel="check"))
    friend = judge(EVENT, Known(both, 1), Beneficiary.REFERRED)
    assert friend.earned is not None
    assert (friend.earned.explanation.rule, friend.earned.channel) == ("friend", Channel.CHECK)
    nobody = judge(replace(EVENT, referred=None), Known(both, 1), Beneficiary.REFERRED)
    assert (nobody.outcome, nobody.why) == (Outcome.NO_REWARD, "the deal names nobody who was referred")


def test_a_deal_that_closes_when_the_program_has_ended_earns_nothing() -> None:
    ended = builders.program(ends_at="2026-11-20T00:00:00Z")
    judgment = judge(EVENT, Known(ended, 1))
    assert (judgment.outcome, judgment.earned) == (Outcome.AFTER_END, None)
