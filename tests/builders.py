"""Small makers of the domain's things: a test names only what it is about."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from guerdon.application.records import (
    AdvocateDetails,
    AnswerState,
    Attempt,
    ChannelSwitch,
    DealCount,
    FrozenRequest,
    ProviderAnswer,
)
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.deal import Address, Advocate, Deal, DealEvent, Product, Referral, Referred
from guerdon.domain.evaluation import Evaluated, evaluate, explained
from guerdon.domain.explanation import Explanation, Part, PartKind
from guerdon.domain.facts import Facts
from guerdon.domain.grammar.program import read_program
from guerdon.domain.money import Money
from guerdon.domain.payout import Change, Payout, PayoutStatus
from guerdon.domain.program import Beneficiary, Program
from guerdon.domain.reward import Reward, Terms

NOW: Final = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
CLOSED_AT: Final = datetime(2026, 11, 20, 16, 4, 5, tzinfo=UTC)
PAYOUT_ID: Final = "po_aaaaaaaaaaaaaaaaaaaaaaaa"
REWARD_ID: Final = "rw_aaaaaaaaaaaaaaaaaaaaaaaa"
EVENT_ID: Final = "ev_aaaaaaaaaaaaaaaaaaaaaaaa"
ADVOCATE_ID: Final = "ad_aaaaaaaaaaaaaaaaaaaaaaaa"

DEAL_AMOUNT: Final = Money(12500_00, "USD")
ADDRESS: Final = Address("185 Berry St", "San Francisco", "US", state="CA", postal_code="94107")


Changed = Any
"""A field's value in place of the usual one: of the field's type, since `replace` takes it as it comes."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def counted_in(row: DealCount) -> int:
    """How many deals a row counts."""
    return sum(tally.count for tally in row.tallies)


def usd(value: str) -> Money:
    return Money.parse(value, "USD")


def rule(**changes: Changed) -> dict[str, Any]:
    return {"name": "all", "amount": {"flat": "100.00"}, "channel": "gift_card", **changes}


