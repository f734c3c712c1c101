"""A file that is written is there whole or not at all."""

import os
from pathlib import Path

import pytest

from guerdon.cli.whole_file import whole_file


def test_what_is_written_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("old\n")
    with whole_file(path) as file:
        file.write("new\n")
        assert path.read_text() == "old\n"
    assert path.read_text() == "new\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("before", ["old\n", None])
def test_an_interruption_leaves_what_was_there(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "deals.csv"
    if before is not None:
        path.write_text(before)
    with pytest.raises(KeyboardInterrupt):
        _interrupted(path)
    assert [one.read_text() for one in tmp_path.iterdir()] == ([] if before is None else [before])


def _interrupted(path: Path) -> None:
    with whole_file(path) as file:
        file.write("half a li")
        raise KeyboardInterrupt


def test_a_link_stays_one_and_a_device_is_written_to(tmp_path: Path) -> None:
    path, link = tmp_path / "deals.csv", tmp_path / "link.csv"
    path.write_text("old\n")
    link.symlink_to(path)
    with whole_file(link) as file:
        file.write("new\n")
    assert link.is_symlink()
    assert path.read_text() == "new\n"
    with whole_file(Path(os.devnull)) as file:
        file.write("gone\n")
    assert not Path(os.devnull).is_file()
