/*
 * C++ exceptions in green threads: each thread has its own, wherever it blocks,
 * and frames of the library that they pass are taken back (EXC-7, EXC-8).
 *
 *   greenthread-cxx-BACKEND NAME    runs one program, exits with 0 if it went well
 */
#include <greenthread.h>
#include <greenthread/testing.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

static int failures;

static void expect_that(bool good, const char *what, int line)
{
    if (good)
        return;
    std::fprintf(stderr, "line %d: %s\n", line, what);
    failures++;
}

#define expect(condition) expect_that((condition), #condition, __LINE__)

enum { THREADS = 5, ROUNDS = 20 };

/* Nothing of C++ is under way in the calling thread. */
static void expect_idle(int line)
{
    expect_that(!std::current_exception(), "no exception is handled", line);
    expect_that(std::uncaught_exceptions() == 0, "no exception is on its way", line);
}

static void run_in_threads(gt_function *fn)
{
    std::vector<int> numbers(THREADS);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i + 1;
        gt_unref(gt_spawn(fn, &numbers[i]));
    }
    gt_run();
    expect_idle(__LINE__);
}

/* Handlers that block */

static void *rethrows(void *argument)
{
    int number = *static_cast<int *>(argument);
    for (int round = 0; round < ROUNDS; round++) {
        try {
            try {
                throw number * 1000 + round;
            } catch (...) {
                gt_sleep(GT_MS(number * round % 7));
                gt_yield();
                throw;
            }
        } catch (int caught) {
            expect(caught == number * 1000 + round);
            gt_yield();
        }
        expect_idle(__LINE__);
    }
    return nullptr;
}

static void handlers_that_block()
{
    run_in_threads(rethrows);
}

/* Destructors that block while an exception passes them */

struct blocks_when_left {
    int number, expected;
    ~blocks_when_left()
    {
        expect(std::uncaught_exceptions() == expected);
        gt_sleep(GT_MS(number));
        gt_yield();
        expect(std::uncaught_exceptions() == expected);
    }
};

static void *unwinds(void *argument)
{
    int number = *static_cast<int *>(argument);
    for (int round = 0; round < ROUNDS; round++) {
        bool throws = (round + number) % 2;
        try {
            blocks_when_left outer{number, throws};
            blocks_when_left inner{round % 5, throws};
            if (throws)
                throw std::to_string(number);
        } catch (const std::string &text) {
            expect(text == std::to_string(number));
        }
        expect_idle(__LINE__);
    }
    return nullptr;
}

static void destructors_that_block()
{
    run_in_threads(unwinds);
}

/* Handlers in handlers, and exceptions that are kept */

static void *nests(void *argument)
{
    int number = *static_cast<int *>(argument);
    std::exception_ptr outer, inner;
    try {
        throw std::runtime_error("outer " + std::to_string(number));
    } catch (const std::exception &first) {
        gt_yield();
        outer = std::current_exception();
        try {
            gt_sleep(GT_MS(number));
            throw std::logic_error("inner " + std::to_string(number));
        } catch (const std::exception &second) {
            gt_sleep(GT_MS(THREADS - number));
            inner = std::current_exception();
            expect(second.what() == "inner " + std::to_string(number));
        }
        gt_yield();
        expect(std::current_exception() == outer);
        expect(first.what() == "outer " + std::to_string(number));
    }
    expect_idle(__LINE__);
    try {
        std::rethrow_exception(inner);
    } catch (const std::logic_error &again) {
        gt_yield();
        expect(again.what() == "inner " + std::to_string(number));
    }
    return nullptr;
}

static void handlers_in_handlers()
{
    run_in_threads(nests);
}

static std::exception_ptr passed;

static void *passes_one_on(void *)
{
    try {
        throw std::runtime_error("of another thread");
    } catch (...) {
        passed = std::current_exception();
        gt_yield();
        gt_yield();
    }
    return nullptr;
}

