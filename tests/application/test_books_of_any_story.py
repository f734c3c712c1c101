"""Whatever happens to deals and payouts, in whatever order, and whoever seals it when: the books hold.

Deals are won, amended and undone; payouts are released, sent, carried out, refused, canceled and sent back; the bank
pays checks, people void them and write off what nobody took; hours go
by, and several sealers seal and die; advocates are erased. After each step the trial balance is zero, every account is
what a second reckoning makes of payouts, rewards and debts, balances by seal and tail are those of all entries, and no
sealed hour has changed; at rest the books are what the till says too.
"""

from collections import defaultdict
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guerdon.adapters.crm.standard.payload import redacted, stored_event
from guerdon.application.audit_records import Audit
from guerdon.application.books import Books
from guerdon.application.clear_checks import ClearChecks
from guerdon.application.erase_advocate import EraseAdvocate
from guerdon.application.records import AnswerState
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.seal_ledger import SealLedger
from guerdon.application.seal_records import SealHead
from guerdon.application.verify_ledger import VerifyLedger
from guerdon.application.void_check import VoidCheck
from guerdon.application.write_off import WriteOff
from guerdon.domain import identity
from guerdon.domain.actions import AuditAction
from guerdon.domain.balances import balances_by, totals_of
from guerdon.domain.channel import Channel
from guerdon.domain.checks import BankLine, Check
from guerdon.domain.errors import StoreBusy
from guerdon.domain.hours import hour_of
from guerdon.domain.ledger import Entry, EntryKind, trial_balance
from guerdon.domain.payout import Payout
from ledgers import sealed_alone, undated
from lifecycle import Lifecycle, amended, assert_books_agree, day, undone, won
from plain_books import even_left_out, reckoned
from tripwire import Tripwire

ADVOCATE = identity.advocate_id("acme", "A-1")
DEALS = ("D-1", "D-2", "D-3")
TOTALS = ("400.00", "1000.00", "2500.00")
ANSWERS = (
    AnswerState.DONE,
    AnswerState.PENDING,
    AnswerState.REFUSED,
    AnswerState.OUT_OF_FUNDS,
    AnswerState.CANCELED,
)

_deals, _totals = st.sampled_from(DEALS), st.sampled_from(TOTALS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("win"), _deals, _totals),
        st.tuples(st.just("amend"), _deals, st.tuples(_totals, st.integers(2, 9))),
        st.tuples(st.just("undo"), _deals, st.tuples(st.sampled_from(("0.00", "300.00")), st.integers(10, 20))),
        st.tuples(st.just("next answer"), st.sampled_from(ANSWERS)),
        st.tuples(st.just("turn"), st.integers(1, 3)),
        st.tuples(st.just("comes back"), st.integers(0, 5)),
        st.tuples(st.just("release again"), st.integers(0, 5)),
        st.tuples(st.just("erase")),
        st.tuples(st.sampled_from(("bank pays", "void", "write off")), st.integers(0, 5)),
        st.tuples(st.just("time"), st.integers(1, 200)),
        st.tuples(st.just("seal"), st.sets(st.integers(0, 60), max_size=2)),
    ),
    min_size=8,
    max_size=40,
)
Steps = list[tuple[object, ...]]


PAID: Steps = [("win", "D-1", "1000.00"), ("turn", 1), ("time", 90), ("seal", set())]
ON_ITS_WAY: Steps = [("next answer", AnswerState.PENDING), ("win", "D-2", "400.00"), ("turn", 1)]
UNDONE_ON_ITS_WAY: Steps = [*ON_ITS_WAY, ("undo", "D-2", ("0.00", 10)), ("turn", 1)]


