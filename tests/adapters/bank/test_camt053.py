"""camt.053 in the two versions that banks send: what left the account, and every entry that cannot be read."""

from pathlib import Path

import pytest

from guerdon.adapters.bank.bank_csv import read_bank_csv
from guerdon.adapters.bank.camt053 import read_camt053
from guerdon.adapters.bank.reading import BadPlace, Statement

STATUS = {"02": "<Sts>{}</Sts>", "08": "<Sts><Cd>{}</Cd></Sts>"}


def entry(  # noqa: PLR0913 - each is one element of an entry.
    version: str,
    amount: str = "100.00",
    *,
    direction: str = "DBIT",
    status: str = "BOOK",
    day: str = "<Dt>2026-11-30</Dt>",
    details: str = "<TxDtls><Refs><ChqNb>10001</ChqNb></Refs></TxDtls>",
) -> str:
    return (
        f'<Ntry><Amt Ccy="USD">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{STATUS[version].format(status)}'
        f"<BookgDt>{day}</BookgDt><AcctSvcrRef>R1</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def read(tmp_path: Path, version: str, *entries: str, head: str = "") -> Statement | tuple[BadPlace, ...]:
    path = tmp_path / "november.xml"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><Stmt>'
        f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>",
        encoding="utf-8",
    )
    return read_camt053(path, "operating")


def wrong(tmp_path: Path, *entries: str) -> list[str]:
    found = read(tmp_path, "02", *entries)
    assert not isinstance(found, Statement)
    return [bad.words.removeprefix(f"{tmp_path}/") for bad in found]


@pytest.mark.parametrize("version", ["02", "08"])
def test_booked_debits_are_read_and_the_rest_is_counted(tmp_path: Path, version: str) -> None:
    found = read(
        tmp_path,
        version,
        entry(version),
        entry(version, direction="CRDT"),
        entry(version, status="PDNG"),
        entry(version, "3.00", day="<DtTm>2026-11-29T10:00:00Z</DtTm>", details=""),
    )
    assert isinstance(found, Statement)
    assert [(str(one.booked_on), one.amount.words, one.check_number) for one in found.lines] == [
        ("2026-11-30", "100.00 USD", "10001"),
        ("2026-11-29", "3.00 USD", None),
    ]
    assert found.passed_over == 2


@pytest.mark.parametrize(
    "amounts",
    ['<Amt Ccy="USD">{}</Amt>', '<AmtDtls><TxAmt><Amt Ccy="USD">{}</Amt></TxAmt></AmtDtls>'],
    ids=["version 8", "version 2"],
)
def test_a_batch_of_checks_is_a_line_for_each(tmp_path: Path, amounts: str) -> None:
    details = "".join(
        f"<TxDtls><Refs><ChqNb>{number}</ChqNb></Refs>{amounts.format(value)}</TxDtls>"
        for number, value in (("10001", "60.00"), ("0010002", "40.00"))
    )
    found = read(tmp_path, "08", entry("08", details=details))
    assert isinstance(found, Statement)
    assert [(one.amount.words, one.check_number) for one in found.lines] == [
        ("60.00 USD", "10001"),
        ("40.00 USD", "10002"),
    ]
    short = wrong(tmp_path, entry("02", "101.00", details=details))
    assert short == ["november.xml:Ntry 1/NtryDtls: its transactions do not come to 101.00 USD"]


def test_a_number_in_the_banks_words_is_read(tmp_path: Path) -> None:
    details = "<TxDtls><RmtInf><Ustrd>CHECK PAID 10001</Ustrd></RmtInf></TxDtls>"
    found = read(tmp_path, "02", entry("02", details=details))
    assert isinstance(found, Statement)
    assert found.lines[0].check_number == "10001"


def test_every_bad_entry_is_named(tmp_path: Path) -> None:
    assert wrong(
        tmp_path,
        entry("02"),
        entry("02", "ten"),
        entry("02", "-1.00"),
        entry("02", direction="OUT"),
        entry("02", day="<Dt>30.11.2026</Dt>"),
        entry("02", details="<TxDtls><Refs><ChqNb>A7</ChqNb></Refs></TxDtls>"),
    ) == [
        "november.xml:Ntry 2/Amt: 'ten' is not a decimal amount such as \"1250.00\"",
        "november.xml:Ntry 3/Amt: is negative: CdtDbtInd says which way the money went",
        "november.xml:Ntry 4/CdtDbtInd: is 'OUT' and not DBIT or CRDT",
        "november.xml:Ntry 5/BookgDt: '30.11.2026' is no day such as 2026-11-30",
        "november.xml:Ntry 6/Refs/ChqNb: 'A7' is no check number: up to 12 digits",
    ]


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa">]>'
    found = read(tmp_path, "02", entry("02"), head=bomb)
    assert isinstance(found, tuple)
    assert found[0].why == "has a document type or entities, which a bank's statement never has"


def test_what_is_no_camt053_is_refused(tmp_path: Path) -> None:
    found = read(tmp_path, "13")
    assert isinstance(found, tuple)
    assert found[0].why.startswith("is no camt.053.001.02 or camt.053.001.08")
    (tmp_path / "cut.xml").write_text("<Document>", encoding="utf-8")
    cut = read_camt053(tmp_path / "cut.xml", "operating")
    assert isinstance(cut, tuple)
    assert cut[0].why.startswith("is not XML")


def test_a_check_is_the_same_line_in_both_formats(tmp_path: Path) -> None:
    found = read(tmp_path, "02", entry("02"))
    path = tmp_path / "november.csv"
    path.write_text("date,check,amount\n2026-11-30,10001,-100.00\n", encoding="utf-8")
    assert found == read_bank_csv(path, "operating", "USD")
