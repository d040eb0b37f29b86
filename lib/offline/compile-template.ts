import { writeFile } from 'node:fs/promises';
import { parseTemplate, type Template } from '../local/stack/template.ts';
import type { Framework, FunctionDefinition } from './framework.ts';

/**
 * What `serverless package` does between bundling and writing. Before the last come the checks of plugins; the last itself
 * writes to `.serverless`, where a deployment may be at work.
 *
 * Events of the commands `package` and `aws:package:finalize`:
 * https://www.serverless.com/framework/docs/guides/plugins/creating-plugins#lifecycle-events
 */
const COMPILING = [
  'package:initialize',
  'package:setupProviderConfiguration',
  'package:compileLayers',
  'package:compileFunctions',
  'package:compileEvents',
  'aws:package:finalize:addExportNameForOutputs',
  'aws:package:finalize:mergeCustomProviderResources',
  'aws:package:finalize:stripNullPropsFromTemplateResources',
];
const CHECKING = 'before:aws:package:finalize:saveServiceState';

/**
 * Lets the framework and its plugins compile the CloudFormation template in this process, without bundling: an archive is only
 * hashed, so that any file may stand for it. The service's definition is left as it was, and `.serverless` too.
 *
 * @param archive path of a file to write, which stands for each function's archive
 * @throws the errors of the framework and its plugins
 * @throws {TemplateError} if what they made is no template
 */
export async function compileTemplate(framework: Framework, archive: string): Promise<Template> {
  const { pluginManager, service, utils } = framework;
  const { functions = {} } = service;
  const { writeFileSync } = utils;
  await writeFile(archive, '');
  // The first event writes a part of the template to `.serverless`.
  utils.writeFileSync = () => undefined;
  service.functions = withArchive(functions, archive);
  try {
    for (const event of COMPILING) {
      for (const name of [`before:${event}`, event, `after:${event}`]) await runHooks(name);
    }
    await runHooks(CHECKING);
  } finally {
    service.functions = functions;
    utils.writeFileSync = writeFileSync;
  }
  return parseTemplate(service.provider.compiledCloudFormationTemplate, 'what the framework compiled');

  function runHooks(name: string): Promise<void> {
    return pluginManager.runHooks(name, pluginManager.hooks[name] ?? []);
  }
}

function withArchive(
  functions: Readonly<Record<string, FunctionDefinition>>,
  archive: string,
): Record<string, FunctionDefinition> {
  const copied = structuredClone(functions);
  for (const definition of Object.values(copied)) {
    definition.package = { ...definition.package, artifact: archive };
  }
  return copied;
}
