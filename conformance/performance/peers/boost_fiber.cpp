/*
 * Boost.Fiber, with its default stacks. A signal is one of its conditions with a mutex,
 * and a flag.
 */
#include <boost/fiber/all.hpp>
#include <cstdint>
#include <cstdlib>

struct peer_signal {
    boost::fibers::mutex mutex;
    boost::fibers::condition_variable condition;
    bool raised = false;
};

static void peer_begin()
{
    boost::fibers::context::active();
}

static bool peer_spawn(void *(*fn)(void *), void *arg)
{
    boost::fibers::fiber(fn, arg).detach();
    return true;
}

static void *peer_join(void *(*fn)(void *), void *arg)
{
    void *result = nullptr;
    boost::fibers::fiber([&] { result = fn(arg); }).join();
    return result;
}

static void peer_yield()
{
    boost::this_fiber::yield();
}

static void peer_turn()
{
    peer_yield();
}

static void peer_last_turn()
{
}

enum { peer_sleeps_too_short = false };

static void peer_sleep(int64_t duration_ns)
{
    boost::this_fiber::sleep_for(std::chrono::nanoseconds(duration_ns));
}

static void peer_wait(peer_signal *signal)
{
    std::unique_lock<boost::fibers::mutex> lock(signal->mutex);
    signal->condition.wait(lock, [signal] { return signal->raised; });
    signal->raised = false;
}

static void peer_raise(peer_signal *signal)
{
    {
        std::unique_lock<boost::fibers::mutex> lock(signal->mutex);
        signal->raised = true;
    }
    signal->condition.notify_one();
}

static peer_signal *peer_signals(size_t n)
{
    return new peer_signal[n];
}

#include "rows.h"

/* Its channels go there and back faster than its conditions. */

static boost::fibers::buffered_channel<size_t> to_server(2), to_client(2);

static void *serve_by_channel(void *arg)
{
    for (size_t i; to_server.pop(i) == boost::fibers::channel_op_status::success;)
        to_client.push(i + 1);
    return arg;
}

static void play_by_channel(size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        to_server.push(i);
        bench_check(to_client.value_pop() == i + 1);
    }
}

static void ping_pong_by_channel(bench_size size)
{
    peer_begin();
    peer_spawn(serve_by_channel, nullptr);
    play_by_channel(1 + size.operations / 5);
    int64_t start = bench_now();
    play_by_channel(size.operations);
    bench_put_time(NULL, bench_now() - start, size.operations);
}

/* An exception of C++, through three frames and a destructor */

struct cleanup {
    size_t &count;
    ~cleanup()
    {
        count++;
    }
};

static size_t cleaned;

__attribute__((noinline)) static void third(size_t i)
{
    throw i;
}

__attribute__((noinline)) static void second(size_t i)
{
    cleanup at_end{cleaned};
    third(i);
}

__attribute__((noinline)) static void frame(size_t i)
{
    second(i);
    __asm__ volatile("" ::: "memory");
}

static int64_t raise_all(size_t operations)
{
    size_t sum = 0, expected_sum = 0;
    cleaned = 0;
    int64_t start = bench_now();
    for (size_t i = 0; i < operations; i++) {
        expected_sum += i & 7;
        try {
            frame(i & 7);
        } catch (size_t caught) {
            sum += caught;
        }
    }
    int64_t end = bench_now();
    bench_check(sum == expected_sum && cleaned == operations);
    return end - start;
}

static void raise_to_a_try(bench_size size)
{
    raise_all(1 + size.operations / 5);
    bench_put_time(NULL, raise_all(size.operations), size.operations);
}

static const bench_scenario scenarios[] = {
    {"yield", {1, 500000}, {1, 100}, yield},
    {"yield", {2, 500000}, {2, 100}, yield},
    {"yield", {10, 500000}, {10, 100}, yield},
    {"yield", {100, 500000}, {100, 200}, yield},
    {"yield", {1000, 500000}, {1000, 2000}, yield},
    {"yield", {10000, 500000}, {2000, 4000}, yield},
    {"yield", {100000, 500000}, {3000, 6000}, yield},
    {"spawn and join", {1, 100000}, {1, 100}, spawn_and_join},
    {"batch", {1000, 10000}, {100, 200}, batch},
    {"batch", {10000, 10000}, {100, 200}, batch},
    {"batch", {100000, 100000}, {1000, 1000}, batch},
    {"ping-pong", {2, 200000}, {2, 100}, ping_pong_by_channel},
    {"raise", {3, 20000}, {3, 100}, raise_to_a_try},
    {"parked", {100000, 0}, {1000, 0}, parked_memory},
    {"asleep", {100000, 0}, {1000, 0}, asleep},
    {nullptr, {0, 0}, {0, 0}, nullptr},
};

extern "C" const bench_program bench_program_here;
const bench_program bench_program_here = {"Boost.Fiber", scenarios, guarded};
