// The reference: what one would write with Node's Socket.IO. Same events, all of it in memory only.
const http = require("node:http");
const { Server } = require("socket.io");

const PAYLOAD = "x".repeat(100);
const TALLY_MS = 200;
const CARD_BYTES = 1525;

const server = http.createServer((request, response) => response.end("ok"));
const io = new Server(server, { transports: ["websocket"] });
const voters = new Set();
const questions = [];
let revision = 1; // one question is there already, as in the application
let waiting = false;
let again = false;

function tell(question) {
  io.to("talk").emit("tally", { revision, votes: { [question]: voters.size } });
}

function tellSoon(question) {
  again = waiting;
  if (waiting) return;
  waiting = true;
  tell(question);
  setTimeout(rest, TALLY_MS, question);
}

function rest(question) {
  waiting = false;
  if (again) tellSoon(question);
}

// As much as a card of the application, for it is what everybody is sent.
function card(id, text) {
  const shown = `<li id="question-${id}" class="question" data-id="${id}"><p>${text}</p>`;
  return `<hx-partial hx-target="#questions" hx-swap="beforeend">${shown}`.padEnd(CARD_BYTES, " ");
}

io.on("connection", (socket) => {
  socket.join("talk");
  socket.on("bench", ({ id }) => io.to("talk").emit("bench", { id, payload: PAYLOAD }));
  socket.on("ask", ({ key, text }, acknowledge) => {
    const id = questions.push({ key, text }) + 1;
    revision += 1;
    io.to("talk").emit("fragments", { revision, html: card(id, text) });
    acknowledge({ ok: true, id, status: "open" });
  });
  socket.on("vote", ({ question }, acknowledge) => {
    voters.add(socket.id);
    revision += 1;
    acknowledge({ ok: true, votes: voters.size });
    tellSoon(question);
  });
});

server.listen(Number(process.argv[2]), "127.0.0.1", 4096);
