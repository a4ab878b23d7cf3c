/*
 * A process beside the suite's watches a shared page. It is not a child of the suite's,
 * because cases wait for their own children. Rejected: an alarm. Its signal would
 * interrupt what cases do.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "watch.h"
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOKS_A_SECOND = 50 };

static struct page {
    atomic_uint notes;
    atomic_bool over;
    char name[200];
} * page;

static void sleep_for_a_look(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000000 / LOOKS_A_SECOND}, NULL);
}

static _Noreturn void look_after(pid_t suite, unsigned seconds)
{
    unsigned seen = 0;
    for (unsigned long idle = 0; idle < (unsigned long)seconds * LOOKS_A_SECOND; idle++) {
        sleep_for_a_look();
        if (atomic_load(&page->over) || kill(suite, 0) != 0)
            _exit(0);
        if (atomic_load(&page->notes) != seen) {
            seen = atomic_load(&page->notes);
            idle = 0;
        }
    }
    printf("not ok - %s\n#   it hung: killed after %u seconds\n", page->name, seconds);
    fflush(stdout);
    kill(suite, SIGKILL);
    _exit(1);
}

void watch_begin(unsigned seconds)
{
    pid_t suite = getpid();
    page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        page = NULL;
        return;
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (fork() == 0)
            look_after(suite, seconds);
        _exit(0);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
}

void watch_note(const char *name)
{
    if (!page)
        return;
    fflush(stdout);
    snprintf(page->name, sizeof page->name, "%s", name);
    atomic_fetch_add(&page->notes, 1);
}

void watch_end(void)
{
    if (page)
        atomic_store(&page->over, true);
}
