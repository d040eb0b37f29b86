import { Ajv2020 } from 'ajv/dist/2020.js';

// What the services' documentation says of what they take, as JSON Schemas: no field that it does not name, and its limits.

const ajv = new Ajv2020({ strict: true, allErrors: true });
const address = { type: 'string', pattern: '^https?://[^\\s]+$' };
const time = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$' };

function exactly(properties: object, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

function text(most: number): object {
  return { type: 'string', minLength: 1, maxLength: most };
}

/** https://docs.slack.dev/reference/block-kit/blocks and .../composition-objects/text-object */
const slackBlock = {
  oneOf: [
    exactly({ type: { const: 'header' }, text: exactly({ type: { const: 'plain_text' }, text: text(150) }) }),
    exactly({ type: { const: 'section' }, text: exactly({ type: { const: 'mrkdwn' }, text: text(3000) }) }),
    exactly({
      type: { const: 'section' },
      fields: {
        type: 'array',
        items: exactly({ type: { const: 'mrkdwn' }, text: text(2000) }),
        minItems: 1,
        maxItems: 10,
      },
    }),
    exactly({
      type: { const: 'context' },
      elements: {
        type: 'array',
        items: exactly({ type: { const: 'mrkdwn' }, text: text(3000) }),
        minItems: 1,
        maxItems: 10,
      },
    }),
    exactly({
      type: { const: 'actions' },
      elements: {
        type: 'array',
        items: exactly({
          type: { const: 'button' },
          text: exactly({ type: { const: 'plain_text' }, text: text(75) }),
          url: { ...address, maxLength: 3000 },
        }),
        minItems: 1,
        maxItems: 25,
      },
    }),
  ],
};

/** https://docs.slack.dev/reference/messaging/payload */
const slack = exactly({
  text: text(40_000),
  attachments: {
    type: 'array',
    items: exactly({
      color: { type: 'string', pattern: '^#[0-9a-f]{6}$' },
      blocks: { type: 'array', items: slackBlock, minItems: 1, maxItems: 50 },
    }),
    minItems: 1,
    maxItems: 100,
  },
});

/** https://adaptivecards.io/explorer: elements of version 1.4 */
const cardElement = {
  oneOf: [
    exactly(
      {
        type: { const: 'TextBlock' },
        text: { type: 'string' },
        wrap: { type: 'boolean' },
        weight: { enum: ['default', 'lighter', 'bolder'] },
        size: { enum: ['default', 'small', 'medium', 'large', 'extraLarge'] },
        color: { enum: ['default', 'dark', 'light', 'accent', 'good', 'warning', 'attention'] },
        spacing: { enum: ['default', 'none', 'small', 'medium', 'large', 'extraLarge', 'padding'] },
      },
      ['weight', 'size', 'color', 'spacing'],
    ),
    exactly({
      type: { const: 'FactSet' },
      facts: {
        type: 'array',
        items: exactly({ title: { type: 'string' }, value: { type: 'string' } }),
        minItems: 1,
      },
    }),
  ],
};

/** https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
const teams = exactly({
  type: { const: 'message' },
  attachments: {
    type: 'array',
    minItems: 1,
    maxItems: 1,
    items: exactly({
      contentType: { const: 'application/vnd.microsoft.card.adaptive' },
      contentUrl: { type: 'null' },
      content: exactly(
        {
          $schema: { const: 'http://adaptivecards.io/schemas/adaptive-card.json' },
          type: { const: 'AdaptiveCard' },
          version: { enum: ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5'] },
          msteams: exactly({ width: { const: 'Full' } }),
          body: { type: 'array', items: cardElement, minItems: 1 },
          actions: {
            type: 'array',
            items: exactly({ type: { const: 'Action.OpenUrl' }, title: text(75), url: address }),
            minItems: 1,
            maxItems: 6,
          },
        },
        ['actions'],
      ),
    }),
  },
});

/** https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ */
const pagerDuty = exactly(
  {
    routing_key: { type: 'string', minLength: 32, maxLength: 32 },
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: text(255),
    client: { type: 'string' },
    client_url: address,
    links: { type: 'array', items: exactly({ href: address, text: { type: 'string' } }) },
    payload: exactly({
      summary: text(1024),
      source: text(1024),
      severity: { enum: ['critical', 'error', 'warning', 'info'] },
      timestamp: time,
      component: { type: 'string' },
      group: { type: 'string' },
      class: { type: 'string' },
      custom_details: { type: 'object' },
    }),
  },
  ['client_url'],
);

/** https://prometheus.io/docs/concepts/data_model/ */
const labels = {
  type: 'object',
  propertyNames: { type: 'string', pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' },
  additionalProperties: { type: 'string' },
};

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
const alertmanagerWebhook = exactly({
  version: { const: '4' },
  groupKey: text(10_000),
  truncatedAlerts: { type: 'integer', minimum: 0 },
  status: { enum: ['firing', 'resolved'] },
  receiver: { type: 'string' },
  groupLabels: labels,
  commonLabels: labels,
  commonAnnotations: labels,
  externalURL: { type: 'string' },
  alerts: {
    type: 'array',
    items: exactly({
      status: { enum: ['firing', 'resolved'] },
      labels,
      annotations: labels,
      startsAt: time,
      endsAt: time,
      generatorURL: { type: 'string' },
      fingerprint: { type: 'string', pattern: '^[0-9a-f]{16}$' },
    }),
  },
});

/** `postableAlerts` of https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
const alertmanager = {
  type: 'array',
  items: exactly({ labels, annotations: labels, startsAt: time, endsAt: time, generatorURL: address }, [
    'generatorURL',
  ]),
};

const validators = {
  slack: ajv.compile(slack),
  teams: ajv.compile(teams),
  pagerDuty: ajv.compile(pagerDuty),
  alertmanager: ajv.compile(alertmanager),
  alertmanagerWebhook: ajv.compile(alertmanagerWebhook),
};

/** What is wrong with a body by a service's schema, as it would be sent. */
export function faultsOf(service: keyof typeof validators, body: unknown): unknown[] {
  const validate = validators[service];
  validate(JSON.parse(JSON.stringify(body)));
  return validate.errors ?? [];
}
