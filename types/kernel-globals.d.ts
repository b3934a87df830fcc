/** The few globals that kernels may use beside the language itself (see tsconfig.kernels.json: no Node, no DOM). */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
