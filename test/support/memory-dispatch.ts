import type { Acknowledgement } from '../../lib/dispatch/acknowledgement.ts';
import type { Group } from '../../lib/dispatch/group.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import type {
  AcknowledgementStore,
  GroupStore,
  HistoryEntry,
  HistoryStore,
  SilenceStore,
} from '../../lib/dispatch/port.ts';
import type { DispatchContext } from '../../lib/dispatch/run-group.ts';
import type { Silence } from '../../lib/dispatch/silence.ts';
import { groupItem, groupItemKey, readGroupItem, readNotices } from '../../lib/store/group-item.ts';
import { historyItem, readHistoryItem } from '../../lib/store/history-item.ts';
import type { Item } from '../../lib/store/pane-item.ts';
import type { Hook } from './memory-alerts.ts';

/** The groups of the alerts table in memory, and all notices that its stream would tell of. */
export class MemoryGroupStore implements GroupStore {
  readonly items = new Map<string, Item>();
  readonly stream: Notice[] = [];
  hook: Hook = () => undefined;

  async read(alert: string, group: string): Promise<Group | undefined> {
    await this.hook('read group');
    const item = this.items.get(nameOf(alert, group));
    return item && readGroupItem(item);
  }

  async write(group: Group, notices: readonly Notice[]): Promise<boolean> {
    await this.hook('write group');
    const name = nameOf(group.alert, group.group);
    if (Number(this.items.get(name)?.rev?.N ?? 0) !== group.revision - 1) return false;
    const item = groupItem(group, notices);
    this.items.set(name, item);
    this.stream.push(...readNotices(item));
    await this.hook('written group');
    return true;
  }
}

function nameOf(alert: string, group: string): string {
  const { pk, sk } = groupItemKey(alert, group);
  return `${pk}\n${sk}`;
}

/** Silences in memory. */
export class MemorySilenceStore implements SilenceStore {
  readonly silences = new Map<string, Silence>();
  hook: Hook = () => undefined;

  async list(time: number): Promise<Silence[]> {
    await this.hook('list silences');
    return [...this.silences.values()].filter(({ end }) => end > time).sort((a, b) => a.start - b.start);
  }

  async read(id: string): Promise<Silence | undefined> {
    await this.hook('read silence');
    return this.silences.get(id);
  }

  async put(silence: Silence): Promise<void> {
    await this.hook('put silence');
    this.silences.set(silence.id, silence);
  }
}

/** Acknowledgements in memory. */
export class MemoryAcknowledgementStore implements AcknowledgementStore {
  readonly acknowledgements = new Map<string, Acknowledgement>();
  hook: Hook = () => undefined;

  async read(alert: string, key: string): Promise<Acknowledgement | undefined> {
    await this.hook('read acknowledgement');
    return this.acknowledgements.get(`${alert}\n${key}`);
  }

  async put(acknowledgement: Acknowledgement): Promise<void> {
    await this.hook('put acknowledgement');
    this.acknowledgements.set(`${acknowledgement.alert}\n${acknowledgement.key}`, acknowledgement);
  }
}

/** History in memory. */
export class MemoryHistoryStore implements HistoryStore {
  // As the table has them: by partition and sort key.
  readonly items = new Map<string, Item>();
  hook: Hook = () => undefined;

  async add(entries: readonly HistoryEntry[]): Promise<void> {
    await this.hook('add history');
    for (const entry of entries) {
      const item = historyItem(entry, 0);
      const name = `${item.sk?.S ?? ''}\n${item.pk?.S ?? ''}`;
      if (!this.items.has(name)) this.items.set(name, item);
    }
  }

  async *list(
    alert: string,
    { key, from, to }: { readonly key?: string; readonly from: number; readonly to: number },
  ): AsyncGenerator<HistoryEntry> {
    await this.hook('list history');
    const latestFirst = [...this.items].sort(([a], [b]) => (a < b ? 1 : -1));
    for (const [, item] of latestFirst) {
      const entry = readHistoryItem(item);
      if (item.pk?.S?.startsWith(`#history|${alert}|`) !== true || entry.at < from || entry.at >= to)
        continue;
      if (key === undefined || keysOf(entry).includes(key)) yield entry;
    }
  }
}

function keysOf(entry: HistoryEntry): string[] {
  if (entry.type === 'transition') return [entry.state.key];
  if (entry.type === 'acknowledged') return [entry.by.key];
  return entry.notice.members.map(({ state }) => state.key);
}

/** For evaluations after which nobody is told of anything. */
export const noDispatching: DispatchContext = {
  groups: new MemoryGroupStore(),
  silences: new MemorySilenceStore(),
  acknowledgements: new MemoryAcknowledgementStore(),
  now: () => 0,
};
