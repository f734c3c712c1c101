import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from fakes.store import key_of
from guerdon.domain.reward import Reward
from local.cloud.settings import ROOT
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import SECRET, MemoryStack
from short_facts import event_body, facts_in

Run = Callable[..., Result]

EXAMPLES = ROOT / "programs" / "examples"
CASES = ROOT / "tests" / "cases" / "programs"
CUSTOMER, ENTERPRISE = PROGRAMS / "customer-referral.yaml", PROGRAMS / "enterprise-referral.yaml"


def told(result: Result) -> list[tuple[str, str]]:
    """The lines of an explanation as what they are called and what they say."""
    assert result.exit_code == 0, result.stderr
    width = len("Outcome  ")
    return [(line[:width].strip(), line[width:].strip()) for line in result.stdout.splitlines()]


def as_json(result: Result) -> list[Mapping[str, Any]]:
    assert result.exit_code == 0, result.stderr
    sides: list[Mapping[str, Any]] = json.loads(result.stdout)
    return sides


@pytest.fixture
def event(tmp_path: Path) -> Callable[..., Path]:
    """Writes an event file from facts in short notation."""

    def write(facts: str, program: str = "acme-referral") -> Path:
        file = tmp_path / "event.json"
        file.write_bytes(event_body(facts_in(facts, ";"), program))
        return file

    return write


