"""The pages about money, over a stack that some weeks of deals went through."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from urllib.parse import unquote_plus

import pytest

from console.history import lived
from console.runner import api, console_as, get, post
from guerdon.adapters.crm.standard.signature import sign
from guerdon.application.audit_records import Audit
from guerdon.application.reconciliation_records import ReconciliationItem, item_of
from guerdon.application.records import AdvocateDetails
from guerdon.application.seal_ledger import SealLedger
from guerdon.console.app import Console
from guerdon.console.http import segment
from guerdon.console.operations import BASE
from guerdon.console.signin.principal import Role
from guerdon.domain.actions import AuditAction
from guerdon.domain.checks import Check
from guerdon.domain.hours import hour_of
from guerdon.domain.ledger import Entry, sums
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reconciliation import Difference, Finding
from local.demo.expectations import EVENTS
from memory_stack import API, SECRET, MemoryStack

DAYS = 40


@pytest.fixture(scope="module")
def past() -> MemoryStack:
    """What happened; a test that changes something has a stack of its own."""
    return lived(DAYS)


@pytest.fixture
def stack() -> MemoryStack:
    return lived(14)


def text_of(console: Console, path: str, **query: str) -> str:
    """A page as it is read, without its markup's breaks."""
    answer = get(console, path, **query)
    assert answer.status == 200, (path, answer.status)
    return unescape(answer.body.decode())


def json_of(console: Console, path: str, **query: str) -> Any:  # noqa: ANN401 - JSON
    answer = api(console, path, **query)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def links(page: str, within: str) -> list[str]:
    """The addresses below /console in a page that begin so, as `get` takes them."""
    found = re.findall(r'href="([^"]+)"', page)
    return [each.removeprefix(BASE) for each in found if each.startswith(f"{BASE}{within}")]


def follow(console: Console, address: str) -> str:
    path, _, query = address.partition("?")
    return text_of(console, path, **dict(pair.split("=", 1) for pair in _decoded(query)))


def _decoded(query: str) -> Iterator[str]:
    return (unquote_plus(pair) for pair in query.split("&") if pair)


def of_status(stack: MemoryStack, status: PayoutStatus) -> Payout:
    return next(payout for payout in stack.store.of(Payout) if payout.status is status)


def test_the_overview_says_what_is_owed_and_what_needs_somebody(past: MemoryStack) -> None:
    found = json_of(console_as(Role.VIEWER, past), "/overview")
    owed = [card for card in found["cards"] if card["words"] == "owed to advocates"]
    balances = sums(p.amount for e in past.store.of(Entry) for p in e.postings if p.account == "rewards_liability")
    assert [card["amount"]["amount_minor"] for card in owed] == [-balances["USD"]]
    waiting = [p for p in past.store.of(Payout) if p.waits_for is not None]
    of_payouts = [need for need in found["today"] if need["href"].startswith(f"{BASE}/payouts")]
    assert sum(need["count"] for need in of_payouts) == len(waiting)
    to_close = [need["words"] for need in found["today"] if need["words"].startswith("month to close")]
    assert "month to close: 2026-09 of Harbor Payroll, Inc." in to_close


def test_an_overview_without_a_deal_says_what_to_do() -> None:
    page = text_of(console_as(Role.VIEWER), "/overview")
    assert "Nothing waits for a person." in page
    assert "Publish a program" in page


def test_what_was_paid_by_month_adds_up_to_what_was_settled(past: MemoryStack) -> None:
    rows = list(csv.DictReader(io.StringIO(get(console_as(Role.VIEWER, past), "/overview.csv").body.decode())))
    settled = [e for e in past.store.of(Entry) if e.kind == "settled"]
    assert sum(int(row["payouts"]) for row in rows) == len(settled)
    worth = sum(max(p.amount.amount_minor for p in e.postings) for e in settled)
    assert sum(round(float(row["paid"]) * 100) for row in rows) == worth


def test_an_amount_leads_to_its_entries_and_they_to_the_payout(past: MemoryStack) -> None:
    console = console_as(Role.VIEWER, past)
    (entries,) = links(text_of(console, "/overview"), "/ledger/entries?account=rewards_liability&currency=USD")[:1]
    listed = follow(console, entries)
    entry = follow(console, links(listed, "/ledger/entries/")[0])
    payout = links(entry, "/payouts")[-1]
    assert "Payouts" in follow(console, payout) or "Its story" in follow(console, payout)


