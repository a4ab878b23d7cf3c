/*
 * IO-4 and IO-6: transfers that would sleep if they were made without care, and transfers
 * that must not be cut. The system chooses when what goes through a terminal arrives, so
 * this is no case for a sweep.
 */
#define _GNU_SOURCE
#include "conformance.h"
#include "kinds.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <threads.h>
#include <unistd.h>

enum { READS, WRITES };

static int ends[2];

static void close_ends(void)
{
    gt_close(ends[0]);
    gt_close(ends[1]);
}

/* What one hub does alone */

static size_t done;

static void *writes_much(void *size)
{
    static char much[100000];
    gt_exception e;
    GT_TRY
    {
        gt_write_all(ends[WRITES], much, *(size_t *)size, &done);
    }
    GT_CATCH_ALL(e)
    {
        trace_exception("writer", &e);
    }
    GT_END_TRY;
    return NULL;
}

static void read_all_of_it(const char *what, size_t size)
{
    char buffer[3000];
    size_t got = 0;
    done = 0;
    gt_unref(gt_spawn(writes_much, &size));
    while (got < size)
        got += (size_t)gt_read(ends[READS], buffer, sizeof buffer);
    gt_run();
    trace("%s: %d", what, got == size && done == size);
    close_ends();
}

/* Both ends are in one hub, so a write that sleeps is never read. */
CASE("IO-4", what_a_terminal_has_no_room_for_is_no_sleep, CASE_IO | CASE_ALARM | CASE_NO_SWEEP)
{
    if (!open_terminal(&ends[READS], &ends[WRITES]))
        return;
    read_all_of_it("from a terminal", 100000);
    if (!open_terminal(&ends[WRITES], &ends[READS]))
        return;
    read_all_of_it("to a terminal", 100000);
}

CASE("IO-4", what_a_pipe_has_no_room_for_is_no_sleep, CASE_IO | CASE_ALARM)
{
    if (!open_fifo(ends))
        return;
    read_all_of_it("a named pipe", 100000);
    if (pipe(ends) != 0)
        return;
    read_all_of_it("a pipe", 100000);
}

static void *reads_until_told(void *size)
{
    char buffer[4096];
    for (size_t got = 0; got < *(size_t *)size;)
        got += (size_t)gt_read(ends[READS], buffer, sizeof buffer);
    return NULL;
}

/* One call only: it writes what fits. */
CASE("IO-4", a_write_to_a_terminal_returns, CASE_IO | CASE_ALARM | CASE_NO_SWEEP)
{
    static char much[4096];
    for (int round = 0; round < 20; round++) {
        if (!open_terminal(&ends[READS], &ends[WRITES]))
            return;
        size_t size = sizeof much;
        gt_unref(gt_spawn(reads_until_told, &size));
        gt_yield();
        size_t written = (size_t)gt_write(ends[WRITES], much, sizeof much);
        gt_write_all(ends[WRITES], much, sizeof much - written, NULL);
        gt_run();
        close_ends();
    }
    trace("all is there");
}

static void read_to_the_end(void *got)
{
    char buffer[4096];
    for (;;)
        *(size_t *)got += (size_t)gt_read(ends[READS], buffer, sizeof buffer);
}

/* What was written before a kill, no more and no less, is what arrives. */
CASE("IO-4", a_killed_write_to_a_terminal_is_counted, CASE_IO | CASE_ALARM | CASE_NO_SWEEP)
{
    size_t size = 100000, got = 0;
    gt_exception e;
    if (!open_terminal(&ends[READS], &ends[WRITES]))
        return;
    gt_thread *writer = gt_spawn(writes_much, &size);
    gt_yield();
    gt_kill(writer, NULL);
    gt_unref(writer);
    gt_close(ends[WRITES]);
    gt_try(read_to_the_end, &got, &e);
    trace("some, not all: %d; as told: %d", done > 0 && done < size, done == got);
    gt_close(ends[READS]);
}

static void *adds_five(void *fd)
{
    uint64_t five = 5;
    gt_write(*(int *)fd, &five, sizeof five);
    trace("five is added");
    return NULL;
}

/* An eventfd takes a value whole or not at all, and may be ready for less. */
CASE("IO-4", a_value_that_does_not_fit_waits, CASE_IO | CASE_ALARM | CASE_LINUX)
{
    uint64_t value = UINT64_MAX - 2;
    int fd = open_counter(0);
    gt_write(fd, &value, sizeof value);
    gt_unref(gt_spawn(adds_five, &fd));
    gt_yield();
    trace("main reads");
    gt_read(fd, &value, sizeof value);
    gt_run();
    gt_read(fd, &value, sizeof value);
    trace("and reads %d", (int)value);
    gt_close(fd);
}

/* What several hubs do at once */

enum { HUBS = 6, ROUNDS = 100 };

/* A hub in an OS thread of its own. It answers when it is asked, unless its OS thread sleeps. */
typedef struct station {
    int beat[2];
    void *(*work)(void *);
    thrd_t os_thread;
} station;

static station stations[HUBS];

static int serve_station(void *argument)
{
    station *station = argument;
    char byte;
    gt_thread *worker = gt_spawn(station->work, NULL);
    while (gt_read(station->beat[1], &byte, 1) == 1)
        gt_write(station->beat[1], &byte, 1);
    gt_kill(worker, NULL);
    gt_unref(worker);
    gt_close(station->beat[1]);
    gt_shutdown();
    return 0;
}

