import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icons";
import { place } from "./popover";

/** Properties of {@link Popup}. */
export interface PopupProps {
  readonly label: ComponentChildren;
  /** The accessible name of the panel, and of the button when its label is an icon. */
  readonly name: string;
  readonly testid?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly align?: "start" | "end" | undefined;
  readonly role?: "menu" | "dialog" | undefined;
  readonly title?: string | undefined;
  /** The panel's content, mounted only while it is open. */
  readonly children: (close: () => void) => ComponentChildren;
}

const FOCUSABLE = "button:not(:disabled), input:not(:disabled), select:not(:disabled)";

/** A button that opens a floating panel; Escape, a press outside or leaving by Tab closes it. */
export function Popup(props: PopupProps): VNode {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const { align = "start", role = "dialog" } = props;

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };

  useLayoutEffect(() => {
    if (!open || panel.current === null || button.current === null) return;
    place(button.current, panel.current, { align });
    (panel.current.querySelector<HTMLElement>(FOCUSABLE) ?? panel.current).focus();
  }, [open, align]);

  useEffect(() => {
    if (!open) return;
    const abort = new AbortController();
    const inside = (event: Event): boolean => {
      const path = event.composedPath();
      return [panel.current, button.current].some((part) => part !== null && path.includes(part));
    };
    const dismiss = (event: Event): void => {
      if (!inside(event)) setOpen(false);
    };
    const options = { signal: abort.signal, capture: true };
    document.addEventListener("pointerdown", dismiss, options);
    document.addEventListener("focusin", dismiss, options);
    document.addEventListener("scroll", dismiss, options);
    window.addEventListener("resize", () => setOpen(false), options);
    return () => abort.abort();
  }, [open]);

  return (
    <>
      <button
        ref={button}
        type="button"
        class="uw-button uw-popup-button"
        data-testid={props.testid}
        disabled={props.disabled}
        title={props.title}
        aria-label={typeof props.label === "string" ? undefined : props.name}
        aria-haspopup={role}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (!open || event.key !== "Escape") return;
          event.stopPropagation();
          setOpen(false);
        }}
      >
        {props.label}
        <Icon name="down" />
      </button>
      {open && (
        <div
          ref={panel}
          id={id}
          popover="manual"
          class="uw-popup"
          tabIndex={-1}
          role={role}
          aria-label={props.name}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === "Escape") close();
            else if (role === "menu") step(event);
          }}
        >
          {props.children(close)}
        </div>
      )}
    </>
  );
}

function step(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const root = event.currentTarget.getRootNode() as Document | ShadowRoot;
  const at = items.indexOf(root.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || items.length === 0) return;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}

/** One line of a {@link Menu}. */
export interface MenuItem {
  readonly label: string;
  readonly detail?: string | undefined;
  /** Given for a choice among several: whether this is the one in force. */
  readonly checked?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly testid?: string | undefined;
  readonly onSelect: () => void;
}

/** Properties of {@link Menu}. */
export interface MenuProps extends Omit<PopupProps, "children" | "role"> {
  readonly items: readonly MenuItem[];
}

/** A button with a list of actions or choices, walked by arrow keys. */
export function Menu({ items, ...popup }: MenuProps): VNode {
  return (
    <Popup {...popup} role="menu">
      {(close) =>
        items.map((item) => (
          <button
            key={item.label}
            type="button"
            class="uw-menu-item"
            role={item.checked === undefined ? "menuitem" : "menuitemradio"}
            aria-checked={item.checked}
            data-testid={item.testid}
            disabled={item.disabled}
            onClick={() => {
              close();
              item.onSelect();
            }}
          >
            {item.checked !== undefined && (
              <span class="uw-menu-check">{item.checked && <Icon name="check" />}</span>
            )}
            <span>{item.label}</span>
            {item.detail !== undefined && <span class="uw-menu-detail">{item.detail}</span>}
          </button>
        ))
      }
    </Popup>
  );
}
