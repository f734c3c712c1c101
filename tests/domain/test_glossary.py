from guerdon.application.reconciliation_records import ItemState
from guerdon.application.records import UNDECIDABLE
from guerdon.domain import glossary
from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.checks import STALE, CheckState, Unmatched
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.judgment import Outcome
from guerdon.domain.pausing import ScopeKind
from guerdon.domain.payout import BlockReason, PayoutStatus, WaitsFor
from guerdon.domain.program import Over
from guerdon.domain.reconciliation import Difference

TABLES = (
    glossary.STATUS,
    glossary.BLOCK_REASON,
    glossary.OUTCOME,
    glossary.OVER,
    glossary.CHANNEL,
    glossary.WAITING,
    glossary.SWITCH,
    glossary.PAUSED,
    glossary.ACTION,
    glossary.CHECK,
    glossary.UNMATCHED,
    glossary.DIFFERENCE,
    glossary.ITEM_STATE,
)


def test_every_name_in_the_code_has_plain_words_and_none_is_left_over() -> None:
    assert set(glossary.STATUS) == set(PayoutStatus)
    assert set(glossary.BLOCK_REASON) == set(BlockReason)
    assert set(glossary.OUTCOME) == set(Outcome)
    assert set(glossary.OVER) == set(Over)
    assert set(glossary.CHANNEL) == set(Channel)
    assert set(glossary.WAITING) == {*BlockReason, *WaitsFor, Outcome.NEEDS_ATTENTION, UNDECIDABLE}
    assert set(glossary.PAUSED) == set(ScopeKind)
    assert set(glossary.ACTION) == set(AuditAction)
    assert set(glossary.CHECK) == {*CheckState, STALE}
    assert set(glossary.UNMATCHED) == set(Unmatched)
    assert set(glossary.DIFFERENCE) == set(Difference)
    assert set(glossary.ITEM_STATE) == set(ItemState)
    assert set(glossary.PERIOD) == set(CountingPeriod)
    assert set(glossary.PROVIDER) == set(PROVIDER_OF.values())


def test_a_meaning_and_an_advice_are_one_sentence_each() -> None:
    for table in TABLES:
        for term in table.values():
            sentences = [term.meaning, term.to_do] if term.to_do else [term.meaning]
            for sentence in sentences:
                assert sentence[0].isupper()
                assert sentence.endswith(".")
                assert ". " not in sentence


def test_words_of_one_table_are_told_apart() -> None:
    for table in TABLES:
        words = [term.words for term in table.values()]
        assert len(set(words)) == len(words)


def test_everything_that_waits_for_a_person_says_what_to_do() -> None:
    assert [reason for reason, term in glossary.WAITING.items() if not term.to_do] == []
    assert {status for status, term in glossary.STATUS.items() if term.to_do} == {"blocked", "failed", "returned"}


def test_status_words_name_our_reasons_in_words_and_a_providers_as_it_is() -> None:
    assert glossary.status_words("settled", None) == "paid"
    assert glossary.status_words("blocked", "observing") == "waiting: its channel was not armed"
    assert glossary.status_words("failed", "card_expired") == "not paid: card_expired"
