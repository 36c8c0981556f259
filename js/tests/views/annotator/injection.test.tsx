import { describe, expect, it } from "vitest";
import { drawData } from "../../../dev/data";
import { until } from "../../ui/mount";
import { openAnnotator, stored, strike } from "./fixture";

const TAGS = [
  "<script>HIT</script>",
  "<img src=x onerror=HIT>",
  "<svg onload=HIT>",
  "<svg><script>HIT</script></svg>",
  "<iframe src=javascript:HIT>",
  "<iframe srcdoc='<script>HIT</script>'>",
  "<body onload=HIT>",
  "<video src=x onerror=HIT>",
  "<audio src=x onerror=HIT>",
  "<input autofocus onfocus=HIT>",
  "<details open ontoggle=HIT>",
  "<marquee onstart=HIT>",
  "<object data=javascript:HIT>",
  "<embed src=javascript:HIT>",
  "<a href=javascript:HIT>x</a>",
  "<form action=javascript:HIT><button>x",
  "<math href=javascript:HIT>x</math>",
  "<link rel=stylesheet href=javascript:HIT>",
  "<meta http-equiv=refresh content=0;url=javascript:HIT>",
  "<base href=javascript:HIT//>",
  "<style>@import 'javascript:HIT'</style>",
  "<template><img src=x onerror=HIT></template>",
  "<noscript><p title='</noscript><img src=x onerror=HIT>'>",
  "<!--><img src=x onerror=HIT>-->",
  "<![CDATA[<img src=x onerror=HIT>]]>",
];
const BREAKOUTS = ['"', "'", "`", "</p>", "</bdi>", "</button>", "</td></tr></table>", "</title>", "--!>", "]]>"].map(
  (out) => `${out}<img src=x onerror=HIT>`,
);
const ATTRIBUTES = [
  '" onmouseover="HIT',
  "' onfocus='HIT' autofocus='",
  '" style="background:url(javascript:HIT)',
  '" srcdoc="<script>HIT</script>',
  '"><script>HIT</script>',
];
const TEMPLATES = [
  "{{constructor.constructor('HIT')()}}",
  "${HIT}",
  "#{HIT}",
  "<%= HIT %>",
  "{%raw%}HIT{%endraw%}",
  "[[HIT]]",
  "javascript:HIT",
  "data:text/html,<script>HIT</script>",
];
const OTHERS = [
  "&lt;img src=x onerror=HIT&gt;",
  "&#60;img src=x onerror=HIT&#62;",
  "\\u003cimg src=x onerror=HIT\\u003e",
  "%3Cimg%20src%3Dx%20onerror%3DHIT%3E",
  "<\u0000img src=x onerror=HIT>",
  "\uFEFF<img src=x onerror=HIT>",
  "\u202E<img src=x onerror=HIT>",
  "＜img src=x onerror=HIT＞",
  "__proto__",
  "constructor",
  '{"__proto__":{"polluted":true}}',
  '=HYPERLINK("http://example.invalid","x")',
];

const HOSTILE = [...TAGS, ...BREAKOUTS, ...ATTRIBUTES, ...TEMPLATES, ...OTHERS].map((text) =>
  text.replaceAll("HIT", "window.__injected=true"),
);

const data = drawData(HOSTILE.length);
const ELEMENTS = "script, img, iframe, object, embed, base, meta, link, style, template, video, form, a";

describe("sixty hostile strings", () => {
  it("are sixty", () => expect(new Set(HOSTILE).size).toBe(60));

  it.each(HOSTILE.map((text, row) => [row, text] as const))(
    "stay text as record, key, label, reason and title (%i)",
    async (_row, text) => {
      const hostile = {
        ...data,
        texts: data.texts.map(() => text),
        keys: data.keys.map(() => text),
        languages: data.languages.map(() => text),
      };
      const options = { labels: [text, "keep"], who: text };
      const { root, at, pane, kernel, asked } = await openAnnotator(options, hostile);
      kernel.model.set("title", text);
      await until(() => expect(root.querySelector("h3")!.textContent).toBe(text));
      expect(pane.dataset.key).toBe(text);
      expect(root.querySelector(".uw-record-large")!.textContent).toBe(text);
      expect(root.querySelector(".uw-label-name")!.textContent).toBe(text);
      kernel.refuse = ({ kind }) => (kind === "skip" ? text : null);
      await strike(pane, "s");
      await until(() => expect(at("error").textContent).toContain(text));
      await strike(pane, "1");
      await stored(at);
      expect(asked("label")).toMatchObject([{ label: text }]);
      expect(root.querySelectorAll(ELEMENTS)).toHaveLength(0);
      expect(Reflect.get(window, "__injected")).toBeUndefined();
      expect(Reflect.get({}, "polluted")).toBeUndefined();
    },
  );
});
