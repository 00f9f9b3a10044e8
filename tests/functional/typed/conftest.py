"""Somebody who types what a page or a help text says, in a folder with all the files that these speak of."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import repository

from targeting.synth import SynthData, generate

ROOT = Path(__file__).parents[3]
POLICY = ROOT / "pipelines" / "policy" / "wub-ppse-2026.yaml"
SAMPLE = ROOT / "data" / "sample"
FILLED_IN = {
    ("review", "import"): ("pasangan", {"keputusan / decision": "sama / match"}),
    ("override", "import"): (
        "kunjungan",
        {"keputusan / decision": "tahan / hold", "alasan / reason": "alamat sedang diperiksa petugas"},
    ),
}
"""What is written into the first row of a workbook before it is taken back: its sheet, its cells by heading."""
ASKS_FOR_A_NIK = ("subject", "erase")
PATIENCE_SECONDS = 60


class Typist:
    """Types command lines in a folder, one after the other, and does by hand what lies between two of them."""

    def __init__(self, folder: Path, called: Callable[..., Any], sheets: Any, saved: Any, sets: Any) -> None:
        """In the folder, by the entry that `targeting` has; what reads and saves workbooks, what sets a variable."""
        self.folder, self.called, self.sheets, self.saved, self.sets = folder, called, sheets, saved, sets

    def types(self, line: str) -> subprocess.CompletedProcess[str]:
        """What the line does. `targeting`, and a path that ends so, is this program; all else is the shell's."""
        words = shlex.split(line, comments=True)
        if words[0] == "export" and len(words) == 2:
            self.sets(*words[1].split("=", 1))
            return subprocess.CompletedProcess(words, 0, "", "")
        if Path(words[0]).name != "targeting" or {"&&", ">", ">>"} & set(words):
            if words[0] == ".":
                line += ' && [ -n "$VIRTUAL_ENV" ]'
            if words[0] == "make":
                return repository.typed(self.folder, *words[1:])
            path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
            return subprocess.run(
                ["bash", "-c", line],
                cwd=self.folder,
                check=False,
                capture_output=True,
                text=True,
                env=os.environ | {"PATH": path, "NO_COLOR": "1"},
            )
        if words[1:3] == ["review", "serve"]:
            return self.serves(words[1:])
        if tuple(words[1:3]) in FILLED_IN:
            self.fills_in(self.folder / words[3], *FILLED_IN[words[1], words[2]])
        given = f"{a_nik()}\n" if words[1] in ASKS_FOR_A_NIK else ""
        return self.called(*words[1:], cwd=self.folder, given=given, columns=80)

    def serves(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        """The desk answers at the address that it prints, until Ctrl-C."""
        command = [sys.executable, "-m", "targeting.cli.main", *words]
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        ) as desk:
            assert desk.stdout is not None
            address = desk.stdout.readline().strip()
            with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as page:  # noqa: S310  (the desk's own)
                assert page.status == 200
            desk.send_signal(signal.SIGINT)
            _, told = desk.communicate(timeout=PATIENCE_SECONDS)
        return subprocess.CompletedProcess(command, desk.returncode, address, told)

    def fills_in(self, path: Path, sheet: str, cells: dict[str, str]) -> None:
        """As a spreadsheet program saves a workbook in which one row was decided and the name was written."""
        tables = self.sheets(path)
        for heading, text in cells.items():
            tables[sheet][1][tables[sheet][0].index(heading)] = text
        tables["petunjuk"][0][1] = "Ani"
        self.saved(tables, path)


def a_nik() -> str:
    """The made-up number of the sample's first member."""
    return str(pl.read_csv(SAMPLE / "ppse_member.csv", infer_schema=False, n_rows=1)["nik"].item())


def changed_policy(path: Path) -> None:
    """The pilot's policy with an age limit of 45 in place of 59."""
    text = POLICY.read_text(encoding="utf-8")
    assert "value: 59" in text
    path.write_text(text.replace("value: 59", "value: 45"), encoding="utf-8")


def own_names(path: Path) -> None:
    """Households under other names for two columns."""
    table = pl.read_csv(SAMPLE / "ppse_household.csv", infer_schema=False, truncate_ragged_lines=True)
    table.rename({"no_kk": "NOMOR_KK", "kode_kabupaten_kota": "KAB"}).write_csv(path)


LINKED = ["nik", "nama", "tanggal_lahir", "id_jenis_kelamin", "kode_desa", "alamat"]
SPEC = """
left: {id: person_id}
right: {id: dtsen_person_id}
columns: {nik: nik, nama: name, tanggal_lahir: date, id_jenis_kelamin: category, kode_desa: region, alamat: text}
assignment: many_to_one
"""


def country(folder: Path) -> None:
    """A spec, people to find, and registers of two provinces, each a file; the same as two plain files."""
    made: SynthData = generate(60, "low", 0.8, 5, families=400)
    people = made.ppse_member.join(made.ppse_household, on="household_id").select("person_id", *LINKED)
    register = made.dtsen_person.join(made.dtsen_family, on="dtsen_family_id").select("dtsen_person_id", *LINKED)
    (folder / "people").mkdir()
    people.write_parquet(folder / "people" / "part-1.parquet")
    people.write_parquet(folder / "ppse.parquet")
    register.write_parquet(folder / "dtsen.parquet")
    for province in ("34", "35"):
        register.filter(pl.col("kode_desa").str.starts_with(province)).write_parquet(
            folder / f"province-{province}.parquet"
        )
    (folder / "link.yaml").write_text(SPEC, encoding="utf-8")


@pytest.fixture
def typist(
    published: Any, tmp_path: Path, command_line: Any, sheets: Any, saved: Any, monkeypatch: pytest.MonkeyPatch
) -> Typist:
    """In the repository's folder as it is after a run, with no key of the pseudonyms yet."""
    for name in ("data", "pipelines", "docs", ".ci", "src", "Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).symlink_to(ROOT / name)
    repository.set_up(tmp_path)
    shutil.copy(published.db, tmp_path / "targeting.duckdb")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("TARGETING_PSEUDONYM_KEY")
    monkeypatch.setenv("TARGETING_OPERATOR", "tester")
    monkeypatch.setenv("TARGETING_STORE_CRYPTO", "built-in")  # DuckDB's extension for it comes by a network
    return Typist(tmp_path, command_line, sheets, saved, monkeypatch.setenv)


@pytest.fixture(scope="session")
def made_by_hand() -> dict[str, Callable[[Path], None]]:
    """What a reader has beside the repository, by the first name under which a page or an example speaks of it."""
    return {
        "draft.yaml": lambda folder: changed_policy(folder / "draft.yaml"),
        "new.yaml": lambda folder: changed_policy(folder / "new.yaml"),
        "old.yaml": lambda folder: Path(shutil.copy(POLICY, folder / "old.yaml")).chmod(0o600),
        "keluarga.csv": lambda folder: own_names(folder / "keluarga.csv"),
        "province-34.parquet": country,
    }
