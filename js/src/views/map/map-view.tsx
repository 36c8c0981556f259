import { useComputed, useSignal } from "@preact/signals";
import { createContext, type VNode } from "preact";
import { useContext, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { count } from "../../core/format";
import { createRenderer } from "../../render/renderer";
import { FrozenContext } from "../../ui/frozen";
import { useHostCommands } from "../../ui/host-commands";
import { AnnouncerContext, type Announcer } from "../../ui/live-region";
import { ThemeContext } from "../../ui/theme";
import type { Mode } from "../../wire/messages";
import type { ViewProps } from "../props";
import { BRUSH, perform } from "./actions";
import { AxisCaption, VerticalCaption } from "./axis";
import { BrushSize } from "./brush-size";
import { ColorBy } from "./color-by";
import { followColors } from "./coloring";
import { createDrawing } from "./drawing";
import { Failure, RetainedHint, WheelHint } from "./hints";
import { pressKey } from "./keyboard";
import { KEY_HELP, MODES, TOOLS, type MapAction, type MapTool } from "./keys";
import { Legend } from "./legend";
import "./map.css";
import { Overlay } from "./overlay";
import { openScene, themeColors, type Scene } from "./scene";
import type { RendererFactory } from "./stage";
import { KeyHelp, Toolbar, ZoomButtons } from "./toolbar";
import { Tooltip } from "./tooltip";

/** Where the map gets its renderer from. */
export const RendererContext = createContext<RendererFactory>(createRenderer);

const HELP = KEY_HELP.map(([keys, does]) => `${keys}: ${does}.`).join(" ");

/** The map of all rows, on which the rows to be removed are drawn, painted or clicked. */
export function MapView({ session, local, view }: ViewProps): VNode {
  const announcer = useContext(AnnouncerContext);
  const themeName = useContext(ThemeContext);
  const renderer = useContext(RendererContext);
  const frozen = useContext(FrozenContext);
  const help = useId();
  const plot = useRef<HTMLDivElement>(null);
  const [scene, setScene] = useState<Scene | null>(null);

  const toolTrait = view.signalOf<string | undefined>("tool");
  const modeTrait = view.signalOf<string | undefined>("mode");
  const colorTrait = view.signalOf<string | undefined>("color_by");
  const height = view.signalOf<number | undefined>("height").value;
  const tool = useComputed<MapTool>(() =>
    frozen ? "pan" : (TOOLS.find(({ id }) => id === toolTrait.value)?.id ?? "lasso"),
  );
  const mode = useComputed<Mode>(
    () => MODES.find(({ id }) => id === modeTrait.value)?.id ?? "replace",
  );
  const colorBy = useComputed(() => colorTrait.value ?? "domain");
  const brushRadius = useSignal<number>(BRUSH.first);
  const theme = useMemo(() => themeColors(themeName), [themeName]);
  const { drawing, coloring, lifetime } = useMemo(() => {
    const abort = new AbortController();
    return {
      drawing: createDrawing(session, local),
      coloring: followColors(session, colorBy, abort.signal),
      lifetime: abort,
    };
  }, [session, local, colorBy]);

  useLayoutEffect(() => {
    const say = (words: string): void => announcer.say(words);
    const parts = { session, local, drawing, coloring, tool, mode, brushRadius, theme, renderer };
    if (plot.current !== null) {
      setScene(openScene(plot.current, { ...parts, say }, lifetime.signal));
    }
    return () => lifetime.abort();
  }, [session, local, drawing, coloring, tool, mode, brushRadius, theme, renderer, lifetime]);

  const act = (action: MapAction): void => {
    if (frozen && action.do !== "zoom") return;
    perform(action, {
      session,
      setTool: (next) => (toolTrait.value = next),
      setMode: (next) => (modeTrait.value = next),
      brushRadius,
      scene: () => scene,
    });
  };
  useHostCommands(plot, (command) => {
    if (scene === null || plot.current === null || session.domains.peek().length === 0) {
      return false;
    }
    plot.current.focus({ preventScroll: true });
    plot.current.scrollIntoView({ block: "nearest" });
    // A scroll, of which the page hears with its next frame, puts the record at the cursor away.
    if (command !== "focus-map") {
      requestAnimationFrame(() => scene.cursor.step(command === "next-record" ? 1 : -1));
    }
    return true;
  });
  const { names, n_rows, n_forget, n_retain } = session.info.value;

  return (
    <div
      class="uw-map"
      data-testid="uw-map"
      onKeyDown={(event) => {
        if (plot.current !== null && scene !== null) pressKey(event, plot.current, scene, act);
      }}
      onKeyUp={(event) => {
        if (event.key === " " && scene !== null) scene.moving.value = false;
      }}
    >
      <Toolbar session={session} tool={tool} mode={mode} act={act} />
      <div class="uw-stage" style={height === undefined ? undefined : { height: `${height}px` }}>
        <div
          ref={plot}
          class="uw-plot"
          data-testid="uw-plot"
          data-tool={scene?.moving.value === true ? "pan" : tool.value}
          role="application"
          aria-roledescription="scatter plot"
          aria-label={`Map of ${count(n_rows)} rows: ${count(n_forget)} ${names.forget}, ${count(n_retain)} ${names.retain}`}
          aria-describedby={help}
          tabIndex={0}
        >
          {scene !== null && (
            <Overlay
              camera={scene.stage.camera}
              positions={session.positions}
              drawing={drawing}
              hovered={local.hovered}
              cursor={scene.cursorRow}
              discRadius={scene.cursor.radius}
              brush={scene.brush}
            />
          )}
        </div>
        <VerticalCaption info={session.info} />
        <Legend
          session={session}
          drawing={drawing}
          coloring={coloring}
          hits={local.hits}
          theme={theme}
        />
        {tool.value === "brush" && <BrushSize radius={brushRadius} />}
        <ZoomButtons act={act} />
        {scene !== null && (
          <>
            <WheelHint shown={scene.wheelHint} />
            <RetainedHint session={session} drawing={drawing} refused={scene.refused} />
            <Failure reason={scene.stage.failure} />
            <Inspected scene={scene} session={session} announcer={announcer} />
          </>
        )}
      </div>
      <div class="uw-map-foot">
        <ColorBy
          session={session}
          chosen={colorBy.value}
          choose={(name) => (colorTrait.value = name)}
        />
        <AxisCaption info={session.info} />
        <KeyHelp />
      </div>
      <p id={help} hidden>
        {HELP}
      </p>
    </div>
  );
}

function Inspected(props: {
  readonly scene: Scene;
  readonly session: ViewProps["session"];
  readonly announcer: Announcer;
}): VNode | null {
  const { scene, session, announcer } = props;
  const row = scene.inspected.value;
  if (row === null) return null;
  const byKeyboard = row === scene.cursorRow.value;
  return (
    <Tooltip
      session={session}
      row={row}
      camera={scene.stage.camera}
      announcer={byKeyboard ? announcer : null}
    />
  );
}
