import type { Account, Snapshot } from '../protocol.ts';
import type { ConnectionState } from './connection.ts';
import { element, setAttributes, setText } from './dom.ts';
import { counted, whole } from './format.ts';
import type { View } from './view.ts';

/** What the buttons of the header do. */
export interface HeaderActions {
  readonly showLogs: () => void;
  readonly showHelp: () => void;
  readonly toggleTheme: () => void;
}

/** The header also shows whether the stack is there. */
export interface HeaderView extends View {
  setConnection(state: ConnectionState): void;
}

const STATES = { playing: 'playing', paused: 'paused', done: 'every event put' };

/** Name, state and account of the stack, and the buttons that belong to the page. */
export function createHeader(root: HTMLElement, actions: HeaderActions): HeaderView {
  const name = element('span', { class: 'service', text: '' });
  const state = element('span', { class: 'state', text: 'connecting …' });
  const verdict = element('strong', { class: 'verdict' });
  const detail = element('span', { class: 'detail', text: 'the account follows the last event' });
  const account = element(
    'div',
    { class: 'account', attributes: { role: 'status', 'aria-label': 'Account of the input' } },
    verdict,
    detail,
  );
  const theme = element('button', {
    class: 'icon-button',
    text: '◐',
    attributes: { type: 'button', 'aria-label': 'Light or dark', title: 'Light or dark (t)' },
    onClick: actions.toggleTheme,
  });
  root.append(
    element('h1', {}, element('span', { class: 'brand', text: 'weir' }), name),
    state,
    account,
    element(
      'div',
      { class: 'header-buttons' },
      element('button', {
        text: 'Logs',
        attributes: { type: 'button', title: 'What the functions write (l)' },
        onClick: actions.showLogs,
      }),
      theme,
      element('button', {
        class: 'icon-button',
        text: '?',
        attributes: { type: 'button', 'aria-label': 'Shortcuts', title: 'Shortcuts (?)' },
        onClick: actions.showHelp,
      }),
    ),
  );
  let connection: ConnectionState = 'connecting';
  let playback: Snapshot['playback']['state'] | undefined;
  const showState = (): void => {
    const shown = connection === 'lost' ? 'stopped' : (playback ?? 'connecting');
    setText(
      state,
      shown === 'stopped' ? 'stack stopped' : playback === undefined ? 'connecting …' : STATES[playback],
    );
    setAttributes(state, { 'data-state': shown });
  };
  return {
    setConnection: (now) => {
      connection = now;
      showState();
    },
    update: (snapshot) => {
      playback = snapshot.playback.state;
      showState();
      setText(name, snapshot.service === 'weir' ? '' : snapshot.service);
      document.title = snapshot.service === 'weir' ? 'weir' : `${snapshot.service} · weir`;
      setText(verdict, verdictOf(snapshot.account));
      setText(detail, detailOf(snapshot.account));
      setAttributes(account, { 'data-verdict': toneOf(snapshot.account) });
    },
  };
}

function verdictOf(account: Account | undefined): string {
  if (account === undefined) return '';
  return `lost ${whole(account.lost)}, double-counted ${whole(account.doubled)}`;
}

function detailOf(account: Account | undefined): string {
  if (account === undefined) return 'the account follows the last event';
  const { read, applied, late, refused } = account;
  return `of ${counted(read, 'record')}: ${whole(applied)} applied, ${whole(late)} late, ${whole(refused)} refused`;
}

function toneOf(account: Account | undefined): string | undefined {
  if (account === undefined) return undefined;
  return account.lost === 0 && account.doubled === 0 ? 'good' : 'bad';
}
