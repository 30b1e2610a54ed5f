import { closeSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Env, outputOf } from './output.ts';
import { which } from './which.ts';

/** Folders above a program in which its package may be described. */
const LEVELS = 5;
const TIMEOUT_MS = 3000;

/** A clause when a program is a script for a newer Node than the one on the PATH; null: it is none, or that one will do. */
export async function nodeLack(path: string, env: Env): Promise<string | null> {
  const needs = neededNode(path);
  if (needs === null) return null;
  const node = which('node', env, homedir());
  if (node === null) return `it needs Node ${needs}, and there is none on the PATH`;
  const version = /v(\d+)\.[\d.]+/.exec(await outputOf([node, '--version'], env, TIMEOUT_MS));
  return version && Number(version[1]) < needs ? `it needs Node ${needs}, and the PATH has ${version[0]}` : null;
}

/** The oldest major version that its package says it runs with; null: it is no script of Node, or nothing is said. */
function neededNode(path: string): number | null {
  try {
    const real = realpathSync(path);
    if (!/^#!.*\bnode\b/.test(firstLine(real))) return null;
    for (let folder = dirname(real), level = 0; level < LEVELS; folder = dirname(folder), level++) {
      const engines = enginesIn(join(folder, 'package.json'));
      if (engines !== null) return Number(/>=?\s*v?(\d+)/.exec(engines)?.[1] ?? Number.NaN) || null;
    }
  } catch {
    // It cannot be read: starting it will tell.
  }
  return null;
}

function enginesIn(file: string): string | null {
  try {
    const { engines } = JSON.parse(readFileSync(file, 'utf8')) as { engines?: { node?: unknown } };
    return typeof engines?.node === 'string' ? engines.node : null;
  } catch {
    return null;
  }
}

function firstLine(path: string): string {
  const head = Buffer.alloc(128);
  const file = openSync(path, 'r');
  try {
    return head.toString('latin1', 0, readSync(file, head, 0, head.length, 0)).split('\n')[0]!;
  } finally {
    closeSync(file);
  }
}
