"""A person decides that what waits only because it was told late, and was earned in a range of days, is not paid."""

from collections.abc import Iterator
from dataclasses import dataclass

from guerdon.application.release_range import Found, Range, ReleaseRange
from guerdon.application.write_off import CannotWriteOff, WriteOff
from guerdon.domain.errors import StoreBusy
from guerdon.domain.ledger import FORFEITED
from guerdon.domain.payout import BlockReason, Payout


@dataclass(frozen=True, slots=True)
class WriteOffRange:
    """Show what a range holds, by the same look as its release, and write each of it off.

    Interrupted, the same range goes on: what was written off is not in it any more.
    """

    ranged: ReleaseRange
    write_off: WriteOff

    def preview(self, wanted: Range) -> Found | CannotWriteOff:
        """What it holds now.

        Raises:
            StoreBusy: The database was away.
        """
        if wanted.reason is not BlockReason.APPROVAL:
            return CannotWriteOff("only what waits for approval since it was told late is written off as a range")
        return self.ranged.look(wanted)

    def confirmed(self, wanted: Range, confirmation: str) -> Found | CannotWriteOff:
        """What it holds, if that is still what a person said that it is.

        Raises:
            StoreBusy: The database was away.
        """
        found = self.preview(wanted)
        if isinstance(found, CannotWriteOff):
            return found
        other = found.is_not(confirmation)
        return CannotWriteOff(other) if other else found

    def __call__(self, found: Found, actor: str, reason: str) -> Iterator[Payout | CannotWriteOff]:
        """What became of each of the payouts, in their order; one that went on since it was found is let be.

        Raises:
            StoreBusy: The database was away.
        """
        for payout in found.payouts:
            try:
                yield self.write_off(payout.payout_id, FORFEITED, actor, reason, payout.run, only_told_late=True)
            except StoreBusy:
                if not self.ranged.went_on(payout):
                    raise
                yield CannotWriteOff(f"{payout.payout_id} changed at this very moment")
