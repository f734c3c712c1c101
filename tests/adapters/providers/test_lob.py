from datetime import date, datetime, timedelta

import pytest

from adapters.providers.conftest import Sandbox
from adapters.providers.orders import NOW, ORDER, REFERENCE, SECRETS, worth
from adapters.providers.servers import Scripted
from guerdon.adapters.providers.build import build_provider
from guerdon.application.ports import CancelingProvider, PayoutProvider
from guerdon.application.records import AnswerState, FrozenRequest, ProviderAnswer
from guerdon.domain.errors import OutcomeUnknown, ProviderUnavailable
from guerdon.domain.money import Money

WINDOW = timedelta(minutes=5)


@pytest.fixture
def lob(scripted: Scripted) -> PayoutProvider:
    return build_provider("lob", SECRETS["lob"], scripted.url)


def check(**more: object) -> dict[str, object]:
    return {
        "id": "chk_1",
        "amount": 125.5,
        "metadata": {"guerdon_attempt": REFERENCE},
        "status": "rendered",
        "send_date": (NOW + WINDOW).isoformat(),
        "tracking_events": [],
        **more,
    }


def event(name: str) -> dict[str, str]:
    return {"name": name, "time": "2026-11-24T01:00:00Z"}


@pytest.mark.parametrize(
    ("seen", "now", "expected"),
    [
        (check(), NOW, (AnswerState.PENDING, "rendered", None)),
        (check(status="processed"), NOW, (AnswerState.PENDING, "processed", None)),
        (check(), NOW + WINDOW, (AnswerState.DONE, "cancel_window_over", date(2026, 11, 22))),
        (check(status="processed"), NOW + WINDOW, (AnswerState.PENDING, "processed", None)),
        (check(status=None), NOW + WINDOW, (AnswerState.DONE, "cancel_window_over", date(2026, 11, 22))),
        (check(tracking_events=[event("Mailed")]), NOW, (AnswerState.DONE, "mailed", date(2026, 11, 24))),
        (check(tracking_events=[event("In Transit")]), NOW, (AnswerState.DONE, "mailed", date(2026, 11, 24))),
        (check(tracking_events=[event("Re-Routed")]), NOW, (AnswerState.DONE, "mailed", date(2026, 11, 24))),
        (
            check(tracking_events=[event("Mailed"), event("Returned to Sender")]),
            NOW,
            (AnswerState.RETURNED, "returned_to_sender", None),
        ),
        (check(status="failed"), NOW + WINDOW, (AnswerState.CANCELED, "failed", None)),
        (check(deleted=True), NOW + WINDOW, (AnswerState.CANCELED, "deleted", None)),
        (check(send_date=None), NOW + WINDOW, (AnswerState.PENDING, "rendered", None)),
    ],
)
def test_what_a_check_says_has_one_meaning(
    lob: PayoutProvider,
    scripted: Scripted,
    seen: dict[str, object],
    now: datetime,
    expected: tuple[AnswerState, str, date | None],
) -> None:
    scripted.says(200, seen)
    state, detail, value_on = expected

    assert lob.look_up_resource("checks", "chk_1", now) == ProviderAnswer(
        REFERENCE, "chk_1", state, detail, Money(12550, "USD"), value_on
    )


def test_the_frozen_bytes_go_under_our_reference_as_the_key(lob: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, check())
    request = lob.freeze(ORDER)

    lob.submit(request, NOW)

    said = scripted.asked[0]
    assert (said.method, said.path, said.body.decode()) == ("POST", "/checks", request.body)
    assert said.headers["idempotency-key"] == REFERENCE
    assert said.headers["authorization"] == "Basic dGVzdF9rZXk6"


@pytest.mark.parametrize(
    "body",
    [
        check(metadata={"guerdon_attempt": "po_other-1"}),
        check(metadata=None),
        check(amount=125.505),
        check(send_date="2026-11-22T12:05:00"),
        {"object": "check"},
        b"",
    ],
)
def test_a_success_that_says_something_else_is_unknown(lob: PayoutProvider, scripted: Scripted, body: object) -> None:
    scripted.says(200, body)

    with pytest.raises(OutcomeUnknown):
        lob.submit(lob.freeze(ORDER), NOW)


def test_a_refusal_carries_lobs_code_and_nobodys_address(lob: PayoutProvider, scripted: Scripted) -> None:
    problem = {"message": "185 Berry St is undeliverable", "code": "failed_deliverability_strictness"}
    scripted.says(422, {"error": {**problem, "status_code": 422}})

    answer = lob.submit(lob.freeze(ORDER), NOW)

    assert answer == ProviderAnswer(
        REFERENCE, "", AnswerState.REFUSED, "422 failed_deliverability_strictness", None, None
    )


def test_a_look_up_asks_for_our_reference(lob: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, {"data": []})

    assert lob.look_up(lob.freeze(ORDER), NOW) is None
    assert scripted.asked[0].path == f"/checks?metadata%5Bguerdon_attempt%5D={REFERENCE}&limit=10"


def test_a_list_that_was_not_filtered_proves_nothing(lob: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, {"data": [check(metadata={"guerdon_attempt": "po_other-1"})]})

    with pytest.raises(OutcomeUnknown, match="its filter was not applied"):
        lob.look_up(lob.freeze(ORDER), NOW)


def test_a_canceled_check_beside_a_standing_one_does_not_count(lob: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, {"data": [check(id="chk_2", deleted=True), check()]})

    answer = lob.look_up(lob.freeze(ORDER), NOW)

    assert answer is not None
    assert (answer.provider_id, answer.state) == ("chk_1", AnswerState.PENDING)


