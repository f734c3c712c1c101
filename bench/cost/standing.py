"""What a stack costs in a month by itself, paid or not: by what the template makes, and what runs by the clock."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import yaml

from bench.cost.prices import GB, Prices
from bench.cost.usage import Usage
from local.cloud.settings import ROOT

IDLE_POLLS: Final = 5 * 3 * 60 * 24 * 30
"""Receipts a month of one queue that a function reads and that is empty: Lambda keeps five readers, each of which waits
up to 20 seconds for a message ("Using Lambda with Amazon SQS")."""

KEY_REQUESTS: Final = 12 * 24 * 30
"""Requests a month to KMS for one table that is always in use: DynamoDB asks for the table's key every five minutes
("Encryption at rest: usage notes")."""

RUNS_A_MONTH: Final = {"sweep": 12 * 24 * 30, "seal_ledger": 4 * 24 * 30}
"""How often the schedules start a function by the template's defaults. Reconciliation runs once a day and costs by how
much there is to compare; it is left out."""

SIZES: Final = (0, 1_000, 100_000)
"""Payouts a month that the table is made for."""


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's short functions as None: what is counted here uses none."""


_Template.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


def resources() -> Counter[str]:
    """How many resources of each type the template makes."""
    # A SafeLoader subclass: it makes plain data only.
    template = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=_Template)  # noqa: S506 - see above.
    found: Mapping[str, Mapping[str, Any]] = template["Resources"]
    return Counter(resource["Type"] for resource in found.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """One stack.

    Attributes:
        made: How many resources of each type it has.
        metrics: How many metrics of our own it keeps, each with its dimensions.
        run_of: What one run of each function takes that a schedule starts.
    """

    made: Mapping[str, int]
    metrics: int
    run_of: Mapping[str, Usage]

    def month(self, prices: Prices) -> Iterator[tuple[str, Decimal]]:
        """What it costs in a month in which nothing is paid, line by line, in USD."""
        of, made = prices.of, self.made
        secrets, alarms = made["AWS::SecretsManager::Secret"], made["AWS::CloudWatch::Alarm"]
        queues, tables = made["AWS::Lambda::EventSourceMapping"], made["AWS::DynamoDB::Table"]
        yield f"{secrets} secrets", secrets * of["secrets_manager"]["secret_month"]
        yield f"{alarms} alarms", alarms * of["cloudwatch"]["alarm_month"]
        yield f"{self.metrics} metrics of our own", self.metrics * of["cloudwatch"]["metric_month"]
        if dashboards := made.get("AWS::CloudWatch::Dashboard", 0):
            words = "1 dashboard" if dashboards == 1 else f"{dashboards} dashboards"
            yield words, dashboards * of["cloudwatch"]["dashboard_month"]
        yield f"readers of {queues} queues, waiting for messages", queues * IDLE_POLLS * of["sqs"]["request"]
        yield f"keys of {tables} encrypted tables, at most", tables * KEY_REQUESTS * of["kms"]["request"]
        for function, runs in RUNS_A_MONTH.items():
            bill = prices.bill(self.run_of[function])
            yield f"{function}, {runs:,} runs", runs * sum(bill.values(), Decimal())


def stored_month(prices: Prices, size: int) -> Decimal:
    """What keeping `size` bytes costs for a month, with the backup to any point in time."""
    of = prices.of["dynamodb"]
    return (of["stored_gb_month"] + of["backed_up_gb_month"]) * size / GB
