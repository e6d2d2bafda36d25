"""Which features the model finds important."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kuralab.planning._belief import Belief

Floats = NDArray[np.float64]


def feature_shares(belief: Belief, x: Floats, generator: np.random.Generator) -> Floats:
    """(d,) mean squared change of the predicted mean when one column of (m, d) is shuffled; sums to 1.

    A statement about the model over this space, not about causes; features that go together share
    their importance. After L. Breiman, Machine Learning 45, 5 (2001), permutation importance.
    """
    name = belief.searched[0].quantity
    model = belief.models[name]
    mean = belief.means[name]
    usual, _ = model.predict(x, mean.basis(x)).moments()
    changes = np.empty(x.shape[1])
    for column in range(x.shape[1]):
        shuffled = x.copy()
        shuffled[:, column] = generator.permutation(shuffled[:, column])
        moved, _ = model.predict(shuffled, mean.basis(shuffled)).moments()
        changes[column] = np.mean((moved - usual) ** 2)
    total = changes.sum()
    shares: Floats = changes / total if total > 0 else np.full(len(changes), 1.0 / len(changes))
    return shares
