"""What is refused at the door is counted by the code that it was answered with, each time that it comes."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

import pytest

from guerdon import bootstrap
from printed import sums

NOT_BASE64: Final = {"body": "%%%", "isBase64Encoded": True, "headers": {}}


@pytest.fixture(autouse=True)
def _in_a_stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("STACK_NAME", "guerdon")
    bootstrap.metrics.cache_clear()
    yield
    bootstrap.metrics.cache_clear()


def refused(function: str, path: dict[str, str]) -> str:
    """The code of a refusal by the deployed handler."""
    answer = import_module(f"{function}.handler").handle({**NOT_BASE64, "pathParameters": path}, object())
    assert 400 <= answer["statusCode"] < 500
    code: Any = answer["body"].partition('"code": "')[2].partition('"')[0]
    return str(code)


@pytest.mark.parametrize(
    ("function", "path", "metric"),
    [
        ("receive_event", {"connection": "crm"}, "DeliveriesRefused"),
        ("receive_provider_update", {"provider": "lob"}, "UpdatesRefused"),
    ],
)
def test_a_refusal_is_counted_by_its_code_each_time(
    function: str, path: dict[str, str], metric: str, capfd: pytest.CaptureFixture[str]
) -> None:
    code = refused(function, path)
    assert refused(function, path) == code
    printed = "\n".join(line for line in capfd.readouterr().out.splitlines() if "_aws" in line)
    assert sums(printed) == {(metric,): 2, (metric, code): 2}
