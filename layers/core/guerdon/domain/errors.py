"""Every exception of Guerdon, and what may be tried again.

An expected refusal (a duplicate, a blocked payout, a declined mail) is a returned reason; only what a
caller cannot go on from is raised.

    GuerdonError
    ├── InvalidMoney              an amount or a currency that cannot be money
    ├── ForbiddenTransition       a payout was asked to do what its table forbids
    ├── UnbalancedEntry           a journal entry that does not sum to zero
    ├── UnreadableEntry           what is stored as a journal entry cannot be one
    ├── SealBroken                the seals do not fit together, or an entry came into a sealed hour
    ├── PackLost                  a month's pack is gone, or not what its digest says
    ├── StoredEventUnreadable     an accepted event that this release cannot read any more
    ├── SecretMissing             a secret has no value yet, or lacks a field
    └── Retryable                 the same call may succeed later; the workflow and the queues retry it
        ├── StoreBusy             the database throttled us or kept conflicting
        ├── BusUnavailable        the event bus or a queue did not take a message
        ├── ProviderUnavailable   the provider did not do it, and said so (or was never reached)
        ├── ProviderNotReady      the provider needs a moment before it can do it
        └── OutcomeUnknown        the provider may or may not have done it: look it up

`infra/fulfillment.asl.json` retries the classes under Retryable by name; a test holds the two together.
"""

from typing import Final


class GuerdonError(Exception):
    """The root of everything that Guerdon raises on purpose."""


class InvalidMoney(GuerdonError):
    """An amount or a currency cannot be money; the message says what is wrong with which value."""


class ForbiddenTransition(GuerdonError):
    """A payout was asked to follow an edge that the transition table does not have."""

    def __init__(self, payout_id: str, before: str, after: str) -> None:
        self.payout_id = payout_id
        self.before = before
        self.after = after
        super().__init__(f"payout {payout_id} is {before}: it may not become {after}")


class UnbalancedEntry(GuerdonError):
    """A journal entry's postings do not sum to zero in some currency."""

    def __init__(self, entry_id: str, currency: str, sum_minor: int) -> None:
        self.entry_id = entry_id
        self.currency = currency
        self.sum_minor = sum_minor
        super().__init__(f"entry {entry_id} sums to {sum_minor} minor units of {currency}, not to zero")


class UnreadableEntry(GuerdonError):
    """What is stored as a journal entry cannot be one: it was not written by Guerdon, or was changed since.

    Args:
        hour: In which it stands.
        entry_id: Its id; None if it was met among others.
        why: What is wrong with it.
    """

    def __init__(self, hour: str, entry_id: str | None, why: str) -> None:
        self.why = why
        which = f"entry {entry_id}" if entry_id else "an entry"
        super().__init__(f"{which} of the hour {hour} cannot be read: {why}; guerdon ledger verify names it")


class SealBroken(GuerdonError):
    """The ledger's seals do not fit together, or not with the journal; `guerdon ledger verify` names what is off."""

    def __init__(self, hour: str, why: str) -> None:
        self.hour = hour
        super().__init__(f"the seal of the hour {hour}: {why}; guerdon ledger verify tells everything that is off")


class PackLost(GuerdonError):
    """The pack of a month is not there, or is not the one that its close has the digest of."""

    def __init__(self, legal_entity: str, month: str) -> None:
        self.legal_entity = legal_entity
        self.month = month
        super().__init__(
            f"the pack of {month} of {legal_entity} is gone or was changed: if it is not closed yet, prepare it again; "
            "else have the table restored, and see guerdon ledger verify"
        )


class StoredEventUnreadable(GuerdonError):
    """An event was accepted by an earlier release and this one cannot read it: this release is at fault."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"a stored event cannot be read: {field or 'its whole body'}")


class SecretMissing(GuerdonError):
    """A secret has no value yet, or lacks a field; the message names both, never a value."""

    def __init__(self, secret: str, field: str) -> None:
        self.secret = secret
        self.field = field
        super().__init__(f"secret {secret} has no {field}: put it there with Secrets Manager")


class Retryable(GuerdonError):
    """The same call may succeed later, and making it again is safe."""


class StoreBusy(Retryable):
    """The database throttled us, was away, or kept conflicting."""


class BusUnavailable(Retryable):
    """The event bus or a queue did not take a message."""


class ProviderUnavailable(Retryable):
    """The provider certainly did nothing: it said so, or was never reached."""

    def __init__(self, provider: str, detail: str) -> None:
        self.provider = provider
        self.detail = detail
        super().__init__(f"{provider} did nothing and may be asked again: {detail}")


class ProviderNotReady(Retryable):
    """The provider needs a moment before it can do what was asked."""

    def __init__(self, provider: str, detail: str) -> None:
        self.provider = provider
        self.detail = detail
        super().__init__(f"{provider} is not ready yet: {detail}")


class OutcomeUnknown(Retryable):
    """The provider may or may not have moved the money; only a look-up can tell."""

    def __init__(self, provider: str, detail: str) -> None:
        self.provider = provider
        self.detail = detail
        super().__init__(f"{provider} may or may not have done it: {detail}")


RETRYABLE_IN_WORKFLOW: Final = (
    ProviderUnavailable,
    OutcomeUnknown,
    ProviderNotReady,
    StoreBusy,
    BusUnavailable,
)
"""What a function of the fulfillment workflow may raise to be tried again."""
