import { getHeapStatistics } from 'node:v8';

/** What this thread holds: a process's own figures count all of its threads. */
export function memoryBytes() {
  const { total_physical_size, malloced_memory, external_memory } = getHeapStatistics();
  return total_physical_size + malloced_memory + external_memory;
}