def document(**changes: Changed) -> dict[str, Any]:
    """A program document that is right; a change to None takes the key out."""
    whole = {
        "program": "customer-referral",
        "title": "Customer referral",
        "legal_entity": "Acme Inc.",
        "currency": "USD",
        "time_zone": "America/New_York",
        "starts_at": "2026-01-01T00:00:00-05:00",
        "rules": [rule()],
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def program(*rules: Mapping[str, Any], **changes: Changed) -> Program:
    """A compiled program, of the rules given or of the one that pays 100.00 for everything."""
    compiled, findings = read_program(document(rules=list(rules) or [rule()], **changes))
    assert compiled is not None, findings
    return compiled


def deal_event(
    amount: Money = DEAL_AMOUNT,
    *,
    closed_at: datetime = CLOSED_AT,
    skus: tuple[str, ...] = (),
    advocate: Advocate | None = None,
    referral: Referral | None = None,
) -> DealEvent:
    return DealEvent(
        type="deal.closed",
        timestamp=closed_at,
        program="customer-referral",
        deal=Deal("D-1041", amount, closed_at, tuple(Product(sku) for sku in skus)),
        advocate=advocate or Advocate("A-77"),
        referred=Referred("C-9"),
        referral=referral,
    )


def facts(**changes: Changed) -> Facts:
    """The facts of a deal of 12,500.00 USD of which nothing else is said."""
    return Facts("deal.closed", CLOSED_AT, "USD", DEAL_AMOUNT.amount_minor)._replace(**changes)


def explained_by(
    judged_by: Program, of: Facts, counts: Mapping[str, int] | None = None, to: Beneficiary = Beneficiary.ADVOCATE
) -> Explanation:
    """The explanation of what a deal earns; it has to earn something."""
    evaluation = evaluate(judged_by, of, counts or {}, to)
    assert isinstance(evaluation, Evaluated), evaluation
    return explained(judged_by, 3, of, evaluation, counts or {})


def message(**changes: Changed) -> dict[str, Any]:
    """A deal event as a sender writes it; `changes` go by dotted path, such as `deal__id="D-2"`."""
    whole: dict[str, Any] = {
        "type": "deal.closed",
        "timestamp": "2026-11-20T16:04:05Z",
        "data": {
            "program": "customer-referral",
            "deal": {
                "id": "D-1041",
                "amount": {"value": "12500.00", "currency": "USD"},
                "closed_at": "2026-11-20T16:04:05Z",
                "products": [{"sku": "payroll", "amount": "12500.00", "quantity": 1}],
            },
            "advocate": {
                "id": "A-77",
                "name": "Ada Byron",
                "email": "ada@example.com",
                "country": "US",
                "address": {
                    "line1": "185 Berry St",
                    "city": "San Francisco",
                    "state": "CA",
                    "postal_code": "94107",
                    "country": "US",
                },
            },
            "referred": {"id": "C-9", "name": "Grace Hopper", "company": "Eckert"},
            "referral": {"id": "R-310", "method": "verbal", "sales_involved": True},
        },
    }
    for path, value in changes.items():
        *above, last = path.split("__")
        inner = whole if path in {"type", "timestamp"} else whole["data"]
        for part in above:
            inner = inner[part]
        inner[last] = value
    return whole


def message_text(**changes: Changed) -> str:
    return json.dumps(message(**changes))


def explanation(**changes: Changed) -> Explanation:
    blank = Explanation(
        program="customer-referral",
        program_version=3,
        counting_period=CountingPeriod.LIFETIME,
        period="lifetime",
        ordinal=1,
        amount=usd("100.00"),
        parts=(part(),),
    )
    return replace(blank, **changes)


def part(kind: PartKind = PartKind.FLAT, amount: str = "100.00", **changes: Changed) -> Part:
    return replace(Part("all", kind, usd(amount), usd(amount)), **changes)


def terms(**changes: Changed) -> Terms:
    blank = Terms("Customer referral", "Acme Inc.", "America/New_York", Channel.GIFT_CARD, hold_until=CLOSED_AT)
    return replace(blank, **changes)


def reward(**changes: Changed) -> Reward:
    blank = Reward(
        reward_id=REWARD_ID,
        event_id=EVENT_ID,
        source_account="acme",
        program="customer-referral",
        program_version=3,
        deal_id="D-1041",
        trigger="deal.closed",
        occurrence="2026-11-20T16:04:05.000000Z",
        beneficiary=Beneficiary.ADVOCATE,
        advocate_id=ADVOCATE_ID,
        amount=usd("100.00"),
        explanation=explanation(),
        terms=terms(),
        closed_at=CLOSED_AT,
        decided_at=NOW,
        payout_ids=(PAYOUT_ID,),
    )
    return replace(blank, **changes)


def payout(status: PayoutStatus = PayoutStatus.EARNED, **changes: Changed) -> Payout:
    blank = Payout(
        payout_id=PAYOUT_ID,
        reward_id=REWARD_ID,
        event_id=EVENT_ID,
        program="customer-referral",
        program_title="Customer referral",
        legal_entity="Acme Inc.",
        time_zone="America/New_York",
        advocate_id=ADVOCATE_ID,
        channel=Channel.GIFT_CARD,
        value=usd("100.00"),
        hold_until=CLOSED_AT,
        look_at=NOW + timedelta(minutes=2),
        status=status,
        history=(Change(NOW, PayoutStatus.EARNED, None, 1),),
    )
    return replace(blank, **changes)


def details(**changes: Changed) -> AdvocateDetails:
    blank = AdvocateDetails(
        advocate_id=ADVOCATE_ID,
        source_account="acme",
        crm_id="A-77",
        name="Ada Byron",
        email="ada@example.com",
        country="US",
        address=ADDRESS,
        stripe_customer="cus_77",
        as_of=CLOSED_AT,
    )
    return replace(blank, **changes)


def attempt(of: Payout | None = None, **changes: Changed) -> Attempt:
    """The first attempt of a payout, sent now, of which nothing was heard yet."""
    paid = of or payout(PayoutStatus.SUBMITTED, attempts=1)
    blank = Attempt(
        payout_id=paid.payout_id,
        number=1,
        run=paid.run,
        provider=PROVIDER_OF[paid.channel],
        reference=f"{paid.payout_id}-1",
        request_sha256="0" * 64,
        value=paid.value,
        first_sent_at=NOW,
        last_sent_at=NOW,
        task_token="token-1",
    )
    return replace(blank, **changes)


def frozen_request(number: int = 1, value: str = "100.00") -> FrozenRequest:
    """What the providers in memory freeze for the payout of these builders."""
    reference = f"{PAYOUT_ID}-{number}"
    asked = {
        "amount_minor": usd(value).amount_minor,
        "currency": "USD",
        "reference": reference,
        "to": "ada@example.com",
    }
    return FrozenRequest(reference, "POST", "/orders", "application/json", json.dumps(asked, sort_keys=True))


def answer(state: AnswerState, **changes: Changed) -> ProviderAnswer:
    return replace(ProviderAnswer(f"{PAYOUT_ID}-1", "order-1", state, state.value), **changes)


def armed(channel: Channel = Channel.GIFT_CARD) -> ChannelSwitch:
    return ChannelSwitch(channel, armed=True, changed_at=CLOSED_AT, changed_by="ops@example.com")
