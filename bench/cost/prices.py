"""The price file, and what a use of AWS costs by it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from bench.cost.usage import Usage

FILE: Final = Path(__file__).with_name("prices-us-east-1.toml")
GB: Final = 10**9

STATED_MILLISECONDS: Final = 250
"""How long an invocation is taken to last, in the mean: this machine's time is noise, and AWS gives 512 MB less than a
third of a processor. A release check or a settlement is some calls to DynamoDB; a paying function waits for a provider
once or twice."""

MEMORY_GB: Final = Decimal("0.5")
"""512 MB: what the template gives the functions on the way of a deal."""

ACCESS_LOG_BYTES: Final = 226
"""A line of the HTTP API's access log in the template's format, which the emulator does not write."""

SERVICES: Final = (
    "Step Functions",
    "SES",
    "DynamoDB",
    "Lambda",
    "SQS",
    "CloudWatch Logs",
    "API Gateway",
    "EventBridge",
    "Secrets Manager",
)


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in USD.

    Attributes:
        of: By service and what is billed, such as of["sqs"]["request"].
    """

    region: str
    as_of: date
    of: Mapping[str, Mapping[str, Decimal]]

    @classmethod
    def read(cls, file: Path = FILE) -> "Prices":
        """Read a price file."""
        told = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        return cls(told.pop("region"), told.pop("as_of"), told)

    def lambda_time(self, milliseconds: int) -> Decimal:
        """What so much time of a function costs, beside its requests."""
        return self.of["lambda"]["gb_second"] * MEMORY_GB * milliseconds / 1000

    def bill(self, usage: Usage) -> dict[str, Decimal]:
        """USD by service, of all payouts of `usage` together. A fraction of a cent is not rounded."""
        of, invocations = self.of, usage.invocations.total()
        logged = usage.log_bytes + usage.http_requests * ACCESS_LOG_BYTES
        billed = {
            "Step Functions": of["step_functions"]["transition"] * usage.transitions.total(),
            "SES": of["ses"]["mail"] * usage.mails,
            "DynamoDB": of["dynamodb"]["write_unit"] * usage.written.total()
            + of["dynamodb"]["read_unit"] * usage.read_halves.total() / 2,
            "Lambda": of["lambda"]["request"] * invocations + self.lambda_time(STATED_MILLISECONDS * invocations),
            "SQS": of["sqs"]["request"] * (usage.messages + 2 * usage.polled),
            "CloudWatch Logs": of["cloudwatch"]["logged_gb"] * logged / GB,
            "API Gateway": of["api_gateway"]["request"] * usage.http_requests,
            "EventBridge": of["eventbridge"]["event"] * usage.events,
            "Secrets Manager": of["secrets_manager"]["request"] * usage.secrets_read,
        }
        return {service: billed[service] for service in SERVICES}
