"""Components of mixed sources against numpy's own covariance; rigid motion; the array file."""

import numpy as np

from head_model.array_file import read_array_file, write_array_file
from head_model.registration import align_rigid, align_similarity
from head_model.statistics import Source, find_components, project, rebuild, remove_motion, sample_source

SEED = 11


def test_mixture_has_the_covariance_of_the_pooled_samples():
    print("seed", SEED)
    rng = np.random.default_rng(SEED)
    first, second = rng.normal(size=(2, 400, 5, 3))
    second = second * 0.5 + 2
    mixed = find_components([sample_source(first, 0.5), sample_source(second, 0.5)], np.ones(5), 15)
    pooled = np.concatenate([first, second]).reshape(800, -1)
    expected = np.sort(np.linalg.eigvalsh(np.cov(pooled.T)))[::-1]
    assert np.allclose(mixed.variances, expected, rtol=0.01)
    assert np.allclose(mixed.mean.ravel(), pooled.mean(0))
    assert abs(mixed.explained(15) - 1) < 1e-6


def test_modes_of_a_linear_model_come_back_and_rebuild_its_heads():
    rng = np.random.default_rng(SEED)
    modes = rng.normal(size=(4, 9, 3))
    model = find_components([Source(np.zeros((9, 3)), modes, 1.0)], np.ones(9), 4)
    heads = np.tensordot(rng.normal(size=(6, 4)), modes, 1)
    assert np.allclose(rebuild(model, project(model, heads, np.ones(9))), heads, atol=1e-4)


def test_motion_is_removed_and_shape_is_not():
    rng = np.random.default_rng(SEED)
    mean = rng.normal(size=(20, 3))
    turn = np.cross(np.array([0.1, -0.2, 0.3]), mean) + [0.5, 0.1, -0.4]
    shape = remove_motion(rng.normal(size=(1, 20, 3)), mean, np.ones(20))
    cleaned = remove_motion(shape + turn, mean, np.ones(20))
    assert np.allclose(cleaned, shape, atol=1e-9)


def test_alignment_finds_a_known_motion():
    rng = np.random.default_rng(SEED)
    source = rng.normal(size=(30, 3))
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    rotation *= np.sign(np.linalg.det(rotation))
    target = 1.3 * source @ rotation.T + [1, 2, 3]
    scale, found, shift = align_similarity(source, target)
    assert np.isclose(scale, 1.3) and np.allclose(found, rotation) and np.allclose(shift, [1, 2, 3])
    found, shift = align_rigid(source, source @ rotation.T + [1, 2, 3], np.ones(30))
    assert np.allclose(found, rotation) and np.allclose(shift, [1, 2, 3])


def test_array_file_round_trip(tmp_path):
    value = {"a": np.arange(6, dtype=np.uint32).reshape(2, 3), "b": [{"c": np.array([1.5, -2], np.float16)}], "d": "x"}
    file = tmp_path / "value.bin"
    assert write_array_file(file, value) == file.stat().st_size
    back = read_array_file(file)
    assert np.array_equal(back["a"], value["a"]) and back["a"].dtype == np.uint32
    assert np.array_equal(back["b"][0]["c"], value["b"][0]["c"]) and back["d"] == "x"
    assert file.read_bytes()[:8] == b"G3DARRAY"