def test_the_entries_behind_a_balance_add_up_to_it(past: MemoryStack) -> None:
    console = console_as(Role.VIEWER, past)
    for balance in json_of(console, "/ledger")["balances"]:
        of, cursor, total = balance["of"], "", 0
        while True:
            page = json_of(console, "/ledger/entries", **of, **({"cursor": cursor} if cursor else {}))
            total += sum(said["amount"]["amount_minor"] for said in page["entries"])
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert total == balance["balance"]["amount_minor"], of


def test_the_trial_balance_has_the_same_on_both_sides(past: MemoryStack) -> None:
    for found in json_of(console_as(Role.VIEWER, past), "/ledger")["sums"]:
        assert found["debits"] == found["credits"]


@pytest.mark.parametrize("written", ["ada@example.com", "ADA@Example.com"])
def test_payouts_are_found_by_an_email_address(past: MemoryStack, written: str) -> None:
    found = json_of(console_as(Role.VIEWER, past), "/payouts", find=written)
    ada = next(each.advocate_id for each in past.store.of(AdvocateDetails) if each.email == "ada@example.com")
    of_ada = {payout.payout_id for payout in past.store.of(Payout) if payout.advocate_id == ada}
    assert {line["payout_id"] for line in found["payouts"]} == of_ada
    assert of_ada


def test_payouts_are_found_by_every_id_that_leads_to_them(past: MemoryStack) -> None:
    console, payout = console_as(Role.VIEWER, past), past.store.of(Payout)[3]
    for written in (payout.payout_id, payout.reward_id, payout.event_id, "D-1003"):
        found = json_of(console, "/payouts", find=written)
        assert [line["payout_id"] for line in found["payouts"]] == [payout.payout_id], written


def test_nothing_found_says_how_to_go_on(past: MemoryStack) -> None:
    page = text_of(console_as(Role.VIEWER, past), "/payouts", find="nobody@example.com")
    assert "There is no payout of whoever has the email address nobody@example.com." in page


def test_payouts_are_filtered_by_status(past: MemoryStack) -> None:
    found = json_of(console_as(Role.VIEWER, past), "/payouts", status="failed")
    failed = {payout.payout_id for payout in past.store.of(Payout) if payout.status is PayoutStatus.FAILED}
    assert {line["payout_id"] for line in found["payouts"]} == failed


def test_a_payout_tells_its_story_in_the_order_of_time(past: MemoryStack) -> None:
    payout = of_status(past, PayoutStatus.SETTLED)
    found = json_of(console_as(Role.VIEWER, past), f"/payouts/{payout.payout_id}")
    moments = [(moment["at"], moment["kind"]) for moment in found["moments"]]
    assert [at for at, _ in moments] == sorted(at for at, _ in moments)
    kinds = [kind for _, kind in moments]
    assert kinds[0] == "event"
    assert {"decision", "payout", "attempt", "answer", "mail", "entry"} <= set(kinds)
    assert "in customer-referral (version 1)" in found["why"]
    assert {rule["rule"] for rule in found["rules"]} == {"gold", "time-clock-shirt", "every-referral"}


def test_a_payout_of_somebody_erased_is_shown_without_them(stack: MemoryStack) -> None:
    payout = of_status(stack, PayoutStatus.SETTLED)
    gone = stack.store.advocate(payout.advocate_id)
    assert gone is not None
    for key in [key for key, row in stack.store.rows.items() if row is gone]:
        del stack.store.rows[key]
    page = text_of(console_as(Role.VIEWER, stack), f"/payouts/{payout.payout_id}")
    assert "erased" in page
    assert str(gone.name) not in page


