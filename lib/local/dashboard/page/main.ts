import { createAlerts } from './alerts.ts';
import { createAnnouncer } from './announcer.ts';
import { api } from './api.ts';
import { createAside } from './aside.ts';
import { connect } from './connection.ts';
import { byId, setText } from './dom.ts';
import { createExplorer } from './explorer.ts';
import { createFailures } from './failures.ts';
import { createFaults } from './faults.ts';
import { createHeader } from './header.ts';
import { createHelp } from './help.ts';
import { createLogs } from './logs.ts';
import { createPipeline } from './pipeline.ts';
import { createPlayback, SPEEDS } from './playback.ts';
import { createShards } from './shards.ts';
import { listenToShortcuts } from './shortcuts.ts';
import { toggleTheme } from './theme.ts';
import { createThroughput } from './throughput.ts';
import { createTiles } from './tiles.ts';

const banner = byId('banner');
const logs = createLogs(api.logs);
const help = createHelp();
const explorer = createExplorer(byId('explorer'));
const throughput = createThroughput(byId('throughput'));
const changeTheme = (): void => {
  toggleTheme();
  explorer.recolour();
  throughput.recolour();
};
const header = createHeader(byId('header'), {
  showLogs: () => {
    logs.open();
  },
  showHelp: help.open,
  toggleTheme: changeTheme,
});
const playback = createPlayback(byId('playback'), api.changePlayback, (error) => {
  show(error instanceof Error ? error.message : String(error));
});
const views = [
  header,
  playback,
  createTiles(byId('tiles')),
  createPipeline(byId('pipeline'), logs.open),
  explorer,
  createAlerts(byId('alerts'), (row) => {
    void explorer.showAlert(row);
    byId('explorer').scrollIntoView({ block: 'nearest' });
  }),
  throughput,
  createShards(byId('shards')),
  createAside(byId('aside'), api.redrive),
  createFailures(byId('failures')),
  createFaults(byId('faults')),
  logs,
  createAnnouncer(byId('announcer')),
];

function show(message: string): void {
  setText(banner, message);
  banner.hidden = message === '';
}

let wasLost = false;
connect('/local/events', {
  onState: (state) => {
    header.setConnection(state);
    document.body.dataset.connection = state;
    if (state === 'lost') {
      wasLost = true;
      show(
        'The stack has stopped. What is shown is the last that it said; the page goes on when it is back.',
      );
    } else if (wasLost) {
      wasLost = false;
      show('');
      explorer.forget();
    }
  },
  onSnapshot: (snapshot) => {
    for (const view of views) view.update(snapshot);
    document.body.dataset.state = 'live';
  },
});

// Chosen by the system, the colours change without a click.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  explorer.recolour();
  throughput.recolour();
});

listenToShortcuts({
  ' ': playback.togglePlay,
  '/': explorer.focusSearch,
  '?': help.open,
  l: () => {
    logs.open();
  },
  t: changeTheme,
  ...Object.fromEntries(
    SPEEDS.map((speed, index) => [
      String(index + 1),
      () => {
        playback.setSpeed(speed);
      },
    ]),
  ),
});
