import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContentBlock } from '@agentclientprotocol/sdk';
import { imageTypeOf } from '../../util/image-type.ts';

const IMAGE = /\.(?:png|jpe?g|gif|webp)$/i;

/** A prompt as the protocol wants it. Images go along where the agent takes them; else, and of other files, it gets the link. Throws when a file cannot be read. */
export function blocksOf(text: string, files: readonly string[], takesImages: boolean): ContentBlock[] {
  const rest = files.map((path): ContentBlock => {
    const mimeType = IMAGE.test(path) ? imageTypeOf(path) : null;
    const uri = pathToFileURL(path).href;
    if (takesImages && mimeType) return { type: 'image', mimeType, data: readFileSync(path, 'base64'), uri };
    return { type: 'resource_link', uri, name: basename(path), ...(mimeType && { mimeType }) };
  });
  return [{ type: 'text', text }, ...rest];
}
