/** The package ships no types; this is the part that tests use. */
declare module 'gltf-validator' {
  /** Severity: 0 error, 1 warning, 2 information, 3 hint. */
  type Issue = { code: string; message: string; pointer: string; severity: 0 | 1 | 2 | 3 };
  type Report = { issues: { messages: Issue[] }; info: { totalTriangleCount: number } };
  const validator: { validateBytes(bytes: Uint8Array, options?: { maxIssues?: number }): Promise<Report> };
  export default validator;
}
