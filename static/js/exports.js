/* The page of exports: says that a file is being made, and why when it could not be. */
const form = document.querySelector(".export");
const said = document.getElementById("export-said");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button.getAttribute("aria-disabled")) return;
  const name = button.textContent;
  said.textContent = "";
  button.setAttribute("aria-disabled", "true");
  button.textContent = "Making the file…";
  said.textContent = await fetchFile(`${button.formAction}?${chosen()}`);
  button.textContent = name;
  button.removeAttribute("aria-disabled");
});

const chosen = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value));

/** Save a file; return why that was not possible, "" when it was. */
async function fetchFile(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return reason(await answer.text());
    save(await answer.blob(), nameOf(answer));
    return "";
  } catch {
    return "The server does not answer. Try again in a few seconds.";
  }
}

function reason(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector(".lede")?.textContent ?? "The file could not be made.";
}

function nameOf(answer) {
  const header = answer.headers.get("Content-Disposition") ?? "";
  const written = /filename\*=UTF-8''([^;]+)/.exec(header)?.[1];
  return written ? decodeURIComponent(written) : /filename="?([^";]+)/.exec(header)?.[1] ?? "questions";
}

function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
