/** Where things are, from source (`src-main/…`, run by Node), bundled (`dist/main/…`) and packed (`app.asar`). */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';

export type AppPaths = {
  /** The folder with package.json. */
  root: string;
  version: string;
  assetsDirectory: string;
  modelsDirectory: string;
  rendererDirectory: string;
  /** What to fork. */
  engineEntry: string;
};

const PACKAGE_NAME = 'gen3d-studio';
const DATA_FOLDER = 'gen3d-studio';

/**
 * `from` is a folder of the program; the root is the nearest folder above with our package.json. `$GEN3D_MODELS_DIR` is
 * another models folder, for packs that are tried out.
 */
export function findAppPaths(
  from: string = import.meta.dirname,
  environment: NodeJS.ProcessEnv = process.env,
): AppPaths {
  let root = from;
  let manifest = readManifest(root);
  while (manifest === null) {
    const parent = dirname(root);
    if (parent === root) throw new Error(`no package.json of ${PACKAGE_NAME} above ${from}`);
    root = parent;
    manifest = readManifest(root);
  }
  const bundled = from.startsWith(join(root, 'dist') + sep);
  // ONNX Runtime and SQLite read files themselves and know nothing of asar: those folders are packed beside it.
  const files = basename(root) === 'app.asar' ? `${root}.unpacked` : root;
  return {
    root,
    version: manifest.version,
    assetsDirectory: join(files, 'assets'),
    modelsDirectory: environment.GEN3D_MODELS_DIR || join(files, 'models'),
    rendererDirectory: join(root, 'dist', 'renderer'),
    engineEntry: bundled
      ? join(root, 'dist', 'main', 'engine-main.js')
      : join(root, 'src-main', 'engine', 'engine-main.ts'),
  };
}

/** `$GEN3D_DATA_DIR`, else the place that the operating system keeps for programs' data. */
export function findDataDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment.GEN3D_DATA_DIR;
  if (chosen !== undefined && chosen !== '') return chosen;
  return join(systemDataDirectory(environment), DATA_FOLDER);
}

function systemDataDirectory(environment: NodeJS.ProcessEnv): string {
  const home = homedir();
  if (process.platform === 'win32') return environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local');
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support');
  return environment.XDG_DATA_HOME || join(home, '.local', 'share');
}

function readManifest(folder: string): { version: string } | null {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return null;
  const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
  return name === PACKAGE_NAME && version !== undefined ? { version } : null;
}
