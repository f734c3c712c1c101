"""What a program awards beside a deal's own history: in its time, within its limits, by the right channel."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders import CLOSED_AT, facts, program, rule, usd
from guerdon.domain.awarding import Award, NoAward, award
from guerdon.domain.channel import Channel
from guerdon.domain.explanation import ChannelWhy
from guerdon.domain.facts import Facts
from guerdon.domain.money import Money
from guerdon.domain.outcome import Outcome
from guerdon.domain.program import Beneficiary, Budget, Program, Scope

ITEM = {"catalog_variant_id": "71", "name": "Mug", "artwork_url": "https://example.com/m.png"}


def awarded(by: Program, of: Facts, to: Beneficiary = Beneficiary.ADVOCATE) -> Award:
    result = award(by, of, {}, {}, to)
    assert isinstance(result, Award), result
    return result


def refused(by: Program, of: Facts, reserved: dict[Budget, Money] | None = None) -> NoAward:
    result = award(by, of, {}, reserved or {})
    assert isinstance(result, NoAward), result
    return result


STARTS, ENDS = datetime(2026, 1, 1, 5, tzinfo=UTC), datetime(2027, 1, 1, 5, tzinfo=UTC)
YEAR = program(ends_at="2027-01-01T00:00:00-05:00")


@pytest.mark.parametrize(
    ("closed_at", "outcome", "why"),
    [
        (
            STARTS - timedelta(seconds=1),
            Outcome.BEFORE_START,
            "the deal closed before the program starts, 2026-01-01T00:00:00-05:00",
        ),
        (ENDS, Outcome.AFTER_END, "the deal closed when the program had ended, 2027-01-01T00:00:00-05:00"),
        (ENDS + timedelta(days=1), Outcome.AFTER_END, None),
    ],
)
def test_a_deal_outside_of_the_programs_time_earns_nothing(
    closed_at: datetime, outcome: Outcome, why: str | None
) -> None:
    result = refused(YEAR, facts(closed_at=closed_at))
    assert result.outcome is outcome
    assert why in {None, result.why}


@pytest.mark.parametrize("closed_at", [STARTS, ENDS - timedelta(microseconds=1)])
def test_the_first_instant_is_in_the_program_and_the_last_before_its_end(closed_at: datetime) -> None:
    assert awarded(YEAR, facts(closed_at=closed_at)).amount_minor == 100_00


def test_an_event_that_the_program_has_no_trigger_for_earns_nothing() -> None:
    expected = NoAward(Outcome.NO_REWARD, "invoice.paid earns nothing in the program")
    assert refused(program(), facts(trigger="invoice.paid")) == expected


def test_what_cannot_be_decided_needs_attention_and_what_no_rule_is_for_earns_nothing() -> None:
    named = program(rule(amount={"percentage": {"rate": "5", "of": "first_year"}}))
    assert refused(named, facts()).outcome is Outcome.NEEDS_ATTENTION
    assert refused(program(rule(when={"segments": ["gold"]})), facts()).outcome is Outcome.NO_REWARD


LIMITS = {"program": [{"max": "120.00", "period": "calendar_month", "over": "cut"}]}
THIS_MONTH = Budget(Scope.PROGRAM, "2026-11")


def test_limits_cut_refuse_and_are_told() -> None:
    limited = program(limits=LIMITS)
    result = award(limited, facts(), {}, {THIS_MONTH: usd("50.00")})
    assert isinstance(result, Award)
    assert (result.amount_minor, result.evaluated.amount_minor) == (70_00, 100_00)
    assert [one.left for one in result.limits] == [usd("70.00")]
    assert refused(limited, facts(), {THIS_MONTH: usd("120.00")}).outcome is Outcome.OVER_LIMIT


def test_an_item_is_never_cut() -> None:
    limited = program(rule(channel="merchandise", item=ITEM), limits=LIMITS)
    assert refused(limited, facts(), {THIS_MONTH: usd("50.00")}).outcome is Outcome.OVER_LIMIT


CASES: list[dict[str, Any]] = [
    {"from": "600.00", "countries": ["US"], "pay_by": "check"},
    {"from": "600.00", "pay_by": {"choice": ["bill_credit", "gift_card"], "default": "bill_credit"}},
    {"pay_by": "gift_card"},
]


@pytest.mark.parametrize(
    ("amount", "country", "preferred", "channel", "why"),
    [
        ("599.99", "US", "check", Channel.GIFT_CARD, ChannelWhy.CASE),
        ("600.00", "US", None, Channel.CHECK, ChannelWhy.CASE),
        ("600.00", "DE", None, Channel.BILL_CREDIT, ChannelWhy.DEFAULT),
        ("600.00", None, "gift_card", Channel.GIFT_CARD, ChannelWhy.CHOSEN),
        ("600.00", "DE", "check", Channel.BILL_CREDIT, ChannelWhy.DEFAULT),
        ("600.00", "DE", "Gift card", Channel.BILL_CREDIT, ChannelWhy.DEFAULT),
    ],
)
def test_the_first_case_that_fits_chooses_the_channel(
    amount: str, country: str | None, preferred: str | None, channel: Channel, why: ChannelWhy
) -> None:
    by_case = program(rule(amount={"flat": amount}, channel=CASES))
    result = awarded(by_case, facts(recipient_country=country, preferred_channel=preferred))
    assert (result.channel, result.channel_why) == (channel, why)


def test_a_case_looks_at_the_amount_after_limits() -> None:
    limits = {"reward": [{"max": "599.99", "over": "cut"}]}
    by_case = program(rule(amount={"flat": "700.00"}, channel=CASES), limits=limits)
    assert awarded(by_case, facts(recipient_country="US")).channel is Channel.GIFT_CARD


def test_a_case_is_compared_in_the_currency_of_the_reward() -> None:
    exchange = {"rates": {"EUR": "2"}, "pay_in": "deal"}
    share = rule(amount={"percentage": {"rate": "10"}}, channel=CASES)
    by_case = program(share, exchange=exchange)
    # 600.00 USD are 300.00 EUR.
    assert awarded(by_case, facts(currency="EUR", amount=3000_00, recipient_country="US")).channel is Channel.CHECK
    assert awarded(by_case, facts(currency="EUR", amount=2999_90, recipient_country="US")).channel is Channel.GIFT_CARD


def test_a_plain_channel_is_by_the_rule() -> None:
    result = awarded(program(), facts(preferred_channel="check"))
    assert (result.channel, result.channel_why) == (Channel.GIFT_CARD, ChannelWhy.RULE)


def test_a_stack_is_held_as_long_as_the_longest_of_its_rules() -> None:
    stacked = program(
        rule(name="one", hold_days="10"), rule(name="two", hold_days="45"), rule(name="three"), choose="stack"
    )
    result = awarded(stacked, facts())
    assert [one.name for one in result.rules] == ["one", "two", "three"]
    assert stacked.hold_until(result.rules, CLOSED_AT) == CLOSED_AT + timedelta(days=45)


def test_each_side_is_awarded_by_its_own_rules() -> None:
    both = program(rule(name="a"), rule(name="b", rewards="referred", amount={"flat": "20.00"}, channel="check"))
    assert awarded(both, facts(), Beneficiary.REFERRED).channel is Channel.CHECK
    assert awarded(both, facts(), Beneficiary.REFERRED).amount_minor == 20_00
    assert awarded(both, facts()).amount_minor == 100_00
