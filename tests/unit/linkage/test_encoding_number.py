"""What a stored register was encoded by is numbered: a change of the encoding needs a new number."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import polars as pl

from targeting.linkage.prepare import encoded_side
from targeting.linkage.sides import FrameSide
from targeting.linkage.store_side import store_side
from targeting.linkage.stored_side import ENCODING

KNOWN = {1: "7a05f7ec0128536c634e04029c3e22431fa7d6d667a9ba8d31d73a3979252e3e"}
"""Encoding: digest of the values and keys of the tests' register. When this test fails, what `standardise` or `encode`
makes has changed, and registers that are stored would be compared wrongly: raise ENCODING and add its digest here."""


def test_values_and_keys_change_with_the_number_of_the_encoding_only(persons: Any, tmp_path: Path) -> None:
    side = encoded_side(persons.right, persons.spec, "right")
    assert isinstance(side, FrameSide)
    store_side(side, persons.spec, tmp_path)
    files = sorted([*tmp_path.glob("values-*"), *tmp_path.glob("keys-*")])
    rows = [repr(row) for path in files for row in pl.read_ipc(path).iter_rows()]
    whole = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    assert {ENCODING: whole} == {ENCODING: KNOWN[ENCODING]}
