"""Principal components of registered heads.

Samples (S, N, 3) m in the head frame -> mean (N, 3) and modes (K, N, 3) in metres per unit coefficient of unit variance.
The eigenvectors come from the Gram matrix of the samples (S x S), because S is far below 3 N. Vertices count by weight
(`vertex_weights`): area, face over scalp and neck, nothing inside the head, so that components are spent on what a
photo shows; the modes still move every vertex.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Components:
    mean: np.ndarray
    modes: np.ndarray
    # Variance of every mode in the weighted metric, and the variance of all samples.
    variances: np.ndarray
    total_variance: float

    def explained(self, count: int) -> float:
        return float(self.variances[:count].sum() / self.total_variance)


def find_components(samples: np.ndarray, vertex_weights: np.ndarray, count: int) -> Components:
    mean = samples.mean(0)
    centred = (samples - mean).reshape(len(samples), -1).astype(np.float32)
    root = np.repeat(np.sqrt(vertex_weights), 3).astype(np.float32)
    gram = np.zeros((len(samples), len(samples)))
    for start in range(0, centred.shape[1], 4096):
        part = (centred[:, start : start + 4096] * root[start : start + 4096]).astype(np.float64)
        gram += part @ part.T
    values, vectors = np.linalg.eigh(gram)
    order = np.argsort(-values)[:count]
    variances = values[order] / (len(samples) - 1)
    # Row k: unit-variance direction, sum over samples of its score times the sample.
    mixing = (vectors[:, order] / np.sqrt(len(samples) - 1)).T.astype(np.float32)
    modes = (mixing @ centred).reshape(len(order), *samples.shape[1:])
    # Eigenvectors have no sign of their own; the largest entry is made positive for reproducible files.
    peaks = modes.reshape(len(order), -1)
    sign = np.sign(peaks[np.arange(len(order)), np.abs(peaks).argmax(1)])
    return Components(mean, modes * sign[:, None, None], variances, float(np.trace(gram) / (len(samples) - 1)))


def project(components: Components, samples: np.ndarray, vertex_weights: np.ndarray, count: int, ridge: float = 0.0) -> np.ndarray:
    """(S, count) coefficients: weighted least squares, plus a prior of unit variance scaled by `ridge` (m^2)."""
    root = np.repeat(np.sqrt(vertex_weights), 3)
    basis = components.modes[:count].reshape(count, -1) * root
    data = (samples - components.mean).reshape(len(samples), -1) * root
    system = basis @ basis.T + ridge * np.eye(count)
    return np.linalg.solve(system, basis @ data.T).T
