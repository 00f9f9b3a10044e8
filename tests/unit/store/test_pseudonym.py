"""A pseudonym stays the same under its key, and tells nothing without it."""

from __future__ import annotations

import hashlib
import hmac
import stat

import polars as pl
import pytest

from targeting.cli.key import earlier_keys, found_key, pseudonym_key
from targeting.errors import InputFileError, UsageError
from targeting.store import mask, mask_record
from targeting.store.export.masking import PSEUDONYM
from targeting.store.pseudonym import PseudonymKey, create_key, read_key, rotate_key

KEY, OTHER = PseudonymKey(b"k" * 32), PseudonymKey(b"o" * 32)
NIK, KK = "3404015002809012", "3404010101209034"


def test_a_pseudonym_is_the_hmac_of_the_number():
    digest = hmac.new(b"k" * 32, b"number\0" + NIK.encode(), hashlib.sha256).hexdigest()
    assert pl.Series([KEY.of(NIK)]).str.contains(PSEUDONYM).all()
    assert int(digest[:20], 16) == sum(
        "abcdefghijklmnopqrstuvwxyz234567".index(letter) << (5 * place)
        for place, letter in enumerate(reversed(KEY.of(NIK).split("-")[2]))
    )


def test_one_number_has_one_pseudonym_in_every_column_and_table():
    frame = pl.DataFrame({"no_kk": [KK], "household_id": [KK], "note": [f"KK{KK}x"], "nik": [NIK]})
    shown = mask(frame, KEY).row(0, named=True)
    assert (shown["no_kk"], shown["household_id"], shown["note"]) == (KEY.of(KK), KEY.of(KK), f"KK{KEY.of(KK)}x")
    assert shown["nik"] == mask_record({"nik": NIK}, KEY)["nik"] == KEY.of(NIK)
    assert mask_record({"alternatives": [NIK]}, KEY) == {"alternatives": [KEY.of(NIK)]}


def test_what_is_no_identity_number_stays_masked_as_without_a_key():
    frame = pl.DataFrame({"nik": ["12345", None], "nama": [f"SITI {NIK}", "B"], "alamat": ["Jl.", None]})
    assert mask(frame, KEY).rows() == mask(frame).rows()


def test_another_key_gives_another_pseudonym_with_another_mark():
    assert KEY.of(NIK).split("-")[1:] != OTHER.of(NIK).split("-")[1:]
    assert (KEY.of(NIK)[:8], OTHER.of(NIK)[:8]) == (f"ps-{KEY.mark}-", f"ps-{OTHER.mark}-")
    assert KEY.mark != OTHER.mark


def test_a_key_is_its_owners_alone_never_shown_and_never_overwritten(tmp_path):
    made = create_key(tmp_path / "deep" / "a.key")
    path = tmp_path / "deep" / "a.key"
    assert (stat.S_IMODE(path.stat().st_mode), read_key(path)) == (0o600, made)
    assert made.secret.hex() not in repr(made) + made.of(NIK)
    with pytest.raises(UsageError, match="rotate"):
        create_key(path)
    path.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        read_key(path)


def test_after_a_rotation_old_lists_are_still_understood_by_the_key_that_was_put_aside(tmp_path, monkeypatch):
    path = tmp_path / "a.key"
    monkeypatch.delenv("TARGETING_PSEUDONYM_KEY")
    monkeypatch.setenv("TARGETING_PSEUDONYM_KEY_FILE", str(path))
    first = create_key(path)
    aside, second = rotate_key(path)
    assert (aside.name, stat.S_IMODE(aside.stat().st_mode)) == (f"a.key.{first.mark}", 0o600)
    assert (found_key(), earlier_keys()) == ((str(path), second), [first])
    assert first.of(NIK) != second.of(NIK)


def test_the_environment_goes_before_the_file_and_what_is_no_key_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("TARGETING_PSEUDONYM_KEY", "6b" * 32)
    assert pseudonym_key() == KEY
    monkeypatch.setenv("TARGETING_PSEUDONYM_KEY", "secret")
    with pytest.raises(UsageError, match="holds no pseudonym key") as refused:
        pseudonym_key()
    assert "secret" not in str(refused.value)
    monkeypatch.setenv("TARGETING_PSEUDONYM_KEY", "")
    assert pseudonym_key() is None
    monkeypatch.delenv("TARGETING_PSEUDONYM_KEY")
    monkeypatch.setenv("TARGETING_PSEUDONYM_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(InputFileError, match="cannot be read"):
        pseudonym_key()
