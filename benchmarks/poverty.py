"""`python benchmarks/poverty.py`: the trained proxy means test beside what is usually done, in worlds of known truth.

Each system learns from one survey of a world and is judged on households of other villages of it. Usual systems: least
squares on the log outcome (the proxy means test of the literature), ridge regression, scikit-learn's gradient boosting
with default settings, of the log outcome and of poverty. `--speed ROWS` times a training on ROWS x 60 columns instead.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtr
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from poverty_worlds import WORLDS, World, households, line_of
from targeting.contracts.pmt import ProxyModel
from targeting.poverty import scoring
from targeting.poverty.metrics import measures, ranked
from targeting.poverty.survey import Design
from targeting.poverty.train import Request, train

TEST_HOUSEHOLDS = 20_000
NOT_PROXIES = ("household", "village", "weight", "spending")
TEXTS = ("stratum", "fuel", "trade", "roof")
SHOWN = ("auc", "eer_rate", "precision_5pct", "ndcg_rate", "brier", "ece")
COVERAGES = (0.8, 0.9, 0.95)
Scores = tuple[np.ndarray, np.ndarray]  # how poor, and the probability to be


def targeting_model(survey: pl.DataFrame, line: float) -> ProxyModel:
    """The model of `targeting pmt train`."""
    provenance = {"source": None, "period": None, "file": "", "sha256": "", "program_version": ""}
    design = Design("spending", "weight", "village", "stratum", line)
    return train(survey, Request(design), provenance, lambda _share: None)


def dummies() -> Any:
    """One column a code or level, numbers with the mean where missing."""
    return OneHotEncoder(handle_unknown="ignore", drop="first", sparse_output=False, min_frequency=5)


def proxies(frame: pl.DataFrame) -> Any:
    """The proxies as the libraries take them."""
    mean = float(np.nanmean(frame["area"].to_numpy()))
    return frame.drop(NOT_PROXIES).with_columns(pl.col("area").fill_null(mean)).to_pandas()


def linear(make: Callable[[], Any]) -> Callable[[pl.DataFrame, float, pl.DataFrame], Scores]:
    """A linear regression of the log outcome with normal errors."""

    def scores(survey: pl.DataFrame, line: float, test: pl.DataFrame) -> Scores:
        numbers = [name for name in proxies(survey).columns if name not in TEXTS]
        columns = make_column_transformer((dummies(), list(TEXTS)), (StandardScaler(), numbers))
        weight, target = survey["weight"].to_numpy(), np.log(survey["spending"].to_numpy())
        fitted = make_pipeline(columns, make())
        step = fitted.steps[-1][0]
        fitted.fit(proxies(survey), target, **{f"{step}__sample_weight": weight})
        spread = np.sqrt(np.average(np.square(target - fitted.predict(proxies(survey))), weights=weight))
        index = fitted.predict(proxies(test))
        return -index, ndtr((np.log(line) - index) / spread)

    return scores


def boosting(kind: Any) -> Callable[[pl.DataFrame, float, pl.DataFrame], Scores]:
    """Gradient boosting with default settings, codes as categories."""

    def scores(survey: pl.DataFrame, line: float, test: pl.DataFrame) -> Scores:
        fewer = ["trade"] if survey["trade"].n_unique() > 250 else []  # the library takes 255 categories
        encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=250)
        columns = make_column_transformer((encoder, list(TEXTS)), remainder="passthrough")
        train_x, test_x = columns.fit_transform(survey.drop(NOT_PROXIES).to_pandas()), None
        test_x = columns.transform(test.drop(NOT_PROXIES).to_pandas())
        categorical = np.arange(train_x.shape[1]) < len(TEXTS) - len(fewer)
        weight, spending = survey["weight"].to_numpy(), survey["spending"].to_numpy()
        model = kind(categorical_features=categorical, random_state=0)
        if kind is HistGradientBoostingClassifier:
            chance = model.fit(train_x, spending < line, sample_weight=weight).predict_proba(test_x)[:, 1]
            return chance, chance
        model.fit(train_x, np.log(spending), sample_weight=weight)
        gap = np.log(spending) - model.predict(train_x)
        index = model.predict(test_x)
        return -index, ndtr((np.log(line) - index) / np.sqrt(np.average(np.square(gap), weights=weight)))

    return scores


USUAL = {
    "least squares": linear(LinearRegression),
    "ridge": linear(lambda: RidgeCV(np.logspace(-2, 4, 13))),
    "boosting of log outcome": boosting(HistGradientBoostingRegressor),
    "boosting of poverty": boosting(HistGradientBoostingClassifier),
}


def judged(test: pl.DataFrame, line: float, order: np.ndarray, chance: np.ndarray) -> dict[str, float]:
    """The measures of a ranking and of its probabilities on unseen villages."""
    outcome, weight = test["spending"].to_numpy(), test["weight"].to_numpy()
    weight = weight / weight.mean()
    rate = float(np.average(outcome < line, weights=weight))
    found = []
    for scored in (order, chance):
        lined = ranked(scored, outcome, line, weight)
        found.append(measures(lined, weight[lined.order], {"rate": rate}))
    by_order, by_chance = found
    return {name: (by_chance if name in ("brier", "ece") else by_order)[name] for name in SHOWN}


def one_run(world: World, seed: int) -> tuple[dict[str, dict[str, float]], dict[float, float], str]:
    """All systems on one survey: measures by system, coverage of the intervals, the chosen method."""
    line = line_of(world, seed)
    survey, test = households(world, seed, 1, world.households), households(world, seed, 2, TEST_HOUSEHOLDS)
    model = targeting_model(survey, line)
    located = scoring.locate(model, test)
    chance = scoring.p_below(model, located, line)
    results = {"targeting": judged(test, line, chance, chance)}
    for name, scores in USUAL.items():
        results[name] = judged(test, line, *scores(survey, line, test))
    coverage = {}
    for level in COVERAGES:
        low, high = scoring.interval(model, located, level)
        inside = (low <= test["spending"].to_numpy()) & (test["spending"].to_numpy() <= high)
        coverage[level] = float(np.average(inside, weights=test["weight"].to_numpy()))
    return results, coverage, model.method


def compare(world: World, seeds: range) -> None:
    """Print each system's mean measures, and how often and by how much targeting is ahead."""
    runs = [one_run(world, seed) for seed in seeds]
    chosen = [method for *_, method in runs]
    print(f"\n{world.name}: {world.households:,} households, {world.rate:.0%} poor, {len(runs)} surveys")
    print(f"{'':26}" + "".join(f"{name:>16}" for name in SHOWN) + "   AUC, EER less targeting's (standard error)")
    for system in ("targeting", *USUAL):
        means = [np.mean([results[system][name] for results, *_ in runs]) for name in SHOWN]
        apart = ""
        if system != "targeting":
            for name in ("auc", "eer_rate"):
                gaps = np.array([results[system][name] - results["targeting"][name] for results, *_ in runs])
                apart += f"  {gaps.mean():+.4f} ({gaps.std(ddof=1) / np.sqrt(len(gaps)):.4f})"
        print(f"{system:26}" + "".join(f"{mean:16.4f}" for mean in means) + apart)
    told = ", ".join(f"{level:.0%}: {np.mean([c[level] for _, c, _ in runs]):.3f}" for level in COVERAGES)
    print(f"intervals hold {told}; chosen: {', '.join(f'{m} {chosen.count(m)}' for m in sorted(set(chosen)))}")


