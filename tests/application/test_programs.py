"""Publishing: immutable versions behind one head, and the same document twice is one version."""

import json

import pytest

from builders import NOW, deal_event, document, program, rule, usd
from guerdon.application.audit_records import Audit
from guerdon.application.programs import NotInForce, ProgramShelf, Published, StoredProgramUnreadable
from guerdon.application.records import ProgramHead, ProgramVersion
from guerdon.domain.actions import AuditAction
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.errors import StoreBusy
from guerdon.domain.judgment import Outcome
from world import World

NAME = "customer-referral"


@pytest.fixture
def world() -> World:
    return World()


def test_the_first_publication_is_version_1(world: World) -> None:
    assert world.publish(document(), "ada@example.com") == Published(NAME, 1, new=True)
    (version,) = world.store.of(ProgramVersion)
    assert (version.number, version.published_at, version.published_by) == (1, NOW, "ada@example.com")
    assert json.loads(version.document) == document()
    assert world.store.of(ProgramHead) == [ProgramHead(NAME, 1)]


def test_the_same_document_publishes_nothing_whatever_its_order(world: World) -> None:
    world.publish(document(), "ada@example.com")
    again = dict(reversed(document().items()))
    assert world.publish(again, "grace@example.com") == Published(NAME, 1, new=False)
    assert len(world.store.commits) == 1


def test_a_changed_document_is_the_next_version_and_the_old_one_stays(world: World) -> None:
    world.publish(document(), "ada@example.com")
    assert world.publish(document(hold_days="14"), "ada@example.com") == Published(NAME, 2, new=True)
    assert [version.number for version in world.store.of(ProgramVersion)] == [1, 2]
    assert world.store.of(ProgramHead) == [ProgramHead(NAME, 2, 2)]


def test_each_publication_has_its_line_in_the_audit_trail(world: World) -> None:
    world.publish(document(), "console:ada@example.com")
    world.publish(document(hold_days="14"), "console:grace@example.com", "a longer hold")
    world.publish(document(hold_days="14"), "console:ada@example.com")
    digests = [version.sha256 for version in world.store.of(ProgramVersion)]
    assert [(line.actor, line.before, line.after, line.reason) for line in world.store.of(Audit)] == [
        ("console:ada@example.com", None, f"version 1, {digests[0]}", None),
        ("console:grace@example.com", "version 1", f"version 2, {digests[1]}", "a longer hold"),
    ]
    assert {(line.at, line.action, line.subject_kind, line.subject_id) for line in world.store.of(Audit)} == {
        (NOW, AuditAction.PROGRAM_PUBLISHED, "program", NAME)
    }


def test_going_back_to_an_old_document_is_a_new_version(world: World) -> None:
    for text in ("0", "14", "0"):
        world.publish(document(hold_days=text), "ada@example.com")
    assert world.store.of(ProgramHead) == [ProgramHead(NAME, 3, 3)]


def test_a_wrong_document_publishes_nothing(world: World) -> None:
    findings = world.publish(document(currency="XXX"), "ada@example.com")
    assert isinstance(findings, tuple)
    assert [finding.place for finding in findings] == ["currency"]
    assert world.store.rows == {}


def test_of_two_publications_at_once_both_get_their_own_version(world: World) -> None:
    other = world.other_process()
    world.store.meanwhile(lambda: other.publish(document(hold_days="7"), "grace@example.com"))
    assert world.publish(document(), "ada@example.com") == Published(NAME, 2, new=True)
    assert [(version.number, version.published_by) for version in world.store.of(ProgramVersion)] == [
        (1, "grace@example.com"),
        (2, "ada@example.com"),
    ]


def test_of_two_publications_of_the_same_document_one_is_enough(world: World) -> None:
    other = world.other_process()
    world.store.meanwhile(lambda: other.publish(document(), "grace@example.com"))
    assert world.publish(document(), "ada@example.com") == Published(NAME, 1, new=False)


def test_endless_conflicts_publish_nothing(world: World) -> None:
    world.store.conflict(100)
    with pytest.raises(StoreBusy, match="published by somebody else"):
        world.publish(document(), "ada@example.com")
    assert world.store.rows == {}


def test_the_shelf_reads_the_version_in_force(world: World) -> None:
    shelf = ProgramShelf(world.store)
    unknown = shelf.in_force(deal_event())
    assert unknown == NotInForce(Outcome.UNKNOWN_PROGRAM, f"no program {NAME!r} is published")
    world.publish(document(), "ada@example.com")
    assert shelf.in_force(deal_event()) == (program(), 1)
    world.publish(document(rules=[rule(name="other")]), "ada@example.com")
    assert shelf.in_force(deal_event()) == (program(rule(name="other")), 2)


def test_a_version_is_compiled_once(world: World) -> None:
    shelf = ProgramShelf(world.store)
    world.publish(document(), "ada@example.com")
    first, second = shelf.in_force(deal_event()), shelf.in_force(deal_event())
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)
    assert first[0] is second[0]


def test_an_unreadable_version_names_every_mistake(world: World) -> None:
    broken = json.dumps(document(currency="XXX"))
    world.store.put(ProgramHead(NAME, 7), ProgramVersion(NAME, 7, broken, "", NOW, "x"))
    with pytest.raises(StoredProgramUnreadable) as raised:
        ProgramShelf(world.store).in_force(deal_event())
    assert (raised.value.program, raised.value.number) == (NAME, 7)
    assert [finding.place for finding in raised.value.findings] == ["currency"]


def test_a_head_without_its_version_is_unreadable(world: World) -> None:
    world.store.put(ProgramHead(NAME, 1))
    with pytest.raises(StoredProgramUnreadable):
        ProgramShelf(world.store).in_force(deal_event())


def test_the_head_has_the_ceilings_of_the_current_version(world: World) -> None:
    world.publish(document(ceilings={"payouts_per_day": "50", "amount_per_day": "5000.00"}), "ops@example.com")
    ceilings = Ceilings("America/New_York", 50, usd("5000.00"))
    assert world.store.of(ProgramHead) == [ProgramHead(NAME, 1, 1, ceilings)]
    world.publish(document(ceilings={"payouts_per_day": "7"}), "ops@example.com")
    assert world.store.of(ProgramHead) == [ProgramHead(NAME, 2, 2, Ceilings("America/New_York", 7))]
    world.publish(document(), "ops@example.com")
    assert world.store.of(ProgramHead) == [ProgramHead(NAME, 3, 3)]
