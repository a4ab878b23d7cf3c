/*
 * Linked into the suite's programs in a build for coverage: a case that ends
 * by abort has its counters written first, as exit would do. Cases that end by
 * a fault or by _exit lose theirs, which is said in docs/coverage.md.
 */
#include <gcov.h>
#include <signal.h>

/* abort goes on when this returns. */
static void write_counters(int signum)
{
    (void)signum;
    __gcov_dump();
}

__attribute__((constructor)) static void catch_abort(void)
{
    signal(SIGABRT, write_counters);
}
