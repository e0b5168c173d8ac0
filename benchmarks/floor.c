/* The floor: one prebuilt frame, one send() for each socket, nothing else; what no server beats.
 *
 * It knows just enough of Socket.IO for audience.c, and checks nothing.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MAX_FILES = 65536, PAYLOAD = 100 };

static char upgraded[MAX_FILES];
static int room[MAX_FILES], members, poller;

static int make_frame(uint8_t *frame, const char *text, int size) {
    int head = size < 126 ? 2 : 4;
    frame[0] = 0x81;
    frame[1] = size < 126 ? size : 126;
    if (size > 125) frame[2] = size >> 8, frame[3] = size;
    memcpy(frame + head, text, size);
    return head + size;
}

static void write_text(int fd, const char *text) {
    uint8_t frame[512];
    int size = make_frame(frame, text, strlen(text));
    if (send(fd, frame, size, MSG_NOSIGNAL) != size) perror("send");
}

static void broadcast(long id) {
    char text[256], payload[PAYLOAD + 1];
    uint8_t frame[512];
    memset(payload, 'x', PAYLOAD);
    payload[PAYLOAD] = 0;
    int size = sprintf(text, "42[\"bench\",{\"id\":%ld,\"payload\":\"%s\"}]", id, payload);
    size = make_frame(frame, text, size);
    for (int i = 0; i < members; i++)
        if (send(room[i], frame, size, MSG_NOSIGNAL) != size) perror("send");
}

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

static void accept_all(int listener) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        upgraded[fd] = 0;
        watch(fd);
    }
}

static void upgrade(int fd) {
    static const char answer[] =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    upgraded[fd] = 1;
    if (send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0) perror("send");
    write_text(fd, "0{\"sid\":\"x\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000}");
}

static void leave(int fd) {
    for (int i = 0; i < members; i++)
        if (room[i] == fd) room[i--] = room[--members];
    close(fd);
}

static void take_message(int fd, char *text) {
    if (text[0] == '4' && text[1] == '0') {
        room[members++] = fd;
        write_text(fd, "40{\"sid\":\"y\"}");
    }
    if (!strncmp(text, "42[\"bench\"", 10)) broadcast(atol(strstr(text, "\"id\":") + 5));
}

static void read_some(int fd) {
    static uint8_t data[65536];
    int size = recv(fd, data, sizeof data - 1, 0), done = 0;
    if (size <= 0) {
        leave(fd);
        return;
    }
    if (!upgraded[fd]) {
        upgrade(fd);
        return;
    }
    data[size] = 0;
    while (done + 6 <= size) { /* masked with zeros, and never longer than 125 bytes */
        int length = data[done + 1] & 127;
        char *text = (char *)data + done + 6, kept = text[length];
        text[length] = 0;
        take_message(fd, text);
        text[length] = kept;
        done += 6 + length;
    }
}

int main(int argc, char **argv) {
    struct rlimit files;
    struct epoll_event events[512];
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET};
    if (argc > 1) at.sin_port = htons(atoi(argv[1]));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (void *)&at, sizeof at) || listen(listener, 4096)) {
        perror("floor");
        return 1;
    }
    poller = epoll_create1(0);
    watch(listener);
    for (;;) {
        int count = epoll_wait(poller, events, 512, -1);
        for (int i = 0; i < count; i++)
            if (events[i].data.fd == listener)
                accept_all(listener);
            else
                read_some(events[i].data.fd);
    }
}