def test_two_standing_checks_are_a_persons_business(lob: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, {"data": [check(id="chk_2"), check()]})

    with pytest.raises(OutcomeUnknown, match="cancel all but one of chk_2, chk_1"):
        lob.look_up(lob.freeze(ORDER), NOW)


def test_a_check_of_somebody_else_is_nothing_of_ours(lob: PayoutProvider, scripted: Scripted) -> None:
    scripted.says(200, check(metadata={}))

    assert lob.look_up_resource("checks", "chk_1", NOW) is None
    assert lob.look_up_resource("letters", "ltr_1", NOW) is None


def test_a_check_is_written_once_however_often_it_is_sent(sandbox: Sandbox) -> None:
    provider = sandbox.provider("lob")
    request = provider.freeze(ORDER)

    answers = [provider.submit(request, NOW) for _ in range(3)]

    assert {(answer.provider_id, answer.state) for answer in answers} == {(answers[0].provider_id, AnswerState.PENDING)}
    assert sandbox.till() == [("lob", REFERENCE, 12550, "USD", "paid")]


def test_a_call_that_timed_out_is_found_by_its_metadata(sandbox: Sandbox) -> None:
    sandbox.fault("lob", "timeout_after")
    provider = sandbox.provider("lob")
    request = provider.freeze(ORDER)

    with pytest.raises(OutcomeUnknown):
        provider.submit(request, NOW)
    found = provider.look_up(request, NOW)

    assert found is not None
    assert found.state is AnswerState.PENDING
    assert sandbox.till() == [("lob", REFERENCE, 12550, "USD", "paid")]


def test_a_check_is_done_once_it_is_mailed(sandbox: Sandbox) -> None:
    provider = sandbox.provider("lob")
    request = provider.freeze(ORDER)
    made = provider.submit(request, NOW)

    sandbox.advance(1500)
    mailed = provider.look_up_resource("checks", made.provider_id, NOW)

    assert mailed is not None
    assert (mailed.state, mailed.detail, mailed.cost) == (AnswerState.DONE, "mailed", Money(12550, "USD"))


@pytest.mark.parametrize(
    ("fault", "state"), [("failed_later", AnswerState.CANCELED), ("returned", AnswerState.RETURNED)]
)
def test_a_check_that_comes_to_nothing_says_how(sandbox: Sandbox, fault: str, state: AnswerState) -> None:
    sandbox.fault("lob", fault)
    provider = sandbox.provider("lob")
    request = provider.freeze(ORDER)
    provider.submit(request, NOW)

    sandbox.advance(5000)
    answer = provider.look_up(request, NOW)

    assert answer is not None
    assert answer.state is state


@pytest.mark.parametrize(
    ("fault", "state"), [("refuse", AnswerState.REFUSED), ("out_of_funds", AnswerState.OUT_OF_FUNDS)]
)
def test_a_no_is_an_answer_and_nothing_moved(sandbox: Sandbox, fault: str, state: AnswerState) -> None:
    sandbox.fault("lob", fault)
    provider = sandbox.provider("lob")

    assert provider.submit(provider.freeze(ORDER), NOW).state is state
    assert sandbox.till() == []


def test_a_rate_limit_is_certainly_nothing_done(sandbox: Sandbox) -> None:
    sandbox.fault("lob", "rate_limit")
    provider = sandbox.provider("lob")

    with pytest.raises(ProviderUnavailable):
        provider.submit(provider.freeze(worth(1, "USD")), NOW)

    assert sandbox.till() == []


def test_what_was_never_sent_is_not_found(sandbox: Sandbox) -> None:
    provider = sandbox.provider("lob")

    assert provider.look_up(provider.freeze(ORDER), NOW) is None
    assert provider.look_up_resource("checks", "chk_0000000000000000", NOW) is None


def submitted(lob: PayoutProvider) -> tuple[FrozenRequest, str]:
    request = lob.freeze(ORDER)
    return request, lob.submit(request, datetime.now(NOW.tzinfo)).provider_id


def test_a_check_is_canceled_until_it_is_mailed_and_again_without_harm(sandbox: Sandbox) -> None:
    lob = sandbox.provider("lob")
    assert isinstance(lob, CancelingProvider)
    request, check_id = submitted(lob)
    lob.cancel(check_id)
    lob.cancel(check_id)
    found = lob.look_up(request, datetime.now(NOW.tzinfo))
    assert found is not None
    assert (found.provider_id, found.state) == (check_id, AnswerState.CANCELED)


def test_a_check_that_was_mailed_stays_so_when_it_is_canceled_too_late(sandbox: Sandbox) -> None:
    lob = sandbox.provider("lob")
    assert isinstance(lob, CancelingProvider)
    request, check_id = submitted(lob)
    sandbox.advance(3600)
    lob.cancel(check_id)
    found = lob.look_up(request, datetime.now(NOW.tzinfo) + timedelta(hours=1))
    assert found is not None
    assert (found.provider_id, found.state) == (check_id, AnswerState.DONE)


@pytest.mark.parametrize(("status", "error"), [(429, ProviderUnavailable), (500, OutcomeUnknown)])
def test_a_cancel_without_a_clear_answer_is_asked_again(
    lob: PayoutProvider, scripted: Scripted, status: int, error: type[Exception]
) -> None:
    assert isinstance(lob, CancelingProvider)
    scripted.says(status, {"error": {"message": "later"}})
    with pytest.raises(error):
        lob.cancel("chk_1")
    assert [(said.method, said.path.rpartition("/")[2]) for said in scripted.asked] == [("DELETE", "chk_1")]
