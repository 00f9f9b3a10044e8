"""targeting registry build and info, and what links against the folder they make."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
DTSEN = ("--families", SAMPLE / "dtsen_family.csv", "--persons", SAMPLE / "dtsen_person.csv")
CUT_OFF = "2025-09-30"
SPEC = """
left: {id: person_id}
right: {id: dtsen_person_id}
columns: {nik: nik, nama: name, tanggal_lahir: date, id_jenis_kelamin: category}
assignment: many_to_one
"""


@pytest.fixture(scope="session")
def snapshot(made_once: Any, command_line: Any) -> Path:
    """The sample's DTSEN as a snapshot; tests only read it."""

    def build(folder: Path) -> None:
        done = command_line("registry", "build", *DTSEN, "--cut-off", CUT_OFF, "--out", "snap", cwd=folder)
        assert done.returncode == 0, done.stderr

    return Path(made_once("registry", build)) / "snap"


def test_a_snapshot_tells_what_it_holds(targeting: Any, snapshot: Path) -> None:
    done = targeting("registry", "info", snapshot, "--json", "--verify")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["kind"], told["cut_off"], told["verified"]) == ("dtsen", CUT_OFF, True)
    for source in told["sources"]:
        assert source["rows_in"] == source["accepted"] + source["rejected"]
        assert len(source["sha256"]) == 64
    persons = told["sources"][1]["accepted"]
    assert told["records"] == persons == sum(told["districts"].values())
    assert told["columns"]["nama"]["type"] == "name"
    assert told["bytes"] == sum(part["bytes"] for part in told["parts"])
    assert {"nik.full", "nama.token & kode_desa.full & tanggal_lahir.year"} <= {one["rule"] for one in told["keys"]}
    assert all(one["keys"] <= one["entries"] for one in told["keys"])
    for language, word in (("en", "Keys by blocking rule"), ("id", "Kunci per aturan pemblokiran")):
        shown = targeting("registry", "info", snapshot, "--lang", language)
        assert (shown.returncode, word in shown.stdout) == (0, True)


def test_the_same_files_make_the_same_content_and_a_second_build_is_asked_about(
    targeting: Any, snapshot: Path, tmp_path: Path
) -> None:
    shuffled = []
    for option, path in zip(DTSEN[::2], DTSEN[1::2], strict=True):
        pl.read_csv(path, infer_schema=False).sample(fraction=1.0, shuffle=True, seed=1).write_csv(tmp_path / path.name)
        shuffled += [option, tmp_path / path.name]
    build = ("registry", "build", *shuffled, "--cut-off", CUT_OFF, "--out", "again", "--json")
    first = targeting(*build)
    assert (first.returncode, first.stderr) == (0, "")
    # Row numbers and the files' hashes are of the files; what is linked is not.
    files = {name: (tmp_path / "again" / "linkage" / name).read_bytes() for name in ("records.arrow", "keys-04.arrow")}
    assert files == {name: (snapshot / "linkage" / name).read_bytes() for name in files}
    second = targeting(*build)
    assert (second.returncode, "--replace" in second.stderr) == (2, True)
    third = targeting(*build, "--replace")
    assert json.loads(first.stdout)["content"] == json.loads(third.stdout)["content"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "dtsen_family.csv", "dtsen_person.csv"]


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ((*DTSEN,), 2, "--cut-off"),
        ((*DTSEN[:2], "--cut-off", CUT_OFF), 2, "--persons"),
        (("--cut-off", CUT_OFF), 2, "Say what to build from"),
        ((*DTSEN, "--cut-off", "2026-03-31"), 10, "holds families of the cut-off 2025-09-30"),
        ((*DTSEN[:3], "absent.csv", "--cut-off", CUT_OFF), 10, "absent.csv does not exist"),
        ((DTSEN[0], DTSEN[3], DTSEN[2], DTSEN[1], "--cut-off", CUT_OFF), 10, "were two files swapped?"),
        ((DTSEN[1],), 2, "needs --spec"),
        ((DTSEN[1], "--spec", "absent.yaml"), 2, "absent.yaml"),
        ((*DTSEN, "--cut-off", CUT_OFF, "--spec", "own.yaml"), 2, "own.yaml"),
    ],
)
def test_what_cannot_be_built_is_told_and_leaves_nothing(
    targeting: Any, tmp_path: Path, options: tuple[object, ...], code: int, told: str
) -> None:
    done = targeting("registry", "build", *options, "--out", "snap")
    assert (done.returncode, done.stdout) == (code, "")
    assert told in " ".join(done.stderr.split())
    assert [] == list(tmp_path.iterdir())


