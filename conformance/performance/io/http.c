/*
 * A server of files under wrk: one page of 1 KiB, over and over. The server has the
 * processor of the repetition, and wrk has another.
 */
#define _GNU_SOURCE
#include "../bench.h"
#include "server.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE_SIZE = 1024 };

static char folder[] = "/tmp/greenthread-http-XXXXXX";

static void write_file(const char *name, const char *text, size_t size)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    bench_check(file && fwrite(text, 1, size, file) == size && fclose(file) == 0);
}

static void make_folder(void)
{
    char page[PAGE_SIZE];
    memset(page, 'x', sizeof page);
    bench_check(mkdtemp(folder) != NULL && chmod(folder, 0755) == 0);
    write_file("page.html", page, sizeof page);
}

static void remove_folder(void)
{
    static const char *const names[] = {"page.html", "nginx.conf"};
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    bench_check(rmdir(folder) == 0);
}

static io_server start_httpd(void)
{
    char *command[] = {BENCH_SERVER, "--port", "0", "--root", folder, NULL};
    return io_server_start(command, 0);
}

/* One process that serves. What it writes besides answers is discarded. */
static io_server start_nginx(void)
{
    char text[2048];
    uint16_t port = io_free_port();
    int size = snprintf(text, sizeof text,
                        "daemon off; master_process off; worker_processes 1;\n"
                        "worker_rlimit_nofile 16384; error_log /dev/null crit; pid /dev/null;\n"
                        "events { worker_connections 8192; }\n"
                        "http { access_log off; keepalive_requests 1000000000;\n"
                        "  types { text/html html; } client_body_temp_path %s;\n"
                        "  proxy_temp_path %s; fastcgi_temp_path %s; uwsgi_temp_path %s;\n"
                        "  scgi_temp_path %s;\n"
                        "  server { listen 127.0.0.1:%u backlog=4096; root %s; } }\n",
                        folder, folder, folder, folder, folder, (unsigned)port, folder);
    write_file("nginx.conf", text, (size_t)size);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/nginx.conf", folder);
    char *command[] = {BENCH_SERVER, "-e", "/dev/null", "-c", path, NULL};
    return io_server_start(command, port);
}

/* A figure that wrk prints in its own unit, as microseconds. */
static double microseconds(const char *text)
{
    char unit[8] = "";
    double value = 0;
    bench_check(sscanf(text, " 99%% %lf%7s", &value, unit) == 2);
    return value * (strcmp(unit, "us") == 0 ? 1 : strcmp(unit, "ms") == 0 ? 1e3 : 1e6);
}

static void load(const io_server *server, bench_size size)
{
    char command[256], line[256];
    snprintf(command, sizeof command,
             BENCH_WRK " -t 1 -c %zu -d %zus --latency http://127.0.0.1:%u/page.html", size.n,
             size.operations, (unsigned)server->port);
    FILE *output = popen(command, "r");
    bench_check(output != NULL);
    double requests = 0, p99 = 0;
    bool right = true;
    while (fgets(line, sizeof line, output)) {
        right &= !strstr(line, "Non-2xx") && !strstr(line, "Socket errors");
        sscanf(line, "Requests/sec: %lf", &requests);
        if (strstr(line, " 99%"))
            p99 = microseconds(line);
    }
    bench_check(pclose(output) == 0 && right && requests > 0 && p99 > 0);
    bench_put("requests", "1/s", requests);
    bench_put("p99", "us", p99);
}

/* The operations of the size are seconds. */
static void serve_page(bench_size size)
{
    make_folder();
    io_server server = strstr(BENCH_SERVER, "nginx") ? start_nginx() : start_httpd();
    bench_pin_to(0);
    load(&server, size);
    io_server_stop(&server);
    remove_folder();
}

static const bench_scenario scenarios[] = {
    {"http", {100, 2}, {10, 1}, serve_page},
    {"http", {1000, 2}, {20, 1}, serve_page},
    {0},
};

static const char *guarded(void)
{
    return BENCH_GUARDED;
}

const bench_program bench_program_here = {BENCH_RUNTIME, scenarios, guarded};
