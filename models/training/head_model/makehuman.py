"""MakeHuman's base mesh (hm08, CC0) and its morph targets as linear shapes.

Folder `makehuman` of the training data -> base mesh in decimetres (+Y up, face to +Z, +X the subject's left), targets as
(I,) indices and (I, 3) displacements of all 19,158 vertices, helpers included: eyes, teeth and tongue move with them.
Random identities: macro targets (ethnicity x sex x age, weight) mixed by convex weights, 12-30 detail targets with left
and right tied plus a little asymmetry. Detail weights of one region are clamped together: nose or mouth targets stacked
at 0.8 give caricatures.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .obj_file import ObjMesh, read_obj, read_target

DETAIL_FOLDERS = ("head", "nose", "mouth", "eyes", "chin", "cheek", "forehead", "ears", "eyebrows", "neck")
ETHNICITIES = ("african", "asian", "caucasian")
# Sum of detail weights within one folder: above it the region is scaled back as a whole.
REGION_WEIGHT_LIMIT = 1.6
# Standard deviation of the extra weight of one side, relative to the weight.
SIDE_JITTER = 0.12
ASYMMETRY_TARGETS = 4
ASYMMETRY_WEIGHT = 0.25


@dataclass(frozen=True)
class Targets:
    """Stacked dense displacements (T, N, 3) float32, by name (`nose/nose-hump-incr`)."""

    names: list[str]
    shapes: np.ndarray


def read_base(data: Path) -> ObjMesh:
    return read_obj(data / "makehuman/base.obj")


def read_targets(files: list[tuple[str, Path]], vertex_count: int) -> Targets:
    shapes = np.zeros((len(files), vertex_count, 3), dtype=np.float32)
    for row, (_, path) in enumerate(files):
        indices, displacement = read_target(path)
        shapes[row, indices] = displacement
    return Targets([name for name, _ in files], shapes)


def list_macro_targets(data: Path) -> list[tuple[str, Path]]:
    names = [f"{e}-{s}-{a}" for e in ETHNICITIES for s in ("male", "female") for a in ("young", "old", "child")]
    names += [
        f"universal-{s}-{a}-averagemuscle-{w}"
        for s in ("male", "female")
        for a in ("young", "old", "child")
        for w in ("averageweight", "minweight", "maxweight")
    ]
    folder = data / "makehuman/targets/macrodetails"
    return [(f"macrodetails/{name}", folder / f"{name}.target") for name in names]


def list_detail_targets(data: Path) -> list[tuple[str, Path]]:
    files = []
    for folder in DETAIL_FOLDERS:
        for path in sorted((data / "makehuman/targets" / folder).glob("*.target")):
            files.append((f"{folder}/{path.stem}", path))
    return files


def list_asymmetry_targets(data: Path) -> list[tuple[str, Path]]:
    paths = sorted((data / "makehuman/targets/asym").glob("asym-*.target"))
    return [(f"asym/{path.stem}", path) for path in paths]


def list_face_units(data: Path, names: tuple[str, ...]) -> list[tuple[str, Path]]:
    folder = data / "makehuman/extra-targets/assets/faceunits01/targets/faceunits"
    return [(name, folder / f"{name}.target") for name in names]


def neutral_adult_weights(names: list[str]) -> np.ndarray:
    """Weights of the template's rest head: young adult, sexes and ethnicities mixed equally."""
    weights = np.zeros(len(names))
    for ethnicity in ETHNICITIES:
        for sex in ("male", "female"):
            weights[names.index(f"macrodetails/{ethnicity}-{sex}-young")] = 1 / 6
    for sex in ("male", "female"):
        weights[names.index(f"macrodetails/universal-{sex}-young-averagemuscle-averageweight")] = 1 / 2
    return weights


def sample_weights(names: list[str], rng: np.random.Generator) -> np.ndarray:
    """Target weights (T,) of one random person."""
    index = {name: row for row, name in enumerate(names)}
    weights = np.zeros(len(names))
    ethnicity = rng.dirichlet([0.5] * 3)
    male = rng.beta(0.4, 0.4)
    # Ages: mostly adults of all ages; one head in eight is part child.
    old = rng.beta(0.6, 0.8)
    child = rng.uniform(0.1, 0.6) if rng.random() < 0.125 else 0.0
    heavy = rng.uniform(-1, 1)
    ages = {"young": (1 - old) * (1 - child), "old": old * (1 - child), "child": child}
    for sex, sex_weight in (("male", male), ("female", 1 - male)):
        for age, age_weight in ages.items():
            both = sex_weight * age_weight
            for k, name in enumerate(ETHNICITIES):
                weights[index[f"macrodetails/{name}-{sex}-{age}"]] = ethnicity[k] * both
            kind = "maxweight" if heavy > 0 else "minweight"
            stem = f"macrodetails/universal-{sex}-{age}-averagemuscle"
            weights[index[f"{stem}-averageweight"]] = both * (1 - abs(heavy))
            weights[index[f"{stem}-{kind}"]] = both * abs(heavy)
    details = [name for name in names if name.split("/")[0] in DETAIL_FOLDERS]
    for name in rng.choice(details, rng.integers(12, 31), replace=False):
        weight = rng.uniform(0.1, 0.7)
        weights[index[name]] = weight
        other = mirrored_target(name)
        if other is not None and other in index:
            weights[index[other]] = weight * max(0.0, 1 + SIDE_JITTER * rng.normal())
    for folder in DETAIL_FOLDERS:
        rows = [index[name] for name in details if name.startswith(folder + "/")]
        total = weights[rows].sum()
        if total > REGION_WEIGHT_LIMIT:
            weights[rows] *= REGION_WEIGHT_LIMIT / total
    asymmetric = [name for name in names if name.startswith("asym/")]
    if asymmetric:
        for name in rng.choice(asymmetric, ASYMMETRY_TARGETS, replace=False):
            weights[index[name]] = rng.uniform(0, ASYMMETRY_WEIGHT)
    return weights


def mirrored_target(name: str) -> str | None:
    folder, stem = name.split("/")
    if stem[:2] in ("l-", "r-"):
        return f"{folder}/{'r-' if stem[0] == 'l' else 'l-'}{stem[2:]}"
    return None
