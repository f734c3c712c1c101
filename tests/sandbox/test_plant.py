"""A difference planted in the sandbox is found by the production code, and the till knows nothing of it."""

from datetime import UTC, datetime, timedelta

import pytest

import statements
from adapters.providers.conftest import PATHS, Sandbox
from adapters.providers.conftest import sandbox as sandbox_fixture
from adapters.providers.orders import ORDER, SECRETS
from fakes.clock import FakeClock
from guerdon.adapters.providers.build import build_statements
from guerdon.application.reconcile import Reconcile
from guerdon.domain.channel import CHANNEL_OF, PROVIDER_OF
from guerdon.domain.identity import payout_of

sandbox = sandbox_fixture
DIFFERENCES = ("amount_differs", "missing_here", "missing_there", "late")


def paid(sandbox: Sandbox, name: str) -> Reconcile:
    """A payment in the sandbox, the books that have it, and what compares the two."""
    provider, now = sandbox.provider(name), datetime.now(UTC)
    request = provider.freeze(ORDER)
    made = provider.submit(request, now)
    if name == "printful":
        sandbox.advance(10_000)
        provider.confirm(request, made.provider_id, now)  # type: ignore[attr-defined] # It drafts.
    sandbox.advance(20_000)
    store, clock, _ = statements.opened(now + timedelta(days=1), provider=name)
    answer = provider.look_up(request, clock.now())
    assert answer is not None
    owner = payout_of(request.reference)
    assert owner is not None
    statements.settled(
        store, now, answer.cost, now.date(), payout_id=owner[0], channel=CHANNEL_OF[name], value=ORDER.value
    )
    source = build_statements(name, SECRETS[name], sandbox.url + PATHS[name], clock.now, lambda _: request)
    return Reconcile(store, FakeClock(clock.now()), source)


@pytest.mark.parametrize("difference", DIFFERENCES)
@pytest.mark.parametrize("name", PROVIDER_OF.values())
def test_what_is_planted_is_found(sandbox: Sandbox, name: str, difference: str) -> None:
    reconcile = paid(sandbox, name)
    before = sandbox.till()
    assert reconcile().differing == 0

    planted = sandbox.pool.request(
        "POST", f"{sandbox.url}/_sandbox/plant", json={"provider": name, "difference": difference}
    )
    assert planted.status == 201
    reconcile()

    assert [item.difference for item in reconcile.store.open_items()] == [difference]
    assert sandbox.till() == before


def test_a_record_has_one_planted_difference_at_most(sandbox: Sandbox) -> None:
    paid(sandbox, "stripe")
    body = {"provider": "stripe", "difference": "late"}

    statuses = [sandbox.pool.request("POST", f"{sandbox.url}/_sandbox/plant", json=body).status for _ in range(2)]

    assert statuses == [201, 400]


@pytest.mark.parametrize("body", [{}, {"provider": "lob", "difference": "x"}, {"provider": "x", "difference": "late"}])
def test_what_cannot_be_planted_is_said(sandbox: Sandbox, body: dict[str, str]) -> None:
    answer = sandbox.pool.request("POST", f"{sandbox.url}/_sandbox/plant", json=body)

    assert (answer.status, "must be one of" in answer.json()["error"]) == (400, True)
