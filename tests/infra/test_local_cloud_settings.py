import pytest

from local.cloud.deployment import parameters_of
from local.cloud.programs import programs_of
from local.cloud.settings import ROOT, LocalCloud, SettingError, from_environment


def test_the_local_cloud_lives_in_the_working_copy_unless_told_otherwise() -> None:
    cloud = from_environment({})

    assert cloud == LocalCloud(
        home=ROOT / ".local", emulator_port=4566, sandbox_port=4570, smtp_port=4571, inbox_port=4572
    )


def test_each_port_and_the_folder_can_be_moved() -> None:
    cloud = from_environment(
        {
            "GUERDON_LOCAL": ".local/other",
            "GUERDON_EMULATOR_PORT": "5001",
            "GUERDON_SANDBOX_PORT": "5002",
            "GUERDON_SMTP_PORT": "5003",
            "GUERDON_INBOX_PORT": "5004",
        }
    )

    assert cloud == LocalCloud(
        home=ROOT / ".local" / "other", emulator_port=5001, sandbox_port=5002, smtp_port=5003, inbox_port=5004
    )


def test_functions_call_the_emulator_itself_unless_something_is_put_between() -> None:
    direct, through = from_environment({}), from_environment({"GUERDON_FUNCTIONS_PORT": "4574"})

    assert programs_of(direct, ROOT / "python")[-1].environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert programs_of(through, ROOT / "python")[-1].environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4574"
    assert through.aws_environment()["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"


def test_what_is_put_between_needs_a_port_of_its_own() -> None:
    with pytest.raises(SettingError, match=r"Each program needs a port of its own: .*GUERDON_FUNCTIONS_PORT=4566"):
        from_environment({"GUERDON_FUNCTIONS_PORT": "4566"})


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "80.5"])
def test_what_is_no_port_is_refused_by_its_name(port: str) -> None:
    with pytest.raises(SettingError, match="GUERDON_SMTP_PORT should be a port"):
        from_environment({"GUERDON_SMTP_PORT": port})


def test_the_mail_about_what_was_earned_waits_for_nothing_unless_asked_to() -> None:
    assert parameters_of(from_environment({}))["EarnedMailAfter"] == "0"
    assert parameters_of(from_environment({"GUERDON_EARNED_MAIL_AFTER": "60"}))["EarnedMailAfter"] == "60"


@pytest.mark.parametrize("seconds", ["soon", "901", "-1"])
def test_a_wait_that_no_queue_can_keep_is_refused_by_its_name(seconds: str) -> None:
    with pytest.raises(SettingError, match="GUERDON_EARNED_MAIL_AFTER should be seconds"):
        from_environment({"GUERDON_EARNED_MAIL_AFTER": seconds})


def test_two_programs_cannot_share_a_port() -> None:
    with pytest.raises(SettingError, match="Each program needs a port of its own"):
        from_environment({"GUERDON_SMTP_PORT": "4566"})


def test_every_program_keeps_to_its_own_folder_and_away_from_the_machines_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a real one")
    cloud = from_environment({})

    for program in programs_of(cloud, ROOT / "python"):
        assert "AWS_PROFILE" not in program.environment
        assert "AWS_SESSION_TOKEN" not in program.environment
        assert program.environment["HOME"] == str(cloud.home / "home")
        assert program.environment["TMPDIR"] == str(cloud.home / "tmp")


def test_an_aws_tool_is_pointed_at_the_local_cloud_and_at_nothing_else() -> None:
    environment = from_environment({}).aws_environment()

    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"


def test_the_emulator_enforces_permissions_and_listens_to_this_machine_only() -> None:
    emulator = programs_of(from_environment({}), ROOT / "python")[-1]

    assert emulator.name == "emulator"
    assert emulator.environment["AUTH"] == "true"
    assert emulator.environment["BIND_HOST"] == "127.0.0.1"
