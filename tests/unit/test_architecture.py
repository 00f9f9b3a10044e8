"""The house stays a house: layers, no cycles, short files, quick start, what this program is allowed to depend on."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
EXTRA = {"starlette", "uvicorn", "pyspark", "py4j"}
"""What the extras `spark` and `review` bring, imported when that engine or the desk is asked for."""
COMES_WITH_PYDANTIC = {"annotated-types", "pydantic_core"}
"""Its own interface speaks in their types."""
SOURCES = sorted((ROOT / "src" / "targeting").rglob("*.py"))


def cycle(imports: dict[str, set[str]]) -> list[str]:
    """One cycle among the imports, as the names along it; empty if there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_import_points_down_the_layers() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_no_module_imports_itself_in_a_round() -> None:
    graph = grimp.build_graph("targeting", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) >= len(SOURCES)
    assert cycle(imports) == []


def test_the_cycle_test_finds_a_cycle() -> None:
    assert set(cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}


def test_a_source_file_fits_one_noun() -> None:
    lines = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in SOURCES}
    assert {path: count for path, count in lines.items() if count > LONGEST_FILE} == {}


def test_the_command_line_starts_without_pandas_recordlinkage_and_pyspark() -> None:
    code = "import sys, targeting.cli.main; print(*sorted({'pandas', 'recordlinkage', 'pyspark'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout.split() == []


def test_the_packages_that_are_imported_are_those_that_are_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[~=<>]", requirement)[0] for requirement in project["dependencies"]}
    graph = grimp.build_graph("targeting", include_external_packages=True, cache_dir=None)
    outside = {module for module in graph.modules if graph.is_module_squashed(module)} - sys.stdlib_module_names
    distributions = packages_distributions()
    imported = {name.lower() for module in outside - EXTRA for name in distributions[module]}
    assert imported - COMES_WITH_PYDANTIC == declared


def test_every_package_that_is_declared_has_its_reason_and_its_pin() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = re.findall(r'^  "([A-Za-z0-9._-]+)[~=><]\S*",(.*)$', text, flags=re.MULTILINE)
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {name.lower() for name in re.findall(r"^([\w.-]+)==", pins, flags=re.MULTILINE)}
    assert len(declared) > 15
    assert [name for name, reason in declared if "#" not in reason] == []
    assert [name for name, _ in declared if name.lower() not in pinned] == []


def test_constraints_hold_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9_.-]+==[A-Za-z0-9.]+", line)] == []