static void exceptions_passed_between_threads()
{
    gt_unref(gt_spawn(passes_one_on, nullptr));
    gt_yield();
    try {
        std::rethrow_exception(passed);
    } catch (const std::runtime_error &error) {
        gt_yield();
        expect(std::strcmp(error.what(), "of another thread") == 0);
        gt_run();
    }
    passed = nullptr;
    expect_idle(__LINE__);
}

/* Raises of the library's out of handlers */

static int alive;

struct counted {
    counted() { alive++; }
    counted(const counted &) { alive++; }
    ~counted() { alive--; }
};

static void *sleeps_in_a_handler(void *)
{
    try {
        throw counted();
    } catch (const counted &) {
        try {
            throw counted();
        } catch (...) {
            gt_sleep(GT_SECONDS(1000));
        }
    }
    return nullptr;
}

static void *finds_nothing(void *)
{
    expect_idle(__LINE__);
    return nullptr;
}

/* Handlers that a kill leaves end, with what they handled. */
static void kills_in_handlers()
{
    gt_thread *threads[THREADS];
    for (auto &thread : threads)
        thread = gt_spawn(sleeps_in_a_handler, nullptr);
    gt_yield();
    expect(alive == 2 * THREADS);
    expect_idle(__LINE__);
    for (auto thread : threads) {
        gt_kill_wait(thread, nullptr);
        gt_unref(thread);
        gt_unref(gt_spawn(finds_nothing, nullptr));
        gt_yield();
    }
    expect(alive == 0);
    expect_idle(__LINE__);
}

static void raise_in_a_handler(void *)
{
    static const gt_exception raised = {&GT_ERROR, 7, "from a handler", nullptr, nullptr, nullptr, 0};
    try {
        throw counted();
    } catch (...) {
        gt_raise(&raised);
    }
}

static void *times_out(void *argument)
{
    std::exception_ptr mine;
    gt_exception e;
    try {
        throw *static_cast<int *>(argument);
    } catch (int number) {
        mine = std::current_exception();
        expect(!gt_try(raise_in_a_handler, nullptr, &e));
        expect(e.code == 7);
        expect(std::current_exception() == mine);
        expect(!gt_with_timeout(GT_MS(number), sleeps_in_a_handler, nullptr, nullptr));
        expect(std::current_exception() == mine);
        GT_TRY
        {
            raise_in_a_handler(nullptr);
        }
        GT_CATCH_ALL(e)
        {
            gt_yield();
        }
        GT_END_TRY;
        expect(std::current_exception() == mine);
        expect(number == *static_cast<int *>(argument));
    }
    expect_idle(__LINE__);
    return nullptr;
}

/* A try that a raise leaves handlers for is back in those that it began in. */
static void raises_in_handlers()
{
    run_in_threads(times_out);
    expect(alive == 0);
}

static void *returns_from_a_handler(void *argument)
{
    try {
        throw counted();
    } catch (...) {
        gt_yield();
        return argument;
    }
}

/* The end of a thread in a handler, and the next one on its stack. */
static void threads_that_end_in_handlers()
{
    run_in_threads(returns_from_a_handler);
    run_in_threads(finds_nothing);
    expect(alive == 0);
}

static const struct {
    const char *name;
    void (*run)();
} programs[] = {
    {"handlers_that_block", handlers_that_block},
    {"destructors_that_block", destructors_that_block},
    {"handlers_in_handlers", handlers_in_handlers},
    {"exceptions_passed_between_threads", exceptions_passed_between_threads},
    {"kills_in_handlers", kills_in_handlers},
    {"raises_in_handlers", raises_in_handlers},
    {"threads_that_end_in_handlers", threads_that_end_in_handlers},
};

int main(int, char **arguments)
{
    gt_testing_virtual_clock();
    for (const auto &program : programs) {
        if (!arguments[1] || std::strcmp(arguments[1], program.name) != 0)
            continue;
        program.run();
        gt_shutdown();
        expect(gt_testing_live_allocations() == 0);
        return failures != 0;
    }
    std::fprintf(stderr, "which program?\n");
    return 2;
}
