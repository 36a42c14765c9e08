"""One question, several models: what statsmodels and pingouin answer beside the default, and which answer to believe."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from toolkit.analysis.counted import list_counted
from toolkit.analysis.frames import Column, check_options, find_before_after, read_frame, refuse, take_only, take_people
from toolkit.analysis.people import (
    SMALLEST_NUMBER_OF_SCHOOLS,
    Answered,
    count_people,
    estimate_average,
    fit_companion,
    stack_waves,
)
from toolkit.languages import find_spoken, load_text
from toolkit.statistics.cluster_robust import compute_robust_regression
from toolkit.study.rules import ModelRule, load_rules

COLUMNS = ("model", "library", "estimate", "std_error", "low", "high", "p_value", "n", "believe", "why")
NAN = np.nan


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """The people of the schools that count: a table before and after, the same as arrays, the confidence; and `everybody`."""

    people: pd.DataFrame
    answered: Answered
    schools: list[str]
    confidence: float
    everybody: pd.DataFrame

    @property
    def pairs(self) -> pd.DataFrame:
        return self.people.dropna()


@dataclass(frozen=True, slots=True)
class _Answer:
    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float
    n: int


def compare_models(
    frame: pd.DataFrame,
    *,
    dv: str | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    before: Hashable | None = None,
    after: Hashable | None = None,
    confidence: float = 0.95,
    smallest_group: int = 1,
) -> pd.DataFrame:
    """Return the average change of `dv` by seven models, and which of them to believe with so many schools.

    Parameters
    ----------
    frame, dv, wave, person, school, before, after, confidence, smallest_group
        As in `change`; one `dv`, at least four schools, and people who can be followed.

    Returns
    -------
    DataFrame
        A row per model: model, library, estimate, std_error, low, high (points of the scale), p_value, n (people), believe (yes, with care
        or no, in words), and why: in how many studies the model finds a change that is not there, where 5 % is right. `attrs["simulated"]`
        is the number of schools in those studies.

    Raises
    ------
    FrameError
        As `change`, and with fewer than four schools or without people who can be followed.

    Notes
    -----
    The shares of false finds are of 2,000 simulated studies per number of schools, in which schools truly differ in change
    (docs/validity.md). The Wilcoxon test has the Hodges-Lehmann estimate of pingouin's V and no interval.

    Examples
    --------
    >>> from toolkit.analysis.scales import load_example, score
    >>> scores = score(load_example(), "energie_own9")
    >>> found = compare_models(scores, dv="energie_own9", before="sept", after="june")
    >>> found["library"].tolist()
    ['plg-toolkit', 'plg-toolkit', 'plg-toolkit', 'statsmodels', 'statsmodels', 'pingouin', 'pingouin']
    """
    smallest_group = check_options(confidence=confidence, smallest_group=smallest_group)
    long = read_frame(frame, dv=dv, wave=wave, person=person, school=school)
    name = take_only(long)
    waves = find_before_after(long, before, after)
    people = take_people(long, name, *waves, smallest_group)
    counted = list_counted(count_people(people)["pairs"], smallest_group)
    if len(counted) < SMALLEST_NUMBER_OF_SCHOOLS:
        refuse("few_schools", count=len(counted), needed=SMALLEST_NUMBER_OF_SCHOOLS)
    own = people.loc[people.index.get_level_values("school").isin(counted)]
    data = _Data(own, stack_waves(own), counted, confidence, people)
    rules = load_rules().models
    rows = [_write_row(name, fit(data), rules[name], len(counted)) for name, fit in MODELS.items()]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    compared = {"before": long.waves[waves[0]], "after": long.waves[waves[1]], "schools": len(counted)}
    found.attrs = long.attrs | compared | {"confidence": confidence, "simulated": rules["two_stages"].find(len(counted))[0]}
    return found


def _write_row(name: str, answer: _Answer, rule: ModelRule, schools: int) -> list[object]:
    text = load_text(find_spoken())
    numbers = [answer.estimate, answer.std_error, answer.low, answer.high, answer.p_value, answer.n]
    _, errors = rule.find(schools)
    because = f"{text.say(f'models.{name}_why')} " if f"models.{name}_why" in text.phrases else ""
    why = because + text.say(f"models.why_{rule.judge(schools)}", low=f"{min(errors):g}", high=f"{max(errors):g}")
    return [text.say(f"models.{name}"), rule.library, *numbers, text.say(f"models.believe_{rule.judge(schools)}"), why]


def _collect(numbers: Sequence[Any], data: _Data) -> _Answer:
    """Return estimate, standard error, low, high and p-value of a model on everybody."""
    estimate, std_error, low, high, p_value = map(float, numbers)
    return _Answer(estimate, std_error, low, high, p_value, len(data.people))


def _fit_two_stages(data: _Data) -> _Answer:
    mean = estimate_average(data.everybody, data.schools, data.confidence).mean
    return _Answer(mean.estimate, mean.std_error, mean.low, mean.high, mean.p_value, len(data.people))


def _fit_robust(data: _Data) -> _Answer:
    """Return the coefficient of after in `score ~ after + school`, CR2 by school with Satterthwaite's degrees of freedom."""
    schools = (data.answered.school[:, None] == np.array(data.schools)).astype(np.float64)
    x = np.column_stack([data.answered.post, schools])
    fit = compute_robust_regression(data.answered.score, x, data.answered.school, level=data.confidence)
    return _collect([part[0] for part in (fit.coefficients, fit.std_error, fit.low, fit.high, fit.p_value)], data)


