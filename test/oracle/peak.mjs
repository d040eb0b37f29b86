// Tells, on descriptor 3, the most memory in bytes that a process has held.
import { readFileSync, writeSync } from 'node:fs';

process.on('exit', () => {
  writeSync(3, String(peak()));
});

function peak() {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kib) * 1024;
  } catch {
    // Not Linux. There, this would have what the process that began this one held, too.
    return process.resourceUsage().maxRSS * 1024;
  }
}
