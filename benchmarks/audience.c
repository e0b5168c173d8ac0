/* An audience: many Socket.IO clients in one thread, each a visitor with a cookie of its own.
 *
 * Every client first reads the talk's page (when one is named) and keeps the cookie it is given,
 * then opens a WebSocket with it. After that the audience counts broadcasts that its first client
 * asks for; or some of them ask questions, one after the other; or it votes, each client once; or
 * some of them hold a note each and move it, while others go and come back.
 * Prints one JSON object.
 *
 * It answers pings, does not check Sec-WebSocket-Accept, and masks with a key of zeros.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000LL
#define SECOND 1000000000LL

enum { MAX_PIDS = 16, MAX_LOADS = 4, MAX_BROADCASTS = 1 << 20 };
enum { PAGES_IN_FLIGHT = 4, JOINS_IN_FLIGHT = 64, WARM_UP = 20, PATIENCE = 10 };
enum { MAX_HANDS = 64, MAX_STEPS = 1 << 14, STEP_EVERY = 50 * 1000 * 1000 };
enum { PAGE_LIMIT = 1 << 20, MAX_QUESTIONS = 1 << 16, ASK_EVERY = 100 * 1000 * 1000 };

enum state { IDLE, READING, WELCOME, CONNECTING, UPGRADING, OPENING, JOINING, READY, LOST };

struct client {
    enum state state;
    int fd;
    char cookie[256];
    uint8_t *rest; /* the beginning of a frame or a page, until its end arrives */
    size_t size;
    int64_t since, ready; /* when the connection began, and when the room was joined */
    int64_t voted, acknowledged, votes;
    int64_t asked, answered, question; /* its own, once it knows which that is */
};

struct broadcast {
    int64_t sent, first, last;
    int heard;
    int over;
};

static struct {
    int port, clients, pids[MAX_PIDS], pid_count, loads[MAX_LOADS], load_count;
    const char *page, *origin, *auth, *ledger;
    double connect_seconds, seconds;
    int question, asks, talks, hands;
    double churn;
} option = {.auth = "{}", .connect_seconds = 1, .seconds = 2, .talks = 1};

static int poller, reading, ready, failed, acknowledged, refused, voting;
static struct client *clients;
static struct broadcast *cards;      /* by the question that they show */
static struct broadcast *broadcasts; /* by id; when voting, by the number of votes they tell */
static int64_t next_id, outstanding, finished, bytes_in, frames_in, heard_in, page_bytes;
static char tally_key[32];
static int64_t stepped[MAX_HANDS][MAX_STEPS]; /* when a hand's note was where */
static double *seen;                          /* how long after that each of the others saw it */
static int64_t seen_count, seen_most, drag_frames, drag_bytes, came_back;

static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(2);
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

/* ---- what the server, and this process, have used ---- */

static double server_cpu(void) {
    double seconds = 0;
    for (int i = 0; i < option.pid_count; i++) {
        char path[64], line[2048];
        snprintf(path, sizeof path, "/proc/%d/stat", option.pids[i]);
        FILE *file = fopen(path, "r");
        if (!file) die("the server has gone");
        line[fread(line, 1, sizeof line - 1, file)] = 0;
        fclose(file);
        unsigned long user = 0, system = 0;
        sscanf(strrchr(line, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
               &system);
        seconds += (double)(user + system) / sysconf(_SC_CLK_TCK);
    }
    return seconds;
}

static long server_kb(void) {
    long kb = 0;
    for (int i = 0; i < option.pid_count; i++) {
        char path[64];
        long pages = 0;
        snprintf(path, sizeof path, "/proc/%d/statm", option.pids[i]);
        FILE *file = fopen(path, "r");
        if (!file || fscanf(file, "%*d %ld", &pages) != 1) die("the server has gone");
        fclose(file);
        kb += pages * (sysconf(_SC_PAGESIZE) / 1024);
    }
    return kb;
}

static double own_cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* ---- sockets ---- */

static void lose(struct client *c, const char *why) {
    if (getenv("AUDIENCE_DEBUG")) fprintf(stderr, "client %ld: %s\n", (long)(c - clients), why);
    close(c->fd);
    c->size = 0;
    if (c->state == READING) reading--;
    if (c->state == READY) ready--;
    failed++;
    c->state = LOST;
}

static void write_all(struct client *c, const void *data, size_t size) {
    if (send(c->fd, data, size, MSG_NOSIGNAL) != (ssize_t)size) lose(c, "its socket takes no more");
}

static void write_text(struct client *c, const char *text) {
    size_t size = strlen(text), head = 2;
    uint8_t frame[4096] = {0x81, 0x80 | size};
    if (size + 8 > sizeof frame) die("that is too long to send");
    if (size > 125) frame[1] = 0x80 | 126, frame[2] = size >> 8, frame[3] = size, head = 4;
    memcpy(frame + head + 4, text, size);
    write_all(c, frame, head + 4 + size);
}

static void dial(struct client *c, enum state state) {
    int on = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(option.port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) die("no more sockets: %s", strerror(errno));
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->state = state;
    c->since = now();
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
    if (connect(c->fd, (void *)&to, sizeof to) && errno != EINPROGRESS) lose(c, strerror(errno));
}

static void only_read(struct client *c) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
}

