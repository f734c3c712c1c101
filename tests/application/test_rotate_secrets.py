"""Two secrets are valid while one rotates, whoever else is at work on it and wherever the process dies."""

from datetime import timedelta
from typing import Any

import pytest

import builders
from builders import NOW
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from fakes.vault import MemoryVault
from guerdon.adapters.providers.access import mode_of
from guerdon.application.another_account import LISTED_WITHIN
from guerdon.application.audit_records import Audit
from guerdon.application.records import ChannelSwitch
from guerdon.application.rotate_secrets import NotRotated, Place, Rotated, RotateSecrets, new_connection_secret
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import SAID_NOT_MOVED, Change, PayoutStatus

PAT, WHY = "aws:arn:aws:iam::123456789012:user/pat", "the yearly change"
CRM, LOB = Place("connection", "crm"), Place("webhooks", "lob")


class World:
    """Secrets of a stack, and its audit trail."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.vaults: dict[str, MemoryVault] = {
            "connections": MemoryVault(
                {
                    "crm": {"source": "standard", "source_account": "acme", "secrets": ["older"]},
                    "other": {"source": "standard", "source_account": "other", "secrets": ["theirs"]},
                }
            ),
            "webhooks": MemoryVault({"lob": ["older"], "stripe": ["whsec_theirs"]}),
            "lob": MemoryVault({"api_key": "older", "bank_account": "bank_1"}),
        }
        self.rotate = RotateSecrets(self.store, self.store, FakeClock(), self.vaults.__getitem__, mode_of)

    def value(self, name: str) -> dict[str, Any]:
        return self.vaults[name].value

    @property
    def crm(self) -> list[str]:
        secrets: list[str] = self.value("connections")["crm"]["secrets"]
        return secrets

    @property
    def trail(self) -> list[AuditAction]:
        return [line.action for line in self.store.of(Audit)]


@pytest.fixture
def world() -> World:
    return World()


def test_both_are_valid_until_the_rotation_is_finished(world: World) -> None:
    assert world.rotate.begin(CRM, "newer", PAT, WHY) == Rotated(2)
    assert world.crm == ["newer", "older"]
    assert world.rotate.finish(CRM, PAT, WHY) == Rotated(1)
    assert world.crm == ["newer"]
    assert world.trail == [AuditAction.ROTATION_BEGUN, AuditAction.ROTATION_FINISHED]


def test_a_rotation_that_is_taken_back_leaves_the_older_one(world: World) -> None:
    world.rotate.begin(CRM, "newer", PAT, WHY)
    assert world.rotate.undo(CRM, PAT, WHY) == Rotated(1)
    assert world.crm == ["older"]
    assert world.trail == [AuditAction.ROTATION_BEGUN, AuditAction.ROTATION_UNDONE]


def test_everything_else_in_the_secret_stays(world: World) -> None:
    world.rotate.begin(CRM, "newer", PAT, WHY)
    world.rotate.begin(LOB, "newer", PAT, WHY)
    assert world.value("connections") == {
        "crm": {"source": "standard", "source_account": "acme", "secrets": ["newer", "older"]},
        "other": {"source": "standard", "source_account": "other", "secrets": ["theirs"]},
    }
    assert world.value("webhooks") == {"lob": ["newer", "older"], "stripe": ["whsec_theirs"]}


def test_finishing_or_taking_back_again_changes_nothing_and_says_so(world: World) -> None:
    for end in (world.rotate.finish, world.rotate.undo):
        assert end(CRM, PAT, WHY) == Rotated(1, again=True)
    assert (world.crm, world.trail) == (["older"], [])


def test_a_second_rotation_waits_for_the_first(world: World) -> None:
    world.rotate.begin(CRM, "newer", PAT, WHY)
    refused = world.rotate.begin(CRM, "newest", PAT, WHY)
    assert refused == NotRotated("it is being rotated already: finish that with --finish, or take it back with --undo")
    assert (world.crm, len(world.trail)) == (["newer", "older"], 1)


def test_the_same_secret_again_is_there_already(world: World) -> None:
    assert world.rotate.begin(LOB, "older", PAT, WHY) == Rotated(1, again=True)
    world.rotate.begin(LOB, "newer", PAT, WHY)
    assert world.rotate.begin(LOB, "newer", PAT, WHY) == Rotated(2, again=True)
    assert world.value("webhooks")["lob"] == ["newer", "older"]


def test_the_older_secret_is_not_taken_for_a_newer_one(world: World) -> None:
    world.rotate.begin(LOB, "newer", PAT, WHY)
    refused = world.rotate.begin(LOB, "older", PAT, WHY)
    assert refused == NotRotated("that is the older secret: take the rotation back instead, with --undo")
    assert world.value("webhooks")["lob"] == ["newer", "older"]


@pytest.mark.parametrize(
    ("place", "there_are"),
    [(Place("connection", "pipedrive"), "crm, other"), (Place("webhooks", "printful"), "lob, stripe")],
)
def test_a_sender_that_is_not_known_is_refused_with_those_that_are(world: World, place: Place, there_are: str) -> None:
    assert world.rotate.begin(place, "newer", PAT, WHY) == NotRotated(f"there is none; there are: {there_are}")
    assert world.trail == []


def test_who_changed_it_and_why_is_kept_and_no_value_is(world: World) -> None:
    world.rotate.begin(CRM, "newer", PAT, WHY)
    (line,) = world.store.of(Audit)
    assert (line.at, line.actor, line.reason) == (NOW, PAT, WHY)
    assert (line.subject_kind, line.subject_id) == (SubjectKind.SECRET, "connection crm")
    assert (line.before, line.after) == ("one secret valid", "2 secrets valid")
    assert "newer" not in repr(line)
    assert "older" not in repr(line)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_it_needs_a_reason(world: World, reason: str) -> None:
    for answer in (
        world.rotate.begin(CRM, "newer", PAT, reason),
        world.rotate.finish(CRM, PAT, reason),
        world.rotate.replace_key("lob", "newer", PAT, reason),
    ):
        assert isinstance(answer, NotRotated)
    assert (world.crm, world.value("lob")["api_key"], world.trail) == (["older"], "older", [])


def test_what_somebody_else_changed_meanwhile_is_not_written_over(world: World) -> None:
    theirs = {"lob": ["older"], "stripe": ["whsec_newer", "whsec_theirs"]}
    world.vaults["webhooks"].meddle = theirs
    with pytest.raises(StoreBusy, match="somebody else changed the secret at this moment"):
        world.rotate.begin(LOB, "newer", PAT, WHY)
    assert (world.value("webhooks"), world.trail) == (theirs, [])


def test_a_key_is_replaced_and_the_rest_of_the_secret_stays(world: World) -> None:
    assert world.rotate.replace_key("lob", "newer", PAT, WHY) == Rotated(1)
    assert world.value("lob") == {"api_key": "newer", "bank_account": "bank_1"}
    (line,) = world.store.of(Audit)
    assert (line.action, line.subject_id) == (AuditAction.KEY_REPLACED, "key lob")


def test_the_same_key_again_changes_nothing(world: World) -> None:
    assert world.rotate.replace_key("lob", "older", PAT, WHY) == Rotated(1, again=True)
    assert world.trail == []


def test_a_new_secret_is_one_that_a_connection_believes_and_never_the_same() -> None:
    made = {new_connection_secret() for _ in range(20)}
    assert len(made) == 20
    assert all(secret.startswith("whsec_") and len(secret) == len("whsec_") + 44 for secret in made)


TEST, LIVE = "sk_test_older", "rk_live_newer"
STRIPE = Channel.BILL_CREDIT


@pytest.fixture
def at_rest(world: World) -> World:
    """Stripe's key is one for tests, and its channel was disarmed a minute ago."""
    world.vaults["stripe"] = MemoryVault({"api_key": TEST})
    world.store.put(ChannelSwitch(STRIPE, armed=False, changed_at=NOW - LISTED_WITHIN, changed_by=PAT))
    return world


