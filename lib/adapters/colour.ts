import type { NoticeMessage } from '../notify/message.ts';

/** A colour by its code, and as Adaptive Cards call it. */
export interface Colour {
  readonly hex: string;
  readonly card: 'attention' | 'warning' | 'accent' | 'good';
}

const GOOD: Colour = { hex: '#2e7d32', card: 'good' };
const BY_SEVERITY: Readonly<Record<NoticeMessage['severity'], Colour>> = {
  critical: { hex: '#c62828', card: 'attention' },
  warning: { hex: '#f9a825', card: 'warning' },
  info: { hex: '#1565c0', card: 'accent' },
};

/** The colour of a message: green once all is over, else by severity. */
export function colourOf({ state, severity }: Pick<NoticeMessage, 'state' | 'severity'>): Colour {
  return state === 'resolved' ? GOOD : BY_SEVERITY[severity];
}