/* Everybody is at one of the talks in turn: "", then "-1", "-2" and so on behind its name. */
static int talk_of(struct client *c) { return (c - clients) % option.talks; }

static const char *suffix(struct client *c) {
    static char text[16];
    snprintf(text, sizeof text, talk_of(c) ? "-%d" : "", talk_of(c));
    return text;
}

static void ask_page(struct client *c) {
    char request[1024];
    int size = snprintf(request, sizeof request,
                        "GET %s%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept-Encoding: br, gzip\r\n"
                        "Connection: close\r\n\r\n",
                        option.page, suffix(c), option.port);
    write_all(c, request, size);
}

static void ask_upgrade(struct client *c) {
    char request[2048];
    int size = snprintf(
        request, sizeof request,
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: %s\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n%s%s%s\r\n",
        option.port, option.origin, *c->cookie ? "Cookie: " : "", c->cookie,
        *c->cookie ? "\r\n" : "");
    c->state = UPGRADING;
    write_all(c, request, size);
}

/* ---- what clients hear ---- */

static int64_t number_after(const char *text, size_t size, const char *key) {
    const char *found = memmem(text, size, key, strlen(key));
    return found ? strtoll(found + strlen(key), NULL, 10) : -1;
}

static void count(int64_t id) {
    if (id < 0 || id >= MAX_BROADCASTS) return;
    struct broadcast *b = &broadcasts[id];
    b->last = now();
    if (!b->heard++) b->first = b->last;
    heard_in++;
    if (b->heard < ready || b->over || voting) return;
    b->over = 1;
    finished++;
    outstanding--;
}

static void count_card(int64_t question) {
    if (question < 0 || question >= MAX_QUESTIONS) return;
    cards[question].last = now();
    cards[question].heard++;
    heard_in++;
}

/* Note 1 is in the first client's hand, and so on; across it is as far as it has gone by steps. */
static void see_hands(struct client *c, const char *text, size_t size) {
    if (c - clients < option.hands) return;
    drag_frames++;
    drag_bytes += size + (size < 126 ? 2 : 4);
    for (const char *at = memchr(text, ',', size); at && (at = strchr(at, '[')); at++) {
        int note, step, down;
        if (at[1] == '[') continue;
        if (sscanf(at, "[%d,%d,%d]", &note, &step, &down) < 3 || note > option.hands) continue;
        if (seen_count < seen_most) seen[seen_count++] = (now() - stepped[note - 1][step]) / 1e6;
    }
}

static void take_answer(struct client *c, const char *text, size_t size) {
    c->answered = now();
    c->question = number_after(text, size, "\"id\":");
}

static void take_acknowledgement(struct client *c, const char *text, size_t size) {
    if (c->acknowledged) return;
    c->acknowledged = now();
    acknowledged++;
    c->votes = memmem(text, size, "\"ok\":true", 9) ? number_after(text, size, "\"votes\":") : -1;
    if (c->votes < 0) refused++;
}

