/*
 * httpd: serves the files of a directory over HTTP/1.1 until SIGINT (Ctrl-C).
 *
 * All of it runs in one OS thread. See http_server.h for what a connection costs. It
 * shows how to wait for a signal like for anything else, and how to stop in good order.
 */
#define _XOPEN_SOURCE 700
#include "http_server.h"

#include "options.h"
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const char usage[] =
    "usage: httpd --port P --root DIR [--threads-limit N] [--address A] [--idle S] [--grace S]\n"
    "\n"
    "Serves the files beneath DIR over HTTP/1.1: GET and HEAD, index.html for a directory.\n"
    "Ends on SIGINT, when what it is answering has been answered, and prints totals.\n"
    "\n"
    "  --port P           the port to listen on; 0: a free one, which is printed\n"
    "  --root DIR         the directory to show; links that lead out of it are refused\n"
    "  --threads-limit N  serve at most N connections at once, each on a green thread of\n"
    "                     its own; further ones wait to be accepted (what descriptors allow)\n"
    "  --address A        the IPv4 address to listen on (127.0.0.1)\n"
    "  --idle S           seconds after which a silent connection is ended (10)\n"
    "  --grace S          seconds that answers may take after SIGINT (5)\n"
    "  --help             print this\n";

typedef struct httpd {
    http_server_options options;
    int64_t grace_ns;
} httpd;

static void print_totals(const http_totals *totals)
{
    printf("httpd: %llu connections (%u at once), %llu requests (%llu refused), %llu bytes sent\n",
           totals->connections, totals->open_peak, totals->requests, totals->refused,
           totals->bytes);
    printf("httpd: %llu timed out, %llu broken, %llu killed, %llu failed to be accepted, "
           "%u open\n",
           totals->timed_out, totals->broken, totals->killed, totals->accept_errors, totals->open);
}

static void serve_until_interrupted(void *arg)
{
    const httpd *settings = arg;
    http_server *server = http_server_start(&settings->options);
    printf("httpd: serving %s at http://%s:%u/\n", settings->options.root,
           settings->options.address, (unsigned)http_server_port(server));
    fflush(stdout);

    gt_wait_signal(SIGINT);
    printf("httpd: SIGINT, no longer accepting\n");
    fflush(stdout);
    http_server_stop(server, settings->grace_ns);
    print_totals(http_server_totals(server));
    http_server_free(server);
}

/* False: an option or its value is unknown. */
static bool parse(char **argument, httpd *settings)
{
    long port = -1, limit = 0, idle = 10, grace = 5;
    const char *value;
    bool good = true;
    settings->options.address = "127.0.0.1";
    for (argument++; good && *argument != NULL; argument++) {
        if ((value = option_value(&argument, "--port")) != NULL) {
            good = option_number(value, 0, 65535, &port);
        } else if ((value = option_value(&argument, "--root")) != NULL) {
            settings->options.root = value;
        } else if ((value = option_value(&argument, "--threads-limit")) != NULL) {
            good = option_number(value, 1, INT_MAX, &limit);
        } else if ((value = option_value(&argument, "--address")) != NULL) {
            settings->options.address = value;
        } else if ((value = option_value(&argument, "--idle")) != NULL) {
            good = option_number(value, 1, INT_MAX, &idle);
        } else if ((value = option_value(&argument, "--grace")) != NULL) {
            good = option_number(value, 0, INT_MAX, &grace);
        } else {
            good = false;
        }
    }
    settings->options.port = (uint16_t)port;
    settings->options.threads_limit = (unsigned)limit;
    settings->options.idle_ns = GT_SECONDS(idle);
    settings->grace_ns = GT_SECONDS(grace);
    return good && port >= 0 && settings->options.root != NULL;
}

int main(int count, char **arguments)
{
    httpd settings = {.grace_ns = 0};
    if (count == 2 && strcmp(arguments[1], "--help") == 0) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (!parse(arguments, &settings)) {
        fputs(usage, stderr);
        return 2;
    }
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    signal(SIGPIPE, SIG_IGN);

    gt_exception e;
    bool good = gt_try(serve_until_interrupted, &settings, &e);
    if (!good) {
        fprintf(stderr, "httpd: %s: %s\n", e.message != NULL ? e.message : e.kind->name,
                e.kind == &GT_OS_ERROR ? strerror(e.code) : e.kind->name);
    }
    gt_shutdown();
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