def speed(rows: int) -> None:
    """Print the time of a training on rows x 60 columns, and of a scoring."""
    world = World("speed", rows, 0.1)
    survey = households(world, 1, 1, rows)
    rng = np.random.default_rng(1)
    more = 60 - survey.width
    survey = survey.with_columns(
        *(pl.Series(f"code_{place}", rng.integers(1, 9, rows)) for place in range(more // 2)),
        *(pl.Series(f"number_{place}", rng.gamma(2.0, 1.0, rows)) for place in range(more - more // 2)),
    )
    begun = time.perf_counter()
    model = targeting_model(survey, line_of(world, 1))
    trained = time.perf_counter()
    scoring.scores(model, scoring.locate(model, survey), {"p_below_line": model.line}, 0.9)
    scored = time.perf_counter()
    print(f"{rows:,} households x {survey.width} columns: training {trained - begun:.0f} s, "
          f"scoring {scored - trained:.1f} s, chosen {model.method}")  # fmt: skip


def main() -> None:
    """Compare, or time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", nargs="*", default=[world.name for world in WORLDS])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--speed", type=int, metavar="ROWS")
    options = parser.parse_args()
    if options.speed:
        speed(options.speed)
        return
    for world in WORLDS:
        if world.name in options.worlds:
            compare(world, range(1, options.seeds + 1))


if __name__ == "__main__":
    main()
