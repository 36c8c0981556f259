import type { AnyModel } from "@anywidget/types";
import { batch, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { Bitset } from "../core/bitset";
import { decodeNumber, decodeNumbers, toFloat32, toUint8 } from "../wire/codecs";
import type {
  CheckedMetric,
  CheckState,
  EffectRecord,
  EffectValues,
  SessionInfo,
  SessionStatus,
  SessionTraits,
} from "../wire/messages";

type TraitName = keyof SessionTraits;

const TRAITS: readonly TraitName[] = [
  "_info",
  "_positions",
  "_domains",
  "_removed",
  "_rev",
  "_source",
  "_effect",
  "_status",
  "_check",
];

/** The session's traits, decoded; each signal changes only with its own trait. */
export class TraitSignals {
  readonly info: ReadonlySignal<SessionInfo>;
  readonly positions: ReadonlySignal<Float32Array>;
  readonly domains: ReadonlySignal<Uint8Array>;
  readonly removed: ReadonlySignal<Bitset>;
  readonly rev: ReadonlySignal<number>;
  readonly source: ReadonlySignal<string>;
  readonly effect: ReadonlySignal<EffectRecord>;
  readonly status: ReadonlySignal<SessionStatus>;
  readonly check: ReadonlySignal<CheckState>;

  private readonly raw = new Map<TraitName, unknown>();
  private readonly refresh: (() => void)[] = [];

  /** Follow `model`; `changed` runs inside the batch of every update and hears of a new revision. */
  constructor(model: AnyModel, abort: AbortSignal, changed: (committed: boolean) => void) {
    const info = this.follow(model, "_info", (value) => decodeInfo(value));
    this.info = info;
    this.positions = this.follow(model, "_positions", toFloat32);
    this.domains = this.follow(model, "_domains", toUint8);
    this.removed = this.follow(model, "_removed", (value) =>
      Bitset.fromBytes(toUint8(value), info.peek().n_rows),
    );
    this.rev = this.follow(model, "_rev", Number);
    this.source = this.follow(model, "_source", String);
    this.effect = this.follow(model, "_effect", decodeEffect);
    this.status = this.follow(model, "_status", (value) => value);
    this.check = this.follow(model, "_check", decodeCheck);
    if (abort.aborted) return;
    // A commit changes several traits in one message: whichever event comes first reads them all,
    // so that no view sees the new selection beside the old numbers.
    const update = (): void =>
      batch(() => {
        const rev = this.rev.peek();
        for (const read of this.refresh) read();
        changed(this.rev.peek() > rev);
      });
    for (const name of TRAITS) model.on(`change:${name}`, update);
    abort.addEventListener(
      "abort",
      () => {
        for (const name of TRAITS) model.off(`change:${name}`, update);
      },
      { once: true },
    );
  }

  private follow<K extends TraitName, T>(
    model: AnyModel,
    name: K,
    decode: (value: SessionTraits[K]) => T,
  ): Signal<T> {
    const initial = model.get(name) as SessionTraits[K];
    const trait = signal(decode(initial));
    this.raw.set(name, initial);
    this.refresh.push(() => {
      const value = model.get(name) as SessionTraits[K];
      if (Object.is(value, this.raw.get(name))) return;
      this.raw.set(name, value);
      trait.value = decode(value);
    });
    return trait;
  }
}

/** The values of an effect with its non-finite numbers decoded. */
export function decodeValues(values: Readonly<Record<string, unknown>>): EffectValues {
  return decodeNumbers(values) as unknown as EffectValues;
}

function decodeEffect(effect: SessionTraits["_effect"]): EffectRecord {
  return { rev: effect.rev, values: decodeValues(effect.values) };
}

function decodeCheck(check: SessionTraits["_check"]): CheckState {
  if (check.result === null) return check;
  const metrics = check.result.metrics.map((metric) => ({
    ...metric,
    values: decodeNumbers(metric.values) as CheckedMetric["values"],
  }));
  return { ...check, result: { ...check.result, metrics } };
}

function decodeInfo(info: SessionTraits["_info"]): SessionInfo {
  const known = info as unknown as SessionInfo;
  return { ...known, divergence: decodeNumber(known.divergence) };
}