static void hear(struct client *c, char *text, size_t size) {
    static const char bench[] = "42[\"bench\"", tally[] = "42[\"tally\"", own[] = "432[",
                      fragments[] = "42[\"fragments\"", drag[] = "42[\"drag\"";
    if (size >= sizeof bench && !memcmp(text, bench, sizeof bench - 1))
        count(number_after(text, size, "\"id\":"));
    else if (size >= sizeof tally && !memcmp(text, tally, sizeof tally - 1))
        count(number_after(text, size, tally_key));
    else if (size >= sizeof fragments && !memcmp(text, fragments, sizeof fragments - 1))
        count_card(number_after(text, size, "question-"));
    else if (size >= sizeof drag && !memcmp(text, drag, sizeof drag - 1)) {
        char after = text[size]; /* of the next frame */
        text[size] = 0;
        see_hands(c, text, size);
        text[size] = after;
    } else if (size >= sizeof own && !memcmp(text, own, sizeof own - 1))
        take_answer(c, text, size);
    else if (size > 2 && text[0] == '4' && text[1] == '3')
        take_acknowledgement(c, text, size);
    else if (size >= 1 && text[0] == '2')
        write_text(c, "3");
    else if (size >= 1 && text[0] == '0' && c->state == OPENING) {
        char join[1024] = "40";
        snprintf(join + 2, sizeof join - 2, option.auth, suffix(c));
        c->state = JOINING;
        write_text(c, join);
    } else if (size >= 2 && text[0] == '4' && text[1] == '0' && c->state == JOINING) {
        c->state = READY;
        c->ready = now();
        ready++;
    } else if (size >= 2 && text[0] == '4' && text[1] == '4')
        lose(c, "it was refused");
}

static size_t take_frame(struct client *c, uint8_t *data, size_t size) {
    if (size < 2) return 0;
    uint64_t length = data[1] & 127, head = 2;
    if (length == 126) {
        if (size < 4) return 0;
        length = data[2] << 8 | data[3], head = 4;
    }
    if (length == 127 || data[1] & 0x80 || (data[0] & 0xf0) != 0x80) {
        lose(c, "it got a frame that is none");
        return 0;
    }
    if (size < head + length) return 0;
    frames_in++;
    if ((data[0] & 15) == 8)
        lose(c, "the server closed it");
    else
        hear(c, (char *)data + head, length);
    return head + length;
}

static size_t take_upgrade(struct client *c, uint8_t *data, size_t size) {
    uint8_t *end = memmem(data, size, "\r\n\r\n", 4);
    if (!end) return 0;
    if (memcmp(data + 9, "101", 3)) {
        lose(c, "it was not upgraded");
        return 0;
    }
    c->state = OPENING;
    return end + 4 - data;
}

static void take_page(struct client *c) {
    char *page = (char *)c->rest;
    if (c->size < 12 || memcmp(page + 9, "200", 3)) {
        lose(c, "it got no page");
        return;
    }
    page[c->size] = 0;
    char *cookie = strcasestr(page, "\nset-cookie: ");
    if (cookie) {
        cookie += strlen("\nset-cookie: ");
        snprintf(c->cookie, sizeof c->cookie, "%.*s", (int)strcspn(cookie, ";"), cookie);
    }
    page_bytes += c->size;
    close(c->fd);
    reading--;
    c->size = 0;
    c->state = WELCOME;
}

static void keep(struct client *c, const uint8_t *data, size_t size) {
    if (c->size + size > PAGE_LIMIT) die("that page is too long");
    c->rest = realloc(c->rest, c->size + size + 1);
    memcpy(c->rest + c->size, data, size);
    c->size += size;
}

static void take(struct client *c, uint8_t *data, size_t size) {
    size_t done = 0, step = 1;
    while (done < size && step && c->state != LOST) {
        step = c->state == UPGRADING ? take_upgrade(c, data + done, size - done)
                                     : take_frame(c, data + done, size - done);
        done += step;
    }
    if (c->state != LOST && done < size) keep(c, data + done, size - done);
}

static void read_some(struct client *c) {
    static uint8_t data[(1 << 20) + 1];
    size_t before = c->size;
    if (before) memcpy(data, c->rest, before);
    ssize_t size = recv(c->fd, data + before, sizeof data - 1 - before, 0);
    if (size < 0 && errno == EAGAIN) return;
    if (c->state == READING) {
        if (size > 0)
            keep(c, data + before, size);
        else
            take_page(c);
        return;
    }
    if (size <= 0) {
        lose(c, size ? strerror(errno) : "the server hung up");
        return;
    }
    bytes_in += size;
    c->size = 0;
    take(c, data, before + size);
}

