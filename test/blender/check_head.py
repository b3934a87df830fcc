"""
Opens an exported head in real Blender and compares what the GLB, the FBX and the OBJ became: `python check_head.py <folder>`.

Needs Blender's Python module (`pip install bpy "numpy<2"`, Blender 4.5 LTS) or Blender itself
(`blender -b -P check_head.py -- <folder>`). Where neither is, says so and ends with 0. Ends with 1 when something differs.
Everything is measured in the world, in metres, with +Z up and the face towards −Y.
"""

import sys
from pathlib import Path

try:
    import bpy
    import numpy as np
    from mathutils import Matrix, Vector
    from mathutils.kdtree import KDTree
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(0)

# Files hold 32-bit metres, 32-bit centimetres and (OBJ) micrometres.
POSITION_M = 2e-6
UV = 2e-6
WEIGHT = 1e-4
TURN_DEG = 20
problems = []


def check(what, value, limit):
    good = value <= limit
    print(f"  {'ok ' if good else 'BAD'} {what}: {value:.3g} (at most {limit:.3g})")
    if not good:
        problems.append(what)


def check_equal(what, found, expected):
    good = found == expected
    print(f"  {'ok ' if good else 'BAD'} {what}: {found}" + ("" if good else f", expected {expected}"))
    if not good:
        problems.append(what)


def load(path):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    importers = {
        ".glb": bpy.ops.import_scene.gltf,
        ".fbx": bpy.ops.import_scene.fbx,
        ".obj": bpy.ops.wm.obj_import,
    }
    importers[path.suffix](filepath=str(path))
    bpy.context.view_layer.update()


def plain(name):
    """The FBX has underscores for hyphens."""
    return name.replace("-", "_")


def positions_of(points, matrix):
    out = np.empty(len(points) * 3, np.float32)
    points.foreach_get("co", out)
    rotation = np.array(matrix.to_3x3(), np.float64)
    return out.reshape(-1, 3) @ rotation.T + np.array(matrix.translation)


def read_mesh(obj):
    mesh, world = obj.data, obj.matrix_world
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    uv = np.empty(len(mesh.loops) * 2, np.float32)
    mesh.uv_layers[0].uv.foreach_get("vector", uv)
    keys = mesh.shape_keys.key_blocks if mesh.shape_keys else []
    base = positions_of(keys[0].data, world) if keys else positions_of(mesh.vertices, world)
    weights = [
        {plain(obj.vertex_groups[g.group].name): g.weight for g in v.groups if g.weight > 0} for v in mesh.vertices
    ]
    return {
        "positions": base,
        "corners": corners,
        "uv": uv.reshape(-1, 2),
        "sides": sorted({p.loop_total for p in mesh.polygons}),
        "triangles": sum(p.loop_total - 2 for p in mesh.polygons),
        "smooth": all(p.use_smooth for p in mesh.polygons),
        "shapes": {k.name: (k.value, positions_of(k.data, world) - base) for k in keys[1:]},
        "weights": weights,
        "images": sorted(
            Path(n.image.filepath or n.image.name).stem for m in mesh.materials for n in m.node_tree.nodes if n.type == "TEX_IMAGE" and n.image
        ),
    }


def read_scene():
    """Parts by name, joints as {name: place}, and how far each part follows a turned joint, mm."""
    objects = [o for o in bpy.data.objects if o.type == "MESH" and not o.name.startswith("Icosphere")]
    parts = {plain(o.name): read_mesh(o) for o in objects}
    rigs = [o for o in bpy.data.objects if o.type == "ARMATURE"]
    if not rigs:
        return {"parts": parts, "joints": {}, "turned": {}}
    joints = {plain(b.name): np.array(rigs[0].matrix_world @ b.head_local) for b in rigs[0].data.bones}
    turned = {bone: turn(rigs[0], bone, objects) for bone in rigs[0].pose.bones.keys() if "jaw" in bone or "eye" in bone}
    return {"parts": parts, "joints": joints, "turned": {plain(k): v for k, v in turned.items()}}


def shown(objects):
    depsgraph = bpy.context.evaluated_depsgraph_get()
    out = {}
    for obj in objects:
        evaluated = obj.evaluated_get(depsgraph)
        out[plain(obj.name)] = positions_of(evaluated.to_mesh().vertices, obj.matrix_world)
    return out


def turn(rig, bone, objects):
    before = shown(objects)
    pose, world = rig.pose.bones[bone], rig.matrix_world
    pivot = world @ pose.head
    about = Matrix.Translation(pivot) @ Matrix.Rotation(np.radians(TURN_DEG), 4, "X") @ Matrix.Translation(-pivot)
    pose.matrix = world.inverted() @ about @ world @ pose.matrix
    bpy.context.view_layer.update()
    after = shown(objects)
    pose.matrix_basis = Matrix()
    bpy.context.view_layer.update()
    return {name: 1000 * np.linalg.norm(after[name] - before[name], axis=1).max() for name in before}


