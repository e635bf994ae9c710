import type { Finding } from '../../core/finding.ts';
import type { Settings } from '../../core/option.ts';
import type { SourceContext } from '../source.ts';
import type { xOptions } from './options.ts';

export async function* examine(_: Settings<typeof xOptions>, __: SourceContext): AsyncIterable<Finding> {}