static void turn(int milliseconds) {
    static struct epoll_event events[1024];
    int count = epoll_wait(poller, events, 1024, milliseconds);
    for (int i = 0; i < count; i++) {
        struct client *c = events[i].data.ptr;
        if (c->state == LOST) continue;
        if (events[i].events & EPOLLOUT) {
            int error = 0;
            socklen_t size = sizeof error;
            getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
            if (error) {
                lose(c, strerror(error));
                continue;
            }
            only_read(c);
            if (c->state == READING)
                ask_page(c);
            else
                ask_upgrade(c);
        } else
            read_some(c);
    }
}

static void rest(int milliseconds) {
    for (int64_t end = now() + milliseconds * MS; now() < end;) turn(10);
}

/* ---- numbers ---- */

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, int count, double q) {
    if (!count) return -1;
    int index = q * count;
    return sorted[index < count ? index : count - 1];
}

static void print_quantiles(const char *name, double *values, int count) {
    qsort(values, count, sizeof *values, ascending);
    printf("\"%s\":{\"p50\":%.3f,\"p95\":%.3f,\"p99\":%.3f,\"max\":%.3f}", name,
           quantile(values, count, .5), quantile(values, count, .95), quantile(values, count, .99),
           quantile(values, count, 1));
}

/* ---- the acts ---- */

static void visit(void) {
    int started = 0;
    int64_t begin = now();
    double cpu = server_cpu();
    while (option.page && (started < option.clients || reading)) {
        for (; started < option.clients && reading < PAGES_IN_FLIGHT; started++) {
            reading++;
            dial(&clients[started], READING);
        }
        turn(10);
        if (now() - begin > 600 * SECOND) die("the pages took too long");
    }
    printf("\"pages\":{\"seconds\":%.3f,\"cpu\":%.2f,\"bytes\":%.0f},", (now() - begin) / 1e9,
           server_cpu() - cpu, (double)page_bytes / option.clients);
    for (int i = 0; option.page && i < option.clients; i++)
        if (!*clients[i].cookie) die("a page came without a cookie");
}

static void join(void) {
    int started = 0, all = option.clients;
    int64_t begin = now(), window = option.connect_seconds * SECOND;
    double cpu = server_cpu();
    while (ready + failed < all && now() - begin < 60 * SECOND) {
        int64_t due = window ? (now() - begin) * all / window + 1 : all;
        for (; started < all && started < due; started++) {
            if (!window && started - ready - failed >= JOINS_IN_FLIGHT) break;
            dial(&clients[started], CONNECTING);
        }
        turn(1);
    }
    double seconds = (now() - begin) / 1e9, *times = calloc(all, sizeof *times);
    int count = 0;
    for (int i = 0; i < all; i++)
        if (clients[i].state == READY) times[count++] = (clients[i].ready - clients[i].since) / 1e6;
    printf("\"connect\":{\"ready\":%d,\"failed\":%d,\"seconds\":%.3f,", ready, all - ready, seconds);
    print_quantiles("ms", times, count);
    rest(500);
    printf(",\"cpu\":%.2f},", server_cpu() - cpu);
    free(times);
}

static void ask_for_broadcast(void) {
    char request[128];
    int64_t id = next_id++;
    if (id >= MAX_BROADCASTS) die("too many broadcasts");
    broadcasts[id].sent = now();
    outstanding++;
    snprintf(request, sizeof request, "42[\"bench\",{\"id\":%lld}]", (long long)id);
    write_text(&clients[0], request);
}

static void keep_in_flight(int load) {
    while (outstanding < load) ask_for_broadcast();
    turn(50);
}

