/** TensorFlow operators that move numbers without computing: slices, joins, look-ups, casts. · Row order in and out. */
import type { TfHandlers } from './tfjs-graph.ts';

/** Codes of TensorProto.DataType. */
const ONNX_FLOAT = 1;
const ONNX_INT64 = 7;

export const ARRANGEMENT: TfHandlers = {
  Reshape: ({ emit, input, integers }) => emit.reshape(input(0), integers(1)),
  ConcatV2: ({ emit, inputs, integers }) => emit.concat(inputs.slice(0, -1), integers(-1)[0]!),
  Transpose: ({ emit, input, integers }) => {
    const perm = integers(1);
    const dims = perm.map((axis) => input(0).dims[axis]!);
    return { dims, rows: emit.graph.add('Transpose', [emit.rows(input(0))], { perm }) };
  },
  /** Only to float and int; the indices that the graphs look up are int64 in ONNX. */
  Cast: ({ emit, node, input }) => {
    const target = node.attr.DstT?.type;
    const to = target === 'DT_FLOAT' ? ONNX_FLOAT : target === 'DT_INT32' ? ONNX_INT64 : undefined;
    if (to === undefined) throw new Error(`${node.name}: cast to ${target}`);
    return emit.map(input(0), (name) => emit.graph.add('Cast', [name], { to }));
  },
  StridedSlice: ({ emit, node, input, integers }) => {
    const mask = (attribute: string) => node.attr[attribute]?.i ?? 0;
    for (const attribute of ['shrink_axis_mask', 'ellipsis_mask', 'new_axis_mask']) {
      if (mask(attribute) !== 0) throw new Error(`${node.name}: ${attribute} is not supported`);
    }
    const value = input(0);
    const [strides, isSet] = [integers(3), (bits: number, axis: number) => ((bits >> axis) & 1) === 1];
    if (strides.some((stride) => stride < 1)) throw new Error(`${node.name}: backward slice`);
    const place = (index: number, dim: number) => Math.min(index < 0 ? index + dim : index, dim);
    const begins = integers(1).map((begin, axis) =>
      isSet(mask('begin_mask'), axis) ? 0 : place(begin, value.dims[axis]!),
    );
    const ends = integers(2).map((end, axis) =>
      isSet(mask('end_mask'), axis) ? value.dims[axis]! : place(end, value.dims[axis]!),
    );
    const { graph } = emit;
    const axes = begins.map((_, axis) => axis);
    const rows = graph.add('Slice', [
      emit.rows(value),
      graph.int64s(begins),
      graph.int64s(ends),
      graph.int64s(axes),
      graph.int64s(strides),
    ]);
    const dims = value.dims.map((dim, axis) =>
      axis < begins.length ? Math.ceil((ends[axis]! - begins[axis]!) / strides[axis]!) : dim,
    );
    return { dims, rows };
  },
  GatherV2: ({ emit, input, integers }) => {
    const [axis = 0, data, indices] = [integers(2)[0], input(0), input(1)];
    const rows = emit.graph.add('Gather', [emit.rows(data), emit.rows(indices)], { axis });
    return { dims: [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)], rows };
  },
  GatherNd: ({ emit, input }) => {
    const [data, indices] = [input(0), input(1)];
    const rows = emit.graph.add('GatherND', [emit.rows(data), emit.rows(indices)]);
    return { dims: [...indices.dims.slice(0, -1), ...data.dims.slice(indices.dims.at(-1))], rows };
  },
};
