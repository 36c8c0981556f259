import { signal } from "@preact/signals";
import { vi } from "vitest";
import { Bitset } from "../../src/core/bitset";
import type { SessionStore, Shown } from "../../src/state/session";
import type { CheckState, EffectValues, SessionInfo, SessionStatus } from "../../src/wire/messages";

/** The numbers of the bundled messages with 436 rows cut off on the map. */
export const VALUES: EffectValues = {
  n_forget: 567,
  n_retain: 3955,
  n_removed: 436,
  n_removed_forget: 436,
  n_removed_retain: 0,
  removed_fraction: 436 / 567,
  alpha: 14.857,
  epsilon: 0.009,
  forget_log_loss: -752.62,
  retain_log_loss: -767.47,
  alpha_before: 11.833,
  epsilon_before: 0.243,
  forget_log_loss_before: -755.64,
  retain_log_loss_before: -767.23,
  alpha_noise_floor: 0.36,
  epsilon_noise_floor: 0.002,
  alpha_certified: 3.75,
  epsilon_certified: 0.13,
  certificate_reason: null,
  delta: 0.05,
  covariance: "shared",
  shrinkage_used: null,
  dim_effective: 382,
  precision: "float64",
  frontier_alpha: 15.9,
  random_equivalent: 487,
};

/** A session of spam and ham on the discriminant map. */
export const INFO: SessionInfo = {
  n_rows: 8,
  n_forget: 567,
  n_retain: 3955,
  dim: 384,
  dim_effective: 382,
  title: "SMS messages",
  names: { forget: "spam", retain: "ham" },
  map: { name: "discriminant", x_label: "x", y_label: "y", x_ends: null, aspect: "free" },
  columns: [],
  key: "id",
  has_text: true,
  text_column: "text",
  rules: ["random", "distance", "likelihood_ratio"],
  covariance: "shared",
  shrinkage_used: null,
  divergence: 15.47,
  precision: "float64",
  grouped: false,
};

const STATUS: SessionStatus = {
  can_undo: false,
  can_redo: false,
  undo_label: null,
  redo_label: null,
  retain_locked: true,
  sets: [],
  gesture: null,
  rule: null,
};

/** A session store whose signals a test sets and whose actions it watches. */
export function stubSession(values: Partial<EffectValues> = {}, info: Partial<SessionInfo> = {}) {
  const all = { ...VALUES, ...values };
  return {
    viewId: "view",
    info: signal<SessionInfo>({ ...INFO, ...info }),
    positions: signal(new Float32Array(16)),
    domains: signal(Uint8Array.of(1, 2, 1, 2, 1, 2, 1, 0)),
    removed: signal(new Bitset(8)),
    rev: signal(4),
    source: signal("python"),
    status: signal<SessionStatus>(STATUS),
    effect: signal({ rev: 4, values: all }),
    check: signal<CheckState>({ running: null, result: null, error: null }),
    shown: signal<Shown>({ values: all, rev: 4, state: "current" }),
    connection: signal<"live" | "lost">("live"),
    error: signal<string | null>(null),
    preview: vi.fn(),
    previewRule: vi.fn<SessionStore["previewRule"]>(),
    endPreview: vi.fn(),
    commit: vi.fn<SessionStore["commit"]>(() => Promise.resolve()),
    command: vi.fn<SessionStore["command"]>(() => Promise.resolve()),
    select: vi.fn<SessionStore["select"]>(() => Promise.resolve(1)),
    records: vi.fn<SessionStore["records"]>(() => Promise.resolve({ total: 0, rows: [] })),
    record: vi.fn<SessionStore["record"]>(() => Promise.reject(new Error("not asked for"))),
    search: vi.fn<SessionStore["search"]>(() => Promise.reject(new Error("not asked for"))),
    column: vi.fn<SessionStore["column"]>(() => Promise.reject(new Error("not asked for"))),
    duplicates: vi.fn<SessionStore["duplicates"]>(() => Promise.resolve(0)),
    plan: vi.fn<SessionStore["plan"]>(() => Promise.reject(new Error("not asked for"))),
    planRule: vi.fn<SessionStore["planRule"]>(() => Promise.reject(new Error("not asked for"))),
    ruleTable: vi.fn<SessionStore["ruleTable"]>(() => Promise.reject(new Error("not asked for"))),
    diagnosis: vi.fn<SessionStore["diagnosis"]>(() => Promise.reject(new Error("not asked for"))),
    startCheck: vi.fn<SessionStore["startCheck"]>(() => Promise.resolve()),
    cancelCheck: vi.fn<SessionStore["cancelCheck"]>(() => Promise.resolve()),
    saveSet: vi.fn<SessionStore["saveSet"]>(() => Promise.resolve()),
    deleteSet: vi.fn<SessionStore["deleteSet"]>(() => Promise.resolve()),
  } satisfies SessionStore;
}

/** The element with a `data-testid`; fails when there is not exactly one. */
export function hook(root: ParentNode, testid: string): HTMLElement {
  const found = root.querySelectorAll<HTMLElement>(`[data-testid="${testid}"]`);
  if (found.length !== 1) throw new Error(`expected one ${testid}, got ${found.length}`);
  return found[0]!;
}
