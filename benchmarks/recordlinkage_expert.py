"""recordlinkage on one test set of Indonesian persons, from Parquet on disk to links in Parquet.

Blocking on NIK, on birth date, on village with year, and on names; Jaro-Winkler above .88 or equality; expectation
maximisation (`ECMClassifier`); greedy assignment by probability. It holds all pairs in pandas: for small files.

    python benchmarks/recordlinkage_expert.py build/linkage/indonesia-medium-10000x4000-1 --out links.parquet
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from pathlib import Path

import polars as pl
import recordlinkage

from assignment import greedy
from sets.base import Files
from splink_input import prepared

BLOCKS = (["nik"], ["tanggal_lahir"], ["kode_desa", "tahun"], ["nama_in_order"], ["nama_first", "tahun"])


def link(files: Files, out: Path) -> dict[str, object]:
    """Write id_l, id_r, match_weight (log2 of the odds) and match_probability of the pairs above probability .01."""
    start = time.perf_counter()
    sides = [_pandas(files, path, key) for path, key in zip((files.left, files.right), files.ids, strict=True)]
    read = time.perf_counter()
    index = recordlinkage.Index()
    for block in BLOCKS:
        if set(block) <= set(sides[0].columns):
            index.block(block)
    pairs = index.index(*sides)
    blocked = time.perf_counter()
    vectors = _compare(list(sides[0].columns)).compute(pairs, *sides)
    compared = time.perf_counter()
    classifier = recordlinkage.ECMClassifier(init="jaro", atol=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # log of zero for levels that no pair has
        classifier.fit(vectors)
        likely = classifier.prob(vectors)
    trained = time.perf_counter()
    edges = pl.DataFrame(
        {
            "id_l": likely.index.get_level_values(0).to_numpy().astype(str),
            "id_r": likely.index.get_level_values(1).to_numpy().astype(str),
            "match_probability": likely.to_numpy(),
        }
    ).filter(pl.col("match_probability") > 0.01)
    bounded = pl.col("match_probability").clip(1e-12, 1 - 1e-12)
    links = greedy(edges.with_columns(match_weight=(bounded / (1 - bounded)).log(2.0)), files.assignment)
    links.write_parquet(out)
    end = time.perf_counter()
    spent = {"read": read - start, "block": blocked - read, "compare": compared - blocked, "em": trained - compared}
    return {
        "phases": {k: round(v, 3) for k, v in spent.items()} | {"assign": round(end - trained, 3)},
        "pairs": len(pairs),
    }


def _pandas(files: Files, path: Path, id_column: str):
    frame = prepared(pl.read_parquet(path), id_column, files.kinds)
    if "tanggal_lahir" in frame.columns:
        frame = frame.with_columns(tahun=pl.col("tanggal_lahir").str.slice(0, 4))
    return frame.to_pandas().set_index("unique_id")


def _compare(columns: list[str]) -> recordlinkage.Compare:
    """Two levels a comparison: ECM wants binary vectors; a missing value disagrees."""
    compare = recordlinkage.Compare()
    for name in ("nama", "nama_in_order", "alamat"):
        if name in columns:
            compare.string(name, name, method="jarowinkler", threshold=0.88, label=name)
    for name in ("nik", "tanggal_lahir", "tahun", "id_jenis_kelamin", "kode_desa", "nama_first"):
        if name in columns:
            compare.exact(name, name, label=f"{name} equal")
    return compare


def main() -> None:
    parser = argparse.ArgumentParser(description="recordlinkage on one test set.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    print(json.dumps(link(Files(given.folder), given.out)))


if __name__ == "__main__":
    main()