def test_a_folder_that_is_no_snapshot_or_was_altered_ends_with_10(
    targeting: Any, snapshot: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(snapshot), str(copy)], check=True)
    part = copy / "linkage" / "keys-00.arrow"
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    assert targeting("registry", "info", copy).returncode == 0
    found = targeting("registry", "info", copy, "--verify")
    assert (found.returncode, "linkage/keys-00.arrow was altered" in found.stderr) == (10, True)
    part.write_bytes(bytes(data[:-8]))
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    for command in (
        ("registry", "info", copy),
        ("link", SAMPLE / "ppse_member.csv", copy, "--spec", "spec.yaml", "--out", "links.csv"),
        ("link", SAMPLE / "ppse_member.csv", tmp_path, "--spec", "spec.yaml", "--out", "links.csv"),
    ):
        refused = targeting(*command)
        assert (refused.returncode, "registry build" in refused.stderr) == (10, True)
    assert not (tmp_path / "links.csv").exists()


def test_a_link_to_a_snapshot_is_the_link_to_its_file(targeting: Any, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    batch, register = tmp_path / "batch.csv", SAMPLE / "dtsen_person.csv"
    members = pl.read_csv(SAMPLE / "ppse_member.csv", infer_schema=False, truncate_ragged_lines=True)
    members.drop_nulls("person_id").unique("person_id", keep="first", maintain_order=True).write_csv(batch)
    made = targeting("registry", "build", register, "--spec", "spec.yaml", "--out", "snap", "--json")
    assert (made.returncode, json.loads(made.stdout)["kind"]) == (0, "table")
    options = ("--spec", "spec.yaml", "--json")
    from_file = targeting("link", batch, register, "--out", "file.parquet", "--save-model", "m.json", *options)
    from_snapshot = targeting("link", batch, "snap", "--out", "snap.parquet", *options)
    assert (from_snapshot.returncode, from_snapshot.stderr) == (0, "")
    assert (tmp_path / "file.parquet").read_bytes() == (tmp_path / "snap.parquet").read_bytes()
    told = [{**json.loads(done.stdout), "seconds": None} for done in (from_file, from_snapshot)]
    assert told[0] == told[1]
    pair = pl.read_parquet(tmp_path / "snap.parquet").row(0)[:2]
    views = [
        targeting(
            "link",
            batch,
            right,
            "--spec",
            "spec.yaml",
            "--model",
            "m.json",
            "--explain",
            *pair,
            "--json",
            "--reveal",
            "--purpose",
            "memeriksa satu pasangan",
            "--operator",
            "Ani",
        )
        for right in (register, "snap")
    ]
    assert views[0].returncode == 0
    assert views[0].stdout == views[1].stdout
    profile = targeting("link", batch, "snap", "--spec", "spec.yaml", "--profile", "--json")
    assert json.loads(profile.stdout)["right"]["all_records"] == told[0]["right_rows"]


@pytest.mark.parametrize(
    ("spec", "options", "told"),
    [
        (SPEC.replace("nama: name", "nama: text"), (), "the snapshot's 'nama: name'"),
        (SPEC.replace("id: dtsen_person_id", "id: nik"), (), "right.id is 'nik'"),
        (SPEC, ("--engine", "recordlinkage"), "--engine duckdb"),
    ],
)
def test_a_spec_or_an_engine_that_does_not_fit_a_snapshot_ends_with_2(
    targeting: Any, snapshot: Path, tmp_path: Path, spec: str, options: tuple[str, ...], told: str
) -> None:
    fits = spec.replace("assignment:", "blocking: [nik]\nassignment:")
    (tmp_path / "spec.yaml").write_text(fits, encoding="utf-8")
    batch = SAMPLE / "ppse_member.csv"
    done = targeting("link", batch, snapshot, "--spec", "spec.yaml", "--out", "links.csv", *options)
    assert (done.returncode, told in done.stderr) == (2, True)
    assert not (tmp_path / "links.csv").exists()


def test_a_run_on_a_snapshot_publishes_the_list_of_a_run_on_the_files(
    targeting: Any, published: Any, snapshot: Path, tmp_path: Path, pipeline_file: Any
) -> None:
    files = f"""dtsen:
  families: {{path: {SAMPLE}/dtsen_family.csv, code_lists: dtsen-2025}}
  persons: {{path: {SAMPLE}/dtsen_person.csv}}"""
    path = pipeline_file((files, f"dtsen: {{registry: {snapshot}}}"))
    done = targeting("run", path, "--db", "t.duckdb", "--out", "lists", "--operator", "tester", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    [expected] = published.out.glob("*/candidate.csv")
    [found] = (tmp_path / "lists").glob("*/candidate.csv")
    assert expected.read_bytes() == found.read_bytes()
    told, before = json.loads(done.stdout), published.result
    assert before["counts"]["links"] == told["counts"]["links"]
    assert [one["rows_in"] for one in before["inputs"]] == [one["rows_in"] for one in told["inputs"]]
    assert told["inputs"][3]["cut_off"] == CUT_OFF
    shown = json.loads(targeting("report", "--db", "t.duckdb", "--no-sensitivity", "--json").stdout)
    content = json.loads(targeting("registry", "info", snapshot, "--json").stdout)["content"]
    assert (shown["run"]["registry"], shown["cut_offs"]) == (content, [CUT_OFF])
    dry = targeting("run", path, "--dry-run")
    assert (dry.returncode, "dtsen_person.csv" in dry.stdout) == (0, True)


@pytest.mark.parametrize(
    ("dtsen", "code", "told"),
    [
        ("dtsen: {registry: nowhere}", 10, "no such folder"),
        ("dtsen: {registry: nowhere, persons: {path: p.csv}}", 2, "keep one or the other"),
        ("dtsen: {persons: {path: p.csv}}", 2, "dtsen needs families and persons"),
    ],
)
def test_a_pipeline_file_names_files_or_a_snapshot(
    targeting: Any, pipeline_file: Any, dtsen: str, code: int, told: str
) -> None:
    text = pipeline_file().read_text(encoding="utf-8")
    block = text[text.index("dtsen:") : text.index("policy:")]
    done = targeting("run", pipeline_file((block, dtsen + "\n")))
    assert (done.returncode, told in done.stderr) == (code, True)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_stopped_leaves_nothing(tmp_path: Path, stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "targeting.cli.main", "registry", "build", *DTSEN, "--cut-off", CUT_OFF]
    with subprocess.Popen(
        [*map(str, command), "--out", "snap"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as build:
        deadline = time.monotonic() + 60
        while not (tmp_path / ".snap.building").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        build.send_signal(stop)
        stdout, stderr = build.communicate(timeout=120)
    if build.returncode == 0:
        pytest.skip("the build was done before it could be stopped")
    assert (build.returncode, stdout) == (15, "")
    assert "stopped; no snapshot was made" in stderr
    assert "Traceback" not in stderr
    assert [] == list(tmp_path.iterdir())
