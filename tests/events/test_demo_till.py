"""The demo's comparison of the till with the books, after somebody voided a check."""

from datetime import date

import builders
from guerdon.domain.checks import Check
from local.demo import report

CHECK = Check("po_1", 1, "10010", builders.usd("150.00"), date(2025, 12, 8), "payroll-referral", "Harbor Payroll, Inc.")


def test_a_check_that_somebody_voided_does_not_count_as_taken() -> None:
    till = {("lob", "USD"): 400_00, ("tremendous", "USD"): 50_00}
    assert report.less_voided(till, [CHECK]) == {("lob", "USD"): 250_00, ("tremendous", "USD"): 50_00}
    assert report.less_voided(till, []) == till
    assert till["lob", "USD"] == 400_00
