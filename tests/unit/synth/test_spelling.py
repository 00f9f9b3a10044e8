"""How names get written differently."""

from __future__ import annotations

import pytest

from targeting.synth import spelling

NAMES = ("SLAMET", "SITI NURHAYATI", "MUHAMMAD RIZKY PRATAMA", "NUR HAYATI", "SUCIPTO", "A B")
CHANGES = (
    spelling.variant,
    spelling.old_spelling,
    spelling.by_ear,
    spelling.typo,
    spelling.swap,
    spelling.drop,
    spelling.initial,
    spelling.space,
    spelling.call_name,
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change.__name__))
def test_a_change_leaves_a_name_of_letters(change: object) -> None:
    assert callable(change)
    for name in NAMES:
        for draw in range(0, 4000, 37):
            written = change(name, draw)
            assert written.strip() == written
            assert written.replace(" ", "").replace(".", "").isalpha()


def test_a_muhammad_is_abbreviated_but_never_lost() -> None:
    written = {spelling.variant("MUHAMMAD RIZKY", draw) for draw in range(40)}
    assert {"M. RIZKY", "MOCHAMAD RIZKY"} < written
    assert all(name.endswith(" RIZKY") for name in written)


def test_one_name_keeps_its_only_token() -> None:
    for change in (spelling.swap, spelling.drop, spelling.initial):
        assert change("SLAMET", 5) == "SLAMET"


def test_old_spelling_writes_oe_tj_and_dj() -> None:
    written = {spelling.old_spelling("SUCIPTO JOYO", draw) for draw in range(60)}
    assert {"SOECIPTO JOEYO", "SUTJIPTO JOYO", "SUCIPTO DJOYO"} & written
    assert any("OE" in name for name in written)
    assert any("TJ" in name for name in written)


def test_tokens_are_joined_and_split() -> None:
    assert spelling.space("NUR HAYATI", 0) == "NURHAYATI"
    assert spelling.space("NURHAYATI", 0) == "NUR HAYATI"
