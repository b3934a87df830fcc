import type { Photo } from '../../src-main/contract/entities.ts';
import type { Transport } from '../api/transport.ts';
import { strings } from '../strings.ts';
import type { Library } from './library.svelte.ts';
import type { Navigation } from './navigation.svelte.ts';
import type { Notices } from './notices.svelte.ts';

type IntakeParts = {
  transport: Transport;
  library: Library;
  navigation: Navigation;
  notices: Notices;
};

const PROJECT_FILE = /\.gen3d$/i;

/** Every way of pictures and projects into the library. */
export class Intake {
  /** Number of files that are on their way into the library. */
  adding = $state(0);
  readonly #parts: IntakeParts;
  #pick: () => void = () => {};

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** The file dialog belongs to the one element that may open it; screens ask for it here. */
  onPick(open: () => void): void {
    this.#pick = open;
  }

  pick(): void {
    this.#pick();
  }

  /** Dropped, pasted or picked files. One picture opens at once; several stay in the library, ready to be queued. */
  async add(files: File[]): Promise<void> {
    const added: Photo[] = [];
    this.adding += files.length;
    for (const file of files) {
      const photo = await this.#parts.notices.watch(() => this.#addFile(file));
      this.adding -= 1;
      if (photo) added.push(photo);
    }
    this.#show(added);
  }

  async addSample(sampleId: string): Promise<void> {
    const { notices, transport } = this.#parts;
    this.adding += 1;
    const photo = await notices.watch(async () => {
      const projectId = await this.#currentProject();
      return transport.call('photo.addSample', { projectId, sampleId });
    });
    this.adding -= 1;
    if (photo) this.#show([photo]);
  }

  async #addFile(file: File): Promise<Photo | undefined> {
    const { transport, navigation, library } = this.#parts;
    if (PROJECT_FILE.test(file.name)) {
      const project = await transport.call('project.import', await transport.handOver(file));
      library.projects.set(project.id, project);
      navigation.go({ screen: 'library', projectId: project.id });
      return undefined;
    }
    const blob = await transport.upload(file);
    const projectId = await this.#currentProject();
    return transport.call('photo.add', { projectId, name: file.name || strings.pastedPictureName, blob });
  }

  #show(added: Photo[]): void {
    const { library, navigation, notices } = this.#parts;
    for (const photo of added) library.photos.set(photo.id, photo);
    const [first] = added;
    if (!first) return;
    const { projectId, id } = first;
    if (added.length === 1) {
      navigation.go({ screen: 'photo', projectId, photoId: id });
      return;
    }
    navigation.go({ screen: 'library', projectId });
    notices.add('done', strings.picturesAdded(added.length), strings.picturesAddedHint);
  }

  /** The project on screen, else the newest, else a first one made for the occasion. */
  async #currentProject(): Promise<string> {
    const { library, navigation, transport } = this.#parts;
    const { projectId } = navigation.route;
    if (projectId !== null && library.projects.has(projectId)) return projectId;
    const newest = library.projectsNewestFirst()[0];
    if (newest) return newest.id;
    const project = await transport.call('project.create', { name: strings.firstProjectName });
    library.projects.set(project.id, project);
    return project.id;
  }
}
