/** TensorFlow operators that compute element by element, over an axis, or as a matrix product. */
import { broadcastDims } from './channels-last.ts';
import type { ChannelsLast, Value } from './channels-last.ts';
import type { TfContext, TfHandlers } from './tfjs-graph.ts';

const binary =
  (operator: string) =>
  ({ emit, input }: TfContext): Value =>
    emit.binary(operator, input(0), input(1));

const unary =
  (operator: string) =>
  ({ emit, input }: TfContext): Value =>
    emit.unary(operator, input(0));

export const ARITHMETIC: TfHandlers = {
  AddV2: binary('Add'),
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  AddN: ({ emit, inputs }) => inputs.reduce((sum, value) => emit.binary('Add', sum, value)),
  Floor: unary('Floor'),
  Identity: ({ input }) => input(0),
  Square: ({ emit, input }) => emit.map(input(0), (name) => emit.graph.add('Mul', [name, name])),
  Rsqrt: ({ emit, input }) =>
    emit.map(input(0), (name) => emit.graph.add('Reciprocal', [emit.graph.add('Sqrt', [name])])),
  Sum: (context) =>
    reduce(context, (emit, rows, axes) => emit.graph.add('ReduceSum', [rows, emit.graph.int64s(axes)])),
  Max: (context) => reduce(context, (emit, rows, axes) => emit.graph.add('ReduceMax', [rows], { axes })),
  Min: (context) => reduce(context, (emit, rows, axes) => emit.graph.add('ReduceMin', [rows], { axes })),
  Prod: (context) => reduce(context, (emit, rows, axes) => emit.graph.add('ReduceProd', [rows], { axes })),
  BatchMatMulV2: ({ emit, node, input }) => {
    const a = node.attr.adj_x?.b ? swapLastAxes(emit, input(0)) : input(0);
    const b = node.attr.adj_y?.b ? swapLastAxes(emit, input(1)) : input(1);
    const batch = broadcastDims(a.dims.slice(0, -2), b.dims.slice(0, -2));
    const dims = [...batch, a.dims.at(-2)!, b.dims.at(-1)!];
    return { dims, rows: emit.graph.add('MatMul', [emit.rows(a), emit.rows(b)]) };
  },
};

function swapLastAxes(emit: ChannelsLast, value: Value): Value {
  const rank = value.dims.length;
  const perm = value.dims.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  const rows = emit.graph.add('Transpose', [emit.rows(value)], { perm });
  return { dims: perm.map((axis) => value.dims[axis]!), rows };
}

/** Reductions keep their axes in the graphs that are converted here, which is what ONNX does by default. */
function reduce(
  { emit, node, input, integers }: TfContext,
  write: (emit: ChannelsLast, rows: string, axes: number[]) => string,
): Value {
  if (!node.attr.keep_dims?.b) throw new Error(`${node.name}: ${node.op} drops its axes`);
  const { dims } = input(0);
  const axes = integers(1).map((axis) => (axis < 0 ? axis + dims.length : axis));
  return {
    dims: dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
    rows: write(emit, emit.rows(input(0)), axes),
  };
}
