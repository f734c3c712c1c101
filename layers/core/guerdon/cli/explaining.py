"""What `guerdon explain` tells of one side of one deal: put together from a judgment, or from what a stack stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.application.ports import Store
from guerdon.application.programs import NotInForce, ProgramShelf, covers
from guerdon.application.records import InboxEvent
from guerdon.application.told import told_event
from guerdon.domain.awarding import out_of_program
from guerdon.domain.channel import Channel
from guerdon.domain.counting import WHOLE, CountedBy
from guerdon.domain.deal import REVISIONS, DealEvent
from guerdon.domain.explanation import Explanation
from guerdon.domain.explanation_words import as_json, words
from guerdon.domain.facts_of import facts_of
from guerdon.domain.judgment import Judgment, Known, Outcome, judge
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Program
from guerdon.domain.reward import Reward
from guerdon.domain.why_not import Fate, fates

_BY_RULES: Final = frozenset({Outcome.REWARDED, Outcome.NO_REWARD, Outcome.OVER_LIMIT, Outcome.NEEDS_ATTENTION})
"""The outcomes that rules had a part in."""


_IN_FORCE_NOW: Final = "the rules are those that are in force for the deal now"


@dataclass(frozen=True, slots=True)
class Side:
    """What one beneficiary earned from one deal or did not, and why.

    Attributes:
        version: Which published version decided; 0 for a file, None when none did.
        outcome: None while it is not decided.
        rules: How each rule of the version fared; empty where none was looked at.
        notes: What the reader has to know beside it, as sentences without a full stop.
        event_id: The stack's event; None when a file was judged.
        standing: What the reward is worth after reversals and amendments; None if that is its amount.
    """

    beneficiary: Beneficiary
    deal: str
    deal_amount: Money | None
    program: str
    version: int | None
    outcome: Outcome | None
    why: str
    amount: Money | None = None
    channel: Channel | None = None
    explanation: Explanation | None = None
    rules: tuple[Fate, ...] = ()
    notes: tuple[str, ...] = ()
    event_id: str | None = None
    standing: Money | None = None

    def as_json(self) -> dict[str, object]:
        """The same as plain data; amounts as in an event."""
        return {
            "event": self.event_id,
            "deal": self.deal,
            "for": self.beneficiary.value,
            "program": self.program,
            "version": self.version,
            "outcome": self.outcome.value if self.outcome else None,
            "why": self.why,
            "amount": _money(self.amount),
            "worth_now": _money(self.standing or self.amount),
            "paid_by": self.channel.value if self.channel else None,
            "rules": [{"rule": one.rule, "verdict": one.verdict.value, "why": one.why} for one in self.rules],
            "explanation": as_json(self.explanation) if self.explanation else None,
            "notes": list(self.notes),
        }


def judged_sides(program: Program, version: int, event: DealEvent, counts: Mapping[str, int]) -> Iterator[Side]:
    """What each of those whom `program` rewards would earn; `counts` are the advocate's deals so far.

    It is judged as if nothing was told of the deal before and nothing reserved, and the new customer's count is zero.
    """
    for beneficiary in program.beneficiaries():
        counted = counts if beneficiary is Beneficiary.ADVOCATE else {}
        judgment = judge(event, Known(program, version, counts=counted), beneficiary)
        yield _judged(program, version, event, beneficiary, judgment)


def wrong_counts(program: Program, counts: Mapping[str, int]) -> str | None:
    """Why the counts are not what `program` counts by; None when they are."""
    by_product = program.counting.by is CountedBy.PRODUCT
    if by_product and WHOLE in counts:
        return f"--ordinal: {program.name} counts by product: give --count SKU=NUMBER"
    if not by_product and any(sku != WHOLE for sku in counts):
        return f"--count: {program.name} does not count by product: give --ordinal"
    return None


def stored_side(store: Store, shelf: ProgramShelf, event: InboxEvent) -> Side:
    """What became of an inbox event, by what is stored of it; of its rules, by the version that decided.

    Raises:
        StoredProgramUnreadable: This release cannot read that version any more.
    """
    reward = store.reward(event.reward_ids[0]) if event.reward_ids else None
    told = told_event(store, stored_event, event.event_id)
    notes = () if told else ("what the CRM said was erased, so the other rules cannot be looked at",)
    if told is None or told.type in REVISIONS:
        return _stored(event, None, reward, notes=notes)
    if reward is not None:
        program = shelf.version(reward.program, reward.program_version)
        rules = fates(program, facts_of(told, event.beneficiary), event.beneficiary, reward.explanation)
        return _stored(event, told, reward, version=reward.program_version, rules=rules)
    in_force = shelf.in_force(told)
    if isinstance(in_force, NotInForce):
        return _stored(event, told)
    program, version = in_force
    rules = _fates(program, told, event.beneficiary, event.outcome, None)
    return _stored(event, told, version=version, rules=rules, notes=(_IN_FORCE_NOW,) if rules else ())


def _judged(program: Program, version: int, event: DealEvent, beneficiary: Beneficiary, judgment: Judgment) -> Side:
    earned = judgment.earned
    explanation = earned.explanation if earned else None
    return Side(
        beneficiary=beneficiary,
        deal=event.deal.id,
        deal_amount=event.deal.amount,
        program=program.name,
        version=version,
        outcome=judgment.outcome,
        why=judgment.why,
        amount=earned.amount if earned else None,
        channel=earned.channel if earned else None,
        explanation=explanation,
        rules=_fates(program, event, beneficiary, judgment.outcome, explanation),
        notes=tuple(_notes(program, event, judgment)),
    )


def _notes(program: Program, event: DealEvent, judgment: Judgment) -> Iterator[str]:
    if judgment.earned and program.budgets_at(event.deal.closed_at):
        yield "limits of periods are judged as if nothing was reserved yet"
    covered = covers(program, event)
    if covered is None:
        yield "a stack would ask a person: this version is for deals by when they were referred, which is not said"
    elif not covered:
        yield "a stack would ask the version before: this one is in force only from a later moment on"


def _fates(
    program: Program,
    event: DealEvent,
    beneficiary: Beneficiary,
    outcome: Outcome | None,
    explanation: Explanation | None,
) -> tuple[Fate, ...]:
    facts = facts_of(event, beneficiary)
    if outcome not in _BY_RULES or out_of_program(program, facts) is not None:
        return ()
    return fates(program, facts, beneficiary, explanation)


def _stored(  # noqa: PLR0913 - each is read from another row.
    event: InboxEvent,
    told: DealEvent | None,
    reward: Reward | None = None,
    *,
    version: int | None = None,
    rules: tuple[Fate, ...] = (),
    notes: tuple[str, ...] = (),
) -> Side:
    return Side(
        beneficiary=event.beneficiary,
        deal=event.deal_id,
        deal_amount=told.deal.amount if told else None,
        program=event.program,
        version=version,
        outcome=event.outcome,
        why=words(reward.explanation) if reward and told else event.detail or "it is not decided yet",
        amount=reward.amount if reward else None,
        channel=reward.terms.channel if reward else None,
        explanation=reward.explanation if reward else None,
        rules=rules,
        notes=notes,
        event_id=event.event_id,
        standing=reward.standing if reward and reward.adjustments else None,
    )


def _money(money: Money | None) -> dict[str, str] | None:
    return {"value": money.decimal, "currency": money.currency} if money else None
