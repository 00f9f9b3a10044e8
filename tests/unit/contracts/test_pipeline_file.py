"""A pipeline file is read strictly and every mistake is told with its line."""

from __future__ import annotations

import hashlib

import pytest

from targeting.contracts.lottery import SEED_BITS, seeded, spelled
from targeting.contracts.pipeline_file import load_pipeline
from targeting.errors import UsageError

GOOD = """id: wub
purpose: Seleksi calon peserta
districts: ["34.04"]
ppse:
  households: {path: ppse.csv}
dtsen:
  families: {path: f.parquet}
  persons: {path: /data/p.parquet}
policy: policy.yaml
output: {db: t.duckdb}
"""


def load(tmp_path, text: str):
    path = tmp_path / "run.yaml"
    path.write_text(text, encoding="utf-8")
    return load_pipeline(path)


def test_inputs_are_found_from_the_files_own_folder_and_outputs_stay_as_written(tmp_path):
    config = load(tmp_path, GOOD)
    assert config.ppse.households.path == tmp_path / "ppse.csv"
    assert (str(config.dtsen.persons.path), config.policy) == ("/data/p.parquet", tmp_path / "policy.yaml")
    assert str(config.output.db) == "t.duckdb"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (GOOD + "id: again\n", r"run\.yaml:11: id: the key stands twice, first on line 1"),
        (GOOD.replace("policy: ", "polisi: "), r"run\.yaml:9: polisi: unknown key\. Did you mean 'policy'"),
        (GOOD.replace('["34.04"]', "[]"), r"run\.yaml:3: districts: .*at least 1 item"),
        (GOOD.replace("purpose: Seleksi calon peserta\n", ""), "purpose: the key is missing"),
        (GOOD.replace("{path: ppse.csv}", "&a {path: ppse.csv}"), "anchor '&a'"),
        (GOOD.replace("id: wub", "id: !!python/object:os.system wub"), "tag .* is not allowed"),
        (GOOD + "linkage: {keep: true}\n", r"run\.yaml:11: linkage: .*linkage\.keep needs linkage\.model"),
        (
            GOOD + "linkage: {learn_from_decisions: true, model: m.json}\n",
            r"run\.yaml:11: linkage: .*Leave out linkage\.model",
        ),
        ("- a\n- b\n", "not a mapping of keys"),
        ("", "not a mapping of keys"),
        ("id: [\n", r"run\.yaml:"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_cure(tmp_path, wrong, told):
    with pytest.raises(UsageError, match=told):
        load(tmp_path, wrong)


@pytest.mark.parametrize("codes", ["[34.04, 35.07]", '["34.04", 35.10]', '["3404"]'])
def test_wrong_district_codes_are_told_once_whatever_their_number(tmp_path, codes):
    with pytest.raises(UsageError, match=r"run\.yaml:3: districts: .*Write district codes in quotes") as refused:
        load(tmp_path, GOOD.replace('["34.04"]', codes))
    assert 1 == len(str(refused.value).splitlines())


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        load_pipeline(tmp_path / "no.yaml")
    with pytest.raises(UsageError, match="Give the path of a pipeline file"):
        load_pipeline(tmp_path)


def committed(seed: int) -> str:
    return f"seed_commit: sha256:{hashlib.sha256(str(seed).encode()).hexdigest()}\n"


def test_a_seed_comes_from_a_file_beside_the_pipeline_file_and_is_held_to_its_commitment(tmp_path):
    (tmp_path / "seed.txt").write_text(spelled(2**61 + 5, "secret"), encoding="utf-8")
    config = load(tmp_path, GOOD + "seed_file: seed.txt\n" + committed(2**61 + 5))
    assert seeded(config).seed == 2**61 + 5
    (tmp_path / "other.txt").write_text("7\n", encoding="utf-8")
    with pytest.raises(UsageError, match="not the one that the pipeline file committed to") as told:
        seeded(config, tmp_path / "other.txt")
    assert "7" not in str(told.value)
    assert seeded(load(tmp_path, GOOD), tmp_path / "other.txt").seed == 7
    assert seeded(load(tmp_path, GOOD + "seed: 8\n" + committed(8))).seed == 8


@pytest.mark.parametrize(
    "content", ["", "# only words\n", "12 13\n", "1\n2\n", "-4\n", "4.0\n", str(2**SEED_BITS), "9" * 5000, "٣"]
)
def test_a_file_without_a_seed_is_told_without_its_content(tmp_path, content):
    (tmp_path / "seed.txt").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"seed\.txt.*lottery commit --out FILE") as told:
        seeded(load(tmp_path, GOOD), tmp_path / "seed.txt")
    said = str(told.value).replace(str(tmp_path), "")  # the folder's name may hold a number of its own
    assert content.strip() == "" or content.strip() not in said
    with pytest.raises(UsageError, match="No such file"):
        seeded(load(tmp_path, GOOD), tmp_path / "none.txt")
    with pytest.raises(UsageError, match="seed and seed_file"):
        load(tmp_path, GOOD + "seed: 3\nseed_file: seed.txt\n")
