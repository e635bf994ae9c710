import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cache } from '../cache.ts';
import { hold, JARS_LOCK } from './ports.ts';

const execute = promisify(execFile);
const POM = resolve('test/services/kafka/pom.xml');

/** The folder of Kafka's jars (55 MB), fetched from Maven Central on first use. */
export async function kafkaJars(version: string): Promise<string> {
  const folder = cache('kafka', version);
  if (existsSync(folder)) return folder;
  const lock = await onlyOne();
  try {
    if (!existsSync(folder)) await fetchJars(version, folder);
  } finally {
    lock.close();
  }
  return folder;
}

async function onlyOne() {
  for (const deadline = Date.now() + 12 * 60_000; Date.now() < deadline; await sleep(200)) {
    const lock = await hold(JARS_LOCK);
    if (lock) return lock;
  }
  throw new Error(
    `port ${JARS_LOCK} is held by another program: it stands for fetching Kafka; end that program`,
  );
}

async function fetchJars(version: string, folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const part = mkdtempSync(`${folder}.part-`);
  try {
    await execute('mvn', [
      ...['-B', '-q', '-Dstyle.color=never', '-f', POM, `-Dkafka.version=${version}`],
      ...['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${part}`],
    ]);
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true });
    const { code, stdout, message } = error as Error & { code?: unknown; stdout?: string };
    throw new Error(
      code === 'ENOENT'
        ? `Kafka ${version} is not in ${cache('kafka')}, and Maven, which fetches it, is missing: install it (apt install maven)`
        : `Maven could not fetch Kafka ${version}: check KAFKA_VERSION and the way to Maven Central\n${message}\n${stdout}`,
    );
  }
}
