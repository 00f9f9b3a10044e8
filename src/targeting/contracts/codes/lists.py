"""Find a code list by its name and version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from targeting.contracts.codes import housing, people, work
from targeting.errors import UsageError

REGSOSEK_2022K = "regsosek-2022k"
DTSEN_2025 = "dtsen-2025"
VERSIONS = (REGSOSEK_2022K, DTSEN_2025)


@dataclass(frozen=True)
class CodeList:
    """The codes of one questionnaire item in one version, each with its meaning (snake_case Indonesian)."""

    name: str
    version: str
    meanings: Mapping[int, str]

    @property
    def codes(self) -> tuple[int, ...]:
        """Codes in ascending order."""
        return tuple(sorted(self.meanings))


@dataclass(frozen=True)
class BitList:
    """The bits of an item that is a sum of what applies, and the value that says "does not know" (null if none)."""

    name: str
    bits: Mapping[int, str]
    not_known: int | None

    @property
    def largest_sum(self) -> int:
        """The sum when everything applies."""
        return sum(self.bits)


_SAME = {**people.SAME, **work.SAME, **housing.SAME}
_LISTS = {
    REGSOSEK_2022K: {**_SAME, **people.REGSOSEK_2022K, **work.REGSOSEK_2022K, **housing.REGSOSEK_2022K},
    DTSEN_2025: {**_SAME, **work.DTSEN_2025, **housing.DTSEN_2025},
}


def known_version(version: str) -> str:
    """The version itself. Raises UsageError, naming the versions there are, unless it is one of them."""
    if version not in VERSIONS:
        raise UsageError(f"No code lists of version '{version}'. Known versions: {', '.join(VERSIONS)}.")
    return version


def code_list(name: str, version: str) -> CodeList:
    """The list of that name in that version. Raises UsageError when the version has no such list."""
    lists = _LISTS[known_version(version)]
    if name not in lists:
        raise UsageError(f"Code lists {version} have no list '{name}'. Lists: {', '.join(sorted(lists))}.")
    return CodeList(name, version, lists[name])


def versions_of(name: str) -> tuple[str, ...]:
    """Versions that have a list of that name."""
    return tuple(version for version in VERSIONS if name in _LISTS[version])


def code_lists(version: str) -> tuple[CodeList, ...]:
    """Every list of a version, by name."""
    return tuple(code_list(name, version) for name in sorted(_LISTS[known_version(version)]))


def bit_list(name: str) -> BitList:
    """The bits of a sum field; the same in every version that has the field."""
    return BitList(name, people.BITS[name], people.NOT_KNOWN.get(name))
