"""Reading checks and the bank's lines: by key, and by three indexes."""

from collections.abc import Iterator

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.check_models import BankLineModel, CheckModel
from guerdon.adapters.dynamodb.failures import store_busy
from guerdon.adapters.dynamodb.row_reads import RowReads
from guerdon.domain.checks import BankLine, Check
from guerdon.domain.reconciliation import BANK


class CheckReads(RowReads):
    """What the store knows of checks; see check_ports.CheckStore for what it promises."""

    def check(self, payout_id: str, attempt: int) -> Check | None:
        """The check of one attempt."""
        return self._get(CheckModel, payout_id, attempt)

    def checks_of(self, payout_id: str) -> Iterator[Check]:
        """The checks of a payout."""
        with store_busy():
            for found in self.tables.model(CheckModel).query(payout_id, consistent_read=True):
                yield found.to_row()

    def checks_numbered(self, number: str) -> Iterator[Check]:
        """The checks with a number: found by the index, and each read as it is stored now."""
        with store_busy():
            for place in self.tables.model(CheckModel).by_number.query(number):
                found = self._get(CheckModel, place.payout_id, place.attempt)
                if found is not None:
                    yield found

    def outstanding_checks(self) -> Iterator[Check]:
        """The outstanding checks, shard by shard, the oldest of each first."""
        model = self.tables.model(CheckModel)
        for shard in range(keys.SHARDS):
            with store_busy():
                for found in model.outstanding.query(str(shard)):
                    yield found.to_row()

    def bank_line(self, account: str, month: str, line_id: str) -> BankLine | None:
        """One line of a statement."""
        return self._get(BankLineModel, keys.statement_key(BANK, account, month), line_id)

    def bank_lines(self, account: str, month: str) -> Iterator[BankLine]:
        """The lines of a month, in the order of their ids."""
        with store_busy():
            statement = keys.statement_key(BANK, account, month)
            for found in self.tables.model(BankLineModel).query(statement, consistent_read=True):
                yield found.to_row()

    def unmatched_bank_lines(self) -> Iterator[BankLine]:
        """The lines that cleared nothing, shard by shard, the oldest of each first."""
        model = self.tables.model(BankLineModel)
        for shard in range(keys.SHARDS):
            with store_busy():
                for found in model.unmatched.query(str(shard)):
                    yield found.to_row()
