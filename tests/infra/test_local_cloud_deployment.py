from pathlib import Path

from local.cloud.deployment import files_under, fingerprint, parameters_of
from local.cloud.settings import ROOT, from_environment


def test_the_template_knows_every_parameter_that_the_local_cloud_sets() -> None:
    # The two addresses have no default, so whoever deploys must give them.
    template = (ROOT / "template.yaml").read_text()
    declared = template[: template.index("\nConditions:")]

    for name in parameters_of(from_environment({})):
        assert f"\n  {name}:\n" in declared


def test_the_local_cloud_deploys_what_speaks_to_its_own_sandbox_and_emulator() -> None:
    parameters = parameters_of(from_environment({"GUERDON_SANDBOX_PORT": "5002"}))

    urls = {name: value for name, value in parameters.items() if name.endswith("Url")}
    assert urls == {
        "CognitoUrl": "http://127.0.0.1:4566",
        "LobUrl": "http://127.0.0.1:5002/lob/v1",
        "PrintfulUrl": "http://127.0.0.1:5002/printful",
        "StripeUrl": "http://127.0.0.1:5002/stripe",
        "TremendousUrl": "http://127.0.0.1:5002/tremendous/api/v2",
    }


def test_nothing_is_deployed_anew_while_nothing_changes() -> None:
    assert fingerprint(from_environment({})) == fingerprint(from_environment({}))


def test_a_changed_source_is_deployed_anew(tmp_path: Path) -> None:
    (tmp_path / "functions" / "sweep").mkdir(parents=True)
    source = tmp_path / "functions" / "sweep" / "handler.py"
    source.write_text("before")
    before = fingerprint(from_environment({}), tmp_path)

    source.write_text("after")

    assert fingerprint(from_environment({}), tmp_path) != before


def test_moved_ports_are_deployed_anew() -> None:
    moved = from_environment({"GUERDON_SANDBOX_PORT": "5002"})

    assert fingerprint(moved) != fingerprint(from_environment({}))


def test_what_python_leaves_behind_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("")
    (tmp_path / "b.py").write_text("")
    (tmp_path / "a.py").write_text("")

    assert list(files_under(tmp_path)) == [tmp_path / "a.py", tmp_path / "b.py"]
