"""What is found out about a stack, as data that the checks judge. No value of a secret is ever in it.

A fact that could not be read is an `Unread` in its place, with the reason: whoever looks may lack the right to, and
that says nothing about the stack.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from guerdon.domain.channel import Channel
from guerdon.domain.pausing import Pause


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that could not be found out.

    Attributes:
        why: As the end of a sentence: "AWS refused GetAccount: AccessDeniedException".
        to_do: How it can be.
    """

    why: str
    to_do: str = "Look with an AWS identity that has this right, or see to it in the AWS console"


class KeyMode(StrEnum):
    """What a provider's key may do, as its beginning says by the provider's own convention."""

    TEST = "test"  # Everything works, and nothing real moves.
    LIVE = "live"
    UNTOLD = "untold"  # The provider's keys do not say.


class Answered(StrEnum):
    """How a provider answered when it was asked something that changes nothing."""

    YES = "yes"
    REFUSED = "refused"  # It is there, and does not take the key.
    UNCLEAR = "unclear"  # It was not reached, or broke down: that says nothing about the key.
    NOT_ASKED = "not_asked"  # There is no key to ask with.


@dataclass(frozen=True, slots=True)
class ProviderAccess:
    """One provider's secret and how the provider took it, as the function that has the key tells it.

    Attributes:
        fields: Every field that the secret needs.
        missing: Those of them that it lacks.
        detail: What was answered: a status or what broke; empty when it was yes.
        wants: What the provider itself still needs before it carries anything out, as sentences.
    """

    fields: tuple[str, ...]
    missing: tuple[str, ...]
    mode: KeyMode
    answered: Answered
    detail: str = ""
    wants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """The CloudFormation stack, and who looks at it.

    Attributes:
        caller: The AWS identity that looks.
        region: Such as "us-east-1".
        status: CloudFormation's word, such as "CREATE_COMPLETE"; None if there is no such stack.
        outputs: The stack's outputs by name.
        missing: Outputs that this release looks for and the stack does not have.
        parameters: The stack's parameters by name.
    """

    name: str
    caller: str
    region: str
    status: str | None
    outputs: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def local(self) -> bool:
        """Whether it stands on the emulator of `make up`."""
        return self.parameters.get("LocalCloud") == "true"


@dataclass(frozen=True, slots=True)
class Connections:
    """The configured senders of deals.

    Attributes:
        names: Those that are complete.
        wrong: What the others lack, one sentence each.
    """

    names: tuple[str, ...]
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """The address that mail comes from, at SES.

    Attributes:
        identity: The address or domain at SES that covers it; None if there is none.
        verified: Whether SES may send for it.
        signed: Whether its mail is signed with DKIM.
        production: Whether the account is out of SES's sandbox.
        sending: Whether SES lets the account send at all.
    """

    identity: str | None
    verified: bool
    signed: bool
    production: bool
    sending: bool


@dataclass(frozen=True, slots=True)
class TableGuard:
    """How one table is guarded against loss."""

    table: str
    undeletable: bool
    restorable: bool


@dataclass(frozen=True, slots=True)
class PublishedProgram:
    """A program's current version.

    Attributes:
        channels: What its rules pay by.
        ceilings: Whether it says how much it releases in a day at most.
    """

    name: str
    version: int
    channels: frozenset[Channel]
    ceilings: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What the store says about how the pipeline stands.

    Attributes:
        programs: The published programs, by name.
        armed: The channels that may move money.
        paused: What a person stopped, the oldest first.
        unfunded: The channels whose provider is out of money.
        overdue: What the sweep should have looked at more than half an hour ago, and did not: events and payouts.
        sealed_behind: How long ago the last sealed hour of the journal ended; None if nothing was ever published.
        nothing_to_seal: Whether no hour that should be sealed by now, and is not, has an entry.
    """

    programs: tuple[PublishedProgram, ...]
    armed: frozenset[Channel]
    paused: tuple[Pause, ...]
    unfunded: frozenset[Channel]
    overdue: int
    sealed_behind: timedelta | None
    nothing_to_seal: bool = False


@dataclass(frozen=True, slots=True)
class Inside:
    """What is found out about a stack that is there.

    Attributes:
        providers: By the provider's name.
        webhooks: The providers whose webhooks' secrets are in place.
        subscribers: Confirmed subscriptions of the alarm topic; None if the stack has no topic.
        people: Who may sign in to the console, by group.
        invoked: Whether a function of the schedule ran in the last hour, by its name.
        dead: How many messages lie in each dead-letter queue, by the output that names it.
        ringing: The alarms of the stack that are in alarm, each with its description.
    """

    connections: Connections | Unread
    providers: Mapping[str, ProviderAccess | Unread]
    webhooks: frozenset[str] | Unread
    sender: Sender | Unread
    subscribers: int | Unread | None
    people: Mapping[str, frozenset[str]] | Unread
    tables: tuple[TableGuard, ...] | Unread
    pipeline: Pipeline
    invoked: Mapping[str, bool] | Unread
    dead: Mapping[str, int] | Unread
    ringing: Mapping[str, str] | Unread


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is found out about a stack.

    Attributes:
        inside: None if the stack is not there, or not whole, so that there is nothing to look into.
    """

    at: datetime
    deployment: Deployment
    inside: Inside | None
