/*
 * C++ exceptions in green threads. Each thread has its own, wherever it blocks. They may
 * pass frames of the library, which are then taken back (EXC-7, EXC-8).
 */
#include "programs.h"
#include <greenthread.h>
#include <greenthread/testing.h>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 5, ROUNDS = 20 };

/* No exception of C++ is being handled or raised in the calling thread. */
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

/* Handlers inside handlers, and exceptions that are kept */

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

/* Raises of the library that leave handlers */

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

/* A kill that leaves handlers ends them, with what they handled. */
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

/* A raise leaves handlers and lands in a try: the handlers that it began in are current again. */
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

/* A thread ends inside a handler, and the next one runs on its stack. */
static void threads_that_end_in_handlers()
{
    run_in_threads(returns_from_a_handler);
    run_in_threads(finds_nothing);
    expect(alive == 0);
}

/* Exceptions that pass frames of the library */

static void throws(void *argument)
{
    gt_shield_begin();
    gt_yield();
    throw *static_cast<int *>(argument);
}

static void *throws_in_time(void *argument)
{
    gt_yield();
    throw *static_cast<int *>(argument);
}

static void throw_through_macros(int number)
{
    gt_exception e;
    counted local;
    GT_TRY
    {
        GT_DEFER([](void *) { gt_yield(); }, nullptr);
        throw number;
    }
    GT_CATCH_ALL(e)
    {
        expect(false);
    }
    GT_END_TRY;
}

static void throw_through_a_pop(int number)
{
    gt_cleanup record;
    gt_cleanup_push(&record, throws, &number);
    gt_cleanup_pop(&record, true);
}

template <typename Function> static int thrown_by(Function function)
{
    try {
        function();
    } catch (int number) {
        gt_yield();
        return number;
    }
    return 0;
}

/* A raise reaches a try outside all of them, although they are gone. */
static void pass_all(void *argument)
{
    int number = *static_cast<int *>(argument);
    expect(thrown_by([=] { gt_try(throws, argument, nullptr); }) == number);
    expect(thrown_by([=] { gt_with_timeout(GT_MS(5), throws_in_time, argument, nullptr); }) == number);
    expect(thrown_by([=] { throw_through_macros(number); }) == number);
    expect(thrown_by([=] { throw_through_a_pop(number); }) == number);
    gt_shield_end();
    gt_sleep(GT_MS(10));
    raise_in_a_handler(nullptr);
}

static void *is_passed(void *argument)
{
    gt_exception e;
    expect(!gt_try(pass_all, argument, &e));
    expect(e.code == 7);
    gt_sleep(GT_MS(10));
    return nullptr;
}

static void *throws_in_a_link(gt_thread *dead)
{
    return reinterpret_cast<void *>(thrown_by([=] {
        gt_link(dead, [](gt_thread *, void *) { throw 5; }, nullptr);
    }) == 5);
}

static void exceptions_pass_the_library()
{
    run_in_threads(is_passed);
    gt_thread *dead = gt_spawn(finds_nothing, nullptr);
    gt_wait(dead);
    expect(throws_in_a_link(dead));
    gt_unref(dead);
    expect(alive == 0);
}

/* Exceptions that may not pass: what the library says, and that the process aborts */

static void *throws_at_once(void *)
{
    throw std::runtime_error("out of a thread");
}

static void out_of_a_thread()
{
    gt_unref(gt_spawn(throws_at_once, nullptr));
    gt_run();
}

static void out_of_a_link()
{
    gt_thread *thread = gt_spawn(finds_nothing, nullptr);
    gt_link(thread, [](gt_thread *, void *) { throw std::runtime_error("out of a link"); }, nullptr);
    gt_wait(thread);
}

static void out_of_a_cleanup()
{
    gt_exception raised = {&GT_ERROR, 7, nullptr, nullptr, nullptr, nullptr, 0};
    try {
        GT_DEFER([](void *) { throw 3; }, nullptr);
        gt_raise(&raised);
    } catch (int) {
        gt_yield();
    }
}

static void *raises(void *)
{
    gt_exception raised = {&GT_ERROR, 7, nullptr, nullptr, nullptr, nullptr, 0};
    gt_raise(&raised);
}

static void out_of_a_report()
{
    gt_set_report([](const char *, void *) { throw 3; }, nullptr);
    try {
        gt_thread *thread = gt_spawn(raises, nullptr);
        gt_yield();
        gt_unref(thread);
    } catch (int) {
        gt_yield();
    }
}

static void push_and_throw(void *number)
{
    gt_cleanup record;
    gt_cleanup_push(&record, throws, number);
    throw *static_cast<int *>(number);
}

static void past_a_record()
{
    int number = 4;
    try {
        gt_try(push_and_throw, &number, nullptr);
    } catch (int) {
        gt_yield();
    }
}

static void expect_abort(void (*function)(), const char *message)
{
    int ends[2], status;
    char said[4096] = "";
    expect(pipe(ends) == 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        gt_shutdown();
        function();
        _exit(0);
    }
    close(ends[1]);
    for (size_t length = 0; length < sizeof said - 1;) {
        ssize_t n = read(ends[0], said + length, sizeof said - 1 - length);
        if (n <= 0)
            break;
        length += static_cast<size_t>(n);
    }
    close(ends[0]);
    expect(waitpid(child, &status, 0) == child);
    expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    expect_that(std::strstr(said, message), message, __LINE__);
}

static void exceptions_that_are_refused()
{
    expect_abort(out_of_a_thread, "out of a thread");
    expect_abort(out_of_a_link, "out of a link");
    expect_abort(out_of_a_cleanup, "greenthread: gt_raise: a C++ exception left a cleanup");
    expect_abort(out_of_a_report,
                 "greenthread: gt_set_report: a C++ exception left the report function");
    expect_abort(past_a_record, "greenthread: gt_cleanup_push: a scope was left with a cleanup");
}

const program programs[] = {
    {"handlers_that_block", handlers_that_block},
    {"destructors_that_block", destructors_that_block},
    {"handlers_in_handlers", handlers_in_handlers},
    {"exceptions_passed_between_threads", exceptions_passed_between_threads},
    {"kills_in_handlers", kills_in_handlers},
    {"raises_in_handlers", raises_in_handlers},
    {"threads_that_end_in_handlers", threads_that_end_in_handlers},
    {"exceptions_pass_the_library", exceptions_pass_the_library},
    {"exceptions_that_are_refused", exceptions_that_are_refused},
};

const std::size_t n_programs = sizeof programs / sizeof programs[0];

void end_hub()
{
    gt_shutdown();
}