static void fan_out(int load) {
    int64_t began = now();
    for (int64_t goal = finished + WARM_UP; finished < goal;) {
        keep_in_flight(load);
        if (now() - began > PATIENCE * SECOND) die("the broadcasts do not arrive");
    }
    int64_t first_id = next_id, begin = now();
    int64_t done = finished, bytes = bytes_in, heard = heard_in;
    double cpu = server_cpu(), own = own_cpu();
    while (now() - begin < option.seconds * SECOND) keep_in_flight(load);
    double seconds = (now() - begin) / 1e9;
    cpu = server_cpu() - cpu, own = own_cpu() - own;
    done = finished - done, bytes = bytes_in - bytes, heard = heard_in - heard;
    for (int64_t end = now() + PATIENCE * SECOND; outstanding && now() < end;) turn(20);
    int count = 0;
    double *last = calloc(next_id - first_id, sizeof *last);
    for (int64_t id = first_id; id < next_id; id++)
        if (broadcasts[id].over) last[count++] = (broadcasts[id].last - broadcasts[id].sent) / 1e6;
    printf("{\"in_flight\":%d,\"per_second\":%.2f,\"deliveries\":%lld,\"lost\":%lld,", load,
           done / seconds, (long long)heard, (long long)outstanding);
    print_quantiles("last_ms", last, count);
    printf(",\"cpu\":%.3f,\"us\":%.3f,\"bytes\":%.1f,\"generator\":%.2f}", cpu / seconds,
           cpu * 1e6 / heard, (double)bytes / heard, own / seconds);
    free(last);
}

/* One asks at a time, each once, whether or not the question before has reached everybody. */
static void send_questions(int64_t begin) {
    char wish[256];
    for (int i = 0; i < option.asks;) {
        if (begin + i * (int64_t)ASK_EVERY > now()) {
            turn(1);
            continue;
        }
        struct client *c = &clients[i++ * (int64_t)option.clients / option.asks];
        snprintf(wish, sizeof wish,
                 "422[\"ask\",{\"key\":\"asked-by-the-audience-%d\",\"text\":\"What would become of "
                 "a talk whose audience had number %d of its questions answered?\"}]", i, i);
        c->asked = now();
        if (c->state == READY) write_text(c, wish);
    }
}

static int all_have_heard(void) {
    for (int i = 0; i < option.clients; i++) {
        struct client *c = &clients[i];
        if (c->asked && (!c->answered || c->question < 0 || cards[c->question].heard < ready))
            return 0;
    }
    return 1;
}

static void print_questions(void) {
    double *last = calloc(option.asks, sizeof *last), *answer = calloc(option.asks, sizeof *answer);
    int told = 0, whole = 0, twice = 0;
    for (int i = 0; i < option.clients; i++) {
        struct client *c = &clients[i];
        if (!c->answered || c->question < 0) continue;
        struct broadcast *card = &cards[c->question];
        answer[told++] = (c->answered - c->asked) / 1e6;
        if (card->heard >= ready) last[whole++] = (card->last - c->asked) / 1e6;
        if (card->heard > ready) twice++;
    }
    printf("\"acknowledged\":%d,\"lost\":%d,\"doubled\":%d,", told, option.asks - whole, twice);
    print_quantiles("answer_ms", answer, told);
    printf(",");
    print_quantiles("last_ms", last, whole);
    free(last), free(answer);
}

static void ask(void) {
    int64_t begin = now(), bytes = bytes_in, heard = heard_in;
    double cpu = server_cpu(), own = own_cpu();
    send_questions(begin);
    for (int64_t end = now() + PATIENCE * SECOND; now() < end && !all_have_heard();) turn(5);
    rest(200);
    double seconds = (now() - begin) / 1e9;
    cpu = server_cpu() - cpu, own = own_cpu() - own;
    bytes = bytes_in - bytes, heard = heard_in - heard;
    printf(",\"asks\":{\"deliveries\":%lld,\"cpu\":%.3f,\"us\":%.3f,\"bytes\":%.1f,",
           (long long)heard, cpu, cpu * 1e6 / heard, (double)bytes / heard);
    print_questions();
    printf(",\"generator\":%.2f}", own / seconds);
}

/* Those who watch go without a goodbye, one after the other, and come back at once. */
static void churn(int64_t begin, int64_t *gone) {
    int watching = option.clients - option.hands;
    while (*gone < (now() - begin) / 1e9 * option.churn * watching) {
        struct client *c = &clients[option.hands + (*gone)++ % watching];
        if (c->state != READY) continue;
        close(c->fd);
        c->size = 0;
        ready--, came_back++;
        dial(c, CONNECTING);
    }
}

