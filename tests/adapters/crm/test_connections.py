"""Connections: complete, or our own fault, said by name and never with a secret."""

from typing import Any

import pytest

from guerdon.adapters.crm.connections import Connection, connection_named
from guerdon.domain.errors import SecretMissing

RIGHT: dict[str, Any] = {"source": "standard", "source_account": "acme", "secrets": ["whsec_QUJD", "whsec_REVG"]}


def test_a_connection_is_read_whole() -> None:
    assert connection_named("crm", {"crm": RIGHT, "other": {}}) == Connection(
        "crm", "standard", "acme", ("whsec_QUJD", "whsec_REVG")
    )


def test_an_unknown_name_is_none() -> None:
    assert connection_named("", {"crm": RIGHT}) is None
    assert connection_named("CRM", {"crm": RIGHT}) is None
    assert connection_named("crm", {}) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"secrets": []}, "crm.secrets"),
        ({"secrets": "whsec_QUJD"}, "crm.secrets"),
        ({"secrets": ["whsec_QUJD", 7]}, "crm.secrets"),
        ({"secrets": None}, "crm.secrets"),
        ({"source": None}, "crm.source"),
        ({"source": 7}, "crm.source"),
        ({"source_account": ""}, "crm.source_account"),
        ({"source_account": None}, "crm.source_account"),
    ],
)
def test_an_incomplete_connection_names_what_it_lacks_and_no_secret(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(SecretMissing) as missing:
        connection_named("crm", {"crm": {**RIGHT, **changes}})
    assert str(missing.value) == f"secret connections has no {field}: put it there with Secrets Manager"


def test_a_connection_that_is_no_mapping_is_incomplete() -> None:
    with pytest.raises(SecretMissing, match="connections has no crm:"):
        connection_named("crm", {"crm": "whsec_QUJD"})