def test_says_what_a_deal_earns_and_why(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon("explain", ENTERPRISE, EVENTS / "08-percentage-at-most.json")
    assert told(result)[:4] == [
        ("Deal", "D-1119, 180,000.00 USD"),
        ("Outcome", "rewarded"),
        ("Amount", "2,500.00 USD"),
        ("Paid by", "check"),
    ]
    assert "5 % of 180,000.00 USD is 9,000.00 USD, and the rule pays at most 2,500.00 USD" in result.stdout
    assert memory.requests == []


def test_says_for_every_other_rule_why_not(guerdon: Run) -> None:
    lines = told(guerdon("explain", CUSTOMER, EVENTS / "01-first-referral.json"))
    assert lines[-3:] == [
        ("Rules", "“gold” does not apply: the advocate's segment is silver, and the rule is for gold"),
        ("", "“time-clock-shirt” does not apply: the deal's product is payroll, and the rule is for time-clock"),
        ("", "“every-referral” decided: it pays 50.00 USD"),
    ]


def test_a_deal_that_no_rule_is_for_says_why_of_each(guerdon: Run, event: Callable[..., Path]) -> None:
    program = EXAMPLES / "10-partner-program.yaml"
    told_facts = (
        "amount: 40000.00 USD; type: customer; segment: certified; sales_involved: true; "
        "referred_at: 2026-09-01T09:00:00-04:00"
    )
    (side,) = as_json(guerdon("explain", program, event(told_facts, "acme-partners"), "--json"))
    assert (side["outcome"], side["amount"], side["explanation"]) == ("no_reward", None, None)
    assert side["rules"] == [
        {
            "rule": "certified",
            "verdict": "does_not_apply",
            "why": "the advocate's type is customer, and the rule is for partner",
        },
        {
            "rule": "new-business",
            "verdict": "does_not_apply",
            "why": "the advocate's type is customer, and the rule is for partner or reseller",
        },
        {
            "rule": "agreed-by-sales",
            "verdict": "does_not_apply",
            "why": (
                "none of its alternatives holds: (1) the deal's amount is 40,000.00 USD, and that is for amounts from "
                "100,000.00 USD; (2) the deal's region is not known, and that is for emea"
            ),
        },
    ]


def test_the_ordinal_decides_about_the_step(guerdon: Run) -> None:
    result = guerdon("explain", CUSTOMER, EVENTS / "01-first-referral.json", "--ordinal", 7, "--json")
    (side,) = as_json(result)
    assert (side["amount"], side["outcome"]) == ({"value": "100.00", "currency": "USD"}, "rewarded")
    assert side["explanation"]["ordinal"] == 7
    assert side["explanation"]["parts"][0]["step_from"] == 4


def test_counts_by_product_are_given_for_each(guerdon: Run, event: Callable[..., Path]) -> None:
    program = CASES / "count-by-product.yaml"
    whole = Path(event("amount: 1.00 USD")).with_name("program.yaml")
    header = (EXAMPLES / "01-flat.yaml").read_text(encoding="utf-8").partition("rules:")[0]
    whole.write_text(header + program.read_text(encoding="utf-8"), encoding="utf-8")
    deal = event("amount: 500.00 USD; products: hr|payroll")
    (side,) = as_json(guerdon("explain", whole, deal, "--count", "payroll=2", "--count", "hr=0", "--json"))
    assert side["amount"] == {"value": "30.00", "currency": "USD"}

    refused = guerdon("explain", whole, deal, "--ordinal", 3)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "error: --ordinal: acme-referral counts by product: give --count SKU=NUMBER\n"


def test_a_count_that_is_of_no_use_is_refused(guerdon: Run) -> None:
    event = EVENTS / "01-first-referral.json"
    refused = guerdon("explain", CUSTOMER, event, "--count", "payroll=2")
    assert refused.stderr == "error: --count: customer-referral does not count by product: give --ordinal\n"
    assert refused.exit_code == 1
    assert guerdon("explain", CUSTOMER, event, "--count", "payroll").exit_code == 2


def test_both_sides_are_told_apart(guerdon: Run, event: Callable[..., Path]) -> None:
    deal = event("amount: 1500.00 USD")
    lines = told(guerdon("explain", EXAMPLES / "08-both-sides.yaml", deal, "--ordinal", 9))
    assert [line for line in lines if line[0] in {"For", "Amount", "Paid by"}] == [
        ("For", "the advocate"),
        ("Amount", "100.00 USD"),
        ("Paid by", "gift card"),
        ("For", "the new customer"),
        ("Amount", "150.00 USD"),
        ("Paid by", "bill credit"),
    ]
    assert ("", "“welcome” does not apply: it rewards the new customer, and this is about the advocate") in lines


def test_why_the_channel_is_told(guerdon: Run, event: Callable[..., Path]) -> None:
    facts = "amount: 72000.00 USD; amounts: first_year:24000.00; type: reseller; first_purchase: true; country: {}"
    at = "; referred_at: 2026-09-01T09:00:00-04:00"
    program = EXAMPLES / "10-partner-program.yaml"
    in_us = told(guerdon("explain", program, event(facts.format("US") + at, "acme-partners")))
    assert ("Paid by", "check, by the rule's cases for amount and country") in in_us
    chosen = event(facts.format("CA") + at + "; choice: bill_credit", "acme-partners")
    assert ("Paid by", "bill credit, as they chose") in told(guerdon("explain", program, chosen))
    none = event(facts.format("CA") + at, "acme-partners")
    assert ("Paid by", "gift card, since they chose none of those offered") in told(guerdon("explain", program, none))


def test_a_version_that_is_not_for_the_deal_says_so(guerdon: Run, event: Callable[..., Path]) -> None:
    program, facts = EXAMPLES / "10-partner-program.yaml", "amount: 1.00 USD"
    before = event(f"{facts}; referred_at: 2026-06-01T09:00:00-04:00", "acme-partners")
    why = "a stack would ask the version before: this one is in force only from a later moment on"
    assert ("Note", why) in told(guerdon("explain", program, before))
    why = "a stack would ask a person: this version is for deals by when they were referred, which is not said"
    assert ("Note", why) in told(guerdon("explain", program, event(facts, "acme-partners")))


LIMITS = """
limits:
  reward:
    - {max: 2000.00, over: cut}
  program:
    - {max: 1500.00, period: calendar_month, over: approval}
"""


def test_limits_are_judged_as_if_nothing_was_reserved_and_it_says_so(guerdon: Run, tmp_path: Path) -> None:
    program = tmp_path / "program.yaml"
    program.write_text(ENTERPRISE.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    event = EVENTS / "08-percentage-at-most.json"
    result = guerdon("explain", program, event)
    lines = told(result)
    assert ("Amount", "2,000.00 USD") in lines
    assert ("Note", "limits of periods are judged as if nothing was reserved yet") in lines
    assert "2,500.00 USD is over the limit of 2,000.00 USD for one reward: cut to 2,000.00 USD" in result.stdout
    (side,) = as_json(guerdon("explain", program, event, "--json"))
    assert [(limit["scope"], limit["over"], limit["left"]["value"]) for limit in side["explanation"]["limits"]] == [
        ("reward", "cut", "2000.00"),
        ("program", "approval", "1500.00"),
    ]


def test_a_program_without_budgets_says_nothing_of_them(guerdon: Run) -> None:
    result = guerdon("explain", ENTERPRISE, EVENTS / "07-percentage.json")
    assert "reserved" not in result.stdout


def test_a_deal_before_the_start_has_no_rule_looked_at(guerdon: Run) -> None:
    lines = told(guerdon("explain", CUSTOMER, EVENTS / "16-before-the-start.json"))
    assert lines[1:] == [
        ("Outcome", "before the start"),
        ("Why", "the deal closed before the program starts, 2026-01-01T00:00:00-05:00"),
    ]


def test_a_wrong_field_is_named(guerdon: Run) -> None:
    event = EVENTS / "malformed" / "amount-as-number.json"
    result = guerdon("explain", CUSTOMER, event)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{event}: data.deal.amount.value: Expected `str`, got `float`")


def test_a_wrong_program_is_located(guerdon: Run, tmp_path: Path) -> None:
    program = tmp_path / "program.yaml"
    program.write_text("program: p\n", encoding="utf-8")
    result = guerdon("explain", program, EVENTS / "01-first-referral.json")
    assert result.exit_code == 1
    assert f"{program}:1:1: error: currency: is missing [missing]" in result.stderr.splitlines()


def test_an_event_of_another_program_is_not_judged_by_this_file(guerdon: Run) -> None:
    event = EVENTS / "13-yen.json"
    result = guerdon("explain", CUSTOMER, event)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{event}: data.program: is 'japan-referral', and the program is 'customer-referral'\n"


def test_a_reversal_is_not_judged_without_its_win(guerdon: Run) -> None:
    result = guerdon("explain", CUSTOMER, EVENTS / "20-reversal.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        "type: is 'deal.reversed', which is judged by the win that a stack knows: explain the win with the new total"
        in result.stderr
    )


@pytest.mark.parametrize(
    ("program", "event", "why"),
    [
        ("no.yaml", EVENTS / "01-first-referral.json", "no.yaml: there is no such file"),
        (CUSTOMER, "no.json", "no.json: there is no such file; to explain what a stack decided, give the program's"),
        ("no-program", "D-1", "error: no program 'no-program' is published, and there is no such file"),
    ],
)
def test_what_is_not_there_is_named(guerdon: Run, program: object, event: object, why: str) -> None:
    result = guerdon("explain", program, event)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(why)


@pytest.fixture
def send(guerdon: Run, memory: MemoryStack) -> Callable[[str], str]:
    """Sends a sample event to a stack that has the sample programs, and returns the event's id."""
    guerdon("publish", *sorted(PROGRAMS.glob("*.yaml")))
    memory.arm()

    def send(name: str) -> str:
        return guerdon("send", EVENTS / f"{name}.json", "--connection", "crm", "--secret", SECRET).stdout.strip()

    return send


def test_a_published_program_judges_a_file_by_its_version(guerdon: Run, send: Callable[[str], str]) -> None:
    send("01-first-referral")
    (side,) = as_json(guerdon("explain", "customer-referral", EVENTS / "02-second-referral.json", "--json"))
    assert (side["version"], side["event"], side["amount"]["value"]) == (1, None, "50.00")


def test_what_a_stack_decided_is_told_as_it_was(
    guerdon: Run, memory: MemoryStack, send: Callable[[str], str], tmp_path: Path
) -> None:
    send("01-first-referral")
    second = send("02-second-referral")
    lines = told(guerdon("explain", "customer-referral", second))
    (reward,) = (one for one in memory.store.of(Reward) if one.event_id == second)
    assert ("Event", second) in lines
    assert ("Amount", "60.00 USD") in lines
    assert lines[-1] == ("", "“every-referral” decided: it pays 60.00 USD")

    changed = tmp_path / "customer-referral.yaml"
    changed.write_text(CUSTOMER.read_text(encoding="utf-8").replace("60.00", "65.00"), encoding="utf-8")
    assert "version 2 published" in guerdon("publish", changed).stdout
    (side,) = as_json(guerdon("explain", "customer-referral", reward.deal_id, "--json"))
    assert (side["version"], side["amount"]["value"], side["explanation"]["ordinal"]) == (1, "60.00", 2)


def test_a_stack_s_deal_that_earned_nothing_has_its_reason_and_its_rules(
    guerdon: Run, send: Callable[[str], str]
) -> None:
    event_id = send("17-no-rule-applies")
    told_of = json.loads((EVENTS / "17-no-rule-applies.json").read_text(encoding="utf-8"))["data"]
    lines = told(guerdon("explain", told_of["program"], told_of["deal"]["id"]))
    assert ("Event", event_id) in lines
    assert ("Outcome", "no reward") in lines
    assert ("Note", "the rules are those that are in force for the deal now") in lines
    rules = [text for _, text in lines if text.startswith("“")]
    assert rules
    assert [text for text in rules if "does not apply: " not in text] == []


def test_a_reversal_in_a_stack_has_its_outcome_and_its_win_what_it_is_worth(
    guerdon: Run, send: Callable[[str], str]
) -> None:
    send("05-gold-advocate")
    send("20-reversal")
    win, reversal = as_json(guerdon("explain", "customer-referral", "D-1058", "--json"))
    assert (win["amount"]["value"], win["worth_now"]["value"]) == ("150.00", "0.00")
    assert (reversal["outcome"], reversal["rules"]) == ("revised", [])
    assert ("Worth now", "0.00 USD") in told(guerdon("explain", "customer-referral", win["event"]))


def test_what_was_erased_is_said(guerdon: Run, memory: MemoryStack, send: Callable[[str], str]) -> None:
    event_id = send("01-first-referral")
    body = memory.store.event_body(event_id)
    assert body is not None
    del memory.store.rows[key_of(body)]
    lines = told(guerdon("explain", "customer-referral", event_id))
    assert ("Amount", "50.00 USD") in lines
    assert lines[-1] == ("Note", "what the CRM said was erased, so the other rules cannot be looked at")


def test_an_id_that_the_program_knows_nothing_of_is_named(guerdon: Run, send: Callable[[str], str]) -> None:
    send("01-first-referral")
    result = guerdon("explain", "enterprise-referral", "D-1041")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == ("error: nothing is known of 'D-1041' in enterprise-referral: check the id and its stack\n")
    assert guerdon("explain", "customer-referral", "D-1041", "--ordinal", 2).exit_code == 2


def test_an_event_that_is_not_decided_yet_says_so(
    guerdon: Run, memory: MemoryStack, send: Callable[[str], str]
) -> None:
    event_id = send("01-first-referral")
    row = memory.store.inbox_event(event_id)
    assert row is not None
    memory.store.put(replace(row, outcome=None, detail=None, reward_ids=()))
    (side,) = as_json(guerdon("explain", "customer-referral", event_id, "--json"))
    assert (side["outcome"], side["why"]) == (None, "it is not decided yet")
