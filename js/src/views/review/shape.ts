import schema from "../../../../unlearn_widgets/manifest/schema.json";
import { isObject } from "../../core/canonical";
import { visible } from "./manifest-file";

/** The keywords that stand in `schema.json`, as far as they go. */
interface Rule {
  readonly $ref?: string;
  readonly anyOf?: readonly Rule[];
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Rule;
  readonly properties?: Readonly<Record<string, Rule>>;
  readonly additionalProperties?: Rule;
  readonly required?: readonly string[];
}

const SCHEMA: Rule = schema;
const DEFINITIONS: Readonly<Record<string, Rule>> = schema.$defs;
const MOST_PROBLEMS = 5;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
};

/** The names of the fields that this version knows. */
export const KNOWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(schema.properties));

/** What does not have the form of a manifest, in at most five sentences; see `shape.py`. */
export function shapeProblems(manifest: unknown): string[] {
  const found: string[] = [];
  for (const problem of problems("", manifest, SCHEMA)) {
    if (found.push(problem) === MOST_PROBLEMS) break;
  }
  return found;
}

function* problems(name: string, value: unknown, rule: Rule): Generator<string> {
  const definition = rule.$ref?.split("/").at(-1);
  if (definition !== undefined) yield* problems(name, value, DEFINITIONS[definition] ?? {});
  if (rule.anyOf?.every((one) => problems(name, value, one).next().done !== true) === true) {
    yield sentence(name, "a number, 'inf', '-inf' or 'nan'", value);
    return;
  }
  const problem = ownProblem(name, value, rule);
  if (problem !== null) {
    yield problem;
  } else if (isObject(value)) {
    yield* innerProblems(name, value, rule);
  } else if (Array.isArray(value) && rule.items !== undefined) {
    for (const [index, held] of value.entries()) {
      yield* problems(`${name}[${index}]`, held, rule.items);
    }
  }
}

function ownProblem(name: string, value: unknown, rule: Rule): string | null {
  if (rule.type !== undefined) {
    const types = typeof rule.type === "string" ? [rule.type] : rule.type;
    if (!types.some((type) => TYPES[type]?.(value))) {
      return sentence(name, types.join(" or "), value);
    }
  }
  const options = "const" in rule ? [rule.const] : rule.enum;
  if (options !== undefined && !options.includes(value)) {
    return sentence(name, options.map((option) => JSON.stringify(option)).join(" or "), value);
  }
  const { pattern, minimum } = rule;
  if (typeof value === "string" && pattern !== undefined && !new RegExp(pattern).test(value)) {
    return sentence(name, `a text like ${pattern}`, value);
  }
  if (typeof value === "number" && minimum !== undefined && value < minimum) {
    return sentence(name, `at least ${minimum}`, value);
  }
  if (Array.isArray(value)) {
    const { minItems = 0, maxItems = value.length } = rule;
    if (value.length < minItems || value.length > maxItems) {
      return sentence(name, `${minItems} items`, value);
    }
  }
  return null;
}

function* innerProblems(
  name: string,
  value: Readonly<Record<string, unknown>>,
  rule: Rule,
): Generator<string> {
  const known = rule.properties ?? {};
  for (const inner of Object.keys(value)) {
    const asked = Object.hasOwn(known, inner) ? known[inner] : rule.additionalProperties;
    if (asked !== undefined) yield* problems(joined(name, inner), value[inner], asked);
  }
  for (const inner of rule.required ?? []) {
    if (!Object.hasOwn(value, inner)) yield `${joined(name, inner)}: it is missing.`;
  }
}

function joined(name: string, inner: string): string {
  return name === "" ? inner : `${name}.${inner}`;
}

function sentence(name: string, expected: string, value: unknown): string {
  const got = visible(JSON.stringify(value).slice(0, 80));
  return `${name === "" ? "manifest" : name}: expected ${expected}, got ${got}.`;
}
