import json
import stat
from base64 import b64decode
from pathlib import Path

import pytest

from local.cloud.connections import local_secrets, stack_secrets, write_environment
from local.cloud.settings import LocalCloud

OUTPUTS = {"ApiId": "0a1b2c3d", "ConsoleUrl": "http://0a1b2c3d.execute-api.localhost:4566/console"}


@pytest.fixture
def cloud(tmp_path: Path) -> LocalCloud:
    return LocalCloud(home=tmp_path, emulator_port=4566, sandbox_port=4570, smtp_port=4571, inbox_port=4572)


def test_secrets_are_made_once_and_only_their_owner_can_read_them(cloud: LocalCloud) -> None:
    first = local_secrets(cloud)

    assert local_secrets(cloud) == first
    assert stat.S_IMODE((cloud.home / "secrets.json").stat().st_mode) == 0o600


def test_a_secret_that_an_older_cloud_lacks_is_added_and_the_others_stay(cloud: LocalCloud) -> None:
    older = {name: value for name, value in local_secrets(cloud).items() if name != "console"}
    (cloud.home / "secrets.json").write_text(json.dumps(older))

    kept = local_secrets(cloud)

    assert kept["console"]
    assert {**kept, "console": None} == {**older, "console": None}
    assert local_secrets(cloud) == kept


def test_two_clouds_have_different_secrets(cloud: LocalCloud, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = LocalCloud(home=tmp_path / "other", emulator_port=1, sandbox_port=2, smtp_port=3, inbox_port=4)

    assert local_secrets(cloud)["connection"] != local_secrets(other)["connection"]


def test_a_connection_signs_with_a_key_as_standard_webhooks_has_it(cloud: LocalCloud) -> None:
    secret = local_secrets(cloud)["connection"]

    assert secret.startswith("whsec_")
    assert len(b64decode(secret.removeprefix("whsec_"))) == 32


def test_every_secret_of_the_stack_gets_a_value(cloud: LocalCloud) -> None:
    values = stack_secrets(local_secrets(cloud))

    assert set(values) == {
        "ConnectionsSecret",
        "WebhooksSecret",
        "TremendousSecret",
        "LobSecret",
        "StripeSecret",
        "PrintfulSecret",
    }
    assert set(values["WebhooksSecret"]) == {"tremendous", "lob", "stripe", "printful"}
    assert json.loads(json.dumps(values)) == values


def test_a_shell_finds_the_cloud_by_one_file(cloud: LocalCloud) -> None:
    write_environment(cloud, OUTPUTS)

    lines = cloud.environment_file.read_text().splitlines()
    assert "export GUERDON_API_URL=http://127.0.0.1:4566/_aws/execute-api/0a1b2c3d/%24default" in lines
    assert "export GUERDON_CONSOLE_URL=http://0a1b2c3d.execute-api.localhost:4566/console" in lines
    assert "export GUERDON_STACK=guerdon" in lines
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:4566" in lines
    assert stat.S_IMODE(cloud.environment_file.stat().st_mode) == 0o600
