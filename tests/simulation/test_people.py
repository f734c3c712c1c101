"""People in the schedules say what became of payouts, and correct what they misread."""

from collections import Counter

from guerdon.application.audit_records import Audit
from guerdon.domain.actions import AuditAction
from guerdon.domain.payout import PayoutStatus
from simulation.invariants import violations
from simulation.people import PERSON, Resolve
from simulation.world import World

_SEEDS = range(200)


def test_people_say_what_became_of_payouts_err_and_correct_themselves() -> None:
    said = Counter[tuple[str, str]]()
    for world in _seen_to():
        world.play()
        assert violations(world) == []
        for line in world.rows.of(Audit):
            if line.action is AuditAction.PAYOUT_RESOLVED:
                assert line.actor == PERSON
                _, _, words = str(line.after).partition(" ")
                said[str(line.before).partition(":")[0], words.partition(",")[0]] += 1
        mistaken = filter(None, map(world.rows.payout, world.people.mistaken))
        assert [payout for payout in mistaken if payout.status is PayoutStatus.SUBMITTED] == []
    assert set(said) >= {
        ("submitted", "carried out"),
        ("submitted", "nothing moved"),
        ("failed", "carried out after all"),
        ("settled", "nothing moved after all"),
    }


def _seen_to() -> list[World]:
    worlds = (World(seed) for seed in _SEEDS)
    return [world for world in worlds if any(isinstance(act, Resolve) for act in world.story.acts)]
