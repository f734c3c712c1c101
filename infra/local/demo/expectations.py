"""What the demo sends and what has to become of it: events/expected.json."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward

ROOT = Path(__file__).resolve().parents[3]
EVENTS = ROOT / "events"
PROGRAMS = ROOT / "programs"


class ExpectedReward(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an event must earn; what is left out must be absent from the explanation."""

    amount_minor: int
    currency: str
    channel: Channel
    rule: str
    ordinal: int
    step_from: int | None = None
    tier_from_minor: int | None = None
    rate_percent: str | None = None
    limit: str | None = None

    def differences(self, reward: Reward, channel: Channel) -> list[str]:
        """Where `reward` is not what was expected, as "field: is …, expected …"."""
        told, part = reward.explanation, reward.explanation.parts[0]
        pairs = {
            "amount": (str(reward.amount), str(Money(self.amount_minor, self.currency))),
            "channel": (channel, self.channel),
            "rule": (told.rule, self.rule),
            "ordinal": (told.ordinal, self.ordinal),
            "step": (told.step_from, self.step_from),
            "tier": (part.tier_from.amount_minor if part.tier_from else None, self.tier_from_minor),
            "rate": (part.rate_percent, self.rate_percent),
            "limit": (told.limit, self.limit),
        }
        return [
            f"{field}: is {found}, expected {wanted}" for field, (found, wanted) in pairs.items() if found != wanted
        ]


class ExpectedPayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a payout of a revised reward has to end."""

    value_minor: int
    status: PayoutStatus


class ExpectedRevision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reversal or an amendment must make of a reward: what it is worth then, and all its payouts."""

    amount_minor: int
    currency: str
    payouts: tuple[ExpectedPayout, ...]

    def differences(self, reward: Reward, payouts: Sequence[Payout]) -> list[str]:
        """Where `reward` or its payouts are not what was expected."""
        pairs = {
            "the reward": (str(reward.standing), str(Money(self.amount_minor, self.currency))),
            "its payouts": (
                [f"{payout.value} {payout.status}" for payout in payouts],
                [f"{Money(wanted.value_minor, self.currency)} {wanted.status}" for wanted in self.payouts],
            ),
        }
        return [f"{what}: is {found}, expected {wanted}" for what, (found, wanted) in pairs.items() if found != wanted]


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One delivery.

    Attributes:
        name: Its name, from which its delivery id is made: a second run of the demo delivers the very same.
        file: The body, below events/.
        answer: The HTTP status that the endpoint has to answer.
        outcome: How the event has to end; None when it is refused.
        revised: What a reversal or an amendment has to make of the reward.
        later: What becomes of the settled payout once a later delivery revises its deal: a second run finds it so.
        repeats: The name of the delivery that this one delivers again.
        signature: "good", or "wrong" to sign it with another secret.
        code: The endpoint's word for the refusal.
        field: The field that the refusal has to name.
    """

    name: str
    file: str
    answer: int
    outcome: Outcome | None = None
    reward: ExpectedReward | None = None
    revised: ExpectedRevision | None = None
    later: PayoutStatus | None = None
    repeats: str | None = None
    signature: str = "good"
    code: str | None = None
    field: str | None = None

    @property
    def delivery_id(self) -> str:
        """The same in every run."""
        return f"msg_demo_{self.repeats or self.name}"

    @property
    def body(self) -> bytes:
        """The bytes of its file."""
        return (EVENTS / self.file).read_bytes()


def read_expectations() -> tuple[Expectation, ...]:
    """All deliveries, in the order in which they are sent."""
    return msgspec.json.decode((EVENTS / "expected.json").read_bytes(), type=tuple[Expectation, ...])
