"""Each further part of the rule language, and what it is read as."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from builders import program, rule, usd
from guerdon.domain.amounts import (
    Amount,
    Bonus,
    Escalating,
    Flat,
    Graduated,
    LineRate,
    Outside,
    Percentage,
    PerLine,
    PerUnit,
    SetBySales,
    Slice,
    Step,
    Table,
    Tier,
    Tiered,
)
from guerdon.domain.channel import Channel
from guerdon.domain.conditions import (
    All,
    AnyOf,
    During,
    Flag,
    FlagFact,
    MomentFact,
    Not,
    OneOf,
    Sized,
    TextFact,
    Units,
)
from guerdon.domain.counting import CountedBy, Counting, CountingPeriod
from guerdon.domain.program import Beneficiary, ChannelCase, Choose, Exchange, JudgedBy, always_by
from guerdon.domain.triggers import Trigger

PARTNERS: Final = {"by": "group", "group": "partners"}
NEW_YORK: Final = ZoneInfo("America/New_York")


def test_a_program_says_when_and_how_it_judges() -> None:
    compiled = program(
        rule(on=["deal.closed", "invoice.paid"], rewards="referred"),
        ends_at="2027-01-01T00:00:00-05:00",
        effective_from="2026-07-01T00:00:00-04:00",
        judged_by="referred",
        choose="best",
        exchange={"rates": {"EUR": "1.08"}, "pay_in": "deal"},
        counting={**PARTNERS, "period": "fiscal_year", "fiscal_year_starts": "04-01"},
        triggers={"deal.closed": "", "invoice.paid": {"per_deal": "12"}},
    )
    assert compiled.ends_at == datetime(2027, 1, 1, 5, tzinfo=UTC)
    assert compiled.effective_from == datetime(2026, 7, 1, 4, tzinfo=UTC)
    assert (compiled.judged_by, compiled.choose) == (JudgedBy.REFERRED, Choose.BEST)
    assert compiled.exchange == Exchange({"EUR": Fraction(27, 25)}, pay_in_deal_currency=True)
    assert compiled.counting == Counting(CountingPeriod.FISCAL_YEAR, CountedBy.GROUP, "partners", (4, 1))
    assert compiled.triggers == (Trigger("deal.closed"), Trigger("invoice.paid", 12))
    assert compiled.rules[0].on == ("deal.closed", "invoice.paid")
    assert compiled.rules[0].beneficiary is Beneficiary.REFERRED


def test_conditions_are_read_whatever_their_order() -> None:
    when = {
        "not": {"any": [{"countries": ["US"]}, {"all": [{"methods": ["link"]}]}]},
        "closed": {"from": "2026-11-01", "before": "2026-12-01T00:00:00Z"},
        "units": {"from": "10", "below": "50"},
        "amounts": {"upfront": {"below": "2.00"}, "first_year": {"from": "1.00"}},
        "deal_amount": {"from": "5000"},
        "first_purchase": "true",
        "products": ["crm"],
    }
    assert program(rule(when=when)).rules[0].when == All(
        (
            OneOf(TextFact.PRODUCTS, ("crm",)),
            Flag(FlagFact.FIRST_PURCHASE, value=True),
            Sized("amount", usd("5000.00")),
            Sized("first_year", usd("1.00")),
            Sized("upfront", below=usd("2.00")),
            Units(10, 50),
            During(
                MomentFact.CLOSED,
                datetime(2026, 11, 1, tzinfo=NEW_YORK),
                datetime(2026, 12, 1, tzinfo=UTC),
            ),
            Not(AnyOf((OneOf(TextFact.COUNTRIES, ("US",)), All((OneOf(TextFact.METHODS, ("link",)),))))),
        )
    )


TIERS: Final = [{"from": "0", "flat": "0"}, {"from": "9", "percentage": {"rate": "2"}}]


@pytest.mark.parametrize(
    ("amount", "kind"),
    [
        ({"percentage": {"rate": "7.5", "of": "upfront"}}, Percentage(Fraction(3, 40), of="upfront")),
        # A share in the tiers of a named amount is of that amount too.
        (
            {"tiers": {"of": "upfront", "bands": TIERS}},
            Tiered(
                (
                    Tier(usd("0.00"), Flat(usd("0.00"))),
                    Tier(usd("9.00"), Percentage(Fraction(1, 50), of="upfront")),
                ),
                "upfront",
            ),
        ),
        (
            {"graduated": [{"from": "0", "rate": "5"}, {"from": "9", "flat": "200"}]},
            Graduated((Slice(usd("0.00"), Fraction(1, 20)), Slice(usd("9.00"), usd("200.00")))),
        ),
        (
            {"graduated": {"of": "upfront", "slices": [{"from": "0", "rate": "0"}, {"from": "9", "rate": "3"}]}},
            Graduated((Slice(usd("0.00"), Fraction(0)), Slice(usd("9.00"), Fraction(3, 100))), "upfront"),
        ),
        (
            {"table": {"of": "upfront", "tiers": ["0", "9"], "steps": ["1"], "pays": [["5"], ["2.5 %"]]}},
            Table((usd("0.00"), usd("9.00")), (1,), ((usd("5.00"),), (Fraction(1, 40),)), "upfront"),
        ),
        (
            {"per_unit": {"amount": "5", "products": ["seat"]}},
            PerUnit(usd("5.00"), ("seat",)),
        ),
        (
            {"per_line": [{"products": ["crm"], "percentage": {"rate": "10"}}, {"per_unit": "3"}]},
            PerLine(
                (
                    LineRate(("crm",), Percentage(Fraction(1, 10))),
                    LineRate((), PerUnit(usd("3.00"))),
                )
            ),
        ),
        (
            {"set_by_sales": {"min": "50", "max": "500", "default": "100", "outside": "clamp"}},
            SetBySales(usd("50.00"), usd("500.00"), usd("100.00"), Outside.CLAMP),
        ),
        (
            {"escalating": [{"from": "1", "per_unit": {"amount": "5"}}, {"from": "2", "flat": "7"}]},
            Escalating((Step(1, PerUnit(usd("5.00"))), Step(2, Flat(usd("7.00"))))),
        ),
    ],
)
def test_every_kind_of_amount_is_read(amount: dict[str, Any], kind: object) -> None:
    assert program(rule(amount=amount)).rules[0].amount.kind == kind


def test_bonuses_and_bounds_stand_beside_any_kind() -> None:
    amount = {"flat": "5", "every": [{"nth": "5", "bonus": "100"}], "min": "1", "max": "90"}
    assert program(rule(amount=amount)).rules[0].amount == Amount(
        Flat(usd("5.00")), (Bonus(5, usd("100.00")),), usd("1.00"), usd("90.00")
    )


@pytest.mark.parametrize(
    ("channel", "cases"),
    [
        ("check", always_by(Channel.CHECK)),
        (
            {"choice": ["gift_card", "bill_credit"], "default": "gift_card"},
            (ChannelCase((Channel.GIFT_CARD, Channel.BILL_CREDIT), Channel.GIFT_CARD),),
        ),
        (
            [{"from": "600", "countries": ["US"], "pay_by": "check"}, {"pay_by": "gift_card"}],
            (
                ChannelCase((Channel.CHECK,), Channel.CHECK, usd("600.00"), ("US",)),
                ChannelCase((Channel.GIFT_CARD,), Channel.GIFT_CARD),
            ),
        ),
    ],
)
def test_every_way_of_choosing_a_channel_is_read(channel: object, cases: tuple[ChannelCase, ...]) -> None:
    assert program(rule(channel=channel)).rules[0].pays_by == cases
