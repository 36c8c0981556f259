import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Width and height of an element in CSS pixels, followed as it changes; 0 while it is hidden. */
export function useSize(element: RefObject<HTMLElement>): readonly [width: number, height: number] {
  const [size, setSize] = useState<readonly [number, number]>([0, 0]);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize([Math.round(width), Math.round(height)]);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
