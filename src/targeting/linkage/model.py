"""The Fellegi-Sunter model: what agreement weighs, as plain numbers that go to JSON and back.

Comparisons that depend on one another form a group and are weighed jointly: NIK, birth date and sex say the same thing
three times, and people who move change region, address and card at once. Three classes of pairs are told apart: the
same person (m), strangers (u), and different people who live together (r), so that a shared house is not mistaken for
a shared identity.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from targeting.errors import ModelError
from targeting.linkage.comparisons.base import Tells
from targeting.linkage.pattern import FloatArray, IntArray, PatternSpace

FORMAT = 2
"""Version of the JSON layout."""


@dataclass(frozen=True)
class Group:
    """Comparisons weighed jointly, by position, and the probabilities of their joint levels.

    Joint level: mixed radix of the members' levels. m, u and r are conditional on which members are missing, so a
    missing value weighs nothing.
    """

    members: tuple[int, ...]
    sizes: tuple[int, ...]
    m: FloatArray
    u: FloatArray
    r: FloatArray

    def joint(self, levels: IntArray) -> IntArray:
        """Joint level of each row of an array of levels (rows, comparisons)."""
        return joint_level(levels, self.members, self.sizes)

    def only(self, positions: list[int]) -> Group:
        """The group of some of its members, the others summed out (over their levels that are not missing)."""
        if len(positions) == len(self.members):
            return self
        shape = self.sizes[::-1]
        out = [len(self.sizes) - 1 - p for p in range(len(self.members)) if p not in positions]

        def summed(values: FloatArray) -> FloatArray:
            cube = values.reshape(shape)
            for axis in out:
                cube = cube.take(range(1, cube.shape[axis]), axis=axis).sum(axis=axis, keepdims=True)
            return cube.ravel()

        return Group(
            tuple(self.members[p] for p in positions),
            tuple(self.sizes[p] for p in positions),
            summed(self.m),
            summed(self.u),
            summed(self.r),
        )


@dataclass(frozen=True)
class Kin:
    """What housemates agree on together: twins share the birth date and, more often than others, a part of the name.

    name: position of a comparison of names; births: positions of those of births; lift: natural logarithm, at least 0,
    of how much likelier two people of one home agree so than each comparison for itself shows, by joint level.
    """

    name: int
    births: tuple[int, ...]
    sizes: tuple[int, ...]
    lift: FloatArray

    def of(self, levels: IntArray) -> FloatArray:
        """What it adds to log r, for each row of levels (rows, comparisons)."""
        return self.lift[joint_level(levels, (self.name, *self.births), self.sizes)]


def joint_level(levels: IntArray, members: tuple[int, ...], sizes: tuple[int, ...]) -> IntArray:
    """Mixed radix of some comparisons' levels."""
    joint = np.zeros(len(levels), dtype=np.int64)
    radix = 1
    for member, size in zip(members, sizes, strict=True):
        joint += levels[:, member] * radix
        radix *= size
    return joint


