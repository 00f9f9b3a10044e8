"""Texts out of files made fit for a page: what no page can show, or what would turn its neighbours round, is marked."""

from __future__ import annotations

import re

UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters, which XML does not know and at which the charts' renderer ends the whole process; marks that
reverse the direction of what follows, so that a name could show another; halves and holes of Unicode."""
MARK = "\ufffd"


def readable(text: str) -> str:
    """The text with a mark in place of each character that cannot be shown."""
    return UNREADABLE.sub(MARK, text)


ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def drawable(text: str) -> str:
    """The text fit for a drawing: also without what UTF-16 writes in two halves, since the charts' renderer cuts a
    long text between them, and then ends."""
    return ASTRAL.sub(MARK, readable(text))
