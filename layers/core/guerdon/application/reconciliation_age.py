"""How long ago each source was last compared with the books: what the alarm looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from guerdon.application.ports import Clock, Store
from guerdon.application.reconciliation_records import ReconciliationRun
from guerdon.application.transaction import Insert
from guerdon.domain.channel import PROVIDER_OF


@dataclass(frozen=True, slots=True)
class ReconciliationAge:
    """Tell the age of the last run of each provider's statement.

    A source that was never compared has its age from the first time that somebody asked for it, so that a schedule
    that never began is noticed too.
    """

    store: Store
    clock: Clock

    def __call__(self) -> Mapping[str, timedelta]:
        """The age by provider.

        Raises:
            StoreBusy: The database was away.
        """
        now = self.clock.now()
        ages: dict[str, timedelta] = {}
        for provider in PROVIDER_OF.values():
            run = self.store.reconciliation_run(provider)
            if run is None:
                # Whether this write wins or a first run's does, the next pass finds a row.
                self.store.commit((Insert(ReconciliationRun(provider, now)),))
            ages[provider] = now - ((run.finished_at or run.expected_since) if run else now)
        return ages