static void move_hands(int64_t begin, double seconds) {
    int steps[MAX_HANDS] = {0};
    int64_t gone = 0;
    char wish[64];
    while (now() - begin < seconds * SECOND) {
        for (int hand = 0; hand < option.hands; hand++) {
            int64_t due = begin + ((double)hand / option.hands + steps[hand]) * STEP_EVERY;
            if (now() < due || clients[hand].state != READY) continue;
            int step = ++steps[hand] % MAX_STEPS;
            snprintf(wish, sizeof wish, "42[\"drag\",[[%d,%d,%d]]]", hand + 1, step, 1000 + hand);
            stepped[hand][step] = now();
            write_text(&clients[hand], wish);
        }
        churn(begin, &gone);
        turn(1);
    }
}

static void drag(void) {
    seen_most = (int64_t)((option.seconds + 2) * 20 * option.hands * option.clients) + 1000;
    seen = calloc(seen_most, sizeof *seen);
    move_hands(now(), 1); /* they warm up */
    seen_count = drag_frames = drag_bytes = came_back = 0;
    int before = failed;
    int64_t begin = now();
    double cpu = server_cpu(), own = own_cpu();
    move_hands(begin, option.seconds);
    double seconds = (now() - begin) / 1e9;
    cpu = server_cpu() - cpu, own = own_cpu() - own;
    printf(",\"drag\":{\"hands\":%d,\"frames\":%.2f,\"bytes\":%.2f,", option.hands,
           drag_frames / seconds / (option.clients - option.hands),
           drag_frames ? (double)drag_bytes / drag_frames : 0);
    print_quantiles("seen_ms", seen, seen_count);
    printf(",\"seen\":%lld,\"came_back\":%lld,\"lost\":%d,\"cpu\":%.4f,\"generator\":%.2f}",
           (long long)seen_count, (long long)came_back, failed - before, cpu / seconds,
           own / seconds);
    free(seen);
}

