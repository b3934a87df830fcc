/**
 * Signed distance to what is seen of a mesh from outside.
 * in: triangles, closed as a whole but with inner parts (eyeballs, mouth cavity, teeth), Head, m; empty grid → out: φ.
 *
 * Distance: exact to the nearest triangle that a camera sees, within BAND_CELLS; swept further out. Sign: a sample is
 * outside when one of 34 cameras around the head sees past it (space carving, Kutulakos & Seitz 2000). So the cavity of the
 * mouth and the back of the eyes count as inside, and a template with gaps or inner sheets needs no repair.
 * Dropped: winding numbers (make the mouth a hollow with walls thinner than a cell); TSDF of the renders alone (ears are
 * as thin as a cell, front and back average each other away); the sign of the nearest normal within 2 mm (smoother on
 * a ball, but lids and eyeballs, which are closer than that, took each other's side: holes in the eyes).
 * Uninterruptible: the carving, 0.5 s at 96³.
 */
import { cameraCentreHead } from '../../camera/camera.ts';
import { rigCamera } from '../../camera/view-rig.ts';
import type { TriangleMesh } from '../../mesh/mesh.ts';
import { buildTriangleBvh, closestPoint, makeSurfacePoint } from '../../mesh/triangle-bvh.ts';
import { rasterise } from '../../render/rasterise.ts';
import { crossingBand } from './crossing-band.ts';
import { projectSamples } from './project-samples.ts';
import type { SignedDistanceGrid } from './surface.ts';
import { sweepDistance } from './sweep-distance.ts';

/** Exact values this far from the surface: what blending and extraction look at. */
const BAND_CELLS = 2.5;
/** Rows of cameras: elevation and how many around. The steep rows see under the chin, nose and on top of the ears. */
const CARVING_ROWS = [
  { elevationDeg: 0, count: 16 },
  { elevationDeg: 40, count: 8 },
  { elevationDeg: -40, count: 8 },
  { elevationDeg: 85, count: 2 },
] as const;
/** 0.44 m over 384 px = 1.1 mm a pixel: finer triangles go unseen, but their neighbours stand for them. */
const CARVING_PX = 384;

export function outerDistance(grid: SignedDistanceGrid, mesh: TriangleMesh): void {
  const band = markBand(grid, mesh, BAND_CELLS * grid.spacing);
  const { outside, seenTriangles } = carve(grid, mesh, band);
  // Inner sheets behind lids and lips lie within a cell of the outside and would dent it.
  const bvh = buildTriangleBvh({
    ...mesh,
    triangles: mesh.triangles.filter((_, k) => seenTriangles[Math.floor(k / 3)]),
  });
  const hit = makeSurfacePoint();
  const { size, originHead, spacing, values } = grid;
  for (let i = 0; i < values.length; i++) {
    if (!band[i]) continue;
    const x = originHead[0] + spacing * (i % size[0]);
    const y = originHead[1] + spacing * (Math.floor(i / size[0]) % size[1]);
    const z = originHead[2] + spacing * Math.floor(i / (size[0] * size[1]));
    if (!closestPoint(bvh, x, y, z, BAND_CELLS * spacing, hit)) {
      band[i] = 0;
      continue;
    }
    values[i] = outside[i] === 1 ? hit.distance : -hit.distance;
  }
  signFromBorder(grid, band);
  // Inside, the nearest triangle may be a tooth that was seen between the lips: only what borders on the outside stays.
  const border = crossingBand(grid);
  sweepDistance(
    grid,
    band.map((near, i) => (near && (values[i]! > 0 || border[i]) ? 1 : 0)),
  );
}

/** (samples) 1 within `reachM` of the box of a triangle. */
function markBand(grid: SignedDistanceGrid, mesh: TriangleMesh, reachM: number): Uint8Array {
  const { size, originHead, spacing } = grid;
  const { positionsHead: p, triangles } = mesh;
  const band = new Uint8Array(grid.values.length);
  const low = [0, 0, 0];
  const high = [0, 0, 0];
  for (let t = 0; t < triangles.length; t += 3) {
    for (let axis = 0; axis < 3; axis++) {
      const a = p[triangles[t]! * 3 + axis]!;
      const b = p[triangles[t + 1]! * 3 + axis]!;
      const c = p[triangles[t + 2]! * 3 + axis]!;
      low[axis] = Math.max(0, Math.ceil((Math.min(a, b, c) - reachM - originHead[axis]!) / spacing));
      high[axis] = Math.min(
        size[axis]! - 1,
        Math.floor((Math.max(a, b, c) + reachM - originHead[axis]!) / spacing),
      );
    }
    for (let z = low[2]!; z <= high[2]!; z++) {
      for (let y = low[1]!; y <= high[1]!; y++) {
        const row = size[0] * (y + size[1] * z);
        band.fill(1, row + low[0]!, row + Math.max(high[0]! + 1, low[0]!));
      }
    }
  }
  return band;
}

