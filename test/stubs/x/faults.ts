/** A failure in place of a good answer. */
export type Fault =
  | '400'
  | '401'
  | '402'
  | '403'
  | '404'
  | '409'
  | '409-provisioning'
  | '409-invalid-rules'
  | '429'
  | '429-no-reset'
  | 'too-many-connections'
  | 'usage-cap'
  | 'usage-cap-402'
  | '500'
  | '503'
  | '503-html'
  | '200-html'
  /** Accepts and never answers. */
  | 'hang'
  /** Starts an answer and never ends it. */
  | 'stall'
  | 'reset'
  | 'drop'
  /** A 401 that contains the key of the request. */
  | 'echo';

/** Messages with which X ends a stream. */
export type Farewell =
  | 'operational'
  | 'forced'
  | 'slow-reader'
  | 'internal'
  | 'invalid-rules'
  | 'app-suspended'
  | 'too-many-connections'
  | 'usage-cap';

/** X uses both hosts in the types of its errors. */
const HOSTS = ['https://api.twitter.com/2/problems', 'https://api.x.com/2/problems'] as const;
const type = (name: string, host = 1): string => `${HOSTS[host]}/${name}`;

const connection = (issue: string, detail: string) => ({
  title: 'ConnectionException',
  detail,
  connection_issue: issue,
  type: type('streaming-connection', 0),
});

const TOO_MANY = connection(
  'TooManyConnections',
  'This stream is currently at the maximum allowed connection limit.',
);
const NO_RULES = connection(
  'RuleConfigurationIssue',
  'There are no rules configured for this application. Add at least 1 rule before connecting.',
);
const CAP = {
  account_id: 1,
  product_name: 'stub',
  title: 'UsageCapExceeded',
  period: 'Monthly',
  scope: 'Product',
  detail: 'Usage cap exceeded: Monthly product cap',
  type: type('usage-capped'),
};
const RATE = { title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429 };

/** Status and body of each fault; a text is HTML. */
export const ANSWERS: Readonly<Partial<Record<Fault, readonly [status: number, body: object | string]>>> = {
  '400': [
    400,
    {
      errors: [
        { parameters: { backfill_minutes: ['5'] }, message: 'backfill_minutes is not allowed for this app' },
      ],
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: type('invalid-request', 0),
    },
  ],
  '401': [401, { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' }],
  '402': [
    402,
    {
      title: 'CreditsDepleted',
      detail: 'Your account has no credits left.',
      type: type('credits'),
      status: 402,
    },
  ],
  '403': [
    403,
    {
      title: 'Client Forbidden',
      detail:
        'When authenticating requests to the Twitter API v2 endpoints, you must use keys from a Project.',
      reason: 'client-not-enrolled',
      type: type('client-forbidden', 0),
    },
  ],
  '404': [404, { title: 'Not Found', type: 'about:blank', status: 404 }],
  '409': [409, NO_RULES],
  '409-provisioning': [409, connection('ProvisioningSubscription', 'The subscription is being set up.')],
  '409-invalid-rules': [409, connection('RulesInvalidIssue', 'A rule of this application is invalid.')],
  '429': [429, RATE],
  '429-no-reset': [429, RATE],
  'too-many-connections': [429, TOO_MANY],
  'usage-cap': [429, CAP],
  'usage-cap-402': [402, CAP],
  '500': [500, { title: 'Internal Server Error', type: 'about:blank', status: 500 }],
  '503': [503, { title: 'Service Unavailable', type: 'about:blank', status: 503 }],
  '503-html': [503, '<html><body>503 Service Unavailable</body></html>'],
  '200-html': [200, '<html><body>Please log in to this network</body></html>'],
};

const farewell = (title: string, disconnectType: string, detail: string, problem: string) => ({
  errors: [{ title, disconnect_type: disconnectType, detail, type: type(problem) }],
});

/** The last line of a stream before X closes it. */
export const FAREWELLS: Readonly<Record<Farewell, object>> = {
  operational: farewell(
    'operational-disconnect',
    'UpstreamOperationalDisconnect',
    'This stream has been disconnected upstream for operational reasons.',
    'operational-disconnect',
  ),
  forced: farewell(
    'client-disconnected',
    'ForceDisconnect',
    'This stream was disconnected.',
    'client-disconnected',
  ),
  'slow-reader': farewell(
    'client-disconnected',
    'SlowReader',
    'This stream was disconnected: it was not read fast enough.',
    'client-disconnected',
  ),
  internal: farewell('operational-disconnect', 'InternalError', 'Internal error.', 'operational-disconnect'),
  'invalid-rules': farewell('rules', 'InvalidRules', 'The rules of this app are invalid.', 'invalid-rules'),
  'app-suspended': farewell(
    'client-disconnected',
    'ClientApplicationStateDegraded',
    'The state of the app has changed.',
    'client-disconnected',
  ),
  'too-many-connections': { errors: [TOO_MANY] },
  'usage-cap': { errors: [CAP] },
};

/** The headers of an exhausted rate limit, until `reset`. */
export const usedUp = (reset: number): Record<string, string> => ({
  'x-rate-limit-limit': '50',
  'x-rate-limit-remaining': '0',
  'x-rate-limit-reset': String(Math.ceil(reset / 1000)),
});

/** The answer to a login with wrong keys, in the format of v1.1. */
export const BAD_LOGIN: readonly [status: number, body: object] = [
  403,
  { errors: [{ code: 99, message: 'Unable to verify your credentials', label: 'authenticity_token_error' }] },
];