@pytest.mark.parametrize(
    ("provider", "older", "newer", "words"),
    [
        ("stripe", "sk_test_1", "sk_live_1", "it is a live key, and the one before is a test key"),
        ("stripe", "rk_live_1", "sk_test_1", "it is a test key, and the one before is a live key"),
        ("tremendous", "TEST_1", "PROD_1", "it is a live key, and the one before is a test key"),
        ("lob", "live_1", "test_1", "it is a test key, and the one before is a live key"),
        ("lob", "live_1", "whsec_1", "it is one that does not begin as this provider's keys do"),
    ],
)
def test_a_key_that_shows_itself_to_be_of_another_account_is_refused(
    world: World, provider: str, older: str, newer: str, words: str
) -> None:
    world.vaults[provider] = MemoryVault({"api_key": older})
    refused = world.rotate.replace_key(provider, newer, PAT, WHY)
    assert isinstance(refused, NotRotated)
    assert refused.why.startswith(words)
    assert newer not in refused.why
    assert "could be paid twice" in refused.why
    assert (world.value(provider), world.trail) == ({"api_key": older}, [])


@pytest.mark.parametrize(
    ("provider", "older", "newer"),
    [
        ("stripe", "sk_live_1", "rk_live_2"),
        ("tremendous", "PROD_1", "PROD_2"),
        ("printful", "one", "two"),
        ("lob", "", "live_1"),
    ],
)
def test_a_key_of_the_same_environment_and_the_first_key_are_taken(
    world: World, provider: str, older: str, newer: str
) -> None:
    world.vaults[provider] = MemoryVault({"api_key": older})
    assert world.rotate.replace_key(provider, newer, PAT, WHY) == Rotated(1)
    assert world.value(provider) == {"api_key": newer}


