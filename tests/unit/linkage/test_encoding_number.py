"""What a stored register was encoded by is numbered: a change of the encoding needs a new number."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import polars as pl

from targeting.linkage.arrow_file import ArrowFile
from targeting.linkage.prepare import encoded_side
from targeting.linkage.register import REGISTER_SPEC
from targeting.linkage.sides import FrameSide
from targeting.linkage.store_side import store_side
from targeting.linkage.stored_side import ENCODING

KNOWN = {
    1: "c0a136a8a81e452ccb12f5af31f2a1aed6a16f28ac30319eba7375f8ac607231",
    2: "274ddb912af4e70469cf773c1209544f7ca1c1745de597f4526e3b65e669b111",
}
"""Encoding: digest of the values and keys of RECORDS. When this test fails, what `standardise` or `encode` makes has
changed, and registers that are stored would be compared wrongly: raise ENCODING and add its digest here."""

RECORDS = pl.DataFrame(
    {
        "nik": ["3404011203619001", "34.04.01.520361.9002", "3507120101709003", None, "1111111111111111", "123"],
        "nama": ["Hj. SITI AMINAH, S.Pd", "Soekardjo", "M. Djoko bin Abdullah", "H", None, "MOCH. ACHMAD TJAHYADI A B"],
        "tanggal_lahir": ["1961-03-12", "1961-03", "1970-01-01", "31/12/1988", None, "1961"],
        "id_jenis_kelamin": ["2", "2", "1", "1", None, "1"],
        "kode_desa": ["34.04.01.2001", "34.04.01.2002", "35.07.12.2003", None, "65151", "34.04"],
        "alamat": ["Jl. Mawar No. 05 RT 03/RW 01", "DUSUN KRAJAN RT 3 RW 1", "dsn krajan", None, "-", "MAWAR 5"],
        "no_kk": ["3404010101109001", None, "3507120101109002", "0", "3404010101109001", "12345"],
        "dtsen_person_id": list("abcdef"),
        "dtsen_family_id": ["1", "1", "2", "2", None, "3"],
    }
)


def test_values_and_keys_change_with_the_number_of_the_encoding_only(tmp_path: Path) -> None:
    side = encoded_side(RECORDS, REGISTER_SPEC, "right")
    assert isinstance(side, FrameSide)
    store_side(side, REGISTER_SPEC, tmp_path)
    files = sorted([*tmp_path.glob("values-*"), *tmp_path.glob("keys-*")], key=lambda path: path.name)
    tables = [ArrowFile(path) for path in files]
    rows = [repr(row) for table in tables for row in table.take(np.arange(table.rows)).iter_rows()]
    whole = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    assert {ENCODING: KNOWN[ENCODING]} == {ENCODING: whole}
