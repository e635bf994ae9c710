import http from 'node:http';
import https from 'node:https';

/**
 * An agent for one request or stream. Aborting `signal` closes everything it has open, including a connection that is
 * still being established or waiting for its proxy, so an abandoned attempt leaves nothing open on X.
 */
export async function newAgent(
  url: string,
  proxy: string | undefined,
  signal: AbortSignal,
): Promise<http.Agent> {
  // Node passes an agent's options to every socket it creates; its types omit `signal`.
  const options: http.AgentOptions & { readonly signal: AbortSignal } = { keepAlive: false, signal };
  if (!url.startsWith('https:')) return new http.Agent(options);
  if (proxy === undefined) return new https.Agent(options);
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(proxy, options);
}
