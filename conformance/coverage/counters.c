/*
 * Linked into the suite's programs in a build for coverage. A case that ends by abort
 * first writes its counters, as exit would do. Cases that end by a fault or by _exit lose
 * theirs; docs/coverage.md says so.
 */
#include <gcov.h>
#include <signal.h>

/* When this returns, abort goes on. */
static void write_counters(int signum)
{
    (void)signum;
    __gcov_dump();
}

__attribute__((constructor)) static void catch_abort(void)
{
    signal(SIGABRT, write_counters);
}
