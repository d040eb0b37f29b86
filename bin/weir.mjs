#!/usr/bin/env node
import { register } from 'tsx/esm/api';

// The sources run as they stand; there is no build step between an edit of pipeline.ts and its replay.
register();
const { main } = await import('../lib/cli/main.ts');
process.exitCode = await main(process.argv);
