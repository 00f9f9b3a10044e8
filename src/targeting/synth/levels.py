"""How much goes wrong, at three levels. Every probability of the synthetic data that is noise stands in this one table.

Sources: names, dates and numbers follow what Permendagri 73/2022, e-KTP counts and regional registers show (mononyms,
titles, old spelling, heaped birthdays); the sizes of the error rates are our judgement. `medium` is meant to look like
a programme list typed at a village office against a register cleaned once; `low` like a list exported from a register;
`high` like hand-written forms typed by several people. Rates grow about threefold from level to level, so that the
levels differ clearly in any measure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

NoiseLevel = Literal["low", "medium", "high"]


@dataclass(frozen=True)
class RecordNoise:
    """Chance that one source writes one person down wrongly, per kind of error."""

    # Names: several kinds may hit one name, as in life.
    name_variant: float  # Muhammad as M., Moh., Mochamad; Abdul as Abd.; Siti as St.: the clerk's habit
    name_old_spelling: float  # oe, tj, dj, j: copied from an old paper; only for those born before 1972
    name_phonetic: float  # written by ear: f/p/v, z/j, doubled letters, i/y, -yanto/-iyanto
    name_typo: float  # keyboard neighbour, transposition, lost or doubled letter, letters confused by OCR
    name_swap: float  # two tokens change places
    name_drop: float  # a token is left out
    name_initial: float  # a token becomes its initial
    name_space: float  # Nur Hayati as Nurhayati and back
    name_title: float  # H., Hj., S.Pd., R. are written where the person has one
    name_binti: float  # bin or binti and the father's name are added
    name_other: float  # a call name that shares nothing or one token with the official one
    name_title_case: float  # written as "Siti Aminah"; capitals otherwise
    # NIK: at most one kind each.
    nik_missing: float  # children and the old have it missing twice as often
    nik_typo: float  # one wrong digit
    nik_transposed: float  # two neighbouring digits changed places
    nik_placeholder: float  # zeros, nines, 1234567890123456
    nik_borrowed: float  # somebody else's of the same family
    # Birth date: at most one kind each.
    birth_missing: float
    birth_default: float  # 1 January, 31 December or 1 July of the right year: only the year was known
    birth_swapped: float  # day and month changed places, where that is a date
    birth_year_off: float  # one year more or less
    birth_typo: float  # one wrong digit of the day
    birth_guess: float  # age rounded to five years, 1 January or 1 July
    # The rest.
    sex_wrong: float
    kk_typo: float
    code_wrong: float  # any one answer of the questionnaire differs from what is true
    place_missing: float  # tempat_lahir empty


@dataclass(frozen=True)
class Level:
    """One noise level: what each source writes wrongly, and what really changed between the two."""

    ppse: RecordNoise
    dtsen: RecordNoise
    duplicate: float  # share of PPSE rows that repeat another household under a new id
    kk_reissued: float  # the family card was issued anew since the register's cut-off
    split: float  # a married child's family has its own card by now, the register still shows one family
    married_out: float  # a son- or daughter-in-law is still registered with the own parents
    newly_wed: float  # a spouse is still registered with the own parents
    absent_elsewhere: float  # a member of a family that the register does not hold stands in another family of it
    member_gone: float  # registered in the family but not met by PPSE: died, moved away, works abroad
    member_new: float  # met by PPSE but not registered: newborns far more often
    moved_village: float  # the register shows another village of the regency
    moved_regency: float  # the register shows another regency


_PPSE_MEDIUM = RecordNoise(
    name_variant=0.30,
    name_old_spelling=0.05,
    name_phonetic=0.05,
    name_typo=0.06,
    name_swap=0.015,
    name_drop=0.05,
    name_initial=0.035,
    name_space=0.02,
    name_title=0.55,
    name_binti=0.006,
    name_other=0.008,
    name_title_case=0.10,
    nik_missing=0.05,
    nik_typo=0.025,
    nik_transposed=0.010,
    nik_placeholder=0.008,
    nik_borrowed=0.012,
    birth_missing=0.010,
    birth_default=0.025,
    birth_swapped=0.015,
    birth_year_off=0.015,
    birth_typo=0.015,
    birth_guess=0.010,
    sex_wrong=0.006,
    kk_typo=0.012,
    code_wrong=0.06,
    place_missing=0.05,
)

_DTSEN_MEDIUM = RecordNoise(
    # A register is typed once and checked against the civil registry: about a third of the programme list's errors.
    name_variant=0.12,
    name_old_spelling=0.03,
    name_phonetic=0.010,
    name_typo=0.012,
    name_swap=0.002,
    name_drop=0.008,
    name_initial=0.006,
    name_space=0.006,
    name_title=0.30,
    name_binti=0.001,
    name_other=0.001,
    name_title_case=0.0,
    nik_missing=0.010,
    nik_typo=0.004,
    nik_transposed=0.002,
    nik_placeholder=0.001,
    nik_borrowed=0.001,
    birth_missing=0.002,
    birth_default=0.006,
    birth_swapped=0.002,
    birth_year_off=0.003,
    birth_typo=0.003,
    birth_guess=0.001,
    sex_wrong=0.001,
    kk_typo=0.001,
    code_wrong=0.04,
    place_missing=0.02,
)

_HABITS = ("name_title", "name_title_case", "name_variant", "place_missing", "code_wrong")
"""Ways of writing rather than errors: they do not grow threefold from level to level."""


def _scaled(noise: RecordNoise, factor: float, habit_factor: float) -> RecordNoise:
    """The same kinds of error, `factor` times as frequent; habits `habit_factor` times; nothing beyond one half."""
    return replace(
        noise,
        **{
            name: min(value * (habit_factor if name in _HABITS else factor), max(value, 0.5))
            for name, value in vars(noise).items()
        },
    )


LEVELS: dict[NoiseLevel, Level] = {
    "low": Level(
        ppse=_scaled(_PPSE_MEDIUM, 0.30, 0.6),
        dtsen=_scaled(_DTSEN_MEDIUM, 0.30, 0.6),
        duplicate=0.010,
        kk_reissued=0.03,
        split=0.25,
        married_out=0.25,
        newly_wed=0.01,
        absent_elsewhere=0.03,
        member_gone=0.015,
        member_new=0.006,
        moved_village=0.012,
        moved_regency=0.003,
    ),
    "medium": Level(
        ppse=_PPSE_MEDIUM,
        dtsen=_DTSEN_MEDIUM,
        duplicate=0.025,
        kk_reissued=0.09,
        split=0.45,
        married_out=0.45,
        newly_wed=0.03,
        absent_elsewhere=0.06,
        member_gone=0.035,
        member_new=0.015,
        moved_village=0.035,
        moved_regency=0.010,
    ),
    "high": Level(
        # Three times medium would break identity itself; 2.6 keeps most persons findable by what is left.
        ppse=_scaled(_PPSE_MEDIUM, 2.6, 1.3),
        dtsen=_scaled(_DTSEN_MEDIUM, 2.6, 1.3),
        duplicate=0.032,
        kk_reissued=0.22,
        split=0.65,
        married_out=0.60,
        newly_wed=0.07,
        absent_elsewhere=0.10,
        member_gone=0.075,
        member_new=0.035,
        moved_village=0.08,
        moved_regency=0.025,
    ),
}
