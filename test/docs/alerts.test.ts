import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as weir from '../../lib/index.ts';

const page = await readFile(new URL('../../docs/alerts.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, code]) => code ?? '');
const aggregates = blocks.find((code) => code.startsWith('aggregates: {'));
/** Each is what an author writes under `alerts`, and may be followed by further fields of the pipeline. */
const examples = blocks.filter((code) => code.startsWith('alerts: {'));

const names = Object.keys(weir).join(', ');
const program = [
  `import { ${names} } from '../../lib/index.ts';`,
  "import { z } from 'zod';",
  'const flight = z.object({ at: z.string(), from: z.string(), to: z.string(), delay: z.number() });',
  'export const pipelines = [',
  ...examples.map(
    (code) =>
      `() => definePipeline(flight, { eventTime: (event) => event.at, ${aggregates ?? ''}\n${code} }),`,
  ),
  '];',
].join('\n');

/** What the compiler says of a module that would stand beside this one. */
function diagnose(text: string): string[] {
  const file = fileURLToPath(new URL('./alerts-page.ts', import.meta.url));
  const config = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    fileURLToPath(new URL('../..', import.meta.url)),
  );
  const strict = { ...options, noEmit: true, noUnusedLocals: false, skipLibCheck: true };
  const host = ts.createCompilerHost(strict);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, text, ts.ScriptTarget.ESNext) : read(path, ...rest);
  const compiled = ts.createProgram([file], strict, host);
  const source = compiled.getSourceFile(file);
  return [...compiled.getSyntacticDiagnostics(source), ...compiled.getSemanticDiagnostics(source)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

describe('the examples of docs/alerts.md', () => {
  let pipelines: (() => weir.Pipeline)[] = [];
  beforeAll(() => {
    const body = ts
      .transpile(program, { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext })
      .replace(/^import .*$/gm, '')
      .replace('export const pipelines =', 'return');
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is the page's own code
    const make = new Function('z', ...Object.keys(weir), body) as (...given: unknown[]) => typeof pipelines;
    pipelines = make(z, ...Object.values(weir));
  });

  it('compile, and misspelt ones would not', () => {
    expect(diagnose(program)).toEqual([]);
    expect(diagnose(program.replaceAll('w.delay >', 'w.dely >')).join('\n')).toContain(
      "'dely' does not exist",
    );
  }, 60_000);

  it('are pipelines', () => {
    expect(pipelines.length).toBeGreaterThanOrEqual(9);
    for (const pipeline of pipelines) expect(pipeline().alerts.length).toBeGreaterThan(0);
  });
});