def _fit_kenward_roger(data: _Data) -> _Answer:
    x = np.column_stack([np.ones(data.answered.score.size), data.answered.post])
    fit = fit_companion(data.answered.score, x, data.answered.school, data.answered.person)
    if fit.reason:
        return _Answer(NAN, NAN, NAN, NAN, NAN, len(data.people))
    found = fit.test([0.0, 1.0], "kenward-roger", data.confidence)
    return _Answer(found.estimate, found.std_error, found.low, found.high, found.p_value, len(data.people))


def _as_table(data: _Data) -> pd.DataFrame:
    own = data.answered
    return pd.DataFrame({"score": own.score, "after": own.post, "school": own.school, "person": own.person})


def _fit_mixedlm(data: _Data) -> _Answer:
    """Return the change by MixedLM with an intercept and a slope per school and an intercept per person; Wald, as statsmodels gives it."""
    import statsmodels.formula.api as smf

    people = {"person": "0 + C(person)"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a variance at its bound; the row says whether to believe it
        model = smf.mixedlm("score ~ after", _as_table(data), groups="school", re_formula="~after", vc_formula=people)
        fit = model.fit(reml=True)
    low, high = fit.conf_int(1 - data.confidence).loc["after"]
    return _collect([fit.params["after"], fit.bse["after"], low, high, fit.pvalues["after"]], data)


def _fit_clusters(data: _Data) -> _Answer:
    """Return the change by least squares with a constant per school, errors clustered by school (CR1), t on J - 1 degrees of freedom."""
    import statsmodels.formula.api as smf

    table = _as_table(data)
    clusters = {"groups": pd.factorize(table["school"])[0]}
    fit = smf.ols("score ~ after + C(school)", table).fit(cov_type="cluster", cov_kwds=clusters, use_t=True)
    low, high = fit.conf_int(1 - data.confidence).loc["after"]
    return _collect([fit.params["after"], fit.bse["after"], low, high, fit.pvalues["after"]], data)


def _fit_paired_t(data: _Data) -> _Answer:
    import pingouin as pg

    pairs = data.pairs
    change = pairs["after"] - pairs["before"]
    found = pg.ttest(pairs["after"], pairs["before"], paired=True, confidence=data.confidence).iloc[0]
    mean = float(change.mean())
    error = mean / float(found["T"])
    margin = abs(error) * float(stdtrit(found["dof"], (1 + data.confidence) / 2))  # its own interval has two decimals
    return _Answer(mean, error, mean - margin, mean + margin, float(found["p_val"]), len(pairs))


def _fit_wilcoxon(data: _Data) -> _Answer:
    """Return pingouin's p-value with the median of the Walsh averages, which is what the signed rank test is about."""
    import pingouin as pg

    pairs = data.pairs
    change = (pairs["after"] - pairs["before"]).to_numpy()
    first, second = np.triu_indices(change.size)
    middle = float(np.median((change[first] + change[second]) / 2))
    found = pg.wilcoxon(pairs["after"], pairs["before"]).iloc[0]
    return _Answer(middle, NAN, NAN, NAN, float(found["p_val"]), len(pairs))


#: The models in the order of the table; each has its rule and its words under the same name.
MODELS: dict[str, Callable[[_Data], _Answer]] = {
    "two_stages": _fit_two_stages,
    "robust": _fit_robust,
    "kenward_roger": _fit_kenward_roger,
    "mixedlm": _fit_mixedlm,
    "clusters": _fit_clusters,
    "paired_t": _fit_paired_t,
    "wilcoxon": _fit_wilcoxon,
}