def test_a_key_of_another_account_is_taken_when_that_is_meant_and_nothing_rests_on_the_one_before(
    at_rest: World,
) -> None:
    at_rest.store.put(
        builders.payout(PayoutStatus.SETTLED, payout_id="po_paid", channel=STRIPE),
        builders.payout(PayoutStatus.EARNED, payout_id="po_held", channel=STRIPE),
        builders.payout(PayoutStatus.SUBMITTED, payout_id="po_elsewhere", channel=Channel.CHECK),
    )
    assert at_rest.rotate.replace_key("stripe", LIVE, PAT, WHY, another_account=True) == Rotated(1)
    assert at_rest.value("stripe") == {"api_key": LIVE}
    (line,) = at_rest.store.of(Audit)
    assert (line.before, line.after) == ("test key", "live key, of another account")


@pytest.mark.parametrize("status", [PayoutStatus.RELEASED, PayoutStatus.SUBMITTED])
def test_no_other_account_is_taken_while_something_is_under_way(at_rest: World, status: PayoutStatus) -> None:
    at_rest.store.put(builders.payout(status, payout_id="po_sent", channel=STRIPE))
    refused = at_rest.rotate.replace_key("stripe", LIVE, PAT, WHY, another_account=True)
    assert refused == NotRotated(f"po_sent is {status}, and only the account before knows what became of it")
    assert (at_rest.value("stripe"), at_rest.trail) == ({"api_key": TEST}, [])


@pytest.mark.parametrize(
    "status", [PayoutStatus.FAILED, PayoutStatus.RETURNED, PayoutStatus.BLOCKED, PayoutStatus.EARNED]
)
def test_no_other_account_is_taken_while_a_persons_word_has_to_be_asked_after(
    at_rest: World, status: PayoutStatus
) -> None:
    said = (Change(NOW, PayoutStatus.FAILED, SAID_NOT_MOVED, 1),)
    at_rest.store.put(builders.payout(status, payout_id="po_said", channel=STRIPE, history=said))
    refused = at_rest.rotate.replace_key("stripe", LIVE, PAT, WHY, another_account=True)
    assert refused == NotRotated(f"po_said is {status}, and only the account before knows what became of it")
    assert at_rest.trail == []


@pytest.mark.parametrize(
    "switch",
    [
        ChannelSwitch(STRIPE, armed=True, changed_at=NOW - timedelta(days=9), changed_by=PAT),
        ChannelSwitch(STRIPE, armed=False, changed_at=NOW - LISTED_WITHIN + timedelta(seconds=1), changed_by=PAT),
    ],
    ids=["armed", "just disarmed"],
)
def test_no_other_account_is_taken_while_its_channel_may_still_release(at_rest: World, switch: ChannelSwitch) -> None:
    at_rest.store.put(switch)
    refused = at_rest.rotate.replace_key("stripe", LIVE, PAT, WHY, another_account=True)
    assert isinstance(refused, NotRotated)
    assert refused.why.startswith("bill_credit is armed, or was a minute ago: guerdon disarm bill_credit")
    assert (at_rest.value("stripe"), at_rest.trail) == ({"api_key": TEST}, [])
