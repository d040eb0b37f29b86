#!/usr/bin/env node
import { register as registerCommonJs } from 'tsx/cjs/api';
import { register } from 'tsx/esm/api';

// What a user deploys runs on a newer Node.js, so the SDK's advice to upgrade this one would mislead, and precede output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
// The sources run as they stand; there is no build step between an edit of pipeline.ts and its replay. A pipeline that
// lies outside of any package of type "module" loads as CommonJS.
registerCommonJs();
// A run of tests that is watched tells its parent which files it uses.
register(process.env.WEIR_WATCHED === undefined ? {} : { onImport: (url) => process.send?.(url) });
const { main } = await import('../lib/cli/main.ts');
process.exitCode = await main(process.argv);
