import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './service.ts';

/** Makes of a service's copy what docs/sources.md tells a deployer to do for a second stream, called `orders`. */
export async function addSecondStream(service: string): Promise<void> {
  const path = join(service, 'serverless.yml');
  const page = await readFile(join(root, 'docs/sources.md'), 'utf8');
  const [shared = '', mapping = '', resources = ''] = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(
    ([, text = '']) => text,
  );
  let yaml = await readFile(path, 'utf8');
  yaml = replaced(yaml, /^ {2}eventStreams:.*?\n(?= *\n)/ms, below(shared, 'custom:'));
  yaml = replaced(yaml, /^(?=\n {2}evaluate:)/m, below(mapping, 'events:'));
  yaml = replaced(yaml, /^(?=\n {2}# [^\n]*\n {2}extensions:)/m, below(resources, 'Resources:'));
  await writeFile(path, yaml);
}

/** Writes the pipeline with bids and auctions in one stream, and orders in another. */
export async function usePipelineOfMarket(service: string): Promise<void> {
  const source = await readFile(join(root, 'test/support/market.ts'), 'utf8');
  await writeFile(join(service, 'pipeline.ts'), source.replace('../../lib/index.ts', './lib/index.ts'));
}

function replaced(text: string, what: RegExp, by: string): string {
  if (!what.test(text)) throw new Error(`serverless.yml has nothing like ${String(what)} any more`);
  return text.replace(what, () => by);
}

/** What stands in a block below a line: what a deployer adds. */
function below(block: string, line: string): string {
  const lines = block.split('\n');
  const at = lines.findIndex((one) => one.trim() === line);
  if (at < 0) throw new Error(`docs/sources.md has no block with ${line} any more`);
  return lines.slice(at + 1).join('\n');
}
