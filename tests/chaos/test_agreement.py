"""What `make chaos` compares at the end: each thing that can be wrong is found, and what is right is left alone."""

from dataclasses import replace

import pytest

from builders import NOW, PAYOUT_ID, REWARD_ID, payout, reward, terms, usd
from chaos.agreement import disagreements
from chaos.deals import ChaosDeal, Fate, Told
from chaos.report import mails_table
from chaos.standing import DealStanding, Standing
from guerdon.application.records import InboxEvent
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from guerdon.domain.reward import Reward

PLANNED = ChaosDeal("1x1", Channel.GIFT_CARD, Fate.WON)
EARNED: Reward = reward(amount=usd("50.00"), terms=terms())
RELEASED: Payout = payout(PayoutStatus.RELEASED, value=usd("50.00"))
SUBMITTED: Payout = RELEASED.submitted(NOW)
SETTLED: Payout = SUBMITTED.settled(NOW, usd("50.00"), "order-1")
MOVEMENT = {
    "provider": "tremendous",
    "reference": f"{PAYOUT_ID}-1",
    "amount": 50_00,
    "currency": "USD",
    "state": "paid",
}
JOURNAL = (
    ledger.earned(EARNED),
    ledger.submitted(SUBMITTED, NOW),
    ledger.settled(SETTLED, usd("50.00"), NOW, NOW.date()),
)
MAILS = [
    {"to": PLANNED.deal.email, "text": f"You earned it. Please quote {REWARD_ID}."},
    {"to": PLANNED.deal.email, "text": f"It was paid. Please quote {PAYOUT_ID}."},
]


def event(outcome: Outcome | None = Outcome.REWARDED, event_id: str = "ev_1") -> InboxEvent:
    return InboxEvent(
        event_id, "demo", "demo-crm", "msg_1", "deal.closed", "p", "D-1", "0" * 64, NOW, None, outcome=outcome
    )


DEAL = DealStanding(PLANNED, {Told.WON: event()}, (EARNED,), (SETTLED,))
RIGHT = Standing((DEAL,), JOURNAL, [MOVEMENT], MAILS, {"NoticesDlqUrl": 0})


def test_one_deal_that_was_paid_once_agrees_with_everything() -> None:
    assert DEAL.at_rest
    assert disagreements(RIGHT) == []


def test_a_second_movement_of_one_payout_is_found_in_the_till_and_against_the_journal() -> None:
    twice = replace(RIGHT, till=[MOVEMENT, MOVEMENT | {"reference": f"{PAYOUT_ID}-2"}])

    assert disagreements(twice) == [
        f"{PAYOUT_ID} is settled: the till says [(5000, 'USD'), (5000, 'USD')], not [(5000, 'USD')]",
        "tremendous took 10000 USD in minor units, and the journal says 5000",
    ]


def test_a_movement_that_was_canceled_counts_for_nothing() -> None:
    canceled = MOVEMENT | {"reference": f"{PAYOUT_ID}-2", "state": "canceled"}

    assert disagreements(replace(RIGHT, till=[canceled, MOVEMENT])) == []


def test_a_payout_that_nobody_carried_out_is_found() -> None:
    assert disagreements(replace(RIGHT, till=[])) == [
        f"{PAYOUT_ID} is settled: the till says [], not [(5000, 'USD')]",
        "tremendous took 0 USD in minor units, and the journal says 5000",
    ]


def test_money_for_what_is_no_payout_of_the_run_is_found() -> None:
    other = MOVEMENT | {"reference": "somebody-elses", "amount": 1}

    assert "somebody-elses is no payout of this run, and the till says [(1, 'USD')]" in disagreements(
        replace(RIGHT, till=[MOVEMENT, other])
    )


