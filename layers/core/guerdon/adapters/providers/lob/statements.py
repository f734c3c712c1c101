"""Lob's statement: the checks that it printed. What the bank paid on them is the bank's statement."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from guerdon.adapters.providers.api_key import ApiKey, ReadAgain
from guerdon.adapters.providers.lob.client import NAME, Check, LobClient
from guerdon.adapters.providers.lob.payouts import cost_of, state_of
from guerdon.adapters.providers.statement_lines import payout_line
from guerdon.domain.errors import OutcomeUnknown
from guerdon.domain.money import Money
from guerdon.domain.reconciliation import StatementLine


class Statements:
    """The StatementSource of checks."""

    name: str = NAME
    lists_all: bool = True

    def __init__(
        self,
        secret: Mapping[str, object],
        base_url: str,
        now: Callable[[], datetime],
        read_again: ReadAgain | None = None,
    ) -> None:
        """Nothing is connected yet; a check counts as carried out by what time it is `now`.

        Raises:
            SecretMissing: `secret` lacks api_key.
        """
        self._client = LobClient(ApiKey(NAME, secret, read_again), base_url)
        self._now = now

    def lines(self, since: date, references: Sequence[str]) -> Iterator[StatementLine]:
        """Every check."""
        del references
        for check in self._client.checks_since(since):
            yield self._line(check)

    def lines_of(self, reference: str, provider_id: str | None) -> tuple[StatementLine, ...]:
        """The checks whose metadata carries our reference."""
        del provider_id
        return tuple(self._line(check) for check in self._client.checks_of(reference) if check.reference == reference)

    def _line(self, check: Check) -> StatementLine:
        state, detail = state_of(check, self._now())
        made_at = check.date_created or check.send_date
        if made_at is None:
            raise OutcomeUnknown(NAME, f"check {check.id} has no date")
        return payout_line(
            NAME,
            check.id,
            state,
            amount=cost_of(check) or Money(0, "USD"),
            on=made_at.astimezone(UTC).date(),
            reference=check.reference,
            detail=detail,
        )
