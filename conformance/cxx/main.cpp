/*
 * Runs one program of the source that it is linked with. The library must hold no memory
 * when the hub has ended.
 */
#include "programs.h"
#include <greenthread/testing.h>
#include <cstdio>
#include <cstring>

static bool failed;

void expect_that(bool good, const char *what, int line)
{
    if (good)
        return;
    std::fprintf(stderr, "line %d: %s\n", line, what);
    failed = true;
}

bool has_failed()
{
    return failed;
}

int main(int, char **arguments)
{
    gt_testing_virtual_clock();
    for (std::size_t i = 0; i < n_programs; i++) {
        if (!arguments[1] || std::strcmp(arguments[1], programs[i].name) != 0)
            continue;
        programs[i].run();
        end_hub();
        expect(gt_testing_live_allocations() == 0);
        return failed;
    }
    std::fprintf(stderr, "which program?\n");
    return 2;
}
