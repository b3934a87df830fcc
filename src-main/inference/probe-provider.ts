/**
 * Does an execution provider of ONNX Runtime work here? · provider id → undefined, or why not. A session is opened on a
 * one-node graph and run: that a provider is listed says nothing about its library, the driver or the device. A broken
 * driver may end the whole process, so the studio asks in a process of its own (`engine/probe-device.ts`).
 */
import ort from 'onnxruntime-node';

// The runtime reads this once, at its first session, and would otherwise print the absence of a provider as an error.
// What goes wrong later arrives as an exception all the same.
ort.env.logLevel = 'fatal';

/** ONNX, opset 13: y = Identity(x), float32 [1]. Encoded by tools/models/onnx-graph.ts. */
const PROBE_MODEL_BASE64 =
  'CAg6OwoQCgF4EgF5IghJZGVudGl0eRIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN';

export async function probeProvider(provider: string): Promise<string | undefined> {
  const listed = ort.listSupportedBackends().some((backend) => backend.name === provider);
  if (!listed) return `this build of ONNX Runtime has no ${provider.toUpperCase()} support`;
  try {
    const session = await ort.InferenceSession.create(Buffer.from(PROBE_MODEL_BASE64, 'base64'), {
      executionProviders: [provider],
      logSeverityLevel: 4,
    });
    await session.run({ x: new ort.Tensor('float32', Float32Array.of(1), [1]) });
    await session.release();
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.split('\n', 1)[0]?.replace(/\.$/, '') ?? 'unknown reason';
  }
}
