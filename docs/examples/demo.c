/*
 * demo: a program that serves a directory to itself. There are a thousand clients. Each
 * is a green thread with a connection that it keeps. They fetch the files of the tree
 * from the server of http_server.h, in this process, and compare every byte. Half-way, a
 * tenth of them is killed, wherever each one is. In the end nothing may be left: no
 * connection, no descriptor, no allocation of the library.
 *
 * The exit status is 0 only if all of that is so.
 */
#define _XOPEN_SOURCE 700
#include "demo_measure.h"
#include "demo_tree.h"
#include "http_client.h"
#include "http_server.h"
#include "options.h"
#include <greenthread.h>
#include <greenthread/testing.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef DEMO_ROOT
#define DEMO_ROOT "docs"
#endif

static const char usage[] = "usage: demo [--root DIR] [--clients N] [--requests N]\n"
                            "\n"
                            "  --root DIR    the directory to serve and to fetch (" DEMO_ROOT ")\n"
                            "  --clients N   green threads that fetch, one connection each (1000)\n"
                            "  --requests N  files that each of them fetches, in turn (40)\n"
                            "  --help        print this\n";

enum {
    KILLED_OF = 10,    /* one client of so many is killed */
    OTHER_THREADS = 3, /* main, the acceptor, the one that reports progress */
    FDS_A_CLIENT = 3,  /* its socket, the server's, the file */
    FDS_BESIDE = 64
};

typedef struct client {
    struct demo *demo;
    gt_thread *thread; /* one reference */
    size_t first;      /* the number of the file that it begins with */
    long requests;
} client;

typedef struct demo {
    const char *root;
    long clients, requests; /* requests: of each client */
    demo_tree tree;
    http_server *server;
    gt_thread *halfway;            /* never starts: cancelled when half is done */
    long living;                   /* clients that are still running */
    long returned, killed, failed; /* how the others ended */
    int64_t *latencies_ns;         /* the first `done` are valid */
    size_t done, total, wrong;     /* requests; wrong: another status, other bytes */
    int64_t duration_ns;
    size_t threads_peak, resident_before, resident_peak;
    http_totals totals; /* the server's when it had been stopped */
} demo;

/* ---- A client ---- */

typedef struct comparison {
    const demo_file *file;
    size_t size; /* how much of it has come */
    bool equal;
} comparison;

static void compare_piece(void *arg, const char *bytes, size_t size)
{
    comparison *with = arg;
    with->equal = with->equal && size <= with->file->size - with->size &&
                  memcmp(with->file->bytes + with->size, bytes, size) == 0;
    if (with->equal)
        with->size += size;
}

static void fetch(demo *d, http_client *http, demo_file *file)
{
    comparison with = {.file = file, .equal = true};
    gt_timeout patience;
    gt_timeout_start(&patience, GT_SECONDS(60));
    int64_t start_ns = gt_now();
    int status = http_client_get(http, file->path, compare_piece, &with);
    int64_t latency_ns = gt_now() - start_ns;
    gt_timeout_stop(&patience);

    if (status != 200 || !with.equal || with.size != file->size)
        d->wrong++;
    file->fetched++;
    d->latencies_ns[d->done++] = latency_ns;
    if (d->done == d->total / 2)
        gt_cancel(d->halfway, NULL);
}

static void *run_client(void *arg)
{
    client *self = arg;
    demo *d = self->demo;
    http_client *http = http_client_new();
    if (http == NULL)
        return NULL;
    GT_DEFER(http_client_free, http);
    http_client_connect(http, http_server_port(d->server));
    for (long i = 0; i < self->requests; i++)
        fetch(d, http, &d->tree.files[(self->first + (size_t)i) % d->tree.count]);
    return self;
}

/* The link of each client. */
static void client_ended(gt_thread *thread, void *arg)
{
    demo *d = arg;
    gt_exception e;
    void *result = NULL;
    if (gt_join(thread, &result, &e)) {
        if (result != NULL)
            d->returned++;
    } else if (gt_exception_is(&e, &GT_EXIT)) {
        d->killed++;
    } else if (d->failed++ == 0) {
        fprintf(stderr, "demo: a client failed: %s, code %d: %s\n", e.kind->name, e.code,
                e.message != NULL ? e.message : "");
    }
    if (--d->living == 0)
        gt_cancel(d->halfway, NULL);
}

