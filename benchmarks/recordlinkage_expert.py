"""recordlinkage on one test set of Indonesian persons, from Parquet on disk to links in Parquet.

Blocking on NIK, on birth date, on village with year, on first word with year; two levels a name, equality of the rest;
expectation maximisation (`ECMClassifier`); greedy assignment by weight. It holds all pairs in pandas: for small files.

    python benchmarks/recordlinkage_expert.py build/linkage/indonesia-medium-10000x4000-1 --out links.parquet
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from pathlib import Path

import numpy as np
import polars as pl
import recordlinkage

from assignment import greedy
from sets.base import Files
from splink_input import prepared

BLOCKS = (["nik"], ["tanggal_lahir"], ["kode_desa", "tahun"], ["nama_first", "tahun"])


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
            "match_weight": _weights(classifier, vectors),
        }
    ).filter(pl.col("match_probability") > 0.01)
    links = greedy(edges, files.assignment)
    links.write_parquet(out)
    end = time.perf_counter()
    spent = {"read": read - start, "block": blocked - read, "compare": compared - blocked, "em": trained - compared}
    return {
        "phases": {k: round(v, 3) for k, v in spent.items()} | {"assign": round(end - trained, 3)},
        "pairs": len(pairs),
    }


def _weights(classifier: recordlinkage.ECMClassifier, vectors):
    """Sum of log2 m/u of each pair: probabilities near 1 are equal in floating point, weights are not."""
    weights = classifier.log_weights
    return sum(vectors[name].map(lambda value, w=weights[name]: w[value]) for name in vectors.columns) / np.log(2)


def _pandas(files: Files, path: Path, id_column: str):
    frame = prepared(pl.read_parquet(path), id_column, files.kinds)
    if "tanggal_lahir" in frame.columns:
        frame = frame.with_columns(tahun=pl.col("tanggal_lahir").str.slice(0, 4))
    return frame.to_pandas().set_index("unique_id")


def _compare(columns: list[str]) -> recordlinkage.Compare:
    """Names at two Jaro-Winkler levels, the rest by equality: ECM wants binary vectors; a missing value disagrees.

    Year and village stay out: as blocking keys they would teach ECM that disagreement is the mark of a match.
    """
    compare = recordlinkage.Compare()
    for name in ("nama", "nama_in_order"):
        for threshold in (0.85, 0.95):
            compare.string(name, name, method="jarowinkler", threshold=threshold, label=f"{name} {threshold}")
    for name in ("nik", "tanggal_lahir", "id_jenis_kelamin"):
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
