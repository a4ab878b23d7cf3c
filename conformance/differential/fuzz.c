/*
 * A libFuzzer target: runs bytes as a program, twice. It must not crash, and must leave
 * no allocation behind. Both runs must print the same. A trace that depends on what a
 * former hub has left is an error, too.
 */
#include "program.h"
#include <greenthread/testing.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

/* FNV-1a: a trace is compared, not kept. */
static void add_line(const char *line, void *hash)
{
    unsigned long long *sum = hash;
    for (; *line; line++)
        *sum = (*sum ^ (unsigned char)*line) * 0x100000001b3;
    *sum = (*sum ^ '\n') * 0x100000001b3;
}

static unsigned long long trace_of(const program *program)
{
    unsigned long long hash = 0xcbf29ce484222325;
    program_run(program, add_line, &hash);
    if (gt_testing_live_allocations() != 0) {
        fprintf(stderr, "allocations are left\n");
        abort();
    }
    return hash;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
    static program program;
    program_decode(&program, data, n);
    if (trace_of(&program) != trace_of(&program)) {
        fprintf(stderr, "two runs differ\n");
        abort();
    }
    return 0;
}
