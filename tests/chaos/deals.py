"""The deals of a run, what is told about each, and what each must be worth in the end whatever befalls the telling."""

import json
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from e2e.deals import VALUE_MINOR, Deal
from guerdon.domain.channel import Channel

_SOON: Final = (0.0, 2.0)
_LATER: Final = (0.0, 45.0)
"""Between the first and the last second after a deal's turn; a reversal may well overtake the win that it undoes."""

_AMENDED_TOTAL: Final = {Channel.CHECK: "15000.00", Channel.BILL_CREDIT: "30000.00"}
_AMENDED_WORTH_MINOR: Final = {Channel.CHECK: 750_00, Channel.BILL_CREDIT: 750_00}
"""5 % of 15,000 USD, and 2.5 % of 30,000 EUR, by the sample programs."""
_PARTLY_LEFT: Final = {Channel.CHECK: "6250.00", Channel.BILL_CREDIT: "4999.99"}
_PARTLY_WORTH_MINOR: Final = {Channel.CHECK: 312_50, Channel.BILL_CREDIT: 100_00}
"""5 % of 6,250 USD, and the lowest tier, likewise."""


class Told(StrEnum):
    """What a CRM says about a deal."""

    WON = "won"
    WON_AGAIN = "won, under another delivery"
    AMENDED = "amended"
    PARTLY_REVERSED = "reversed in part"
    REVERSED = "reversed"


class Fate(Enum):
    """What becomes of a deal: what is told about it, and between which seconds after its turn."""

    WON = "won"
    TOLD_TWICE = "told twice"
    AMENDED = "amended"
    PARTLY_REVERSED = "reversed in part"
    REVERSED = "reversed"
    AMENDED_AND_REVERSED = "amended and reversed"

    @property
    def tellings(self) -> tuple[tuple[Told, tuple[float, float]], ...]:
        """Each thing that is told, in no order that is kept."""
        return ((Told.WON, _SOON), *((told, _LATER) for told in _TOLD_BESIDE[self]))


_TOLD_BESIDE: Final[dict[Fate, tuple[Told, ...]]] = {
    Fate.WON: (),
    Fate.TOLD_TWICE: (Told.WON_AGAIN,),
    Fate.AMENDED: (Told.AMENDED,),
    Fate.PARTLY_REVERSED: (Told.PARTLY_REVERSED,),
    Fate.REVERSED: (Told.REVERSED,),
    Fate.AMENDED_AND_REVERSED: (Told.AMENDED, Told.REVERSED),
}

_FIXED: Final = (Fate.WON, Fate.WON, Fate.TOLD_TWICE, Fate.REVERSED)
_BY_SIZE: Final = (*_FIXED, Fate.AMENDED, Fate.PARTLY_REVERSED, Fate.AMENDED_AND_REVERSED)
FATES_OF: Final[dict[Channel, tuple[Fate, ...]]] = {
    Channel.GIFT_CARD: _FIXED,
    Channel.MERCHANDISE: _FIXED,
    Channel.CHECK: _BY_SIZE,
    Channel.BILL_CREDIT: _BY_SIZE,
}
"""What the sample programs pay by these channels depends on the deal's size in two of them only."""


@dataclass(frozen=True, slots=True)
class ChaosDeal:
    """A deal of an advocate who has no other."""

    unique: str
    channel: Channel
    fate: Fate

    @property
    def deal(self) -> Deal:
        """The deal as it is won."""
        return Deal(self.channel, self.unique)

    @property
    def worth_minor(self) -> int:
        """What its reward is worth once all was told, in minor units of the program's currency."""
        match self.fate:
            case Fate.AMENDED:
                return _AMENDED_WORTH_MINOR[self.channel]
            case Fate.PARTLY_REVERSED:
                return _PARTLY_WORTH_MINOR[self.channel]
            case Fate.REVERSED | Fate.AMENDED_AND_REVERSED:
                return 0
            case _:
                return VALUE_MINOR[self.channel]


@dataclass(frozen=True, slots=True)
class Telling:
    """Something that the CRM says about a deal, `at_seconds` after the beginning."""

    at_seconds: float
    deal: ChaosDeal
    told: Told

    @property
    def delivery_id(self) -> str:
        """The id under which it is sent, however often."""
        return f"msg_{self.deal.unique}_{self.told.name.lower()}"

    @property
    def body(self) -> bytes:
        """What is sent."""
        won = self.deal.deal.content
        total = self._total
        if total is None:
            return json.dumps(won).encode()
        said = won["data"]["deal"]
        revised = {
            "type": "deal.amended" if self.told is Told.AMENDED else "deal.reversed",
            "timestamp": "2026-06-03T08:00:00Z",
            "data": {
                "program": won["data"]["program"],
                "deal": {
                    "id": said["id"],
                    "amount": {"value": total, "currency": said["amount"]["currency"]},
                    "closed_at": said["closed_at"],
                },
                "effective_at": "2026-06-02T18:30:00Z",
            },
        }
        return json.dumps(revised).encode()

    @property
    def _total(self) -> str | None:
        """The deal's new total; None where nothing but the win is told."""
        match self.told:
            case Told.AMENDED:
                return _AMENDED_TOTAL[self.deal.channel]
            case Told.PARTLY_REVERSED:
                return _PARTLY_LEFT[self.deal.channel]
            case Told.REVERSED:
                return "0.00"
            case _:
                return None
