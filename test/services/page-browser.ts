import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { shared } from './shared/shared.ts';

const PROGRAM = resolve('bin/cryptopipe.js');

export async function launch(): Promise<Browser> {
  const { program } = await shared('chromium');
  return chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** What a browser complains about, and what it asked for. */
export interface Watched {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

/** Opens a page and collects console errors, exceptions and reports of the content security policy. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.exposeFunction('reportViolation', (text: string) => complaints.push(text));
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => reportViolation(event.violatedDirective + ' ' + event.blockedURI))",
  );
  await page.goto(url);
  await page.locator('#connection[data-state=live]').waitFor();
  return { page, complaints, requests };
}

/** A running `cryptopipe page`. */
export interface PageProcess {
  readonly url: string;
  readonly child: ChildProcess;
  kill(): Promise<void>;
}

/** Serves the page of a bus; `port` 0 takes a free one. Visitors need the token, if there is one. */
export async function startPage(
  bus: string,
  port = 0,
  token?: string,
  flags: readonly string[] = [],
): Promise<PageProcess> {
  const args = [PROGRAM, 'page', '--bus', `local:${bus}`, '--listen', `127.0.0.1:${port}`, ...flags];
  const child = spawn(process.execPath, token === undefined ? args : [...args, '--token'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CRYPTOPIPE_PAGE_TOKEN: token },
  });
  const ended = new Promise<void>((settle) => child.on('close', () => settle()));
  const url = await new Promise<string>((settle, reject) => {
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
      const found = /page: (http:\S+)/.exec(text)?.[1];
      if (found !== undefined) settle(found);
    });
    ended.then(() => reject(new Error(text)));
  });
  return {
    url,
    child,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a command of the program to its end. */
export const runProgram = (cwd: string, args: readonly string[]): void =>
  void execFileSync(process.execPath, [PROGRAM, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
