/**
 * Assets that follow the body (MakeHuman's .mhclo): each vertex hangs on three vertices of the base mesh.
 * Text → references; body positions (N, 3) dm → positions of the asset (M, 3) dm = Σ weight · body vertex + offset · scale,
 * scale per axis = a distance on this body relative to the one that the asset was made for.
 */
export type Clothes = {
  /** (M, 3) body vertices and weights, (M, 3) offsets dm. */
  vertices: Uint32Array;
  weights: Float32Array;
  offsets: Float32Array;
  /** Per axis: two body vertices and the reference distance, dm. */
  scales: ([number, number, number] | null)[];
};

export function readClothes(text: string): Clothes {
  const vertices: number[] = [];
  const weights: number[] = [];
  const offsets: number[] = [];
  const scales: Clothes['scales'] = [null, null, null];
  let isListing = false;
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    const key = words[0] ?? '';
    if (key === '' || key.startsWith('#')) continue;
    const axis = ['x_scale', 'y_scale', 'z_scale'].indexOf(key);
    if (axis >= 0) scales[axis] = [Number(words[1]), Number(words[2]), Number(words[3])];
    else if (key === 'verts') isListing = true;
    else if (isListing) {
      const numbers = words.map(Number);
      if (numbers.some(Number.isNaN)) {
        isListing = vertices.length === 0;
        continue;
      }
      const single = numbers.length === 1;
      const [a, b, c] = single ? [numbers[0]!, numbers[0]!, numbers[0]!] : numbers;
      vertices.push(a!, b!, c!);
      weights.push(...(single ? [1, 0, 0] : numbers.slice(3, 6)));
      offsets.push(...(numbers.length >= 9 ? numbers.slice(6, 9) : [0, 0, 0]));
    }
  }
  if (vertices.length === 0) throw new Error('the .mhclo file lists no vertices');
  return {
    vertices: new Uint32Array(vertices),
    weights: new Float32Array(weights),
    offsets: new Float32Array(offsets),
    scales,
  };
}

export function fitClothes(clothes: Clothes, body: Float32Array): Float32Array {
  const scale = clothes.scales.map((entry, axis) => {
    if (entry === null) return 1;
    const [a, b, reference] = entry;
    return Math.abs(body[a * 3 + axis]! - body[b * 3 + axis]!) / reference;
  });
  const out = new Float32Array(clothes.offsets.length);
  for (let i = 0; i < out.length; i += 3) {
    for (let axis = 0; axis < 3; axis++) {
      let sum = clothes.offsets[i + axis]! * scale[axis]!;
      for (let k = 0; k < 3; k++) sum += clothes.weights[i + k]! * body[clothes.vertices[i + k]! * 3 + axis]!;
      out[i + axis] = sum;
    }
  }
  return out;
}
