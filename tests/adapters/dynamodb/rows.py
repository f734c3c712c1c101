"""Rows to store: one sample of every kind, and strategies that draw any."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from types import UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from guerdon.application.records import (
    AdvocateDetails,
    AnswerState,
    Attempt,
    ChannelSwitch,
    DealCount,
    DealRecord,
    EventBody,
    FrozenRequest,
    InboxEvent,
    ProgramHead,
    ProgramVersion,
    ProviderAnswer,
    Receivable,
    Reserved,
    SentNotice,
)
from guerdon.application.transaction import Row
from guerdon.domain.channel import Channel
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.deal import Address
from guerdon.domain.explanation import Explanation
from guerdon.domain.ledger import Entry, EntryKind, Posting
from guerdon.domain.limits import Applied
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout
from guerdon.domain.program import Budget, CountingPeriod, Item, Over, Scope
from guerdon.domain.reward import Reward, Terms
from guerdon.domain.wins import Revision, Win

NOW: Final = datetime(2026, 11, 22, 14, 5, 6, 789, tzinfo=UTC)
USD: Final = Money(50_000, "USD")

_Row = TypeVar("_Row", bound=Row)


def inbox_event(event_id: str = "ev_1", *, deal_id: str = "D-1041", received_at: datetime = NOW) -> InboxEvent:
    return InboxEvent(
        event_id=event_id,
        connection="crm",
        source_account="sf_1",
        delivery_id="msg_1",
        type="deal.closed",
        program="customer-referral",
        deal_id=deal_id,
        body_sha256="ab" * 32,
        received_at=received_at,
        undecided_since=received_at,
        look_at=received_at,
    )


def payout(payout_id: str = "po_1", *, look_at: datetime | None = NOW) -> Payout:
    return Payout(
        payout_id=payout_id,
        reward_id="rw_1",
        event_id="ev_1",
        program="customer-referral",
        program_title="Customer referrals",
        legal_entity="Example Inc",
        time_zone="America/New_York",
        advocate_id="ad_1",
        channel=Channel.MERCHANDISE,
        value=USD,
        hold_until=NOW + timedelta(days=30),
        look_at=look_at,
        item=Item(4012, "Hoodie", "https://assets.example.com/hoodie.png", "front", "dtg"),
    )


def entry(entry_id: str = "rw_1@1", *, posted_at: datetime = NOW) -> Entry:
    return Entry(
        entry_id=entry_id,
        kind=EntryKind.EARNED,
        effective_on=date(2026, 11, 20),
        posted_at=posted_at,
        legal_entity="Example Inc",
        program="customer-referral",
        channel=Channel.CHECK,
        currency="USD",
        postings=(Posting("rewards_expense", USD), Posting("rewards_liability", -USD)),
        event_id="ev_1",
        reward_id="rw_1",
    )


def reward(reward_id: str = "rw_1") -> Reward:
    explanation = Explanation(
        program="customer-referral",
        program_version=3,
        rule="Gold advocates",
        counting_period=CountingPeriod.CALENDAR_YEAR,
        period="2026",
        ordinal=4,
        computed=Money(93_750, "USD"),
        amount=USD,
        step_from=3,
        tier_from=Money(0, "USD"),
        rate_percent="7.5",
        base=Money(1_250_000, "USD"),
        limit="max",
        limits=(
            Applied(Scope.ADVOCATE, Money(500_000, "USD"), USD, Money(93_750, "USD"), Over.CUT, "2026"),
            Applied(Scope.REWARD, Money(25_000, "USD"), Money(25_000, "USD"), USD, Over.APPROVAL),
        ),
    )
    return Reward(
        reward_id=reward_id,
        event_id="ev_1",
        source_account="sf_1",
        program="customer-referral",
        program_version=3,
        deal_id="D-1041",
        trigger="deal.closed",
        occurrence="2026-11-20T16:04:05.000000Z",
        beneficiary="advocate",
        advocate_id="ad_1",
        amount=USD,
        explanation=explanation,
        terms=Terms("Customer referral", "Eckert Inc", "America/New_York", Channel.CHECK, hold_until=NOW),
        closed_at=NOW - timedelta(days=2),
        decided_at=NOW,
        payout_ids=("po_1",),
        budgets=(Budget(Scope.ADVOCATE, "2026"), Budget(Scope.PROGRAM, "2026-11")),
    )


def attempt(number: int = 1) -> Attempt:
    return Attempt(
        payout_id="po_1",
        number=number,
        run=1,
        provider="tremendous",
        reference=f"po_1-{number}",
        request_sha256="cd" * 32,
        value=USD,
        first_sent_at=NOW,
        last_sent_at=NOW,
        task_token="token",
        answer=ProviderAnswer(f"po_1-{number}", "ORDER1", AnswerState.DONE, "EXECUTED", USD, date(2026, 11, 22)),
    )


SAMPLES: Final[tuple[Row, ...]] = (
    inbox_event(),
    EventBody("ev_1", '{"type":"deal.closed"}'),
    AdvocateDetails(
        advocate_id="ad_1",
        source_account="sf_1",
        crm_id="A-77",
        name="Ada Byron",
        email="ada@example.com",
        country="US",
        address=Address("185 Berry St", "San Francisco", "US", state="CA", postal_code="94107"),
        stripe_customer=None,
        as_of=NOW,
    ),
    FrozenRequest("po_1-1", "POST", "/orders", "application/json", '{"external_id":"po_1-1"}'),
    DealRecord(
        "sf_1",
        "customer-referral",
        "D-1041",
        "deal.closed",
        (
            Win("2026-11-20", "ev_1", "ef" * 32, "rw_1", USD, reversal=Revision(Money(0, "USD"), NOW, "ev_2")),
            Win("2026-11-21", amendment=Revision(USD, NOW, "ev_3")),
        ),
    ),
    Receivable("ad_1", "USD", USD),
    Reserved("customer-referral", "ad_1", "2026", "USD", USD),
    DealCount("ad_1", "customer-referral", "2026", 4),
    reward(),
    payout(),
    attempt(),
    entry(),
    ProgramHead("customer-referral", 3),
    ProgramVersion("customer-referral", 3, "{}", "01" * 32, NOW, "arn:aws:iam::123456789012:user/pm"),
    ChannelSwitch("gift_card", armed=True, changed_at=NOW, changed_by="arn:aws:iam::123456789012:user/finance"),
    SentNotice("reward_earned/rw_1", "sent", NOW),
)
"""One row of every kind."""


def rows_of(kind: type[_Row]) -> st.SearchStrategy[_Row]:
    """Any row of one kind."""
    return _drawn(kind) if kind is not Entry else st.builds(kind, **_fields_of(kind) | {"postings": _balanced()})


def _drawn(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - a type hint has no type of its own.
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if isinstance(kind, UnionType):
        return st.one_of(*(_drawn(part) for part in get_args(kind)))
    if get_origin(kind) is tuple:
        return st.lists(_drawn(get_args(kind)[0]), max_size=3).map(tuple)
    if is_dataclass(kind) and isinstance(kind, type):
        return st.builds(kind, **_fields_of(kind))
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    raise TypeError(kind)


def _fields_of(kind: Any) -> dict[str, st.SearchStrategy[Any]]:  # noqa: ANN401 - any dataclass.
    hints = get_type_hints(kind)
    return {field.name: _drawn(hints[field.name]) for field in fields(kind)}


def _balanced() -> st.SearchStrategy[tuple[Posting, ...]]:
    moves = st.builds(
        lambda debit, credit, by: (Posting(debit, by), Posting(credit, -by)), st.text(), st.text(), _MONEY
    )
    return st.lists(moves, max_size=2).map(lambda pairs: tuple(posting for pair in pairs for posting in pair))


_MONEY: Final = st.builds(Money, st.integers(-(10**15), 10**15), st.sampled_from(sorted(MINOR_UNIT_EXPONENTS)))
_ZONES: Final = st.sampled_from((UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=45))))
_SIMPLE: Final[dict[Any, st.SearchStrategy[Any]]] = {
    str: st.text(),
    int: st.integers(0, 10**15),
    bool: st.booleans(),
    type(None): st.none(),
    Money: _MONEY,
    date: st.dates(),
    datetime: st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=_ZONES),  # noqa: DTZ001 - the zone is drawn.
}
