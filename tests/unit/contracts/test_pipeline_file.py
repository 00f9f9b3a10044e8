"""A pipeline file is read strictly and every mistake is told with its line."""

from __future__ import annotations

import pytest

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
