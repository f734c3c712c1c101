"""Chromium is found where it is, and whoever has none is told what to do."""

from pathlib import Path

import pytest

from local import chromium


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    return tmp_path


def test_it_is_found_under_any_of_its_names(path: Path) -> None:
    program = path / "google-chrome"
    program.touch(mode=0o755)
    assert chromium.chromium_path() == str(program)
    assert chromium.main() == 0


def test_a_program_that_is_named_counts_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path / "chromium").touch(mode=0o755)
    monkeypatch.setenv(chromium.VARIABLE, "/opt/chromium/chrome")
    assert chromium.chromium_path() == "/opt/chromium/chrome"


@pytest.mark.usefixtures("path")
def test_without_one_and_without_apt_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert chromium.main() == 1
    assert "apt-get install chromium" in capsys.readouterr().err
