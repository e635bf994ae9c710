import http from 'node:http';
import https from 'node:https';

/**
 * An agent for one request or stream. Whatever it has open ends when `signal` aborts, also a connection that is
 * still being made or waits for its proxy: nothing of an attempt that was given up stays open at X.
 */
export async function newAgent(
  url: string,
  proxy: string | undefined,
  signal: AbortSignal,
): Promise<http.Agent> {
  // Node hands an agent's options to every socket it makes; its types do not know of `signal`.
  const options: http.AgentOptions & { readonly signal: AbortSignal } = { keepAlive: false, signal };
  if (!url.startsWith('https:')) return new http.Agent(options);
  if (proxy === undefined) return new https.Agent(options);
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(proxy, options);
}
