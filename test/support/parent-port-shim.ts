/**
 * Loaded into a Node process before anything else, to look to it like Electron's utility process: `process.parentPort`
 * with events that wrap the message in `data`, and no `process.send`.
 */
import { EventEmitter } from 'node:events';

const send = process.send!.bind(process);
const port = Object.assign(new EventEmitter(), { postMessage: (message: unknown) => void send(message) });
process.on('message', (data) => port.emit('message', { data }));
Object.assign(process, { parentPort: port, send: undefined });