def test_a_payout_that_is_still_under_way_is_found_with_its_open_books() -> None:
    open_deal = replace(DEAL, payouts=(SUBMITTED,))
    standing = replace(RIGHT, deals=(open_deal,), journal=JOURNAL[:2], till=[])

    assert not open_deal.at_rest
    assert disagreements(standing) == [
        f"{PAYOUT_ID} is submitted : no remark",
        f"in_transit of reward {REWARD_ID} is -5000, not 0",
    ]


@pytest.mark.parametrize("status", [PayoutStatus.BLOCKED, PayoutStatus.FAILED, PayoutStatus.RETURNED])
def test_a_payout_that_waits_for_a_person_is_not_over(status: PayoutStatus) -> None:
    waiting = replace(DEAL, payouts=(replace(SETTLED, status=status, reason=BlockReason.WORKFLOW),))

    assert not waiting.at_rest
    assert f"{PAYOUT_ID} is {status} workflow: no remark" in disagreements(replace(RIGHT, deals=(waiting,)))


def test_an_event_that_was_accepted_and_never_decided_is_found() -> None:
    undecided = replace(DEAL, events={Told.WON: event(), Told.WON_AGAIN: event(None, "ev_2")})

    assert not undecided.at_rest
    assert disagreements(replace(RIGHT, deals=(undecided,))) == [
        "ev_2 (won, under another delivery) ended as None: None"
    ]


def test_a_deal_whose_reward_is_worth_something_else_is_found() -> None:
    amended = replace(DEAL, planned=ChaosDeal("1x1", Channel.GIFT_CARD, Fate.REVERSED))

    assert disagreements(replace(RIGHT, deals=(amended,))) == [
        f"reward {REWARD_ID} is worth {usd('50.00')}, not 0 (deal D-1x1-1)",
        f"rewards_expense of reward {REWARD_ID} is 5000, not 0",
    ]


def test_a_win_without_a_reward_is_found_unless_it_came_undone_before() -> None:
    nothing = replace(RIGHT, journal=(), till=[], mails=[])
    lost = replace(DEAL, rewards=(), payouts=())
    undone = replace(
        lost,
        planned=ChaosDeal("1x1", Channel.GIFT_CARD, Fate.REVERSED),
        events={Told.WON: event(Outcome.REVERSED), Told.REVERSED: event(Outcome.REMEMBERED, "ev_2")},
    )

    assert disagreements(replace(nothing, deals=(lost,))) == ["deal D-1x1-1 has 0 rewards"]
    assert disagreements(replace(nothing, deals=(undone,))) == []


def test_a_paid_payout_that_its_advocate_was_not_told_of_is_found() -> None:
    untold = replace(RIGHT, mails=MAILS[:1])

    assert disagreements(untold) == [f"no mail says that {PAYOUT_ID} was paid"]
    assert disagreements(replace(untold, cut_off_by_a_restart=frozenset({PAYOUT_ID}))) == []


def test_a_mail_that_came_twice_is_counted_and_nothing_is_wrong() -> None:
    twice = replace(RIGHT, mails=[*MAILS, MAILS[1]])

    assert disagreements(twice) == []
    rows = list(zip(*(column.cells for column in mails_table(twice).columns), strict=True))
    assert rows == [("earned", "1", "1", "0"), ("paid", "1", "1", "1")]


def test_a_dead_letter_that_is_left_is_found() -> None:
    assert disagreements(replace(RIGHT, dead_letters={"HintsDlqUrl": 2})) == ["HintsDlqUrl has 2 messages"]


def test_what_was_clawed_back_is_a_debt_in_the_books() -> None:
    clawed = SETTLED.clawed(usd("50.00"), NOW)
    undone = DealStanding(
        ChaosDeal("1x1", Channel.GIFT_CARD, Fate.REVERSED),
        {Told.WON: event()},
        (replace(EARNED, amount=usd("0.00")),),
        (clawed,),
    )
    taken_back = ledger.taken_back(clawed, NOW, unpaid=usd("0.00"), paid=usd("50.00"))

    assert disagreements(replace(RIGHT, deals=(undone,), journal=(*JOURNAL, taken_back))) == []
