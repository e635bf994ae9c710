import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificates {
  /** Path of the authority's certificate. */
  readonly ca: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

export const certificatePaths = (folder: string): Certificates => ({
  ca: join(folder, 'ca.pem'),
  clientCert: join(folder, 'client.crt'),
  clientKey: join(folder, 'client.key'),
});

const NEW_KEY = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/**
 * Creates the folder and an authority in it, which signs two certificates: of a server for 127.0.0.1 and localhost (key and certificate in
 * server.pem, Kafka's PEM store), and of a client.
 */
export function makeCertificates(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  const openssl = (args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  openssl([
    ...NEW_KEY,
    '-x509',
    '-days',
    '30',
    '-subj',
    '/CN=test authority',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  ]);
  for (const [name, subject] of [
    ['server', '/CN=127.0.0.1'],
    ['client', '/CN=app'],
  ] as const) {
    openssl([...NEW_KEY, '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`]);
    openssl([
      ...['x509', '-req', '-days', '30', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-extfile', 'names', '-in', `${name}.csr`, '-out', `${name}.crt`],
    ]);
  }
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  writeFileSync(join(folder, 'server.pem'), text('server.key') + text('server.crt'));
}