static bool spawn_client(demo *d, client *self)
{
    self->demo = d;
    self->thread = gt_spawn(run_client, self);
    if (self->thread == NULL)
        return false;
    d->living++;
    if (gt_link(self->thread, client_ended, d) == 0)
        return true;
    gt_kill(self->thread, NULL);
    d->living--;
    return false;
}

/* ---- Watching ---- */

static void sample(demo *d)
{
    const http_totals *totals = http_server_totals(d->server);
    size_t threads = (size_t)d->living + totals->open + OTHER_THREADS;
    size_t resident = measure_resident();
    if (threads > d->threads_peak)
        d->threads_peak = threads;
    if (resident > d->resident_peak)
        d->resident_peak = resident;
}

static void *report_progress(void *arg)
{
    demo *d = arg;
    bool terminal = isatty(STDOUT_FILENO);
    while (d->living > 0) {
        sample(d);
        if (terminal) {
            printf("\r%zu of %zu requests, %ld clients ", d->done, d->total, d->living);
            fflush(stdout);
        }
        gt_sleep(GT_MS(100));
    }
    return NULL;
}

/* ---- The run ---- */

static void *never(void *arg)
{
    return arg;
}

static void kill_some(demo *d, client *clients)
{
    gt_thread **victims = malloc((size_t)d->clients * sizeof(gt_thread *));
    size_t count = 0;
    if (victims == NULL)
        return;
    GT_DEFER(free, victims);
    for (long i = KILLED_OF - 1; i < d->clients; i += KILLED_OF) {
        if (clients[i].thread != NULL)
            victims[count++] = clients[i].thread;
    }
    gt_kill_all(victims, count, NULL);
}

static void wait_for(client *self)
{
    if (self->thread == NULL)
        return;
    gt_join(self->thread, NULL, NULL);
    gt_unref(self->thread);
}

/* With few requests, some files may not have had their turn. Then one more client fetches them. */
static void fetch_the_rest(demo *d)
{
    for (size_t i = 0; i < d->tree.count; i++) {
        if (d->tree.files[i].fetched > 0)
            continue;
        client more = {.first = i, .requests = 1};
        if (spawn_client(d, &more))
            wait_for(&more);
    }
}

static void run_clients(demo *d)
{
    client *clients = calloc((size_t)d->clients, sizeof *clients);
    if (clients == NULL)
        return;
    GT_DEFER(free, clients);
    for (long i = 0; i < d->clients; i++) {
        clients[i] = (client){.first = (size_t)i, .requests = d->requests};
        if (!spawn_client(d, &clients[i]))
            d->failed++;
    }
    if (d->living > 0)
        gt_join(d->halfway, NULL, NULL);
    sample(d);
    kill_some(d, clients);
    for (long i = 0; i < d->clients; i++)
        wait_for(&clients[i]);
}

static void run(void *arg)
{
    demo *d = arg;
    d->server = http_server_start(&(http_server_options){.root = d->root});
    d->halfway = gt_spawn_after(GT_FOREVER, never, NULL);
    gt_thread *reporter = gt_spawn(report_progress, d);
    if (d->halfway == NULL || reporter == NULL) {
        gt_raise((&(gt_exception){.kind = &GT_NO_MEMORY, .message = "cannot start a thread"}));
    }
    int64_t start_ns = gt_now();
    run_clients(d);
    d->duration_ns = gt_now() - start_ns;
    fetch_the_rest(d);

    gt_kill_wait(reporter, NULL);
    gt_unref(reporter);
    gt_cancel(d->halfway, NULL);
    gt_unref(d->halfway);
    if (isatty(STDOUT_FILENO))
        printf("\r%60s\r", "");
    http_server_stop(d->server, GT_SECONDS(5));
    d->totals = *http_server_totals(d->server);
    http_server_free(d->server);
}

/* ---- The end ---- */

static size_t files_not_fetched(const demo *d)
{
    size_t count = 0;
    for (size_t i = 0; i < d->tree.count; i++)
        count += d->tree.files[i].fetched == 0;
    return count;
}

static void print_memory(const demo *d)
{
    if (d->resident_before == 0 || d->threads_peak == 0) {
        printf("  memory per thread  not known on this system\n");
        return;
    }
    size_t grown =
        d->resident_peak > d->resident_before ? d->resident_peak - d->resident_before : 0;
    printf("  memory per thread  %.1f KiB: what the process's resident memory grew by until the\n"
           "                     peak, sockets' buffers excluded, divided by the threads\n",
           (double)grown / 1024 / (double)d->threads_peak);
}

