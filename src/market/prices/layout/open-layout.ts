import type { Millis } from '../../../core/util/time.ts';
import type { PriceLayout } from './layout.ts';
import type { LayoutPlan } from './plan.ts';
import { planReader } from './plan-reader.ts';

/** A layout that reads by a plan. `latest`: a later time is rejected. */
export function openLayout(plan: LayoutPlan, latest: Millis): PriceLayout {
  return {
    name: plan.name,
    kind: plan.kind,
    skipRows: plan.skipRows,
    order: plan.order,
    interval: plan.length?.text,
    intervalMs: plan.length?.ms,
    description: plan.description,
    warnings: plan.warnings,
    stored: plan,
    read: planReader(plan, latest),
  };
}

/** The layout of a file that an earlier run has read: from its `PriceLayout.stored`. */
export const restoreLayout = (stored: object, latest: Millis): PriceLayout =>
  openLayout(stored as LayoutPlan, latest);
