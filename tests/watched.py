"""A store in memory that a witness looks on at, as DynamoStore lets one: see test_commit_metrics."""

from typing import Any, TypeVar

from fakes.store import MemoryStore
from guerdon.adapters.dynamodb.witness import Witness
from guerdon.application.transaction import Committed, Transaction
from guerdon.domain.errors import StoreBusy
from tripwire import Tripwire

_Fake = TypeVar("_Fake")


class Watched(Tripwire):
    """A wire that trips nothing: it puts the witness beside the store."""

    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._witness = witness

    def on(self, fake: _Fake) -> _Fake:
        if not isinstance(fake, MemoryStore):
            return fake
        witness = self._witness

        class Seen(MemoryStore):
            def _get(self, *key: Any) -> Any:  # noqa: ANN401 - as the store has it.
                row = super()._get(*key)
                if row is not None:
                    witness.saw(row)
                return row

            def commit(self, transaction: Transaction) -> Committed:
                try:
                    outcome = super().commit(transaction)
                except StoreBusy:
                    witness.busy()
                    raise
                witness.heard(transaction, outcome)
                return outcome

        seen: _Fake = object.__new__(Seen)  # type: ignore[assignment]
        seen.__dict__ = fake.__dict__
        return seen
