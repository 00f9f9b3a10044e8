"""Splink's scoring alone, with the model and the keys that `scoring_targeting.py` wrote: no cleaning, no training.

python benchmarks/scoring_splink.py DIR --out pairs.parquet
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from pathlib import Path

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.comparison_creator import ComparisonCreator

ALIKE = ["{0}_l = {0}_r", *(f"jaro_winkler_similarity({{0}}_l, {{0}}_r) >= {at} - 1e-9" for at in (0.92, 0.84))]
NUMBER = ["{0}_l = {0}_r", "hamming({0}_l, {0}_r) <= 2"]
CONDITIONS = {
    "name": ALIKE,
    "text": ALIKE,
    "nik": NUMBER,
    "nkk": NUMBER,
    "date": ["{0}_l = {0}_r", "hamming({0}_l, {0}_r) = 1", "left({0}_l, 4) = left({0}_r, 4)"],
    "region": ["{0}_l = {0}_r", "left({0}_l, 32) = left({0}_r, 32)", "left({0}_l, 16) = left({0}_r, 16)"],
    "category": ["{0}_l = {0}_r"],
}
"""Levels of each type, the most alike first, as Splink would have them written."""


def comparison(column: str, kind: str, levels: dict[str, list[float]]) -> ComparisonCreator:
    """A comparison whose levels have their m and u; those of the model rise with agreement, Splink's fall."""
    creators = [cll.CustomLevel(sql.format(column), sql.format(column)) for sql in CONDITIONS[kind]]
    known = zip([*creators, cll.ElseLevel()], reversed(levels["m"]), reversed(levels["u"]), strict=True)
    trained = [level.configure(m_probability=m, u_probability=u) for level, m, u in known]
    return cl.CustomComparison([cll.NullLevel(column), *trained], output_column_name=column)


def main() -> None:
    parser = argparse.ArgumentParser(description="Splink's scoring on prepared files.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--memory", default="16GB")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    about = json.loads((given.folder / "model.json").read_text())
    connection = duckdb.connect()
    connection.execute(f"SET threads = {given.threads}; SET memory_limit = '{given.memory}'")
    for side in ("left", "right"):
        connection.execute(f"CREATE TABLE {side}_file AS FROM read_parquet('{given.folder}/{side}.parquet')")
    database = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[comparison(name, about["kinds"][name], levels) for name, levels in about["levels"].items()],
        blocking_rules_to_generate_predictions=[block_on(f"key_{number}") for number in range(about["rules"])],
        probability_two_random_records_match=about["prior"],
        retain_matching_columns=False,
    )
    sides = [database.register(f"{side}_file", dataset_display_name=f"{side}_side") for side in ("left", "right")]
    linker = Linker(sides, settings, log_level=logging.ERROR)
    start = time.perf_counter()
    pairs = len(linker.inference.compute_blocked_pairs_for_predict_chunk((1, 1), (1, 1)).as_duckdbpyrelation())
    blocked = time.perf_counter()
    scored = linker.inference.predict(threshold_match_weight=about["cut"], warning_mode="never").as_duckdbpyrelation()
    end = time.perf_counter()
    scored.select("match_weight AS weight, unique_id_l AS id_l, unique_id_r AS id_r").pl().write_parquet(given.out)
    phases = {"block": blocked - start, "score": end - blocked}
    print(json.dumps({"pairs": pairs, "kept": len(scored), "phases": phases}))


if __name__ == "__main__":
    main()