@dataclass(frozen=True)
class Model:
    """Everything that scoring needs.

    prior: probability that a random pair is the same person; household_rate: that it is two people who live together;
    match_share: share of left records that have a match; normalisers[c][level]: mean of 2**(-slope*bits) among matches;
    trained_on: hashes of the files' values and of the spec (`fingerprint`), empty where nobody asked for them;
    link_levels[c][level]: of the links it made of the files it was trained on, the share on each level; empty where
    they were too few.
    """

    comparisons: tuple[str, ...]
    groups: tuple[Group, ...]
    normalisers: tuple[tuple[float, ...], ...]
    prior: float
    household_rate: float
    match_share: float
    notes: tuple[str, ...] = ()
    kin: tuple[Kin, ...] = ()
    trained_on: dict[str, str] = field(default_factory=dict)
    link_levels: tuple[tuple[float, ...], ...] = ()

    def weights(self, space: PatternSpace, patterns: IntArray) -> FloatArray:
        """Match weight in bits of each pattern: log2 of the odds that the pair is one person, the prior included."""
        log_m, log_u, log_r = self.log_likelihoods(space, patterns)
        rest = np.logaddexp(np.log1p(-self.household_rate) + log_u, np.log(self.household_rate + 1e-300) + log_r)
        odds = np.log(self.prior) - np.log1p(-self.prior) + log_m - rest
        return np.asarray(odds / np.log(2.0))

    def log_likelihoods(self, space: PatternSpace, patterns: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Natural logarithms of a pattern's probability under m, u and r, up to a term common to all."""
        levels = space.levels(patterns)
        rarity = log_rarity(space, patterns, levels, self.normalisers)
        log_m, log_u, log_r = (np.zeros(len(patterns)) for _ in range(3))
        for group in self.groups:
            joint = group.joint(levels)
            shift = rarity[:, list(group.members)].sum(axis=1)
            log_m += np.log(group.m[joint])
            log_u += np.log(group.u[joint]) + shift
            log_r += mixed_rarity(group, joint, shift)
        for kin in self.kin:
            log_r += kin.of(levels)
        return log_m, log_u, log_r

    def person_log_odds(self, space: PatternSpace, patterns: IntArray) -> FloatArray:
        """Natural log of how much likelier a pattern is for one person than for two of one home, the home left out."""
        levels = space.levels(patterns)
        rarity = log_rarity(space, patterns, levels, self.normalisers)
        total = np.zeros(len(patterns))
        for group in self.groups:
            own = [i for i, m in enumerate(group.members) if space.digits[m].comparison.tells is not Tells.HOME]
            if not own:
                continue
            part = group.only(own)
            joint = part.joint(levels)
            shift = rarity[:, list(part.members)].sum(axis=1)
            r = mixed_rarity(part, joint, shift) if self.household_rate > 0 else np.log(part.u[joint]) + shift
            total += np.log(part.m[joint]) - r
        for kin in self.kin:
            total -= kin.of(levels)
        return total

    def to_json(self) -> str:
        """Plain JSON, stable key order."""
        document: dict[str, Any] = {
            "format": FORMAT,
            "comparisons": list(self.comparisons),
            "prior": self.prior,
            "household_rate": self.household_rate,
            "match_share": self.match_share,
            "normalisers": [list(row) for row in self.normalisers],
            "groups": [
                {
                    "members": list(g.members),
                    "sizes": list(g.sizes),
                    "m": g.m.tolist(),
                    "u": g.u.tolist(),
                    "r": g.r.tolist(),
                }
                for g in self.groups
            ],
            "kin": [
                {"name": k.name, "births": list(k.births), "sizes": list(k.sizes), "lift": k.lift.tolist()}
                for k in self.kin
            ],
            "notes": list(self.notes),
            "trained_on": self.trained_on,
            "link_levels": [list(row) for row in self.link_levels],
        }
        return json.dumps(document, indent=1)

    @classmethod
    def from_json(cls, text: str, source: str) -> Model:
        """Read a model back. Raises ModelError when the text is not one."""
        try:
            document = json.loads(text)
            if document["format"] != FORMAT:
                raise ModelError(
                    f"{source} has model format {document['format']}, this program reads {FORMAT}. Train again."
                )
            groups = tuple(
                Group(tuple(g["members"]), tuple(g["sizes"]), *(np.array(g[k], dtype=np.float64) for k in "mur"))
                for g in document["groups"]
            )
            return cls(
                comparisons=tuple(document["comparisons"]),
                groups=groups,
                normalisers=tuple(tuple(row) for row in document["normalisers"]),
                prior=float(document["prior"]),
                household_rate=float(document["household_rate"]),
                match_share=float(document["match_share"]),
                notes=tuple(document["notes"]),
                link_levels=tuple(tuple(map(float, row)) for row in document.get("link_levels", [])),
                trained_on={str(part): str(value) for part, value in document["trained_on"].items()},
                kin=tuple(
                    Kin(k["name"], tuple(k["births"]), tuple(k["sizes"]), np.array(k["lift"], dtype=np.float64))
                    for k in document["kin"]
                ),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{source} is not a linkage model ({error}). Train one with --save-model.") from None


def load_model(path: Path) -> Model:
    """Read a model file. Raises ModelError when it is absent or not a model."""
    try:
        return Model.from_json(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise ModelError(f"cannot read the model {path}: {error.strerror}.") from None


def log_rarity(
    space: PatternSpace, patterns: IntArray, levels: IntArray, normalisers: tuple[tuple[float, ...], ...]
) -> FloatArray:
    """log of how much likelier or less likely strangers agree on just this value than on an average one."""
    bits = space.bits(patterns)
    columns = []
    for index, digit in enumerate(space.digits):
        slope = np.array(digit.comparison.slopes)[levels[:, index]]
        level_normaliser = np.array(normalisers[index])[levels[:, index]]
        columns.append(np.where(slope > 0, -slope * bits[:, index] * np.log(2.0) - np.log(level_normaliser), 0.0))
    return np.stack(columns, axis=1)


def mixed_rarity(group: Group, joint: IntArray, shift: FloatArray) -> FloatArray:
    """log r of a joint level: what strangers share too follows rarity, the rest does not."""
    r, u = group.r[joint], group.u[joint]
    by_chance = np.minimum(r, u)
    return np.asarray(np.log(by_chance * np.exp(np.minimum(shift, 50.0)) + (r - by_chance) + 1e-300))
