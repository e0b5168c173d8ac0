/* A part of the page that is fetched anew by htmx: one request at a time, and one more for whoever asked meanwhile. */
import { between, emit, nothing, request } from "./request.js";
import { whenItIsOver } from "./true-until.js";

const RETRY = [5_000, 10_000];

/* How to refresh the element with an id, whose `hx-trigger` has `refresh`, now or soon. What cannot be fetched stays as it is,
   and is asked for again. `address` says from where, given whether all of it is wanted or only what has changed; a wish for all
   of it lives on until met. Nothing while `isHeld`. */
export function refresher(id, { address = () => document.getElementById(id).getAttribute("hx-get"), isHeld = () => false } = {}) {
  let isWhole = false;
  let timer = 0;
  let due = Infinity;

  function refresh(options = {}) {
    isWhole ||= Boolean(options.isWhole);
    document.getElementById(id)?.dispatchEvent(new Event("refresh")); // which what is around it does not hear
  }

  /** Of several that are wanted soon, the earliest counts. */
  function refreshSoon(least, most, options = {}) {
    isWhole ||= Boolean(options.isWhole);
    const wait = between(least, most);
    if (Date.now() + wait >= due) return;
    due = Date.now() + wait;
    clearTimeout(timer);
    timer = setTimeout(() => {
      due = Infinity;
      refresh();
    }, wait);
  }

  async function fetchPart(url, options, wasWhole) {
    try {
      const answer = await request(url, options);
      if (answer.status >= 500) throw new Error(`the server answers ${answer.status}`);
      emit("reached");
      if ([401, 403, 410].includes(answer.status)) location.reload();
      if (answer.status === 200) return answer;
    } catch {
      emit("unreachable");
      refreshSoon(...RETRY, { isWhole: wasWhole });
    }
    return nothing();
  }

  whenItIsOver(id, () => refreshSoon(0, 2_000, { isWhole: true }));
  htmx.registerExtension(`companion-refresh-${id}`, {
    htmx_before_request(source, { ctx }) {
      if (source.id !== id) return true;
      if (isHeld()) return false;
      const wasWhole = isWhole;
      isWhole = false;
      ctx.request.action = address(wasWhole);
      ctx.fetch = (url, options) => fetchPart(url, options, wasWhole);
      return true;
    },
  });
  return { refresh, refreshSoon };
}