static int earlier(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void send_votes(int64_t begin) {
    int64_t *due = calloc(option.clients, sizeof *due);
    char wish[128];
    srand48(42);
    for (int i = 0; i < option.clients; i++) due[i] = begin + drand48() * option.seconds * SECOND;
    qsort(due, option.clients, sizeof *due, earlier);
    for (int i = 0; i < option.clients;) {
        for (; i < option.clients && due[i] <= now(); i++) {
            snprintf(wish, sizeof wish, "421[\"vote\",{\"question\":%d,\"wanted\":true}]",
                     option.question + talk_of(&clients[i]));
            clients[i].voted = now();
            if (clients[i].state == READY) write_text(&clients[i], wish);
        }
        turn(1);
    }
    free(due);
}

/* A voter's wait is over when the last client has a tally that counts that vote. */
static void print_votes(void) {
    int all = option.clients, counted = 0, told = 0, tallies = 0;
    double *last = calloc(all, sizeof *last), *answer = calloc(all, sizeof *answer);
    int64_t *complete = calloc(all + 2, sizeof *complete);
    for (int votes = all; votes > 0; votes--) {
        complete[votes] = complete[votes + 1];
        if (broadcasts[votes].heard) tallies++;
        if (broadcasts[votes].heard >= ready) complete[votes] = broadcasts[votes].last;
    }
    for (int i = 0; i < all; i++) {
        struct client *c = &clients[i];
        if (!c->acknowledged || c->votes < 1 || c->votes > all) continue;
        answer[told++] = (c->acknowledged - c->voted) / 1e6;
        if (complete[c->votes]) last[counted++] = (complete[c->votes] - c->voted) / 1e6;
    }
    printf("\"acknowledged\":%d,\"refused\":%d,\"counted\":%d,\"tallies\":%d,", acknowledged,
           refused, counted, tallies);
    print_quantiles("answer_ms", answer, told);
    printf(",");
    print_quantiles("last_ms", last, counted);
    free(complete), free(last), free(answer);
}

static void write_ledger(void) {
    FILE *file = fopen(option.ledger, "w");
    if (!file) die("%s: %s", option.ledger, strerror(errno));
    for (int i = 0; i < option.clients; i++)
        fprintf(file, "%s\t%lld\n", clients[i].cookie, (long long)clients[i].votes);
    fclose(file);
}

static void vote(void) {
    memset(broadcasts, 0, MAX_BROADCASTS * sizeof *broadcasts);
    voting = 1;
    int64_t begin = now(), bytes = bytes_in, frames = frames_in;
    double cpu = server_cpu(), own = own_cpu();
    send_votes(begin);
    for (int64_t end = now() + PATIENCE * SECOND; now() < end; turn(5))
        if (acknowledged == ready && (option.talks > 1 || broadcasts[ready].heard >= ready)) break;
    if (option.talks > 1) rest(500); /* whom a tally has reached is known for one talk only */
    double seconds = (now() - begin) / 1e9;
    cpu = server_cpu() - cpu, own = own_cpu() - own;
    printf("\"from\":%.6f,\"until\":%.6f,\"cpu\":%.3f,", begin / 1e9, now() / 1e9, cpu);
    printf("\"bytes\":%lld,\"frames\":%lld,", (long long)(bytes_in - bytes),
           (long long)(frames_in - frames));
    print_votes();
    printf(",\"generator\":%.2f", own / seconds);
    if (option.ledger) write_ledger();
}

/* ---- what is wanted ---- */

static int numbers(char *text, int *into, int limit) {
    int count = 0;
    for (char *one = strtok(text, ","); one && count < limit; one = strtok(NULL, ","))
        into[count++] = atoi(one);
    return count;
}

static void read_options(int argc, char **argv) {
    static const struct option known[] = {
        {"port", 1, 0, 'p'},    {"clients", 1, 0, 'n'},  {"server", 1, 0, 's'},
        {"page", 1, 0, 'g'},    {"origin", 1, 0, 'o'},   {"auth", 1, 0, 'a'},
        {"connect", 1, 0, 'c'}, {"seconds", 1, 0, 'd'},  {"in-flight", 1, 0, 'w'},
        {"vote", 1, 0, 'v'},    {"ledger", 1, 0, 'l'},
        {"asks", 1, 0, 'k'},    {"talks", 1, 0, 't'},    {"hands", 1, 0, 'h'},
        {"churn", 1, 0, 'r'},   {0}};
    for (int found; (found = getopt_long(argc, argv, "", known, NULL)) != -1;) switch (found) {
            case 'p': option.port = atoi(optarg); break;
            case 'n': option.clients = atoi(optarg); break;
            case 's': option.pid_count = numbers(optarg, option.pids, MAX_PIDS); break;
            case 'g': option.page = optarg; break;
            case 'o': option.origin = optarg; break;
            case 'a': option.auth = optarg; break;
            case 'c': option.connect_seconds = atof(optarg); break;
            case 'd': option.seconds = atof(optarg); break;
            case 'w': option.load_count = numbers(optarg, option.loads, MAX_LOADS); break;
            case 'v': option.question = atoi(optarg); break;
            case 'l': option.ledger = optarg; break;
            case 'k': option.asks = atoi(optarg); break;
            case 't': option.talks = atoi(optarg); break;
            case 'h': option.hands = atoi(optarg); break;
            case 'r': option.churn = atof(optarg); break;
            default: die("there is no such option");
        }
    if (!option.port || option.clients < 1 || !option.pid_count || !option.origin)
        die("--port, --clients, --server and --origin are needed");
    if (option.asks > option.clients) die("each client asks once");
    if (option.hands > MAX_HANDS || option.hands > option.clients) die("too many hands");
}

int main(int argc, char **argv) {
    struct rlimit files;
    read_options(argc, argv);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_max < (rlim_t)option.clients + 64) die("raise the limit of open files");
    snprintf(tally_key, sizeof tally_key, "\"%d\":", option.question);
    poller = epoll_create1(0);
    clients = calloc(option.clients, sizeof *clients);
    broadcasts = calloc(MAX_BROADCASTS, sizeof *broadcasts);
    cards = calloc(MAX_QUESTIONS, sizeof *cards);
    long first_kb = server_kb();
    printf("{\"clients\":%d,", option.clients);
    visit();
    long before_kb = server_kb();
    join();
    printf("\"memory\":{\"first_kb\":%ld,\"before_kb\":%ld,\"after_kb\":%ld}", first_kb, before_kb,
           server_kb());
    if (!ready) die("nobody could connect");
    if (option.load_count) printf(",\"fanout\":[");
    for (int i = 0; i < option.load_count; i++) {
        if (i) printf(",");
        fan_out(option.loads[i]);
    }
    if (option.load_count) printf("]");
    if (option.asks) ask();
    if (option.hands) drag();
    if (option.question) {
        printf(",\"votes\":{");
        vote();
        printf("}");
    }
    printf("}\n");
    return 0;
}
