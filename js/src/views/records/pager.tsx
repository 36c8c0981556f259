import type { VNode } from "preact";
import { count } from "../../core/format";
import { Icon } from "../../ui/icons";

/** Properties of {@link Pager}. */
export interface PagerProps {
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
  readonly onMove: (offset: number) => void;
}

/** Where the page stands in its list, with steps to the pages beside it and to both ends. */
export function Pager({ offset, limit, total, onMove }: PagerProps): VNode {
  const last = Math.max(0, Math.ceil(total / limit) - 1) * limit;
  const end = Math.min(total, offset + limit);
  return (
    <nav class="uw-pager" aria-label="Pages of records">
      <span data-testid="uw-records-range">
        {total === 0 ? "0 rows" : `${count(offset + 1)}–${count(end)} of ${count(total)}`}
      </span>
      <button
        type="button"
        class="uw-quiet uw-icon-button"
        data-testid="uw-records-previous"
        aria-label="Previous page"
        disabled={offset <= 0}
        onClick={() => onMove(Math.max(0, offset - limit))}
      >
        <Icon name="left" />
      </button>
      <button
        type="button"
        class="uw-quiet uw-icon-button"
        data-testid="uw-records-next"
        aria-label="Next page"
        disabled={offset >= last}
        onClick={() => onMove(Math.min(last, offset + limit))}
      >
        <Icon name="right" />
      </button>
    </nav>
  );
}