def nearest(places, points):
    tree = KDTree(len(places))
    for i, place in enumerate(places):
        tree.insert(Vector(place), i)
    tree.balance()
    found = [tree.find(Vector(p)) for p in points]
    return np.array([f[1] for f in found]), max(f[2] for f in found)


def corner_rows(mesh):
    return np.hstack([mesh["positions"][mesh["corners"]], mesh["uv"]])


def compare_part(name, glb, other):
    print(f" {name}: {len(other['positions'])} vertices, sides {other['sides']}, maps {other['images']}")
    check_equal("triangles", other["triangles"], glb["triangles"])
    check_equal("smooth", other["smooth"], True)
    match, distance = nearest(other["positions"], glb["positions"])
    check("positions, m", distance, POSITION_M)
    _, back = nearest(glb["positions"], other["positions"])
    check("positions back, m", back, POSITION_M)
    # Place and uv of every corner: seams are where they were.
    rows, expected = corner_rows(other), corner_rows(glb)
    seams = {tuple(r) for r in np.round(expected / 1e-5).astype(int)}
    near = np.round(rows / 1e-5).astype(int)
    missing = [i for i, r in enumerate(near) if tuple(r) not in seams]
    # Rounding may part two equal numbers: those few are measured.
    if missing:
        worst = max(np.abs(expected - rows[i]).max(axis=1).min() for i in missing)
        check("uv of corners", worst, 10 * UV)
    else:
        print("  ok  uv of corners")
    check_equal("shapes", sorted(other["shapes"]), sorted(glb["shapes"]))
    if glb["shapes"] and sorted(other["shapes"]) == sorted(glb["shapes"]):
        check("weights of shapes", max(abs(other["shapes"][k][0] - glb["shapes"][k][0]) for k in glb["shapes"]), WEIGHT)
        deltas = max(np.abs(other["shapes"][k][1][match] - glb["shapes"][k][1]).max() for k in glb["shapes"])
        check("movements of shapes, m", deltas, POSITION_M)
    if any(glb["weights"]):
        joints = {j for row in glb["weights"] for j in row}
        worst = max(
            abs(other["weights"][m].get(j, 0) - row.get(j, 0)) for m, row in zip(match, glb["weights"]) for j in joints
        )
        check("weights of joints", worst, WEIGHT)


def compare(path, glb):
    load(path)
    scene = read_scene()
    print(path.name)
    check_equal("parts", sorted(scene["parts"]), sorted(glb["parts"]))
    for name in sorted(set(scene["parts"]) & set(glb["parts"])):
        compare_part(name, glb["parts"][name], scene["parts"][name])
    check_equal("joints", sorted(scene["joints"]), sorted(glb["joints"]))
    for name in sorted(set(scene["joints"]) & set(glb["joints"])):
        check(f"place of {name}, m", float(np.abs(scene["joints"][name] - glb["joints"][name]).max()), POSITION_M)
    for bone, moved in glb["turned"].items():
        other = scene["turned"].get(bone, {})
        worst = max(abs(other.get(part, -1) - moved[part]) for part in moved)
        check(f"what follows {bone} turned by {TURN_DEG}°, mm apart", float(worst), 0.01)


def check_obj(path, glb):
    load(path)
    print(path.name)
    mesh = next(iter(read_scene()["parts"].values()))
    check_equal("triangles", mesh["triangles"], sum(p["triangles"] for p in glb["parts"].values()))
    everything = np.vstack([p["positions"] for p in glb["parts"].values()])
    check("positions, m", nearest(everything, mesh["positions"])[1], POSITION_M)


def main(folder):
    load(folder / "head.glb")
    glb = read_scene()
    everything = np.vstack([p["positions"] for p in glb["parts"].values()])
    height = float(np.ptp(everything[:, 2]))
    print(f"head.glb: {len(glb['parts'])} parts, {len(glb['joints'])} joints, {height:.3f} m high")
    check("height off 0.3 m", abs(height - 0.3), 0.1)
    if (folder / "head.fbx").exists():
        compare(folder / "head.fbx", glb)
    if (folder / "head-neutral.obj").exists():
        check_obj(folder / "head-neutral.obj", glb)
    print(f"{len(problems)} differences" + "".join(f"\n- {p}" for p in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    if len(arguments) != 1:
        print(__doc__)
        sys.exit(2)
    sys.exit(main(Path(arguments[0])))
