"""A network between people and the server that cuts answers half-way, or carries no more."""

import asyncio
import random
import threading
from contextlib import suppress

MUCH = 65_536
# What becomes of a connection within the first bytes of its answers: nothing, it is cut, or nothing
# more is carried and nobody says so; and one whose request is dropped is heard of by nobody.
MODES = ("ok", "cut", "stall", "drop")
FEW = 1_500


class BadNetwork:
    """Listens in front of a server's port; each connection has its own fate."""

    def __init__(self, server: int, seed: int = 0) -> None:
        """Begin; ``port`` is where to connect."""
        self._server = server
        self._chance = random.Random(seed)  # noqa: S311 (not for secrets)
        self.port = self.broken = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def close(self) -> None:
        """End, and cut everybody off."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._listener.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        mode, room = self._chance.choice(MODES), self._chance.randrange(FEW)
        if mode == "drop":
            self.broken += 1
            back.transport.abort()
            return
        answers, server = await asyncio.open_connection("127.0.0.1", self._server)
        up = asyncio.create_task(_carry(client, server))
        try:
            with suppress(OSError):
                await self._carry_back(answers, back, mode, room)
        finally:
            up.cancel()
            for writer in (server, back):
                writer.transport.abort()

    async def _carry_back(
        self, answers: asyncio.StreamReader, back: asyncio.StreamWriter, mode: str, room: int
    ) -> None:
        while said := await answers.read(MUCH):
            if mode == "ok" or len(said) <= room:
                back.write(said)
                await back.drain()
                room -= len(said)
                continue
            self.broken += 1
            back.write(said[:room])
            await back.drain()
            if mode == "stall":
                await asyncio.Event().wait()
            return


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while said := await source.read(MUCH):
            target.write(said)
            await target.drain()
