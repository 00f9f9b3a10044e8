"""Places of pairs among those of their record, and what each pair is measured against."""

from __future__ import annotations

import numpy as np

from targeting.linkage.places import best_rivals, places

RECORD = np.array([7, 3, 7, 7, 3, 9])
WEIGHT = np.array([2.0, 1.0, 5.0, 5.0, 4.0, -1.0])
OTHER = np.array([1, 2, 6, 4, 5, 3])


def test_the_heaviest_pair_of_a_record_is_first_and_equals_go_by_the_other_record():
    assert [3, 2, 2, 1, 1, 1] == places(RECORD, WEIGHT, OTHER).tolist()


def test_a_pairs_best_rival_is_the_heaviest_other_pair_of_its_record():
    found = best_rivals(RECORD, WEIGHT)
    assert [5.0, 4.0, 5.0, 5.0, 1.0] == found[:5].tolist()
    assert np.isnan(found[5])


def test_no_pairs_have_no_places_and_no_rivals():
    nothing = np.zeros(0, dtype=np.int64)
    assert (0, 0) == (len(places(nothing, np.zeros(0), nothing)), len(best_rivals(nothing, np.zeros(0))))
