"""A large register judged part by part is judged as it would be at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from targeting.contracts.config import DtsenSources, Source
from targeting.errors import InputFileError
from targeting.intake import RuleContext, intake_dtsen, read_text
from targeting.intake.in_parts import SCHEMAS, across_parts, columns_across, dtsen_in_parts
from targeting.intake.text_parts import text_parts
from targeting.synth import generate
from targeting.synth.files import text_of

CONTEXT = RuleContext(date(2026, 6, 1))


@pytest.fixture(scope="module")
def frames() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Families and persons with bad rows of several kinds far apart in the files."""
    made = generate(40, "medium", 0.9, 5, families=400)
    families, persons = text_of(made.dtsen_family), text_of(made.dtsen_person).sort("dtsen_person_id", descending=True)
    persons = persons.cast(pl.String).with_columns(
        nik=pl.when(pl.int_range(pl.len()) % 90 == 0).then(pl.lit("3404010101809001")).otherwise("nik"),
        nama=pl.when(pl.int_range(pl.len()) % 70 == 3).then(None).otherwise("nama"),
        dtsen_family_id=pl.when(pl.int_range(pl.len()) == 17).then(pl.lit("NOWHERE")).otherwise("dtsen_family_id"),
    )
    last = persons.tail(1)["dtsen_person_id"][0]
    persons = persons.with_columns(
        dtsen_person_id=pl.when(pl.int_range(pl.len()) == 1).then(pl.lit(last)).otherwise("dtsen_person_id")
    )
    return families, persons


def sources(frames: tuple[pl.DataFrame, pl.DataFrame], folder: Path, ending: str) -> DtsenSources:
    """Both as files."""
    paths = []
    for frame, name in zip(frames, ("family", "person"), strict=True):
        path = folder / f"{name}.{ending}"
        frame.write_csv(path) if ending == "csv" else frame.write_parquet(path)
        paths.append(Source(path=path))
    return DtsenSources(families=paths[0], persons=paths[1])


def small_parts(monkeypatch: pytest.MonkeyPatch, size: int, rows: int) -> None:
    """Make parts small."""
    for module in ("in_parts", "text_parts"):
        monkeypatch.setattr(f"targeting.intake.{module}.PART_BYTES", size)
        monkeypatch.setattr(f"targeting.intake.{module}.PART_ROWS", rows)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_parts_accept_refuse_and_find_what_the_whole_does(
    frames: tuple[pl.DataFrame, pl.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    files = sources(frames, tmp_path, ending)
    whole = intake_dtsen(files, CONTEXT)
    small_parts(monkeypatch, 30_000, 150)
    spool = tmp_path / "spool"
    spool.mkdir()
    parts = list(dtsen_in_parts(files, CONTEXT, spool))
    assert len(parts) > 3
    assert [] == list(spool.iterdir())
    judged = list(zip(*parts, strict=True))
    rows = [
        pl.concat([part.accepted.select(columns_across(schema, part.accepted.columns)) for part in found])
        for found, schema in zip(judged, SCHEMAS, strict=True)
    ]
    names = (whole[0].source, whole[1].source)
    for expected, found, across in zip(whole, judged, across_parts(*rows, names, CONTEXT), strict=True):
        issues = pl.concat([*(part.issues for part in found), across.issues]).unique()
        assert expected.issues.unique().sort(issues.columns).equals(issues.sort(issues.columns))
        accepted = pl.concat([part.accepted for part in found]).join(across.refused, on="row_number", how="anti")
        columns = [name for name in expected.accepted.columns if name != "warnings"]
        assert expected.accepted.select(columns).equals(accepted.sort("row_number").select(columns))
        assert expected.rows_in == sum(part.rows_in for part in found)
        assert {expected.sha256} == {part.sha256 for part in found}


def test_a_small_register_is_judged_in_one_part(frames: tuple[pl.DataFrame, pl.DataFrame], tmp_path: Path) -> None:
    assert 1 == len(list(dtsen_in_parts(sources(frames, tmp_path, "csv"), CONTEXT, tmp_path)))


TEXTS = {
    "plain": "id,nama\n" + "".join(f"{n},Siti {n}\n" for n in range(500)),
    "line ends of Windows": "id,nama\r\n" + "".join(f"{n},Siti {n}\r\n" for n in range(500)),
    "quoted line ends": "id,nama\n" + "".join(f'{n},"Siti\n{n}"\n' for n in range(500)),
    "a stray quote": "id,nama\n" + "".join(f"{n},Siti {n}\n" for n in range(5)) + '6,"Budi\n' + "7,Ani\n" * 400,
    "a declared delimiter": "sep=;\nid;nama\n" + "".join(f"{n};a,b,c,d\n" for n in range(400)),
    "a quoted header": '"id","na\nma"\n' + "".join(f"{n},Siti {n}\n" for n in range(400)),
    "rows that do not fit": "id,nama\n" + "".join(f"{n},Siti{',x' * (n % 50 == 0)}\n" for n in range(400)),
    "empty rows at the end": "id,nama\n" + "1,Siti\n" * 300 + ",\n" * 20,
    "no line end at the end": "id,nama\n" + "1,Siti\n" * 300 + "2,Budi",
    "blank lines": "\n\nid,nama\n" + "1,Siti\n\n" * 300,
    "Windows-1252": "id,nama\n" + "1,Zoé\n" * 300,
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_in_parts_is_the_text(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(TEXTS[name].encode("cp1252" if name == "Windows-1252" else "utf-8"))
    whole = read_text(path, Source(path=path))
    small_parts(monkeypatch, 600, 100)
    parts = list(text_parts(path, Source(path=path)))
    assert len(parts) > 2
    assert whole.frame.equals(pl.concat([part.frame for part in parts]))
    assert whole.malformed.equals(pl.concat([part.malformed for part in parts]))
    assert {whole.sha256} == {part.sha256 for part in parts}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_a_file_that_cannot_be_cut_comes_whole(encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(TEXTS["plain"].encode(encoding))
    small_parts(monkeypatch, 600 if encoding == "utf-16" else 10**6, 100)
    [part] = text_parts(path, Source(path=path))
    assert read_text(path, Source(path=path)).frame.equals(part.frame)


def test_a_header_alone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.csv"
    path.write_text("id,nama\n" + "\n" * 2000)
    small_parts(monkeypatch, 600, 100)
    with pytest.raises(InputFileError, match="holds no rows"):
        list(text_parts(path, Source(path=path)))
