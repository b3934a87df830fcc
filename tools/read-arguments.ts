import { parseArgs, type ParseArgsConfig } from 'node:util';

/** `parseArgs`, where a wrong argument ends the command with what is wrong, the usage and exit code 2. */
export function readArguments<Config extends ParseArgsConfig>(
  config: Config,
  usage: string,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return failUsage(error.message, usage);
  }
}

export function failUsage(problem: string, usage: string): never {
  process.stderr.write(`${problem}\n\n${usage}\n`);
  process.exit(2);
}

/** A whole number of at least `least`, or the end of the command. */
export function readCount(option: string, text: string, usage: string, least = 1): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least) {
    failUsage(`--${option} ${text}: a whole number of at least ${least} is needed`, usage);
  }
  return value;
}
