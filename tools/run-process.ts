import { spawn } from 'node:child_process';
import { ROOT } from './paths.ts';

export type Finished = { code: number; output: string };

/** Runs a program to its end in the repository root; `show` passes its output through as well. */
export function runProcess(
  program: string,
  args: string[],
  options: { show?: boolean; env?: Record<string, string> } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    const take = (target: NodeJS.WriteStream) => (chunk: Buffer) => {
      chunks.push(chunk);
      if (options.show === true) target.write(chunk);
    };
    child.stdout.on('data', take(process.stdout));
    child.stderr.on('data', take(process.stderr));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code: code ?? (signal === null ? 1 : 128), output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

/** The same with this Node, for the scripts of installed packages. */
export function runNode(
  script: string,
  args: string[],
  options: { show?: boolean; env?: Record<string, string> } = {},
) {
  return runProcess(process.execPath, [script, ...args], options);
}
