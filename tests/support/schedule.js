/* What a schedule does in a page: lets its time pass, presses and types, and reads what is shown. */
(() => {
  const { setTimeout, clearTimeout, fetch } = window;
  const [date, tick] = [Date.now, performance.now.bind(performance)];
  const timers = new Map();
  let [ahead, lastId, asking] = [0, 0, 0];
  const now = () => tick() + ahead;

  function arm(timer) {
    clearTimeout(timer.native);
    timer.native = setTimeout(() => run(timer), Math.max(0, timer.due - now()));
  }

  function run(timer) {
    if (!timers.has(timer.id)) return;
    clearTimeout(timer.native);
    if (timer.every === null) timers.delete(timer.id);
    else arm(Object.assign(timer, { due: now() + timer.every }));
    timer.call();
  }

  function start(every) {
    return (call, wait = 0, ...args) => {
      const timer = { id: ++lastId, call: () => call(...args), due: now() + wait, every: every ? Math.max(wait, 10) : null };
      timers.set(timer.id, timer);
      arm(timer);
      return timer.id;
    };
  }

  function stop(id) {
    clearTimeout(timers.get(id)?.native);
    timers.delete(id);
  }

  const breathe = () => new Promise((done) => setTimeout(done));

  /** Let so many milliseconds pass at once; what is due in them happens in its order. */
  async function hurry(ms) {
    const until = now() + ms;
    for (;;) {
      const [next] = [...timers.values()].sort((one, other) => one.due - other.due);
      if (!next || next.due > until) break;
      ahead = Math.max(ahead, next.due - tick());
      run(next);
      await breathe();
    }
    ahead = Math.max(ahead, until - tick());
    timers.forEach(arm);
    await breathe();
  }

  Date.now = () => date() + ahead;
  performance.now = now;
  Object.assign(window, { setTimeout: start(false), setInterval: start(true), clearTimeout: stop, clearInterval: stop });
  const lately = [];
  function note(what) {
    lately.push(`${Math.round(now())} ${what}`.slice(0, 160));
    if (lately.length > 40) lately.shift();
  }
  window.fetch = async (...request) => {
    const what = `${request[0]}`.replace(location.origin, "");
    asking += 1;
    note(`asks ${what}`);
    try {
      const answer = await fetch(...request);
      note(`${answer.status} of ${what}`);
      return answer;
    } catch (error) {
      note(`${error} of ${what}`);
      throw error;
    } finally {
      asking -= 1;
    }
  };

  let socket = null;
  window.WebSocket = new Proxy(window.WebSocket, { construct: (Real, given) => listen(new Real(...given)) });
  function listen(one) {
    one.addEventListener("message", ({ data }) => note(`hears ${data}`));
    one.addEventListener("close", () => note("has lost its socket"));
    return (socket = one);
  }
  const isLive = () => document.body.dataset.live === "on";
  const isJoining = () => socket && socket.readyState < WebSocket.CLOSING && !isLive();

  /** Give the server the time that it takes to answer what is under way. */
  async function answered() {
    for (let turn = 0; turn < 100 && (asking || isJoining()); turn += 1) await new Promise((done) => setTimeout(done, 20));
  }

  function pick(css, luck) {
    const all = [...document.querySelectorAll(css)];
    return all[Math.floor(luck * all.length)];
  }

  /** Press one of several; return all that stands on its card, or "" where there is none. */
  function press(css, luck) {
    const one = pick(css, luck);
    if (!one) return "";
    const says = (one.closest(".question, .desk-card") ?? one).textContent;
    one.click();
    return says || "pressed";
  }

  /** Type into one of several, and send its form; what is edited keeps its mark. */
  function fill(css, luck, text) {
    const one = pick(css, luck);
    if (!one) return "";
    one.value = text.replace("MARK", one.value.match(/q\d+x\d+z/)?.[0] ?? "");
    one.dispatchEvent(new Event("input", { bubbles: true }));
    one.form.requestSubmit();
    return text;
  }

  const tidy = (words) => words.replace(/\s+/g, " ").trim();
  const says = (root, css) => (root.querySelector(css) ? tidy(root.querySelector(css).textContent) : null);
  const all = (root, css, read) => [...root.querySelectorAll(css)].map(read);
  const text = (element) => tidy(element.textContent);
  const fields = (root, css) => all(root, css, ({ name, value }) => `${name}=${value}`);

  const card = (one) => ({
    id: one.id,
    text: says(one, ".question__text"),
    detail: says(one, ".question__detail .prose"),
    answer: says(one, ".question__answer"),
    marks: all(one, ".question__kind, .question__name, .question__askers, .question__edited", text),
    mark: one.querySelector(".question__status").dataset.status,
    rank: one.querySelector(".question__status").dataset.rank,
    status: [one.dataset.status, says(one, ".question__status")],
    votes: [says(one, ".vote__count"), one.dataset.votes],
    pressed: one.querySelector(".vote__button")?.getAttribute("aria-pressed") ?? null,
    wanted: fields(one, ".vote input"),
    own: all(one, ".own__badge, .own__edit, .own__withdraw > summary", text),
  });
  const mine = (one) => ({
    id: one.id,
    status: one.dataset.status,
    says: [says(one, ".mine__text"), says(one, ".mine__status")],
    own: all(one, ".own__edit, .own__withdraw > summary", text),
  });
  const board = (root) => ({
    state: [root.querySelector("#board").dataset.state, says(root, "#board-state"), root.querySelector("#ask-form") !== null],
    now: says(root, "#now-strip"),
    cards: Object.fromEntries(all(root, "#questions > .question", (one) => [one.id, card(one)]).sort()),
    mine: all(root, "#mine .mine__item", mine),
    hidesMine: root.querySelector("#mine").hidden,
    found: all(root, "#found", (one) => tidy([...one.childNodes].filter(({ id }) => id !== "found-mine").map(({ textContent }) => textContent).join(""))),
    empty: root.querySelector("#questions > .question") ? null : says(root, "#board-empty"),
  });

  const deskCard = (one) => ({
    id: one.id,
    says: [says(one, ".desk-card__text"), says(one, ".desk-card__original"), says(one, ".desk-card__answer")],
    marks: all(one, ".desk-card__meta > :not(time-ago)", text),
    status: [one.dataset.status, "now" in one.dataset, "next" in one.dataset],
    votes: [says(one, ".vote__count"), one.dataset.votes],
    acts: all(one, ".acts > .acts__form button", ({ value, disabled }) => `${value}${disabled ? " not" : ""}`),
  });
  const desk = (root) => ({
    tabs: all(root, "#desk-tabs a", text),
    now: [root.querySelector("#now").dataset.id ?? null, says(root, "#now")],
    coming: says(root, "#coming"),
    go: [says(root, ".now__go-place"), fields(root, ".now__go input"), root.querySelector(".button--go")?.disabled ?? null],
    switches: all(root, "#switches button", (one) => `${one.name} ${one.value} ${one.ariaPressed ?? one.ariaChecked}`),
    cards: all(root, "#desk-cards > .desk-card", deskCard),
    run: says(root, "#run > summary"),
    log: all(root, "#log .log__words", text),
  });
  const queue = (root) => ({
    now: [root.querySelector("#queue-now").dataset.id ?? null, says(root, "#queue-now")],
    coming: says(root, ".queue__coming"),
    drive: [says(root, "#drive"), fields(root, "#drive input")],
  });
  const screen = (root) => ({
    shows: root.querySelector("#screen").dataset.shows,
    main: says(root, "#screen-main"),
    side: says(root, "#screen-side"),
    counts: says(root, ".screen__counts"),
    address: says(root, ".screen__address"),
  });
  const PARTS = { board, desk, queue, screen };

  /** What a page says that anybody could mind. */
  function shown(root = document) {
    const [part] = Object.keys(PARTS).filter((id) => root.getElementById(id));
    return PARTS[part](root);
  }

  /** Where a fresh page with the same view is. */
  function address() {
    const desk = document.getElementById("desk");
    const sort = document.querySelector("a.tools__order[aria-current]");
    if (desk) return `${location.pathname}?${desk.dataset.query}`;
    if (!sort) return location.pathname;
    return `${location.pathname}?${new URLSearchParams({ sort: sort.dataset.sort, find: document.getElementById("find").value.trim() })}`;
  }

  /** The cards that stand before one that ought to come first, as the order is promised: not among equals. */
  function misplaced() {
    const isRecent = document.querySelector("a.tools__order[aria-current]")?.dataset.sort === "recent";
    const cards = [...document.querySelectorAll("#questions > .question")];
    const key = (one) => [one.querySelector("[data-rank]").dataset.rank, isRecent ? -one.dataset.id : -one.dataset.votes].map(Number);
    const isAfter = ([rank, by], [otherRank, otherBy]) => rank - otherRank || by - otherBy;
    return cards.filter((one, place) => place > 0 && isAfter(key(cards[place - 1]), key(one)) > 0).map(({ id }) => id);
  }

  /** What has yet to be sent, or is held back from the reader. */
  function waits() {
    const kept = (what) => JSON.parse(localStorage.getItem(`companion:${what}:${document.body.dataset.talk}`));
    const held = all(document, "[data-held], .pill:not([hidden])", ({ id }) => id);
    return [...(kept("outbox") ?? []).filter(({ problem }) => !problem).map(({ text }) => text), ...Object.keys(kept("votes") ?? {}), ...held];
  }

  function differences(here, fresh, at = "") {
    if (JSON.stringify(here) === JSON.stringify(fresh)) return [];
    if (!(here instanceof Object && fresh instanceof Object)) return [`${at} is ${JSON.stringify(here)}, fresh ${JSON.stringify(fresh)}`];
    const keys = new Set([...Object.keys(here), ...Object.keys(fresh)]);
    return [...keys].flatMap((key) => differences(here[key], fresh[key], `${at}.${key}`));
  }

  /** Let some time pass, have what waits for a press shown, and say in what this page differs from a fresh one. */
  async function look(ms) {
    await hurry(ms);
    await answered();
    for (const pill of document.querySelectorAll(".pill:not([hidden])")) pill.click();
    if (!isLive()) return ["not live"];
    const before = asking;
    const answer = await fetch(address());
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const more = before ? ["asks for something"] : [];
    return [...differences(shown(), shown(fresh)), ...misplaced().map((id) => `${id} is misplaced`), ...waits().map((what) => `${what} waits`), ...more];
  }

  window.schedule = { hurry, press, fill, shown, address, look, differences, lately };
})();