static void print_table(demo *d, const char *backend)
{
    double seconds = (double)d->duration_ns / 1e9;
    printf("  backend            %s\n", backend);
    printf("  files              %zu, %zu bytes; %zu not fetched\n", d->tree.count, d->tree.size,
           files_not_fetched(d));
    printf("  threads at peak    %zu: a client and a connection each, and %d\n", d->threads_peak,
           OTHER_THREADS);
    printf("  clients            %ld returned, %ld killed half-way, %ld failed\n", d->returned,
           d->killed, d->failed);
    printf("  requests           %zu, %zu of them answered wrongly\n", d->done, d->wrong);
    printf("  requests/s         %.0f\n", seconds > 0 ? (double)d->done / seconds : 0.0);
    printf("  latency p50        %.2f ms\n",
           (double)measure_percentile(d->latencies_ns, d->done, 50) / 1e6);
    printf("  latency p99        %.2f ms\n",
           (double)measure_percentile(d->latencies_ns, d->done, 99) / 1e6);
    print_memory(d);
}

/* True if nothing is left and everything was right. */
static bool judge(const demo *d, unsigned descriptors_before)
{
    size_t allocations = gt_testing_live_allocations();
    int descriptors = (int)measure_descriptors() - (int)descriptors_before;
    printf("  left behind        %zu allocations, %u connections, %ld clients, %d descriptors\n",
           allocations, d->totals.open, d->living, descriptors);
    bool clean = allocations == 0 && d->totals.open == 0 && d->living == 0 && descriptors == 0;
    bool right = d->wrong == 0 && d->failed == 0 && d->done > 0 && files_not_fetched(d) == 0 &&
                 d->returned + d->killed >= d->clients;
    printf("%s\n", clean && right ? "every byte was right, nothing was left behind"
                                  : "SOMETHING WENT WRONG");
    return clean && right;
}

/* ---- The command line ---- */

static bool parse(char **argument, demo *d)
{
    const char *value;
    bool good = true;
    for (argument++; good && *argument != NULL; argument++) {
        if ((value = option_value(&argument, "--root")) != NULL) {
            d->root = value;
        } else if ((value = option_value(&argument, "--clients")) != NULL) {
            good = option_number(value, 1, 1000000, &d->clients);
        } else if ((value = option_value(&argument, "--requests")) != NULL) {
            good = option_number(value, 1, 1000000, &d->requests);
        } else {
            good = false;
        }
    }
    return good;
}

/* Takes fewer clients, where the system allows too few descriptors. */
static void fit_clients(demo *d)
{
    unsigned limit = measure_raise_limit();
    long allowed = limit > FDS_BESIDE ? (limit - FDS_BESIDE) / FDS_A_CLIENT : 0;
    if (allowed < 1)
        allowed = 1;
    if (d->clients <= allowed)
        return;
    printf("demo: %u descriptors allow %ld clients, not %ld\n", limit, allowed, d->clients);
    d->clients = allowed;
}

static bool prepare(demo *d)
{
    if (!demo_tree_read(&d->tree, d->root)) {
        perror(d->root);
        return false;
    }
    fit_clients(d);
    d->total = (size_t)d->clients * (size_t)d->requests;
    size_t room = (d->total + d->tree.count) * sizeof *d->latencies_ns;
    d->latencies_ns = malloc(room);
    if (d->latencies_ns == NULL) {
        perror("demo");
        return false;
    }
    memset(d->latencies_ns, 1, room); /* resident before anything is measured */
    return true;
}

static bool measure_and_judge(demo *d)
{
    gt_exception e;
    unsigned descriptors = measure_descriptors();
    d->resident_before = measure_resident();
    bool good = gt_try(run, d, &e);
    if (!good) {
        fprintf(stderr, "demo: %s, code %d: %s\n", e.kind->name, e.code,
                e.message != NULL ? e.message : "");
    }
    gt_shutdown();
    print_table(d, gt_testing_backend());
    return judge(d, descriptors) && good;
}

int main(int count, char **arguments)
{
    demo d = {.root = DEMO_ROOT, .clients = 1000, .requests = 40};
    if (count == 2 && strcmp(arguments[1], "--help") == 0) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (!parse(arguments, &d)) {
        fputs(usage, stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    bool good = prepare(&d) && measure_and_judge(&d);
    demo_tree_free(&d.tree);
    free(d.latencies_ns);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
