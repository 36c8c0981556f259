import type { VNode } from "preact";
import type { Words } from "../../ui/words";
import { Guidance } from "./guidance";
import type { HostActions, PanelModel } from "./panel-model";
import "./panel.css";
import { SetCard } from "./set-card";

/** Properties of {@link PanelView}. */
export interface PanelProps {
  readonly model: PanelModel;
  readonly host: HostActions;
  readonly words: Words;
}

/** The live forget sets of the active notebook, or what to do where there is none. */
export function PanelView({ model, host, words }: PanelProps): VNode {
  const place = model.place.value;
  const none = place.state !== "live" || (place.sessions.length === 0 && place.behind.length === 0);
  return (
    <section
      class="uw-side-panel"
      data-testid="uw-panel"
      data-state={none && place.state === "live" ? "empty" : place.state}
      aria-label={words.__("Forget sets")}
    >
      <h2>{words.__("Forget sets")}</h2>
      {none ? (
        <Guidance state={place} host={host} words={words} />
      ) : (
        <>
          {place.sessions.map((session) => (
            <SetCard key={session.id} session={session} model={model} words={words} />
          ))}
          {place.behind.length > 0 && (
            <details class="uw-sets-behind" data-testid="uw-panel-behind">
              <summary>
                {words._n(
                  "%1 set that no cell shows any more",
                  "%1 sets that no cell shows any more",
                  place.behind.length,
                  place.behind.length,
                )}
              </summary>
              {place.behind.map((session) => (
                <SetCard key={session.id} session={session} model={model} words={words} />
              ))}
            </details>
          )}
        </>
      )}
    </section>
  );
}
