"""Rows to store: one sample of every kind, and strategies that draw any."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from types import UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from guerdon.application.audit_records import Audit
from guerdon.application.funds_records import FundsHold, FundsState
from guerdon.application.month_end.records import CloseState, MonthClose, PackText
from guerdon.application.reconciliation_records import (
    ItemChange,
    ItemState,
    ReconciliationItem,
    ReconciliationRun,
    SeenLine,
)
from guerdon.application.records import (
    AdvocateDetails,
    AnswerState,
    ArmedSpan,
    Attempt,
    ChannelSwitch,
    DayReleased,
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
from guerdon.application.seal_records import SealedText, SealHead
from guerdon.application.transaction import Row
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.channel import Channel
from guerdon.domain.checks import BankLine, Check
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.deal import Address, NamedAmount, Product
from guerdon.domain.explanation import ChannelWhy, Converted, Explanation, Loser, Part, PartKind, ProductOrdinal
from guerdon.domain.ledger import Entry, EntryKind, Posting
from guerdon.domain.limits import Applied
from guerdon.domain.money import Money
from guerdon.domain.pausing import EVERYTHING, Pause, Pauses, PauseScope, ScopeKind
from guerdon.domain.payout import Payout
from guerdon.domain.program import Beneficiary, Budget, Choose, Item, Over, Scope
from guerdon.domain.reconciliation import Difference, LineKind, LineState, StatementLine
from guerdon.domain.reward import Counted, Reward, Terms
from guerdon.domain.seal import Seal
from guerdon.domain.tallies import Tally
from guerdon.domain.wins import Revision, Win

NOW: Final = datetime(2026, 11, 22, 14, 5, 6, 789, tzinfo=UTC)
USD: Final = Money(50_000, "USD")
SEAL_HEAD: Final = SealHead("2026-11-20T09", "2026-11-22T15", 7, "2026-11-22T14", "ab" * 32)
SEAL: Final = Seal(7, "2026-11-22T14", "ef" * 32, 3, "cd" * 32, "01" * 32, "ab" * 32, NOW)
ITEM: Final = ReconciliationItem(
    item_id="ri_1",
    source="tremendous",
    difference=Difference.AMOUNT_DIFFERS,
    on=date(2026, 11, 20),
    detail="the books say 500.00 USD; tremendous says 510.00 USD",
    found_at=NOW,
    seen_at=NOW,
    reference="po_1-1",
    line_id="ORDER1",
    payout_id="po_1",
    program="customer-referral",
    legal_entity="Example Inc",
    here=USD,
    there=Money(51_000, "USD"),
    history=(ItemChange(NOW, ItemState.OPEN, None, "a run found it"),),
)
RUN: Final = ReconciliationRun("tremendous", NOW, NOW, date(2026, 9, 21), NOW, 12, 10, 1, 1)
SEEN_LINE: Final = SeenLine(
    StatementLine(
        source="tremendous",
        line_id="ORDER1",
        kind=LineKind.PAYOUT,
        state=LineState.DONE,
        amount=USD,
        on=date(2026, 11, 20),
        reference="po_1-1",
        detail="EXECUTED",
    ),
    agrees=True,
    seen_at=NOW,
)
CLOSE: Final = MonthClose(
    legal_entity="Example Inc",
    month="2026-10",
    time_zone="America/New_York",
    pack_sha256="0b" * 32,
    seal_hour="2026-11-01T03",
    seal_sha256="0a" * 32,
    previous_sha256="0c" * 32,
    prepared_at=NOW,
    prepared_by="console:fay@example.com",
    state=CloseState.CLOSED,
    reviewed_at=NOW,
    reviewed_by="aws:arn:aws:iam::123456789012:user/pat",
    sha256="0d" * 32,
)
PACK_TEXT: Final = PackText("0b" * 32, 1, "the pack")
CHECK: Final = Check("po_1", 1, "10001", USD, date(2026, 11, 20), "customer-referral", "Example Inc")
BANK_LINE: Final = BankLine("operating", "bl_1", date(2026, 11, 21), USD, "10001", why="unknown")
SEALED_TEXT: Final = SealedText("01" * 32, 1, "the balances")
AUDIT: Final = Audit(
    "au_1",
    NOW,
    "aws:arn:aws:iam::123456789012:user/pat",
    AuditAction.PAYOUT_RELEASED,
    SubjectKind.PAYOUT,
    "po_1",
    "blocked: funds",
    "earned, run 2",
    "the account has money again",
)

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
        counting_period=CountingPeriod.CALENDAR_YEAR,
        period="2026",
        ordinal=4,
        amount=USD,
        parts=(
            Part(
                "Gold advocates",
                PartKind.SHARE,
                Money(93_750, "USD"),
                Money(93_750, "USD"),
                limit="max",
                ordinal=4,
                step_from=3,
                tier_from=Money(0, "USD"),
                rate_percent="7.5",
                base=Money(1_250_000, "USD"),
            ),
            Part("Gold advocates", PartKind.UNITS, USD, USD, product="hr", units=3, unit_amount=USD, every=2),
        ),
        choose=Choose.BEST,
        losers=(Loser("Silver advocates", USD), Loser("All")),
        converted=Converted("EUR", "1.08"),
        channel_why=ChannelWhy.CHOSEN,
        ordinals=(ProductOrdinal("hr", 4),),
        days=365,
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
        beneficiary=Beneficiary.ADVOCATE,
        advocate_id="ad_1",
        amount=USD,
        explanation=explanation,
        terms=Terms("Customer referral", "Eckert Inc", "America/New_York", Channel.CHECK, hold_until=NOW),
        closed_at=NOW - timedelta(days=2),
        decided_at=NOW,
        payout_ids=("po_1",),
        budgets=(Budget(Scope.ADVOCATE, "2026"), Budget(Scope.PROGRAM, "2026-11")),
        counted=Counted("group:partners", "2026", (Tally(1, "hr", date(2026, 11, 20)), Tally(1))),
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
            Win(
                "2026-11-21",
                amendment=Revision(
                    USD,
                    NOW,
                    "ev_3",
                    (NamedAmount("first_year", USD),),
                    (Product("hr", 3, USD), Product("payroll", 0)),
                    Money(250, "JPY"),
                ),
            ),
        ),
    ),
    Receivable("ad_1", "USD", USD),
    Reserved("customer-referral", "ad_1", "2026", "USD", USD),
    DayReleased("customer-referral", "2026-11-22", 3, (USD, Money(250, "JPY"))),
    DealCount("ad_1", "customer-referral", "2026", (Tally(4), Tally(2, "hr", date(2026, 11, 20)))),
    reward(),
    payout(),
    attempt(),
    entry(),
    SEAL_HEAD,
    SEAL,
    SEALED_TEXT,
    ITEM,
    RUN,
    SEEN_LINE,
    CLOSE,
    PACK_TEXT,
    CHECK,
    BANK_LINE,
    ProgramHead("customer-referral", 3),
    ProgramVersion("customer-referral", 3, "{}", "01" * 32, NOW, "arn:aws:iam::123456789012:user/pm"),
    ChannelSwitch(
        "gift_card",
        armed=True,
        changed_at=NOW,
        changed_by="arn:aws:iam::123456789012:user/finance",
        spans=(ArmedSpan(NOW, NOW), ArmedSpan(NOW)),
    ),
    Pauses(
        (
            Pause(EVERYTHING, NOW, "aws:ada", "a wrong rule"),
            Pause(PauseScope(ScopeKind.PROGRAM, "partners"), NOW, "aws:ada", "too many"),
        ),
        freed_at=NOW,
        freed_by="aws:grace",
        ended_in=2,
    ),
    FundsHold(Channel.GIFT_CARD, FundsState.HOLDING, NOW, NOW, 2, "po_1", 3),
    SentNotice("reward_earned/rw_1", "sent", NOW),
    AUDIT,
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
