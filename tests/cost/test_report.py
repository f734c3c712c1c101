"""A bill, to the last digit, and the goals."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from bench.cost.capacity import Units
from bench.cost.prices import SERVICES, Prices
from bench.cost.report import BEGINS, ENDS, Report, write
from bench.cost.running import Measured
from bench.cost.standing import RUNS_A_MONTH, Standing, resources
from bench.cost.usage import Usage
from guerdon.domain.channel import Channel

USED = Usage(
    payouts=2,
    transitions=Counter(Release=2, Route=2, PayCheck=4, Settle=2),
    written=Counter({"payouts": 16, "payouts/open": 12}),
    read_halves=Counter(payouts=9),
    invocations=Counter(notify=2, settle_payout=2),
    milliseconds=Counter(notify=100, settle_payout=300),
    messages=4,
    polled=2,
    events=2,
    http_requests=4,
    mails=3,
    secrets_read=1,
    log_bytes=1_000_000 - 4 * 226,
    stored_bytes=2_000,
)


def test_a_bill_prices_every_count() -> None:
    assert Prices.read().bill(USED) == {
        "Step Functions": Decimal("0.000250"),
        "SES": Decimal("0.0003"),
        "DynamoDB": Decimal("0.0000175") + Decimal("0.0000005625"),
        "Lambda": Decimal("0.0000008") + Decimal("0.0000066667"),
        "SQS": Decimal("0.0000032"),
        "CloudWatch Logs": Decimal("0.0005"),
        "API Gateway": Decimal("0.000004"),
        "EventBridge": Decimal("0.000002"),
        "Secrets Manager": Decimal("0.000005"),
    }


def test_usage_adds_up() -> None:
    both = USED + USED

    assert both.payouts == 4
    assert {service: cost / 2 for service, cost in Prices.read().bill(both).items()} == Prices.read().bill(USED)
    assert (both.stored_bytes, both.milliseconds) == (4_000, Counter(notify=200, settle_payout=600))


def report(units: int = 8) -> Report:
    taken: list[tuple[str | None, Units]] = [
        (deal, one)
        for deal in ("a", "b")
        for one in (Units("payouts/open", "3", written=units), Units("journal", f"hour#{deal}", written=6))
    ]
    made = {
        "AWS::SecretsManager::Secret": 6,
        "AWS::CloudWatch::Alarm": 20,
        "AWS::Lambda::EventSourceMapping": 6,
        "AWS::DynamoDB::Table": 18,
    }
    standing = Standing(made, 10, dict.fromkeys(RUNS_A_MONTH, Usage(payouts=1)))
    return Report(Prices.read(), {Channel.CHECK: Measured(USED, taken)}, standing)


def test_what_1_000_payouts_cost_is_told_by_service_and_together() -> None:
    sheet = report().cost

    assert sheet.columns == ("", "check", "all")
    assert [row[0] for row in sheet.rows[: len(SERVICES)]] == list(SERVICES)
    assert sheet.rows[0] == ("Step Functions", "0.1250", "0.1250")
    assert sheet.rows[-2] == ("together", "0.5449", "0.5449")
    assert sheet.rows[-1][1:] == ("0.0013", "0.0013")


def test_a_stack_costs_something_when_nothing_is_paid() -> None:
    assert dict(report().standing.month(Prices.read())) == {
        "6 secrets": Decimal("2.40"),
        "20 alarms": Decimal("2.00"),
        "10 metrics of our own": Decimal("3.00"),
        "readers of 6 queues, waiting for messages": Decimal("1.5552"),
        "keys of 18 encrypted tables, at most": Decimal("0.46656"),
        "sweep, 8,640 runs": Decimal(0),
        "seal_ledger, 2,880 runs": Decimal(0),
    }
    assert report().month.rows[-1] == ("together", "9.42", "9.97", "63.95")


def test_a_key_that_several_payouts_write_to_has_a_rate() -> None:
    assert report().keys.rows == (
        ("journal", "6.0", "6", "6", "one", "any"),
        ("payouts/open", "8.0", "8", "8", "2 payouts", "1,000"),
    )


def test_the_peers_are_the_same_writes_with_fewer_keys() -> None:
    assert [row[1:] for row in report().peers.rows] == [("8.0", "1,000"), ("8.0", "125"), ("6.0", "167")]


def test_every_goal_that_is_missed_is_named() -> None:
    assert list(report(units=9).missed()) == [
        "1,000 payouts by check cost 0.5449 USD, not 0.30 at most",
        "a payout by check writes 9 units to one key of payouts/open, not 8 at most",
    ]


def test_the_page_gets_the_tables_in_their_place(tmp_path: Path) -> None:
    page = tmp_path / "cost.md"
    page.write_text(f"before\n{BEGINS}\nolder tables\n{ENDS}\nafter\n", encoding="utf-8")

    write(report(), page)

    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGINS}\n**USD for 1,000 payouts (us-east-1, list prices of ")
    assert text.endswith(f"{ENDS}\nafter\n")
    assert "older tables" not in text
    assert "| payouts/open | 8.0 | 8 | 8 | 2 payouts | 1,000 |" in text


def test_a_page_without_a_place_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "cost.md"
    page.write_text("nothing", encoding="utf-8")

    with pytest.raises(ValueError, match=r"cost\.md has no place"):
        write(report(), page)
    assert page.read_text(encoding="utf-8") == "nothing"


def test_what_the_template_makes_is_counted() -> None:
    made = resources()

    assert made["AWS::DynamoDB::Table"] == 18
    assert made["AWS::Lambda::EventSourceMapping"] == 6
    assert min(made["AWS::SecretsManager::Secret"], made["AWS::CloudWatch::Alarm"]) > 0