def test_finance_releases_a_payout_and_the_trail_says_why(stack: MemoryStack) -> None:
    payout = of_status(stack, PayoutStatus.FAILED)
    console = console_as(Role.FINANCE, stack)
    assert "Release again" in text_of(console, f"/payouts/{payout.payout_id}")
    typed = {"reason": "the address is corrected", "run": str(payout.run)}
    answer = post(console, f"/payouts/{payout.payout_id}/release", **typed)
    assert answer.status == 303
    released = stack.store.payout(payout.payout_id)
    assert released is not None
    assert released.run == payout.run + 1
    (line,) = [line for line in stack.store.of(Audit) if line.action is AuditAction.PAYOUT_RELEASED]
    assert (line.actor, line.reason) == ("console:finance@guerdon.example", "the address is corrected")
    assert "the address is corrected" in text_of(console, f"/payouts/{payout.payout_id}")


def test_a_release_without_a_reason_keeps_what_was_typed_and_changes_nothing(stack: MemoryStack) -> None:
    payout = of_status(stack, PayoutStatus.FAILED)
    typed = {"reason": "no", "run": str(payout.run)}
    answer = post(console_as(Role.FINANCE, stack), f"/payouts/{payout.payout_id}/release", **typed)
    assert answer.status == 400
    assert ">no</textarea>" in answer.body.decode()
    assert stack.store.payout(payout.payout_id) == payout


def test_a_viewer_is_offered_no_release(past: MemoryStack) -> None:
    payout = of_status(past, PayoutStatus.FAILED)
    assert "Release again" not in text_of(console_as(Role.VIEWER, past), f"/payouts/{payout.payout_id}")


def test_what_is_paid_cannot_be_released_again(stack: MemoryStack) -> None:
    payout = of_status(stack, PayoutStatus.SETTLED)
    typed = {"reason": "once more", "run": str(payout.run)}
    answer = post(console_as(Role.FINANCE, stack), f"/payouts/{payout.payout_id}/release", **typed)
    assert answer.status == 409
    assert "It was not released" in answer.body.decode()
    assert stack.store.payout(payout.payout_id) == payout


def difference(stack: MemoryStack) -> ReconciliationItem:
    """A difference that a run found."""
    here, there = Money(5000, "USD"), Money(5100, "USD")
    detail = "the books say 50.00 USD; tremendous says 51.00 USD"
    finding = Finding(
        "tremendous", Difference.AMOUNT_DIFFERS, date(2026, 9, 24), detail,
        payout_id=stack.store.of(Payout)[0].payout_id, here=here, there=there,
    )  # fmt: skip
    item = item_of(finding, stack.clock.now())
    stack.store.put(item)
    return item


def test_a_difference_is_listed_until_somebody_resolves_it(stack: MemoryStack) -> None:
    item, console = difference(stack), console_as(Role.FINANCE, stack)
    assert item.detail in text_of(console, "/reconciliation")
    assert "difference from a statement: amount differs" in text_of(console, "/overview")
    entries = stack.store.of(Entry)
    assert post(console, f"/reconciliation/{item.item_id}/resolve", reason="a fee of one dollar").status == 303
    assert item.detail not in text_of(console, "/reconciliation")
    assert item.detail in text_of(console, "/reconciliation", month="2026-09")
    assert "a fee of one dollar" in text_of(console, f"/reconciliation/{item.item_id}")
    assert stack.store.of(Entry) == entries


def test_a_difference_is_resolved_once(stack: MemoryStack) -> None:
    item, console = difference(stack), console_as(Role.FINANCE, stack)
    post(console, f"/reconciliation/{item.item_id}/resolve", reason="a fee of one dollar")
    again = post(console, f"/reconciliation/{item.item_id}/resolve", reason="another reason")
    assert again.status == 409
    kept = stack.store.reconciliation_item(item.item_id)
    assert kept is not None
    assert kept.reason == "a fee of one dollar"


def test_checks_are_aged_and_the_stale_ones_stand_out(stack: MemoryStack) -> None:
    payouts = stack.store.of(Payout)
    for number, mailed_on in (("10401", date(2026, 3, 2)), ("10402", date(2026, 9, 25))):
        payout = payouts[int(number) - 10401]
        stack.store.put(
            Check(payout.payout_id, 1, number, Money(10000, "USD"), mailed_on, payout.program, payout.legal_entity)
        )
    console = console_as(Role.VIEWER, stack)
    found = json_of(console, "/checks")
    assert [(age["band"], age["count"]) for age in found["ages"]] == [("over 180", 1), ("0-30", 1)]
    assert [check["number"] for check in json_of(console, "/checks", stale="true")["checks"]] == ["10401"]
    assert [check["number"] for check in json_of(console, "/checks", number="10402")["checks"]] == ["10402"]
    assert "stale check" in text_of(console, "/overview")


