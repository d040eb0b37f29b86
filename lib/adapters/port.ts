import type { NoticeMessage } from '../notify/message.ts';

/** Another service's form of a message. */
export interface Outgoing {
  readonly url: string;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** Makes a message into what another service takes. */
export type Adapter = (message: NoticeMessage) => Outgoing;
