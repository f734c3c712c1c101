"""Every metric of Guerdon: its name, unit, dimensions and meaning, and how it is printed.

They are lines of the log in CloudWatch's embedded metric format, which costs no call and loses nothing of a function's
time. Each stands under the dimensions `service` and `stack`, and under those with more where `by` says so: a line names
all of them, so a fact is printed once however many ways it is looked at. Counts, amounts and ages only: nothing that
says who somebody is may become a dimension. docs/metrics.md lists them; the alarms and the dashboard in template.yaml
look at no others.

Source: CloudWatch embedded metric format specification.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

NAMESPACE: Final = "Guerdon"
PIPELINE: Final = "pipeline"
"""The service of what several functions print about the same thing."""

_RECEIVE_EVENT: Final = "receive_event"
_RECEIVE_PROVIDER_UPDATE: Final = "receive_provider_update"
_SWEEP: Final = "sweep"

WHOLE: Final[tuple[str, ...]] = ()
"""No further dimension: all of it."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes:
        unit: CloudWatch's unit; hours, percents of a deadline and amounts of money have none there.
        service: The value of the dimension `service`.
        by: The dimensions beside `service` and `stack`, one tuple for each way in which it is looked at.
        meaning: What one data point says, as a sentence.
        counted: When it is printed, and whether the same fact can be printed twice.
    """

    name: str
    unit: MetricUnit
    service: str
    by: tuple[tuple[str, ...], ...]
    meaning: str
    counted: str

    @property
    def dimensions(self) -> frozenset[frozenset[str]]:
        """The whole sets of dimensions under which it stands."""
        return frozenset(frozenset({"service", "stack", *more}) for more in self.by)


_WITH_ITS_TRANSACTION: Final = (
    "with the transaction that makes it true, so once however often a message comes; not at all if the process dies "
    "between the two, or never hears of the commit"
)
_EACH_REQUEST: Final = "with each request, so again when the sender tries again"
_EACH_PASS: Final = "with each pass of the sweep"

EVENTS_RECEIVED: Final = Metric(
    "EventsReceived",
    MetricUnit.Count,
    _RECEIVE_EVENT,
    (WHOLE, ("connection",)),
    "A deal event was taken in from that connection.",
    _WITH_ITS_TRANSACTION,
)
DELIVERIES_REFUSED: Final = Metric(
    "DeliveriesRefused",
    MetricUnit.Count,
    _RECEIVE_EVENT,
    (WHOLE, ("reason",)),
    "A request of a CRM was refused, by the code that it was answered with.",
    _EACH_REQUEST,
)
UPDATES_TAKEN: Final = Metric(
    "UpdatesTaken",
    MetricUnit.Count,
    _RECEIVE_PROVIDER_UPDATE,
    (WHOLE, ("provider",)),
    "A webhook of that provider was believed and queued as a hint.",
    _EACH_REQUEST,
)
UPDATES_REFUSED: Final = Metric(
    "UpdatesRefused",
    MetricUnit.Count,
    _RECEIVE_PROVIDER_UPDATE,
    (WHOLE, ("reason",)),
    "A request to a provider's webhook was refused, by the code that it was answered with.",
    _EACH_REQUEST,
)
EVENTS_DECIDED: Final = Metric(
    "EventsDecided",
    MetricUnit.Count,
    PIPELINE,
    (WHOLE, ("outcome",)),
    "An event was decided for one beneficiary, with that outcome.",
    _WITH_ITS_TRANSACTION,
)
PAYOUT_CHANGES: Final = Metric(
    "PayoutChanges",
    MetricUnit.Count,
    PIPELINE,
    (("status",), ("status", "channel")),
    "A payout of that channel came to that status.",
    _WITH_ITS_TRANSACTION,
)
VALUE_PAID: Final = Metric(
    "ValuePaid",
    MetricUnit.NoUnit,
    PIPELINE,
    (("currency",),),
    "What a settled payout promised, in units of that currency.",
    _WITH_ITS_TRANSACTION,
)
FULFILLMENT_COST: Final = Metric(
    "FulfillmentCost",
    MetricUnit.NoUnit,
    PIPELINE,
    (("currency",),),
    "What the provider charged for a settled payout beyond its value, in units of that currency.",
    _WITH_ITS_TRANSACTION,
)
MAILS_SENT: Final = Metric(
    "MailsSent",
    MetricUnit.Count,
    PIPELINE,
    (WHOLE,),
    "A mail was handed to SES.",
    _WITH_ITS_TRANSACTION,
)
MAILS_DECLINED: Final = Metric(
    "MailsDeclined",
    MetricUnit.Count,
    PIPELINE,
    (WHOLE, ("reason",)),
    "A mail could not be sent to its address, and will not be tried again.",
    _WITH_ITS_TRANSACTION,
)
PROVIDER_ERRORS: Final = Metric(
    "ProviderErrors",
    MetricUnit.Count,
    PIPELINE,
    (WHOLE, ("provider", "error")),
    "A provider could not be asked, or gave no clear answer, by the class of the error; it is asked again.",
    "with each try",
)
TRANSACTIONS_LOST: Final = Metric(
    "TransactionsLost",
    MetricUnit.Count,
    PIPELINE,
    (WHOLE, ("why",)),
    "A transaction wrote nothing: a row had changed or was there already (`condition`), or another was at work on it "
    "(`conflict`). Nothing is lost by that; the work is done on what is stored then.",
    "with each try",
)
STORE_BUSY: Final = Metric(
    "StoreBusy",
    MetricUnit.Count,
    PIPELINE,
    (WHOLE,),
    "DynamoDB throttled a transaction, was away, or gave no whole answer; it is tried again.",
    "with each try",
)
SWEEP_FOUND: Final = Metric(
    "SweepFound",
    MetricUnit.Count,
    _SWEEP,
    (("kind",),),
    "The sweep came upon something whose time had come, by what it did about it; `failed` where it could do nothing.",
    f"{_EACH_PASS}, so again for what is still stuck by the next look",
)
SWEEP_UNFINISHED: Final = Metric(
    "SweepUnfinished",
    MetricUnit.Count,
    _SWEEP,
    (WHOLE,),
    "Of how many kinds of what it looks for the sweep did not come to the end before its time was over; the next pass "
    "goes on.",
    f"{_EACH_PASS}; 0 if it came to the end of all",
)
OLDEST_UNSETTLED_HOURS: Final = Metric(
    "OldestUnsettledHours",
    MetricUnit.NoUnit,
    _SWEEP,
    (("channel",),),
    "How long ago the oldest payout of that channel was submitted of which the provider has not said yet what became.",
    f"{_EACH_PASS} that asks about one: for each payout once an hour",
)
OLDEST_UNSETTLED_PERCENT: Final = Metric(
    "OldestUnsettledPercent",
    MetricUnit.NoUnit,
    _SWEEP,
    (WHOLE,),
    "The same as a part of the time that its channel is given, for the payout that has used up most of it; 100 is "
    "overdue.",
    f"{_EACH_PASS} that asks about one: for each payout once an hour",
)
PAYOUTS_WAITING: Final = Metric(
    "PayoutsWaiting",
    MetricUnit.Count,
    _SWEEP,
    (WHOLE, ("reason",)),
    "How many payouts wait for a person, by why they do; the whole leaves out those that wait on purpose.",
    f"{_EACH_PASS}, as it stands then",
)
EVENTS_WAITING: Final = Metric(
    "EventsWaiting",
    MetricUnit.Count,
    _SWEEP,
    (WHOLE, ("reason",)),
    "How many events wait for a person, by why they do.",
    f"{_EACH_PASS}, as it stands then",
)
UNDECIDED_EVENTS: Final = Metric(
    "UndecidedEvents",
    MetricUnit.Count,
    _SWEEP,
    (WHOLE,),
    "How many events have no outcome yet.",
    f"{_EACH_PASS}, as it stands then",
)
OLDEST_WAITING_HOURS: Final = Metric(
    "OldestWaitingHours",
    MetricUnit.NoUnit,
    _SWEEP,
    (WHOLE,),
    "How long the oldest of what waits for a person has waited, but for what waits on purpose.",
    f"{_EACH_PASS}, as it stands then",
)
RECONCILIATION_AGE_HOURS: Final = Metric(
    "ReconciliationAgeHours",
    MetricUnit.NoUnit,
    _SWEEP,
    (WHOLE, ("provider",)),
    "How long ago that provider's statement was last held against the journal; the whole is the greatest of them.",
    f"{_EACH_PASS}, as it stands then",
)

METRICS: Final = (
    EVENTS_RECEIVED,
    DELIVERIES_REFUSED,
    UPDATES_TAKEN,
    UPDATES_REFUSED,
    EVENTS_DECIDED,
    PAYOUT_CHANGES,
    VALUE_PAID,
    FULFILLMENT_COST,
    MAILS_SENT,
    MAILS_DECLINED,
    PROVIDER_ERRORS,
    TRANSACTIONS_LOST,
    STORE_BUSY,
    SWEEP_FOUND,
    SWEEP_UNFINISHED,
    OLDEST_UNSETTLED_HOURS,
    OLDEST_UNSETTLED_PERCENT,
    PAYOUTS_WAITING,
    EVENTS_WAITING,
    UNDECIDED_EVENTS,
    OLDEST_WAITING_HOURS,
    RECONCILIATION_AGE_HOURS,
)
"""In the order in which a deal meets them."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Prints metrics of one stack.

    Attributes:
        stack: The stack's name.
    """

    stack: str

    def add(self, metric: Metric, value: float = 1, **facts: str) -> None:
        """Print a value that counts under every set of dimensions of `metric`.

        Args:
            metric: Which one.
            value: How much.
            facts: The values of all dimensions that `metric` has beside service and stack.
        """
        self._print(metric, value, metric.by, facts)

    def state(self, metric: Metric, value: float, **facts: str) -> None:
        """Print a value that stands under exactly the dimensions in `facts`, which for the others would be wrong.

        Raises:
            ValueError: `metric` does not stand under those dimensions.
        """
        if tuple(facts) not in metric.by:
            raise ValueError(f"{metric.name} does not stand under {', '.join(facts) or 'none'}")
        self._print(metric, value, (tuple(facts),), facts)

    def _print(self, metric: Metric, value: float, by: tuple[tuple[str, ...], ...], facts: Mapping[str, str]) -> None:
        line = EphemeralMetrics(namespace=NAMESPACE, service=metric.service)
        first, *others = by
        line.add_dimension("stack", self.stack)
        for name in first:
            line.add_dimension(name, facts[name])
        for names in others:
            line.add_dimensions(service=metric.service, stack=self.stack, **{name: facts[name] for name in names})
        line.add_metric(metric.name, metric.unit, value)
        line.flush_metrics()
