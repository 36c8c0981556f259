import eslint from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Text is shown as text: record texts are other people's and may hold markup. */
const markupSinks = ["innerHTML", "outerHTML", "insertAdjacentHTML", "dangerouslySetInnerHTML"];

export default defineConfig(
  globalIgnores([
    "unlearn_widgets/static/",
    "unlearn_widgets/labextension/",
    "node_modules/",
    ".venv/",
    ".make/",
    "dist/",
  ]),
  eslint.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-eval": "error",
      "no-restricted-properties": [
        "error",
        ...markupSinks.map((property) => ({
          property,
          message: "Show text as text: set textContent or render a child.",
        })),
        { object: "document", property: "write", message: "Render a child instead." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Show text as text: render a child.",
        },
        {
          selector:
            "CallExpression[callee.property.name='addEventListener'][arguments.length<3]:not([arguments.0.type='SpreadElement'])",
          message: "Give the listener the AbortSignal of render, or it outlives its view.",
        },
      ],
    },
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Numbers and booleans in a template are unambiguous.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => store.endPreview()` is the usual form of an event handler.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // A promise in an event handler is marked with `void`, its errors are shown by the store.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      // An index into a typed array is checked by its loop, and `!` costs nothing at run time there.
      "@typescript-eslint/no-non-null-assertion": "off",
      // Names that start with _ are required by a signature and not needed.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["js/**/*.test.ts", "js/**/*.test.tsx"],
    rules: {
      // A stub stands in for an async or empty function of the host.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-empty-function": "off",
      // `expect(mock.method)` reads the method and does not call it.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    // Build scripts run in Node and report to the terminal.
    files: ["**/*.mjs", "**/*.js"],
    languageOptions: {
      globals: { console: "readonly", process: "readonly", URL: "readonly", Buffer: "readonly" },
    },
    rules: { "no-console": "off" },
  },
);
