"""Once a day, and when asked: hold the statement of one provider against the journal.

It is deployed once for each provider, with that provider's key and no other. The one of Lob, whose checks draw on the
bank, looks at the bank's lines too. `guerdon doctor` asks it whether the provider takes the key, so that the key need
not leave it.
"""

from dataclasses import asdict
from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.log import function_log

log = function_log()


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Do one run; `{"month": "2026-11"}` compares that month. The answer counts what was found.

    `{"look": "access"}` compares nothing: the answer is the `ProviderAccess`.
    """
    if event.get("look") == "access":
        access = bootstrap.provider_access()
        log.info("looked at the provider's access", extra={"answered": access.answered, "missing": access.missing})
        return asdict(access)
    reconcile, reconcile_bank = bootstrap.reconcile()
    if reconcile_bank is not None:
        log.info("reconciled the bank", extra={"differing": reconcile_bank().differing})
    month = event.get("month")
    run = reconcile.of_month(month) if isinstance(month, str) else reconcile()
    counted = {name: value for name, value in asdict(run).items() if isinstance(value, int | str)}
    log.info("reconciled", extra=counted)
    return counted
