"""What is deployed carries its bytecode, Lambda's Python uses it, and nothing is larger than a cold start can bear.

The artifacts are built by the targets that `sam build` runs, and have the date that its archives give to every file.
Bytecode is of use there only if it is not held against that date: the last test shows what becomes of it otherwise.
"""

import os
import py_compile
import re
import subprocess
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path

import pytest

from first_invocation import FUNCTIONS, LAYERS, ON_THE_WAY_OF_A_DEAL, building, clients, environment_of
from local.artifacts import EPOCH_OF_ARCHIVES, built, package_bytes, path_of

MEGABYTE = 1_000_000
# Source: PEP 552; the lowest bit says that a hash stands in place of a date, the next one that it is checked.
UNCHECKED_HASH = (0b01).to_bytes(4, "little")
SHIPPED = ("functions", "core", "dependencies", "mail", "stripe", "console")
# Among them, each layer is loaded by one.
LOADED = ("evaluate_rewards", "finance_console", "notify", "pay_bill_credit", "receive_event")
FROM_SOURCE = re.compile(r"^# code object from '?(.*\.py)'?$", re.MULTILINE)
FROM_BYTECODE = re.compile(r"^# code object from '?(.*\.pyc)'?$", re.MULTILINE)


@pytest.fixture(scope="module")
def artifacts() -> Path:
    return built()


def said_of_imports(code: str, path: list[Path], environment: dict[str, str]) -> str:
    """What Python tells of each import while it runs `code` in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own interpreter on our own text.
        [sys.executable, "-S", "-v", "-c", code],
        env={**environment, "PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stderr


@pytest.mark.parametrize("part", SHIPPED)
def test_every_source_has_bytecode_that_is_its_own_and_not_checked_by_date(artifacts: Path, part: str) -> None:
    sources = sorted((artifacts / part).rglob("*.py"))
    wrong = []
    for source in sources:
        bytecode = Path(cache_from_source(str(source)))
        of_source = MAGIC_NUMBER + UNCHECKED_HASH + source_hash(source.read_bytes())
        if not bytecode.exists() or bytecode.read_bytes()[:16] != of_source:
            wrong.append(str(source.relative_to(artifacts)))
    assert sources
    assert wrong == []


def test_every_file_has_the_date_of_an_archive(artifacts: Path) -> None:
    assert {path.stat().st_mtime for path in artifacts.rglob("*") if path.is_file()} == {EPOCH_OF_ARCHIVES}


@pytest.mark.parametrize("name", LOADED)
def test_a_function_compiles_nothing_and_writes_nothing(artifacts: Path, name: str) -> None:
    path = path_of(artifacts, *LAYERS.get(name, ()))
    before = {each for folder in path for each in folder.rglob("*")}

    said = said_of_imports(f"import {name}.handler\n{building(name)}{clients(name)}", path, environment_of(name))

    ours = [source for source in FROM_SOURCE.findall(said) if source.startswith(str(artifacts))]
    used = [bytecode for bytecode in FROM_BYTECODE.findall(said) if bytecode.startswith(str(artifacts))]
    assert ours == []
    assert cache_from_source(str(artifacts / "functions" / name / "handler.py")) in used
    assert cache_from_source(str(artifacts / "core/python/guerdon/bootstrap.py")) in used
    assert {each for folder in path for each in folder.rglob("*")} == before


@pytest.mark.parametrize("name", ON_THE_WAY_OF_A_DEAL)
def test_a_function_on_the_way_of_a_deal_is_small(artifacts: Path, name: str) -> None:
    layers = LAYERS.get(name, ())
    assert package_bytes(artifacts, *layers) <= (32 if "stripe" in layers else 15) * MEGABYTE


def test_all_functions_are_known_here() -> None:
    assert set(LAYERS) | set(LOADED) <= set(FUNCTIONS)


@pytest.mark.parametrize(
    ("mode", "compiled"),
    [(py_compile.PycInvalidationMode.TIMESTAMP, True), (py_compile.PycInvalidationMode.UNCHECKED_HASH, False)],
)
def test_bytecode_that_is_checked_by_date_is_of_no_use_in_an_archive(
    tmp_path: Path, mode: py_compile.PycInvalidationMode, *, compiled: bool
) -> None:
    source = tmp_path / "one.py"
    source.write_text("ONE = 1\n")
    py_compile.compile(str(source), invalidation_mode=mode)
    os.utime(source, (EPOCH_OF_ARCHIVES, EPOCH_OF_ARCHIVES))

    said = said_of_imports("import one", [tmp_path], {"PYTHONDONTWRITEBYTECODE": "1"})

    assert (str(source) in FROM_SOURCE.findall(said)) is compiled