static void open_stations(int hubs, void *(*work)(void *))
{
    for (int i = 0; i < hubs; i++) {
        stations[i].work = work;
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, stations[i].beat) != 0 ||
            thrd_create(&stations[i].os_thread, serve_station, &stations[i]) != thrd_success)
            abort();
    }
}

/* Returns when each has answered. */
static void ask_stations(int hubs)
{
    char byte = 0;
    for (int i = 0; i < hubs; i++)
        if (write(stations[i].beat[0], &byte, 1) != 1)
            abort();
    for (int i = 0; i < hubs; i++)
        if (read(stations[i].beat[0], &byte, 1) != 1)
            abort();
}

static void close_stations(int hubs)
{
    for (int i = 0; i < hubs; i++) {
        close(stations[i].beat[0]);
        thrd_join(stations[i].os_thread, NULL);
    }
}

/* In each round there is something for one of them. */
static void share(const char *what, int hubs, void *(*work)(void *), void (*give_one)(void))
{
    open_stations(hubs, work);
    ask_stations(hubs);
    for (int round = 0; round < ROUNDS; round++) {
        give_one();
        ask_stations(hubs);
    }
    close_stations(hubs);
    trace("%s: all have answered", what);
}

static void *accepts_them_all(void *argument)
{
    for (;;)
        gt_close(gt_accept(ends[READS], NULL, NULL));
    return argument;
}

static struct sockaddr_un listener_address;

static void connect_one(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (void *)&listener_address, sizeof listener_address) != 0)
        abort();
    close(fd);
}

CASE("IO-4", hubs_share_a_listener, CASE_IO | CASE_ALARM | CASE_NO_SWEEP)
{
    ends[READS] = listen_at_a_path(&listener_address, 50);
    share("a listener", HUBS, accepts_them_all, connect_one);
    unlisten(&listener_address);
    gt_close(ends[READS]);
}

static void *reads_them_all(void *argument)
{
    char byte;
    for (;;)
        gt_read(ends[READS], &byte, 1);
    return argument;
}

static void write_one(void)
{
    if (write(ends[WRITES], "x", 1) != 1)
        abort();
}

CASE("IO-4", hubs_share_what_they_read, CASE_IO | CASE_ALARM | CASE_NO_SWEEP)
{
    if (pipe(ends) != 0)
        return;
    share("a pipe", 4, reads_them_all, write_one);
    close_ends();
    if (!open_fifo(ends))
        return;
    share("a named pipe", 4, reads_them_all, write_one);
    close_ends();
    if (!open_terminal(&ends[WRITES], &ends[READS]))
        return;
    share("a terminal", 2, reads_them_all, write_one);
    close_ends();
    if (!open_terminal(&ends[READS], &ends[WRITES]))
        return;
    share("a terminal's other side", 2, reads_them_all, write_one);
    close_ends();
}

static void *writes_and_writes(void *argument)
{
    static char much[5000];
    for (;;)
        gt_write(ends[WRITES], much, sizeof much);
    return argument;
}

static void read_some_of_it(void)
{
    char buffer[700];
    if (read(ends[READS], buffer, sizeof buffer) <= 0)
        abort();
}

CASE("IO-4", hubs_share_what_they_write, CASE_IO | CASE_ALARM | CASE_NO_SWEEP)
{
    if (!open_terminal(&ends[READS], &ends[WRITES]))
        return;
    share("a terminal", 2, writes_and_writes, read_some_of_it);
    close_ends();
    if (!open_fifo(ends))
        return;
    share("a named pipe", 2, writes_and_writes, read_some_of_it);
    close_ends();
    if (pipe(ends) != 0)
        return;
    share("a pipe", 2, writes_and_writes, read_some_of_it);
    close_ends();
}

/* Transfers that may not be cut */

CASE("IO-6", a_file_takes_all_at_once, CASE_IO)
{
    static char much[1 << 20];
    FILE *file = tmpfile();
    int fd = fileno(file);
    trace("%d bytes written", (int)gt_write(fd, much, sizeof much));
    lseek(fd, 0, SEEK_SET);
    trace("%d bytes read", (int)gt_read(fd, much, sizeof much));
    trace("%d at the end", (int)gt_read(fd, much, sizeof much));
    fclose(file);
}

enum { RECORD = 4096, RECORDS = 40 };

static void *writes_records(void *letter)
{
    char record[RECORD];
    memset(record, *(char *)letter, sizeof record);
    for (int i = 0; i < RECORDS; i++)
        if (gt_write(ends[WRITES], record, sizeof record) != RECORD)
            trace("a record is cut");
    return NULL;
}

/* The writers find all kinds of room, because the reader takes odd amounts. */
static void read_records(const char *what)
{
    static char all[2 * RECORDS * RECORD];
    size_t got = 0, torn = 0;
    gt_unref(gt_spawn(writes_records, "a"));
    gt_unref(gt_spawn(writes_records, "b"));
    while (got < sizeof all) {
        size_t rest = sizeof all - got;
        got += (size_t)gt_read(ends[READS], all + got, rest < 1111 ? rest : 1111);
    }
    gt_run();
    for (size_t i = 0; i < sizeof all; i++)
        torn += all[i] != all[i / RECORD * RECORD];
    trace("%s: %s", what, torn ? "torn" : "each is whole");
    close_ends();
}

CASE("IO-6", a_record_for_a_pipe_is_whole, CASE_IO | CASE_ALARM)
{
    if (pipe(ends) != 0)
        return;
    read_records("a pipe");
    if (!open_fifo(ends))
        return;
    read_records("a named pipe");
}
