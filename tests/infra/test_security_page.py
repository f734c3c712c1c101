"""docs/security.md says what the roles allow and what the checks let stand."""

from judging.exceptions import CHECKOV
from judging.reading import Template
from judging.rights import PAGE, table, written
from judging.roles import UNSCOPABLE


def test_the_page_has_the_table_of_todays_roles(on_aws: Template) -> None:
    assert written(PAGE.read_text(encoding="utf-8")) == table(on_aws), "make rights writes it anew"


def test_the_page_names_every_exception() -> None:
    page = PAGE.read_text(encoding="utf-8")
    numbers = [check.removeprefix("CKV_AWS_") for check in CHECKOV]

    row = next(line for line in page.splitlines() if line.startswith("| CKV_AWS_27"))
    others = [line for line in page.splitlines() if line.startswith("| CKV_AWS_") and line != row]
    named = row.split("|")[1].removeprefix(" CKV_AWS_").strip().split(", ")
    named += [line.split("|")[1].removeprefix(" CKV_AWS_").strip() for line in others]
    assert sorted(named) == sorted(numbers)
    assert len(UNSCOPABLE) == 8
    assert "eight `logs:` actions on `*`" in page
