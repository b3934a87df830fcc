/** `npm run head -- <photo…> --out <dir>`: the main job as a command; see src-main/hosts/cli. */
import '../../src-main/hosts/cli/cli-main.ts';
