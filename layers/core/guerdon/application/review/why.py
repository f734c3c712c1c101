"""Why a reward is worth what it is, and how every other rule of its program fared."""

from guerdon.application.ports import EventReader, Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.told import told_event
from guerdon.domain.deal import REVISIONS
from guerdon.domain.facts_of import facts_of
from guerdon.domain.reward import Reward
from guerdon.domain.why_not import Fate, fates


def fates_of(store: Store, read_event: EventReader, reward: Reward) -> tuple[Fate, ...]:
    """How every rule of the version that decided fared; none once what the CRM said was erased.

    Raises:
        StoredProgramUnreadable: This release cannot read that version any more.
        StoreBusy: The database is throttled or away.
    """
    told = told_event(store, read_event, reward.event_id)
    if told is None or told.type in REVISIONS:
        return ()
    program = ProgramShelf(store).version(reward.program, reward.program_version)
    return fates(program, facts_of(told, reward.beneficiary), reward.beneficiary, reward.explanation)