@pytest.mark.parametrize("file_format", ["csv", "beancount", "quickbooks", "xero", "netsuite"])
def test_a_month_is_exported_in_each_format(past: MemoryStack, file_format: str) -> None:
    answer = get(
        console_as(Role.VIEWER, past), "/exports/file", file_format=file_format, first="2026-10-01", last="2026-10-31"
    )
    assert answer.status == 200
    assert f"guerdon-{file_format}-2026-10-01-to-2026-10-31" in answer.headers["content-disposition"]


def test_an_export_has_every_posting_of_its_days(past: MemoryStack) -> None:
    answer = get(
        console_as(Role.VIEWER, past), "/exports/file", file_format="csv", first="2026-09-01", last="2026-11-30"
    )
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert len(rows) == sum(len(entry.postings) for entry in past.store.of(Entry))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"first": "2026-10-02", "last": "2026-10-01"}, "The last day is before the first"),
        ({"first": "2026-01-01", "last": "2026-10-01"}, "more than 92 days"),
        ({"first": "2026-10-01", "last": "2026-10-02", "per": "month"}, "for QuickBooks, Xero and NetSuite"),
    ],
)
def test_an_export_that_cannot_be_is_refused_in_words(past: MemoryStack, asked: dict[str, str], told: str) -> None:
    answer = get(console_as(Role.VIEWER, past), "/exports/file", file_format="csv", **asked)
    assert answer.status == 400
    assert told in answer.body.decode()


def test_finance_writes_off_what_could_not_be_paid(stack: MemoryStack) -> None:
    payout, console = of_status(stack, PayoutStatus.FAILED), console_as(Role.FINANCE, stack)
    assert "Write it off" in text_of(console, f"/payouts/{payout.payout_id}")
    typed = {"reason": "moved, no answer", "state": "NY", "run": str(payout.run)}
    answer = post(console, f"/payouts/{payout.payout_id}/write-off", **typed)
    assert answer.status == 303
    (entry,) = [entry for entry in stack.store.of(Entry) if entry.kind == "written_off"]
    assert [posting.account for posting in entry.postings] == ["rewards_liability", "unclaimed_property:NY"]
    page = text_of(console, f"/payouts/{payout.payout_id}")
    assert "moved, no answer" in page
    assert "Write it off" not in page


def test_a_state_that_is_none_is_refused_and_nothing_is_written_off(stack: MemoryStack) -> None:
    payout = of_status(stack, PayoutStatus.FAILED)
    typed = {"reason": "moved away", "state": "new york", "run": str(payout.run)}
    answer = post(console_as(Role.FINANCE, stack), f"/payouts/{payout.payout_id}/write-off", **typed)
    assert answer.status == 400
    assert ">moved away</textarea>" in answer.body.decode()
    assert stack.store.payout(payout.payout_id) == payout


def test_finance_voids_a_check_and_it_is_owed_again(stack: MemoryStack) -> None:
    body = (EVENTS / "07-percentage.json").read_bytes()
    headers = {"content-type": "application/json", **sign(SECRET, "msg_check", stack.clock.now(), body)}
    assert stack.post(f"{API}/events/crm", headers, body).status == 202
    (check,) = stack.store.of(Check)
    console = console_as(Role.FINANCE, stack)
    assert "Void the check" in text_of(console, f"/payouts/{check.payout_id}")
    assert post(console, f"/payouts/{check.payout_id}/void", reason="lost in the mail", run="1").status == 303
    after = stack.store.payout(check.payout_id)
    assert after is not None
    assert after.status is PayoutStatus.RETURNED
    page = text_of(console, f"/payouts/{check.payout_id}")
    assert "lost in the mail" in page
    assert "voided" in page
    assert "Void the check" not in page


