// The reference: what one would write with Node's Socket.IO. Same events, votes in memory only.
const http = require("node:http");
const { Server } = require("socket.io");

const PAYLOAD = "x".repeat(100);
const TALLY_MS = 200;

const server = http.createServer((request, response) => response.end("ok"));
const io = new Server(server, { transports: ["websocket"] });
const voters = new Set();
let revision = 0;
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

io.on("connection", (socket) => {
  socket.join("talk");
  socket.on("bench", ({ id }) => io.to("talk").emit("bench", { id, payload: PAYLOAD }));
  socket.on("vote", ({ question }, acknowledge) => {
    voters.add(socket.id);
    revision += 1;
    acknowledge({ ok: true, votes: voters.size });
    tellSoon(question);
  });
});

server.listen(Number(process.argv[2]), "127.0.0.1", 4096);
