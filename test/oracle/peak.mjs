// Tells, on descriptor 3, the most memory in bytes that a process has held.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  writeSync(3, String(process.resourceUsage().maxRSS * 1024));
});
