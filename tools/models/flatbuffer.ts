/**
 * Reads FlatBuffers without a generated schema. · bytes + position of a table → its fields by index.
 * Format: https://flatbuffers.dev/internals — a table starts with the (signed) distance back to its vtable, which lists
 * the offset of every field or 0 where the field has its default. Strings, vectors and tables are reached by offsets.
 */
export class FlatTable {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #position: number;

  private constructor(bytes: Uint8Array, view: DataView, position: number) {
    this.#bytes = bytes;
    this.#view = view;
    this.#position = position;
  }

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(bytes, view, view.getUint32(0, true));
  }

  uint8(field: number, fallback = 0): number {
    const at = this.#field(field);
    return at === undefined ? fallback : this.#view.getUint8(at);
  }

  int32(field: number, fallback = 0): number {
    const at = this.#field(field);
    return at === undefined ? fallback : this.#view.getInt32(at, true);
  }

  text(field: number): string {
    return Buffer.from(this.bytes(field)).toString('utf8');
  }

  /** A vector of bytes; empty where the field is absent. */
  bytes(field: number): Uint8Array {
    const { start, count } = this.#vector(field);
    return this.#bytes.subarray(start, start + count);
  }

  int32s(field: number): number[] {
    const { start, count } = this.#vector(field);
    return Array.from({ length: count }, (_, k) => this.#view.getInt32(start + 4 * k, true));
  }

  tables(field: number): FlatTable[] {
    const { start, count } = this.#vector(field);
    return Array.from({ length: count }, (_, k) => this.#follow(start + 4 * k));
  }

  table(field: number): FlatTable | undefined {
    const at = this.#field(field);
    return at === undefined ? undefined : this.#follow(at);
  }

  #follow(at: number): FlatTable {
    return new FlatTable(this.#bytes, this.#view, at + this.#view.getUint32(at, true));
  }

  #vector(field: number): { start: number; count: number } {
    const at = this.#field(field);
    if (at === undefined) return { start: 0, count: 0 };
    const position = at + this.#view.getUint32(at, true);
    return { start: position + 4, count: this.#view.getUint32(position, true) };
  }

  #field(field: number): number | undefined {
    const vtable = this.#position - this.#view.getInt32(this.#position, true);
    const entry = 4 + 2 * field;
    if (entry >= this.#view.getUint16(vtable, true)) return undefined;
    const offset = this.#view.getUint16(vtable + entry, true);
    return offset === 0 ? undefined : this.#position + offset;
  }
}
