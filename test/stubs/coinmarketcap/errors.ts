/** CoinMarketCap's error codes with their HTTP status and words. */
export const ERRORS = {
  400: { status: 400, message: 'Invalid value for "convert": "NOPE"' },
  1001: { status: 401, message: 'This API Key is invalid.' },
  1002: { status: 401, message: 'API key missing.' },
  1003: {
    status: 402,
    message: 'Your API Key must be activated. Please go to pro.coinmarketcap.com/account/plan.',
  },
  1004: { status: 402, message: "Your API Key's subscription plan has expired." },
  1005: { status: 403, message: 'An API Key is required for this call.' },
  1006: { status: 403, message: "Your API Key subscription plan doesn't support this endpoint." },
  1007: { status: 403, message: 'This API Key has been disabled. Please contact support.' },
  1008: { status: 429, message: "You've exceeded your API Key's HTTP request rate limit." },
  1009: { status: 429, message: "You've exceeded your API Key's daily rate limit." },
  1010: { status: 429, message: "You've exceeded your API Key's monthly rate limit." },
  1011: { status: 429, message: "You've hit an IP rate limit." },
  500: { status: 500, message: 'An internal server error occurred' },
} as const;

export type ErrorCode = keyof typeof ERRORS;
