"""The deal that `guerdon first-payout` makes up."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.application.first_payout import DAY_MOST, MONTH_MOST, PROGRAM, VALUE, deal_for, program_document
from guerdon.domain.channel import Channel
from guerdon.domain.grammar.checks import check_program
from guerdon.domain.grammar.program import read_program
from guerdon.domain.program import Over, Scope

DAY = date(2026, 11, 27)
KEY = "whsec_key"


def test_the_program_is_in_order_and_pays_one_dollar_by_gift_card_up_to_its_limit() -> None:
    document = program_document("Acme Inc.", "America/New_York")
    program, findings = read_program(document)

    assert (findings, program is not None) == ((), True)
    assert program is not None
    assert check_program(program, document) == ()
    assert (program.name, program.legal_entity, program.zone.key) == (PROGRAM, "Acme Inc.", "America/New_York")
    assert [rule.channels for rule in program.rules] == [(Channel.GIFT_CARD,)]
    ((limit),) = program.limits
    assert (limit.scope, limit.most, limit.over) == (Scope.PROGRAM, MONTH_MOST, Over.REFUSE)
    assert VALUE < MONTH_MOST
    assert program.ceilings is not None
    assert (program.ceilings.payouts_per_day, program.ceilings.amount_per_day) == (DAY_MOST, None)


def test_the_deal_is_one_that_the_webhook_takes() -> None:
    made_up = deal_for("pat@example.com", "Pat Doe", DAY, KEY)
    event = stored_event(made_up.body.decode())

    assert event.program == PROGRAM
    assert event.deal.id == made_up.deal_id
    assert event.deal.closed_at.isoformat() == "2026-11-27T00:00:00+00:00"
    assert event.advocate is not None
    assert (event.advocate.name, event.advocate.email) == ("Pat Doe", "pat@example.com")


@pytest.mark.parametrize("same", ["pat@example.com", " Pat@Example.com ", "PAT@EXAMPLE.COM"])
def test_the_same_person_on_the_same_day_is_the_same_deal(same: str) -> None:
    first, again = deal_for("pat@example.com", "Pat", DAY, KEY), deal_for(same, "Pat", DAY, KEY)
    assert (again.deal_id, again.delivery_id) == (first.deal_id, first.delivery_id)


def test_another_person_another_day_and_another_key_are_other_deals() -> None:
    deals = {
        deal_for(email, "Pat", day, key).deal_id
        for email in ("pat@example.com", "pam@example.com")
        for day in (DAY, date(2026, 11, 28))
        for key in (KEY, "whsec_other")
    }
    assert len(deals) == 8


@given(st.emails(), st.text(min_size=1, max_size=40), st.dates(date(2026, 1, 1)))
def test_it_is_the_same_bytes_each_time_and_no_id_gives_the_address_away(email: str, name: str, day: date) -> None:
    made_up = deal_for(email, name, day, KEY)
    assert deal_for(email, name, day, KEY) == made_up
    told = json.loads(made_up.body)["data"]
    ids = (made_up.deal_id, made_up.delivery_id, told["advocate"]["id"], told["referral"]["id"])
    local, _, _ = email.partition("@")
    assert all("@" not in each and (len(local) < 4 or local.lower() not in each) for each in ids)
