/** The part of WebAssembly that kernels use: standard in every engine, but declared by TypeScript in the DOM library only. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    readonly exports: unknown;
    constructor(module: Module);
  }
}
