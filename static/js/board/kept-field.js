/* What is typed into fields, each by its name: kept on this device until it is sent, given up or emptied. */
import { load, save } from "../lib/storage.js";

/** Keep what is typed into one kind of field; `null` is forgotten, and with all that is the reader's here the rest. */
export function keptFields(kind) {
  const KEPT = `${kind}:${document.body.dataset.talk}`;
  const all = () => load(KEPT) ?? {};
  const put = (field, typed) => {
    const { [field]: _, ...others } = all();
    const left = typed === null ? others : { ...others, [field]: typed };
    save(KEPT, Object.keys(left).length ? left : null);
  };
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.matches("#delete-mine form") && ctx.response?.status === 200) save(KEPT, null);
  });
  return { all, put };
}
