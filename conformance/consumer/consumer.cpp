// The smallest program that a user would write in C++.
#include <cstdio>
#include <greenthread.h>
#include <greenthread/testing.h>
#if !__has_include(<greenthread.hpp>)
#error "greenthread.hpp was not installed"
#endif

static void *answer(void *arg)
{
    gt_sleep(GT_MS(1));
    return arg;
}

int main()
{
    int value = 42;
    gt_thread *thread = gt_spawn(answer, &value);
    std::printf("%d on %s\n", *static_cast<int *>(gt_wait(thread)), gt_testing_backend());
    gt_unref(thread);
    gt_shutdown();
}
