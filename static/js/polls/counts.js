/* Counts of polls whose results may be seen while they are open, and the words of prompts. */
import { forgetCounts, showCounts, showNewer } from "../lib/poll-counts.js";

const fetched = () => Number(document.getElementById("polls")?.dataset.revision ?? 0);

document.addEventListener("companion:polls", ({ detail }) => showCounts(detail, fetched()));
document.addEventListener("companion:words", ({ detail: { revision, html } }) => {
  if (revision >= fetched()) htmx.swap({ sourceElement: document.body, target: document.body, swap: "none", text: html });
});
document.addEventListener("companion:back", forgetCounts); // it may be another database, with other revisions
document.addEventListener("htmx:after:swap", () => showNewer(fetched()));
