"""Principal components of two sources of heads together.

Sources on the template's vertices -> mean (N, 3) and modes (K, N, 3) in metres per unit coefficient of unit variance.

Each source is a mean and a set of rows whose outer products sum to its covariance (a linear model's own modes; centred
samples over root S - 1). The mixture's covariance is exact: the rows of all sources times root share, plus one row a pair
of sources for the distance of their means. Eigenvectors come from the Gram matrix of the rows, far smaller than 3 N.
Vertices count by weight (`vertex_weights`: area, face over scalp and neck, nothing inside the head), so that components
are spent on what a photo shows; the modes still move every vertex. Rigid motion is taken out first (`remove_motion`,
`align_rigid`): pose belongs to the camera, not to the person.
"""

from dataclasses import dataclass

import numpy as np

from .registration import align_rigid


@dataclass(frozen=True)
class Source:
    mean: np.ndarray
    rows: np.ndarray
    share: float


@dataclass(frozen=True)
class Components:
    mean: np.ndarray
    modes: np.ndarray
    # Variance of every mode in the weighted metric, m^2, and the variance of all.
    variances: np.ndarray
    total_variance: float

    def explained(self, count: int) -> float:
        return float(self.variances[:count].sum() / self.total_variance)


def find_components(sources: list[Source], vertex_weights: np.ndarray, count: int) -> Components:
    mean = sum(source.share * source.mean for source in sources)
    rows = [np.sqrt(source.share) * source.rows for source in sources]
    for a in range(len(sources)):
        for b in range(a + 1, len(sources)):
            distance = sources[a].mean - sources[b].mean
            rows.append(np.sqrt(sources[a].share * sources[b].share) * distance[None])
    stacked = np.concatenate([row.astype(np.float32) for row in rows]).reshape(sum(len(row) for row in rows), -1)
    root = np.repeat(np.sqrt(vertex_weights), 3).astype(np.float32)
    gram = np.zeros((len(stacked), len(stacked)))
    for start in range(0, stacked.shape[1], 4096):
        part = (stacked[:, start : start + 4096] * root[start : start + 4096]).astype(np.float64)
        gram += part @ part.T
    values, vectors = np.linalg.eigh(gram)
    order = np.argsort(-values)[:count]
    modes = (vectors[:, order].T.astype(np.float32) @ stacked).reshape(len(order), *mean.shape)
    # Eigenvectors have no sign of their own; the largest entry is made positive for reproducible files.
    flat = modes.reshape(len(order), -1)
    sign = np.sign(flat[np.arange(len(order)), np.abs(flat).argmax(1)])
    return Components(mean, modes * sign[:, None, None], values[order], float(np.trace(gram)))


def sample_source(samples: np.ndarray, share: float) -> Source:
    """(S, N, 3) registered heads."""
    mean = samples.mean(0)
    return Source(mean, (samples - mean) / np.float32(np.sqrt(len(samples) - 1)), share)


def align_samples(samples: np.ndarray, reference: np.ndarray, vertex_weights: np.ndarray) -> np.ndarray:
    """Turns and shifts every sample (no scale: size is part of a person) onto the reference."""
    aligned = np.empty_like(samples)
    for row, sample in enumerate(samples):
        rotation, shift = align_rigid(sample, reference, vertex_weights)
        aligned[row] = sample @ rotation.T + shift
    return aligned


def remove_motion(modes: np.ndarray, mean: np.ndarray, vertex_weights: np.ndarray) -> np.ndarray:
    """(K, N, 3): the modes without their weighted least-squares shift and infinitesimal turn."""
    x, y, z = (mean - (mean * vertex_weights[:, None]).sum(0) / vertex_weights.sum()).T
    zero, one = np.zeros_like(x), np.ones_like(x)
    motions = [(one, zero, zero), (zero, one, zero), (zero, zero, one), (zero, -z, y), (z, zero, -x), (-y, x, zero)]
    basis = np.stack([np.stack(motion, 1) for motion in motions]).reshape(6, -1)
    weighted = basis * np.repeat(vertex_weights, 3)
    flat = modes.reshape(len(modes), -1)
    amounts = np.linalg.solve(weighted @ basis.T, weighted @ flat.T)
    return (flat - amounts.T @ basis).reshape(modes.shape)


def project(components: Components, heads: np.ndarray, vertex_weights: np.ndarray) -> np.ndarray:
    """(S, K) coefficients of heads (S, N, 3): weighted least squares."""
    count = len(components.modes)
    root = np.repeat(np.sqrt(vertex_weights), 3)
    basis = components.modes.reshape(count, -1) * root
    data = (heads - components.mean).reshape(len(heads), -1) * root
    return np.linalg.solve(basis @ basis.T, basis @ data.T).T


def rebuild(components: Components, coefficients: np.ndarray) -> np.ndarray:
    return components.mean + np.tensordot(coefficients, components.modes, 1)
