"""What pandas, statsmodels and scipy make of the series in the file given as the argument: one JSON object on stdout."""
import json, math, sys
import numpy as np
import pandas as pd
from scipy.stats import pearsonr, rankdata, spearmanr
from statsmodels.tsa.stattools import acovf, levinson_durbin

HOUR, DAY, WEEK = 3_600_000, 86_400_000, 604_800_000


def without_rhythm(values, start, length):
    series = pd.Series(values)
    times = start + np.arange(len(values)) * length
    weekly = len(values) * length >= 2 * WEEK and length < WEEK
    daily = len(values) * length >= 3 * DAY and length < DAY and (length < HOUR or not weekly)
    present, used = series.count(), 0
    for applies, cells in ((daily, times % DAY // length), (weekly, times % WEEK // max(length, HOUR))):
        if not applies:
            continue
        groups = series.groupby(cells)
        used += int((groups.count() > 1).sum())
        series = (series - groups.transform('mean')).where(groups.transform('count') > 1)
    return series.to_numpy(), used / present


def covariances(values, most):
    n = len(values)
    return acovf(values, adjusted=True, fft=False, missing='conservative', nlag=most) * (n - np.arange(most + 1)) / n


def highest_order(n):
    return math.floor(min(10 * math.log10(n), n / 8))


def autoregression(values):
    order = highest_order(len(values))
    gamma = covariances(values, order)
    _, _, partial, variances, phi = levinson_durbin(gamma, nlags=order, isacov=True)
    n = np.count_nonzero(~np.isnan(values))
    aic = [0.0]
    for p in range(1, order + 1):
        if not abs(partial[p]) < 1:
            break
        aic.append(n * math.log(variances[p] / gamma[0]) + 2 * p)
    best = int(np.argmin(aic))
    return phi[1:best + 1, best] if best > 0 else np.array([])


def residuals(values, coefficients):
    """A missing value counts as its prediction, unless the gap is longer than the order."""
    order, centred = len(coefficients), values - np.nanmean(values)
    past, out = np.zeros(len(values)), np.full(len(values), np.nan)
    first = None
    for t, value in enumerate(centred):
        recent = centred[max(0, t - order):t + 1]
        if np.isnan(recent).all() and len(recent) == order + 1 or first is None and np.isnan(value):
            first = None
            continue
        first = t if first is None else first
        predicted = sum(c * past[t - 1 - j] for j, c in enumerate(coefficients) if t - 1 - j >= 0)
        past[t] = predicted if np.isnan(value) else value
        if t >= first + order:
            out[t] = value - predicted
    return out


def lagged(x, y, lag):
    a, b = (x[:len(x) - lag], y[lag:]) if lag >= 0 else (x[-lag:], y[:len(y) + lag])
    both = ~(np.isnan(a) | np.isnan(b))
    return a[both], b[both]


def unit(given):
    to_array = lambda name: np.array([np.nan if v is None else v for v in given[name]])
    sides = [without_rhythm(to_array(name), given['start'], given['length']) for name in ('values', 'returns')]
    models = [autoregression(values) for values, _ in sides]
    x, y = (residuals(values, model) for (values, _), model in zip(sides, models))
    lags = []
    for lag in range(-given['highestLag'], given['highestLag'] + 1):
        a, b = lagged(x, y, lag)
        lags.append({'lag': lag, 'pairs': len(a), 'pearson': pearsonr(a, b)[0], 'spearman': spearmanr(a, b)[0]})
    pairs = lags[given['highestLag']]['pairs']
    rho = [covariances(side, highest_order(len(side))) for side in (x, y)]
    inflation = 1 + 2 * sum(rho[0][1:] / rho[0][0] * rho[1][1:] / rho[1][0])
    lost = max(lost for _, lost in sides)
    effective = pairs * (1 - lost) / max(1, inflation)
    return {'coefficients': [list(model) for model in models], 'lost': lost, 'effective': effective, 'by_lag': lags}


with open(sys.argv[1]) as file:
    given = json.load(file)
print(json.dumps({
    'units': [unit(one) for one in given['units']],
    'ranks': [[None if np.isnan(rank) else rank for rank in rankdata(np.array([np.nan if v is None else v for v in values]), nan_policy='omit')] for values in given['ranked']],
}))
