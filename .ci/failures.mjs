// Says which tests of a Vitest report failed and how, a line each.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const { name: file, assertionResults, message } of testResults) {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  for (const { fullName, failureMessages } of failed) tell(file, fullName, failureMessages[0] ?? '');
  if (failed.length === 0 && message) tell(file, '(the file itself)', message);
}

function tell(file, test, message) {
  // As much as a property's counterexample and seed take.
  const shown = message.slice(0, 1_500).replaceAll('\n', '\n    ');
  console.log(`FAILED: ${relative('.', file)} > ${test}\n    ${shown}`);
}