def test_each_months_closing_is_the_next_ones_opening_and_what_is_owed_now(past: MemoryStack) -> None:
    months = json_of(console_as(Role.VIEWER, past), "/months")["months"]
    assert [month["month"] for month in months] == ["2026-10", "2026-09"]
    assert months[0]["opening"] == months[1]["closing"]
    owed = sums(p.amount for e in past.store.of(Entry) for p in e.postings if p.account == "rewards_liability")
    assert months[0]["closing"]["amount_minor"] == -owed["USD"]


def test_a_month_to_come_is_not_there(past: MemoryStack) -> None:
    assert get(console_as(Role.VIEWER, past), "/months/2027-01").status == 404


def test_one_person_prepares_a_month_and_another_closes_it(stack: MemoryStack) -> None:
    stack.clock.move_to(datetime(2026, 10, 2, tzinfo=UTC))
    while SealLedger(stack.store, stack.clock)().hours:
        pass
    path = f"/months/2026-09/{segment('Harbor Payroll, Inc.')}"
    preparer = console_as(Role.FINANCE, stack)
    assert "Nobody prepared this month yet." in text_of(preparer, path)
    assert post(preparer, f"{path}/prepare").status == 303
    assert "You prepared it" in text_of(preparer, path)
    (prepared,) = stack.store.month_closes()
    typed = {"reason": "all of it agrees", "pack_sha256": prepared.pack_sha256}
    own = post(preparer, f"{path}/review", **typed)
    assert own.status == 409
    assert "another person has to review it" in unescape(own.body.decode())
    other = console_as(Role.ADMIN, stack)
    assert post(other, f"{path}/review", **typed).status == 303
    (close,) = stack.store.month_closes()
    assert (close.state, close.reviewed_by) == ("closed", "console:admin@guerdon.example")
    assert close.sha256 in text_of(other, path)
    assert post(preparer, f"{path}/prepare").status == 409
    assert get(preparer, f"{path}/pack", file_format="xlsx").body.startswith(b"PK")
    assert get(preparer, f"{path}/pack").body.startswith(b"<!")


def test_a_month_that_is_not_over_is_not_prepared(stack: MemoryStack) -> None:
    path = f"/months/2026-10/{segment('Harbor Payroll, Inc.')}"
    answer = post(console_as(Role.FINANCE, stack), f"{path}/prepare")
    assert answer.status == 409
    assert "It was not prepared" in answer.body.decode()
    assert list(stack.store.month_closes()) == []


@pytest.mark.parametrize(
    "path", ["/overview", "/payouts", "/inbox", "/glossary", "/checks", "/reconciliation", "/audit"]
)
def test_no_page_asks_for_a_command(past: MemoryStack, path: str) -> None:
    assert re.findall(r"\bguerdon [a-z-]+", text_of(console_as(Role.ADMIN, past), path)) == []


def test_the_page_of_a_waiting_payout_asks_for_no_command(past: MemoryStack) -> None:
    page = text_of(console_as(Role.FINANCE, past), f"/payouts/{of_status(past, PayoutStatus.FAILED).payout_id}")

    assert ("then release it again on the payout" in page, re.findall(r"\bguerdon [a-z-]+", page)) == (True, [])


def test_an_id_that_the_list_leaves_out_is_in_its_file(past: MemoryStack) -> None:
    console = console_as(Role.VIEWER, past)
    payout = of_status(past, PayoutStatus.FAILED).payout_id

    shown, file = (text_of(console, f"/payouts{ending}") for ending in ("", ".csv"))

    assert (f">{payout}</a>" in shown, f",{payout}" in file) == (False, True)


def test_no_heading_leads_to_an_order_that_its_page_does_not_take(past: MemoryStack) -> None:
    console = console_as(Role.FINANCE, past)
    entry = next(iter(past.store.of(Entry)))
    payout = next(iter(past.store.of(Payout)))
    paths = (f"/ledger/entries/{hour_of(entry.posted_at)}/{segment(entry.entry_id)}", f"/payouts/{payout.payout_id}")
    for path in (*paths, "/payouts", "/months/2026-09", "/ledger", "/exports"):
        for address in links(get(console, path).body.decode(), path):
            if "sort=" in address:
                follow(console, unescape(address))
    assert links(get(console, "/payouts").body.decode(), "/payouts?sort=")
    assert not links(get(console, paths[0]).body.decode(), f"{paths[0]}?sort=")
