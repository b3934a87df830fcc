/** The window of `npm start` is told the address in a file of this account's own, with a script in Chromium's place. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWindow } from '../../../tools/open-window.ts';
import { makeTemporaryFolder } from '../../support/studio-host.ts';

const URL_WITH_TOKEN = 'http://127.0.0.1:8123/?t=secret_-0';

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

/** Opens a window of a browser that writes down its arguments and stays: the arguments, and how it is closed. */
async function open(comment = ''): Promise<{ args: string[]; close(): Promise<number | null> }> {
  const [program, list] = [join(folder.path, 'chromium'), join(folder.path, 'args')];
  const script = `#!/bin/sh\n${comment}\nprintf '%s\\n' "$@" > ${list}.part\nmv ${list}.part ${list}\nexec sleep 60\n`;
  writeFileSync(program, script, { mode: 0o700 });
  const exit = Promise.withResolvers<number | null>();
  const closeWindow = openWindow(program, URL_WITH_TOKEN, exit.resolve);
  const close = (): Promise<number | null> => {
    closeWindow();
    return exit.promise;
  };
  while (!existsSync(list)) await new Promise((resolve) => setTimeout(resolve, 5));
  return { args: readFileSync(list, 'utf8').trim().split('\n'), close };
}

const startOf = (args: string[]): string => args.find((argument) => argument.startsWith('--app='))!.slice(6);

test.skipIf(process.platform === 'win32')(
  'the token is in no argument but in a file that others cannot read, and goes with the window',
  async () => {
    const { args, close } = await open();
    expect(args.join(' ')).not.toContain('secret');
    const page = fileURLToPath(startOf(args));
    expect(readFileSync(page, 'utf8')).toContain(`content="0; url=${URL_WITH_TOKEN}"`);
    expect(statSync(page).mode & 0o777).toBe(0o600);
    const profile = dirname(page);
    expect(statSync(profile).mode & 0o777).toBe(0o700);
    expect(args).toContain(`--user-data-dir=${profile}`);
    await close();
    expect(existsSync(profile)).toBe(false);
  },
);

test.skipIf(process.platform === 'win32')(
  'a snap, which does not see such a file, gets the address itself',
  async () => {
    const { args, close } = await open('# exec /snap/bin/chromium "$@"');
    expect(startOf(args)).toBe(URL_WITH_TOKEN);
    await close();
  },
);

test('a browser that cannot be started is said', async () => {
  const program = join(folder.path, 'no-browser');
  writeFileSync(program, 'no program', { mode: 0o600 });
  expect(await new Promise((resolve) => openWindow(program, URL_WITH_TOKEN, resolve))).toBeNull();
});