class Story:
    """A world that steps are done to, and the chain as it was last seen."""

    def __init__(self, channel: Channel, fee_minor: int = 0) -> None:
        self.life, self.fee_minor = Lifecycle(channel), fee_minor
        self.life.world.provider.fees_minor = fee_minor
        self.world, self.store, self.clock = self.life.world, self.life.world.store, self.life.world.clock
        self.release_again = ReleaseAgain(self.store, self.clock, self.world.fulfillments)
        self.erase = EraseAdvocate(self.store, self.store, self.clock, stored_event, redacted)
        self.bank_lines = 0
        self.chain = list(self.store.seals())
        self.sealed_entries: set[Entry] = set()

    def do(self, step: tuple[object, ...]) -> None:
        match step:
            case ("win", str(deal), str(total)):
                self.life.tell(won(total, deal=deal, closed=day(1)))
            case ("amend", str(deal), (str(total), int(since))):
                self.life.tell(amended(total, deal=deal, since=day(since)))
            case ("undo", str(deal), (str(total), int(since))):
                self.life.tell(undone(total, deal=deal, since=day(since)))
            case ("next answer", AnswerState() as state):
                self.world.provider.next_submits.append(state)
            case _:
                self.let(step)
        self.hold()

    def let(self, step: tuple[object, ...]) -> None:
        """What happens by itself, or a person does."""
        match step:
            case ("turn", int(turns)):
                self.life.cloud.run(turns)
            case ("comes back", int(which)):
                self.comes_back(which)
            case ("release again", int(which)):
                payouts = self.store.of(Payout)
                if payouts:
                    self.release_again(payouts[which % len(payouts)].payout_id, "finance", "it is right")
            case ("erase",):
                self.erase(ADVOCATE, "finance", "they asked")
            case (str(deed), int(which)) if deed in {"bank pays", "void", "write off"}:
                self.decide(deed, which)
            case ("time", int(minutes)):
                self.clock.advance(timedelta(minutes=minutes))
            case ("seal", set() as points):
                self.seal(*points)

    def decide(self, deed: str, which: int) -> None:
        """The bank pays a check, or a person voids one or writes a payout off: whether it can be done or not."""
        payouts, mailed = self.store.of(Payout), self.store.of(Check)
        if deed == "bank pays" and mailed:
            check, today = mailed[which % len(mailed)], self.clock.now().date()
            self.bank_lines += 1
            line = BankLine("operating", f"line-{self.bank_lines}", today, check.amount, check.number)
            ClearChecks(self.store, self.clock)((line,), "finance")
        if deed == "void" and payouts:
            VoidCheck(self.store, self.clock)(payouts[which % len(payouts)].payout_id, "finance", "lost")
        if deed == "write off" and payouts:
            to = ("income:forfeited_rewards", "unclaimed_property:CA")[which % 2]
            WriteOff(self.store, self.clock)(payouts[which % len(payouts)].payout_id, to, "finance", "nobody took it")

    def comes_back(self, which: int) -> None:
        """One of the things that the provider carried out is returned, once."""
        net: defaultdict[str, int] = defaultdict(int)
        for movement in self.world.provider.till:
            net[movement.provider_id] += movement.amount.amount_minor
        out = [provider_id for provider_id, minor in net.items() if minor > 0]
        if out:
            self.world.provider.become(out[which % len(out)], AnswerState.RETURNED)
            self.life.cloud.hint(out[which % len(out)])
            self.life.cloud.turn()

    def seal(self, *points: int) -> None:
        """Two sealers, of which the first may die, or be overtaken by the second in the middle."""
        first, *others = points or (10**6,)
        wire = Tripwire(*others, deed=lambda _: SealLedger(self.store, self.clock)()).on(self.store)
        with suppress(StoreBusy):
            SealLedger(Tripwire(first).on(wire), self.clock)()

    def hold(self) -> None:
        """What is true after every step."""
        entries, now = self.store.of(Entry), self.clock.now()
        standing = Books(self.store).at(now)
        assert standing.totals == totals_of(entries)
        assert set(balances_by(standing.totals, ()).values()) <= {0}
        assert balances_by(standing.totals, ("account",)) == trial_balance(entries)
        assert even_left_out(trial_balance(entries)) == reckoned(self.world)
        seals = list(self.store.seals())
        assert seals[: len(self.chain)] == self.chain
        (head,) = self.store.of(SealHead)
        sealed_entries = {entry for entry in entries if hour_of(entry.posted_at) <= head.sealed_through}
        assert sealed_entries >= self.sealed_entries
        assert sum(seal.entries for seal in seals) == len(sealed_entries)
        self.chain, self.sealed_entries = seals, sealed_entries

    def end(self) -> None:
        """Let everything come to rest, and hold the books against all the rest."""
        self.life.carry_out()
        self.life.cloud.run(12)
        # The till knows nothing of fees' accounts, of the bank, and of what people decide about a check.
        apart = {AuditAction.CHECK_CLEARED, AuditAction.CHECK_VOIDED, AuditAction.PAYOUT_WRITTEN_OFF}
        if not self.fee_minor and not any(line.action in apart for line in self.store.of(Audit)):
            assert_books_agree(self.world)
        self.clock.advance(timedelta(hours=2))
        self.seal()
        self.hold()
        (head,) = self.store.of(SealHead)
        assert VerifyLedger(self.store)(self.clock.now()).findings == ()
        assert len(self.sealed_entries) == len(self.store.of(Entry))
        assert undated(self.chain) == sealed_alone(self.store.of(Entry), head, head.sealed_through)


@settings(max_examples=120, deadline=None)
@given(
    start=st.sampled_from(([], PAID, UNDONE_ON_ITS_WAY, [*PAID, *ON_ITS_WAY])),
    steps=STEPS,
    channel=st.sampled_from((Channel.CHECK, Channel.GIFT_CARD)),
    fee_minor=st.sampled_from((0, 57)),
)
def test_the_books_hold_in_any_story(start: Steps, steps: Steps, channel: Channel, fee_minor: int) -> None:
    story = Story(channel, fee_minor)
    for step in (*start, *steps):
        story.do(step)
    story.end()


E = EntryKind


@pytest.mark.parametrize(
    ("channel", "steps", "kinds"),
    [
        (Channel.CHECK, [*PAID, ("comes back", 0)], {E.EARNED, E.SUBMITTED, E.SETTLED, E.RETURNED}),
        (Channel.CHECK, [*PAID, ("undo", "D-1", ("300.00", 10))], {E.EARNED, E.SUBMITTED, E.SETTLED, E.REVISED}),
        (Channel.CHECK, UNDONE_ON_ITS_WAY, {E.EARNED, E.SUBMITTED, E.FAILED, E.REVERSED}),
        (Channel.CHECK, [*PAID, ("bank pays", 0)], {E.EARNED, E.SUBMITTED, E.SETTLED, E.CLEARED}),
        (
            Channel.CHECK,
            [*PAID, ("void", 0), ("write off", 0)],
            {E.EARNED, E.SUBMITTED, E.SETTLED, E.RETURNED, E.WRITTEN_OFF},
        ),
        (Channel.GIFT_CARD, UNDONE_ON_ITS_WAY, {E.EARNED, E.SUBMITTED, E.SETTLED, E.CLAWED_BACK}),
        (
            Channel.GIFT_CARD,
            [*PAID, ("erase",), ("undo", "D-1", ("0.00", 10))],
            {E.EARNED, E.SUBMITTED, E.SETTLED, E.REVISED},
        ),
    ],
)
def test_every_kind_of_entry_is_met(channel: Channel, steps: Steps, kinds: set[EntryKind]) -> None:
    story = Story(channel)
    for step in steps:
        story.do(step)
    story.end()
    assert {entry.kind for entry in story.store.of(Entry)} == kinds