/** Which band samples a camera sees past, and which triangles any camera sees from their front. */
function carve(
  grid: SignedDistanceGrid,
  mesh: TriangleMesh,
  band: Uint8Array,
): { outside: Uint8Array; seenTriangles: Uint8Array } {
  const outside = new Uint8Array(band.length);
  const seenTriangles = new Uint8Array(mesh.triangles.length / 3);
  for (const { elevationDeg, count } of CARVING_ROWS) {
    for (let k = 0; k < count; k++) {
      const camera = rigCamera((k * 360) / count, elevationDeg, CARVING_PX);
      const { depth, triangleIds } = rasterise(mesh, camera);
      const centre = cameraCentreHead(camera);
      for (const id of triangleIds)
        if (id >= 0 && !seenTriangles[id]) seenTriangles[id] = facesPoint(mesh, id, centre);
      projectSamples(grid, camera, band, (sample, { u, v, depth: z }) => {
        if (outside[sample]) return;
        // The nearest of the four depths around: a sample just inside a steep surface is not taken for outside.
        const column = Math.floor(u - 0.5);
        const row = Math.floor(v - 0.5);
        if (column < 0 || row < 0 || column + 1 >= CARVING_PX || row + 1 >= CARVING_PX) return;
        const at = row * CARVING_PX + column;
        const open = (pixel: number): boolean => depth[pixel] === 0 || z < depth[pixel]!;
        if (open(at) && open(at + 1) && open(at + CARVING_PX) && open(at + CARVING_PX + 1))
          outside[sample] = 1;
      });
    }
  }
  return { outside, seenTriangles };
}

function facesPoint(
  { positionsHead: p, triangles }: TriangleMesh,
  triangle: number,
  eye: readonly number[],
): 0 | 1 {
  const [a, b, c] = [0, 1, 2].map((k) => triangles[triangle * 3 + k]! * 3) as [number, number, number];
  const [ux, uy, uz] = [p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!];
  const [vx, vy, vz] = [p[c]! - p[a]!, p[c + 1]! - p[a + 1]!, p[c + 2]! - p[a + 2]!];
  const along =
    (uy * vz - uz * vy) * (eye[0]! - p[a]!) +
    (uz * vx - ux * vz) * (eye[1]! - p[a + 1]!) +
    (ux * vy - uy * vx) * (eye[2]! - p[a + 2]!);
  return along > 0 ? 1 : 0;
}

/** Signs of samples off the band: outside is what the first sample reaches without crossing an inner band sample. */
function signFromBorder(grid: SignedDistanceGrid, band: Uint8Array): void {
  const { values, size } = grid;
  const [nx, ny, nz] = size;
  const reached = new Uint8Array(values.length);
  const queue = new Int32Array(values.length);
  let [head, tail] = [0, 1];
  reached[0] = 1;
  const visit = (next: number): void => {
    if (reached[next] || (band[next] && values[next]! < 0)) return;
    reached[next] = 1;
    queue[tail++] = next;
  };
  while (head < tail) {
    const at = queue[head++]!;
    const x = at % nx;
    const y = Math.floor(at / nx) % ny;
    const z = Math.floor(at / (nx * ny));
    if (x > 0) visit(at - 1);
    if (x < nx - 1) visit(at + 1);
    if (y > 0) visit(at - nx);
    if (y < ny - 1) visit(at + nx);
    if (z > 0) visit(at - nx * ny);
    if (z < nz - 1) visit(at + nx * ny);
  }
  for (let i = 0; i < values.length; i++) {
    if (!band[i]) values[i] = reached[i] ? 1 : -1;
    else if (!reached[i] && values[i]! > 0) values[i] = -values[i]!;
  }
}
