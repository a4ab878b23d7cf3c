/*
 * greenthread.hpp: what it promises to C++ programs.
 */
#include "programs.h"
#include <greenthread.hpp>
#include <greenthread/testing.h>

#include <limits>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
namespace gt = greenthread;

static std::string written;

static void write(const std::string &text)
{
    written += text + "\n";
}

static void expect_written(const std::string &wanted, int line)
{
    expect_that(written == wanted, ("written:\n" + written + "wanted:\n" + wanted).c_str(), line);
    written.clear();
}

static void take_report(const char *text, void *)
{
    write(text);
}

static int alive;

struct counted {
    counted()
    {
        alive++;
    }
    counted(const counted &)
    {
        alive++;
    }
    counted(counted &&) noexcept
    {
        alive++;
    }
    ~counted()
    {
        alive--;
    }
};

struct writes_when_left {
    const char *text;
    ~writes_when_left()
    {
        write(text);
    }
};

/* The name of the class that a call throws, from the most derived to the least. */
template <class Function> static std::string thrown_by(Function function)
{
    try {
        function();
    } catch (const gt::killed &) {
        return "killed";
    } catch (const gt::timed_out &) {
        return "timed_out";
    } catch (const gt::os_error &) {
        return "os_error";
    } catch (const gt::no_memory &) {
        return "no_memory";
    } catch (const gt::deadlock &) {
        return "deadlock";
    } catch (const gt::closed &) {
        return "closed";
    } catch (const gt::error &) {
        return "error";
    } catch (const std::exception &) {
        return "std::exception";
    } catch (const gt::raised &) {
        return "raised";
    }
    return "nothing";
}

/* Destructors */

static void sleeps_in_frames()
{
    writes_when_left outer{"outer"};
    try {
        writes_when_left inner{"inner"};
        gt::sleep(1000s);
    } catch (const std::exception &) {
        write("a kill is no std::exception");
    } catch (...) {
        writes_when_left handler{"handler"};
        throw;
    }
}

static void kills_run_destructors()
{
    auto thread = gt::spawn(sleeps_in_frames);
    gt::yield();
    thread.kill();
    expect_written("inner\nhandler\nouter\n", __LINE__);
    expect(thread.state() == GT_DEAD);
    gt_exception e;
    expect(!thread.wait(&e));
    expect(e.kind == &GT_EXIT);
    expect(std::strcmp(e.function, "gt_kill") == 0);
    expect(thrown_by([&] { thread.join(); }) == "killed");
    expect(!thread.joinable());
}

/* As each other thing that can be thrown into a thread. */
static void other_exceptions_run_destructors()
{
    static const gt_kind own = {"OWN", nullptr}, of_error = {"OF_ERROR", &GT_ERROR};
    const struct {
        const gt_kind *kind;
        const char *name;
    } kinds[] = {
        {&GT_EXIT, "killed"},         {&GT_TIMEOUT, "timed_out"}, {&GT_OS_ERROR, "os_error"},
        {&GT_NO_MEMORY, "no_memory"}, {&GT_DEADLOCK, "deadlock"}, {&GT_CLOSED, "closed"},
        {&GT_ERROR, "error"},         {&of_error, "error"},       {&own, "raised"}};
    for (const auto &one : kinds) {
        gt_exception e = {one.kind, 9, "thrown", &alive, nullptr, nullptr, 0};
        auto thread = gt::spawn([&] {
            counted local;
            std::string name = thrown_by([] { gt::yield(), gt::yield(); });
            gt::throw_raised(e);
            return name;
        });
        gt::yield();
        thread.kill(&e);
        expect(alive == 0);
        gt_exception outcome;
        expect(!gt_join(thread.native(), nullptr, &outcome));
        expect(outcome.kind == one.kind && outcome.code == 9 && outcome.value == &alive);
        expect(thrown_by([&] { thread.join(); }) == one.name);
    }
}

/* Whatever call a kill meets, nothing is left behind. */
static void kills_at_each_call()
{
    gt::semaphore door(1);
    uint64_t number = 1; /* of the next thread */
    size_t kth = 0;
    do {
        uint64_t spawned = 1;
        gt_testing_kill_at(number, ++kth);
        auto thread = gt::spawn([&, local = counted()] {
            gt::permit inside(door);
            counted one;
            gt::sleep(1ms);
            {
                gt::shield until_left;
                counted two;
                gt::yield();
            }
            spawned++;
            auto child = gt::spawn([local = counted()] { gt::sleep(1ms); });
            child.join();
            gt::with_timeout(1s, [] { gt::sleep(2ms); });
        });
        bool returned = thread.wait();
        expect(returned != gt_testing_kill_struck());
        gt::run();
        expect(alive == 0);
        expect(door.permits() == 1);
        number += spawned;
    } while (gt_testing_kill_struck() && kth < 100);
    expect(kth == 5);
}

/* Results and arguments */

static int seven = 7;

struct adds {
    int n;
    int add(int m) const
    {
        return n + m;
    }
};

static void results_by_value()
{
    expect(gt::spawn([] { return std::string(100, 'x'); }).join() == std::string(100, 'x'));
    auto text = gt::spawn([](std::unique_ptr<std::string> given) { return given; },
                          std::make_unique<std::string>("moved"));
    expect(*text.join() == "moved");
    int changed = 0;
    gt::spawn([](int &n) { n = 5; }, std::ref(changed)).join();
    expect(changed == 5);
    expect(&gt::spawn([]() -> int & { return seven; }).join() == &seven);
    expect(gt::spawn(&adds::add, adds{3}, 4).join() == 7);
    char literal[] = "copied";
    auto copied = gt::spawn([](const std::string &given) { return given; }, std::string(literal));
    literal[0] = 'X';
    expect(copied.join() == "copied");
    expect(gt::spawn({.name = "worker", .stack_size = 100000}, [] {
               return std::string(gt::self().name());
           }).join() == "worker");
}

static void callables_are_destroyed()
{
    auto ends = gt::spawn([local = counted()](const counted &) { return 1; }, counted());
    expect(alive == 2);
    gt::yield();
    expect(alive == 0);
    expect(ends.join() == 1);

    auto unstarted = gt::spawn([local = counted()](const counted &) {}, counted());
    expect(alive == 2);
    unstarted.kill();
    expect(alive == 0);
    expect(thrown_by([&] { unstarted.join(); }) == "killed");

    gt::spawn([local = counted()] { return counted(); }).detach();
    gt::run();
    expect(alive == 0);

    gt::spawn({.delay = 10s}, [local = counted()] {}).cancel();
    expect(alive == 0);
}

/* Exceptions */

struct own_exception : std::runtime_error {
    int number;
    explicit own_exception(int n) : std::runtime_error("own"), number(n)
    {
    }
};

static void exceptions_are_carried()
{
    auto thread = gt::spawn([]() -> int {
        counted local;
        gt::yield();
        throw own_exception(4);
    });
    try {
        thread.join();
        expect(false);
    } catch (const own_exception &e) {
        expect(e.number == 4);
        expect(!thread.joinable());
    }
    expect(alive == 0);
    try {
        gt::spawn([] { throw 5; }).join();
        expect(false);
    } catch (int n) {
        expect(n == 5);
    }
    auto outer = gt::spawn([] { gt::spawn([] { throw own_exception(6); }).join(); });
    try {
        outer.join();
        expect(false);
    } catch (const own_exception &e) {
        expect(e.number == 6);
    }
    expect(written.empty());
}

static void *joins_in_c(void *thread)
{
    static gt_exception e;
    return gt_join(static_cast<gt_thread *>(thread), nullptr, &e) ? nullptr : &e;
}

template <class Function> static gt_exception as_c_sees(Function function)
{
    auto thread = gt::spawn(std::move(function));
    gt_thread *joiner = gt_spawn(joins_in_c, thread.native());
    gt_exception e = *static_cast<gt_exception *>(gt_wait(joiner));
    gt_unref(joiner);
    return e;
}

static void c_sees_what_was_thrown()
{
    static const gt_kind own = {"OWN", &GT_ERROR};
    gt_exception e = as_c_sees([] { throw own_exception(1); });
    expect(e.kind == &gt::cxx_exception && gt_exception_is(&e, &GT_ERROR));
    expect(std::strcmp(e.message, "own") == 0);
    expect(as_c_sees([] { throw 3; }).kind == &gt::cxx_exception);
    e = as_c_sees([] { throw gt::error({&own, 5, "text", &seven, nullptr, nullptr, 0}); });
    expect(e.kind == &own && e.code == 5 && e.value == &seven);
    expect(as_c_sees([] { throw gt::killed(); }).kind == &GT_EXIT);
    e = as_c_sees([] { gt::close(-1); });
    expect(e.kind == &GT_OS_ERROR && e.code == EBADF);
    expect(e.message && std::strcmp(e.function, "gt_close") == 0);
    e = as_c_sees([] { gt::spawn({.stack_size = SIZE_MAX}, [] {}); });
    expect(e.kind == &GT_OS_ERROR && e.code == EINVAL && e.message);
    e = as_c_sees([] {
        gt::timeout limit(1ms);
        gt::sleep(1s);
    });
    expect(e.kind == &GT_TIMEOUT);
    e = as_c_sees([] { gt::self().wait(); });
    expect(e.kind == &GT_DEADLOCK);
}

static void exceptions_are_of_the_standard()
{
    try {
        gt::close(-1);
        expect(false);
    } catch (const std::system_error &e) {
        expect(e.code() == std::errc::bad_file_descriptor);
        expect(std::string(e.what()).find("gt_close") != std::string::npos);
    }
    gt_set_report(take_report, nullptr);
    gt::semaphore nothing(0);
    expect(thrown_by([&] { nothing.acquire(); }) == "deadlock");
    expect(written.find("deadlock: nothing can wake") == 0);
    written.clear();
    expect(thrown_by([] { gt::spawn({.stack_size = SIZE_MAX}, [] {}); }) == "os_error");
}

static void unjoined_exceptions_are_reported()
{
    gt_set_report(take_report, nullptr);
    {
        auto thread = gt::spawn([] { throw own_exception(1); });
        gt::yield();
        expect_written("", __LINE__);
    }
    expect_written("thread 1: unhandled C++ exception: own\n raised in C++\n", __LINE__);
    gt::spawn({.name = "two"}, [] { throw 1; }).detach();
    gt::run();
    expect_written("thread 2 \"two\": unhandled C++ exception: not a std::exception\n"
                   " raised in C++\n",
                   __LINE__);
    gt::spawn([] { throw gt::killed(); }).detach();
    gt::run();
    expect_written("", __LINE__);
    gt::spawn([] { gt::close(-1); }).detach();
    gt::run();
    expect(written.find("thread 4: unhandled GT_OS_ERROR, code 9") == 0);
    expect(written.find(" raised in gt_close\n") != std::string::npos);
    written.clear();
    /* The text outlives all that is of C++. */
    auto kept = gt::spawn([] { throw std::runtime_error(std::string(300, 'x')); });
    gt_thread *of_c = gt_ref(kept.native());
    kept.detach();
    gt::run();
    gt_unref(of_c);
    expect_written("thread 5: unhandled C++ exception: " + std::string(200, 'x') +
                       "\n raised in C++\n",
                   __LINE__);
    for (int i = 0; i < 300; i++)
        gt::spawn([=] { throw std::runtime_error(std::to_string(i)); }).detach();
    gt::run();
    expect(written.find("unhandled C++ exception: 100\n") != std::string::npos);
    expect(written.find("unhandled C++ exception: 299\n") == std::string::npos);
    expect(written.find("unhandled C++ exception: no text is kept\n") != std::string::npos);
    written.clear();
}

/* Shields, and destructors that block */

struct blocks_when_left {
    ~blocks_when_left()
    {
        gt::sleep(10ms);
        write("left at " + std::to_string(gt_now() / 1000000));
    }
};

struct shielded_when_left {
    ~shielded_when_left()
    {
        gt::shield until_left;
        gt::sleep(10ms);
        write("left at " + std::to_string(gt_now() / 1000000));
    }
};

/* A second kill while the first unwinds: the destructor goes on. */
static void kills_of_destructors_that_unwind()
{
    auto thread = gt::spawn([] {
        {
            try {
                blocks_when_left first;
                gt::sleep(1000s);
            } catch (const gt::killed &) {
                write("killed");
            }
        }
        expect(std::uncaught_exceptions() == 0);
        write(thrown_by([] { gt::yield(); }));
        write(thrown_by([] { gt::yield(); }));
    });
    gt::yield();
    thread.kill();
    expect_written("", __LINE__);
    gt::sleep(5ms);
    thread.kill();
    expect_written("", __LINE__);
    thread.join();
    expect_written("left at 10\nkilled\nkilled\nnothing\n", __LINE__);
}

/* In a destructor that nothing unwinds yet. */
static void kills_of_destructors_with_shields()
{
    auto thread = gt::spawn([] {
        writes_when_left outer{"outer"};
        {
            shielded_when_left local;
        }
        write("goes on");
        gt::yield();
        write("this is never written");
    });
    gt::yield();
    thread.kill();
    gt::run();
    expect_written("left at 10\ngoes on\nouter\n", __LINE__);
    expect(thrown_by([&] { thread.join(); }) == "killed");
}

static void shields()
{
    auto ended = gt::spawn([] {
        gt::shield outer;
        {
            gt::shield inner;
            gt::sleep(10ms);
        }
        gt::sleep(10ms);
        write("at " + std::to_string(gt_now() / 1000000));
        write(thrown_by([&] { outer.end(); }));
        outer.end();
        gt::yield();
    });
    gt::yield();
    ended.kill();
    ended.join();
    expect_written("at 20\nkilled\n", __LINE__);

    /* What is held back stays so in the next shield, and a kill goes before a timeout. */
    auto again = gt::spawn([] {
        gt::timeout limit(1ms);
        {
            gt::shield first;
            gt::sleep(2ms);
        }
        {
            gt::shield second;
            gt::sleep(10ms);
        }
        write(thrown_by([] { gt::yield(); }));
    });
    gt::sleep(5ms);
    again.kill();
    again.join();
    expect_written("killed\n", __LINE__);

    auto lost = gt::spawn([] {
        gt::shield until_left;
        gt::sleep(10ms);
        return 3;
    });
    gt::yield();
    lost.kill();
    expect(lost.join() == 3);
    gt::spawn([] { gt::yield(); }).join(); /* maybe at the same address */
}

/* Timeouts */

static void timeouts()
{
    expect(gt::with_timeout(10ms, [] { return std::string("in time"); }) == "in time");
    expect(!gt::with_timeout(
        10ms,
        [](auto d) {
            gt::sleep(d);
            return 1;
        },
        1s));
    expect(gt_now() == 10000000);
    expect(gt::with_timeout(10ms, [] {}));
    counted one;
    expect(!gt::with_timeout(5ms, [] {
        counted two;
        gt::sleep(1s);
    }));
    expect(alive == 1);
    expect(!gt::with_timeout(5ms, [] {
                return gt::with_timeout(10ms, [] { gt::sleep(1s); });
            }).has_value());
    expect(gt_now() == 20000000);
    gt::timeout outer(1ms);
    try {
        gt::timeout inner(10ms);
        try {
            gt::sleep(1s);
        } catch (const std::exception &) {
            expect(false);
        }
    } catch (const gt::timed_out &e) {
        expect(outer.is(e));
        gt::timeout other(10ms);
        expect(!other.is(e));
    }
    gt::sleep(1s);
}

/* A timeout that a shield held back, and that is stopped, is thrown no more. */
static void timeouts_that_are_held_back()
{
    expect(gt::with_timeout(1ms, [] {
        gt::shield until_left;
        gt::sleep(10ms);
    }));
    gt::yield();
    {
        gt::timeout outer(1ms), inner(2ms);
        {
            gt::shield until_left;
            gt::sleep(10ms);
        }
        inner.stop();
        expect(thrown_by([] { gt::yield(); }) == "timed_out");
    }
    gt::yield();
}

/* Semaphores */

static void permits_are_given_back()
{
    gt::semaphore door(1);
    auto holder = gt::spawn([&] {
        gt::permit inside(door);
        gt::sleep(1000s);
    });
    auto waiter = gt::spawn([&] {
        gt::permit inside(door);
        write("inside");
        gt::permit moved = std::move(inside);
        moved.release();
        expect(door.permits() == 1);
    });
    gt::yield();
    expect(!door.try_acquire());
    expect(!door.try_acquire_for(1ms));
    holder.kill();
    waiter.join();
    expect_written("inside\n", __LINE__);
    expect(door.permits() == 1);
    auto killed = gt::spawn([&] {
        gt::permit inside(door);
        throw own_exception(1);
    });
    expect(thrown_by([&] { killed.join(); }) == "std::exception");
    expect(door.try_acquire_for(std::chrono::hours::max()));
    door.release();
}

/* Links */

static void links()
{
    gt_set_report(take_report, nullptr);
    auto thread = gt::spawn([] { return 1; });
    thread.link([text = std::make_unique<std::string>("one"), local = counted()] { write(*text); });
    thread.link([] { throw own_exception(1); });
    thread.link([] {
        counted second;
        write("blocks");
        gt::sleep(1000s);
    });
    thread.link([] { write("last"); });
    gt::yield();
    expect(thread.state() == GT_FINISHED);
    thread.kill();
    expect(thread.state() == GT_DEAD);
    expect_written("one\nthread 1: a link raised C++ exception: own\n raised in C++\n"
                   "blocks\nlast\n",
                   __LINE__);
    expect(alive == 0);
    expect(thrown_by([&] { thread.link([] { throw own_exception(1); }); }) == "std::exception");
    thread.link([local = counted()] { write("at once"); });
    expect(alive == 0);
    expect(thread.join() == 1);

    auto unstarted = gt::spawn([] { write("never"); });
    unstarted.link([local = counted()] { write("of one that never started"); });
    unstarted.kill();
    expect_written("at once\nof one that never started\n", __LINE__);
    expect(alive == 0);
}

/* A link that is taken back is not called, and its function is destroyed at once. */
static void links_are_taken_back()
{
    auto thread = gt::spawn([] { gt::yield(); });
    gt::link_token first = thread.link([local = counted()] { write("first"); });
    gt::link_token second = thread.link([local = counted()] { write("second"); });
    thread.link([&] { write(second.unlink() ? "no second" : "too late"); });
    gt::link_token third = thread.link([local = counted()] { write("third"); });
    gt::link_token last = thread.link([&] { write(last.unlink() ? "no last" : "it runs"); });
    {
        gt::scoped_link until_left = thread.link([] { write("of a scope"); });
        gt::scoped_link moved = std::move(until_left), assigned = thread.link([] { write("old"); });
        assigned = thread.link([local = counted()] { write("assigned"); });
        expect(alive == 4);
    }
    expect(alive == 3);
    expect(first.unlink() && alive == 2);
    expect(!first.unlink());
    gt::link_token moved = std::move(third);
    expect(!third.unlink());
    expect(!gt::link_token().unlink());
    thread.join();
    expect_written("second\ntoo late\nthird\nit runs\n", __LINE__);
    expect(alive == 0);
    expect(!moved.unlink() && !second.unlink());
}

/* Its function is gone, and that of a later link may be at the same address. */
static void tokens_of_links_that_have_run()
{
    auto says = [](int n) { return [n] { write(std::to_string(n)); }; };
    gt::handle thread = gt::spawn([] {});
    gt::link_token first = thread.link(says(1)), second;
    thread.link([&] {
        second = thread.link(says(2));
        write(first.unlink() ? "the second" : "too late");
    });
    thread.wait();
    gt::run();
    expect_written("1\ntoo late\n2\n", __LINE__);

    expect(!thread.link([] { write("at once"); }).unlink());
    expect_written("at once\n", __LINE__);
}

/* A token delays no report, and is good for nothing after a shutdown. */
static void tokens_that_stay()
{
    gt_set_report(take_report, nullptr);
    gt::link_token kept = gt::spawn([] { throw own_exception(1); }).link([] {});
    gt::run();
    expect_written("thread 1: unhandled C++ exception: own\n raised in C++\n", __LINE__);

    gt::handle sleeper = gt::spawn([] { gt::sleep(1000s); });
    gt::scoped_link after_all = sleeper.link([local = counted()] { write("shutdown"); });
    gt::yield();
    gt::shutdown();
    expect_written("shutdown\n", __LINE__);
    expect(!kept.unlink() && !after_all.unlink());

    gt_testing_virtual_clock();
    gt::handle stubborn(gt_spawn(
        [](void *) -> void * {
            gt_shield_begin();
            for (;;)
                gt_sleep(GT_SECONDS(1));
        },
        nullptr));
    gt::link_token abandoned = stubborn.link([local = counted()] { write("never"); });
    gt_unref(stubborn.native());
    gt_set_report(take_report, nullptr);
    gt::yield();
    gt::shutdown();
    expect_written("shutdown: thread 1 still lives after 3 rounds and is abandoned\n", __LINE__);
    expect(abandoned.unlink() && !abandoned.unlink());
    expect(alive == 0);
}

/* Handles */

static void handles()
{
    auto first = gt::spawn([] { return gt::self(); });
    auto moved = std::move(first);
    expect(!first.joinable() && !first && moved.joinable());
    gt::handle copy = moved, another = copy;
    expect(copy == moved && another.number() == 1);
    gt::handle of_itself = moved.join();
    expect(of_itself == copy && !moved && copy.state() == GT_DEAD);
    first = gt::spawn([] { return gt::self(); });
    first = gt::thread<gt::handle>();
    gt::run();
    copy = another = of_itself = gt::handle();

    auto one = gt::spawn([] { gt::sleep(1000s); });
    auto two = gt::spawn([] {
        gt::sleep(1000s);
        return 2;
    });
    gt::yield();
    gt::kill_all({one, two});
    expect(one.state() == GT_DEAD && two.state() == GT_DEAD);
    std::vector<gt::thread<void>> many;
    for (int i = 0; i < 10; i++)
        many.push_back(gt::spawn([] { gt::sleep(1000s); }));
    gt::yield();
    gt::kill_all(many);
    for (const auto &each : many)
        expect(each.state() == GT_DEAD);
    auto slow = gt::spawn([] {
        shielded_when_left local;
        gt::sleep(1000s);
    });
    gt::yield();
    slow.kill_wait();
    expect(slow.state() == GT_DEAD);
    written.clear();
    slow.set_name("named");
    expect(std::strcmp(slow.name(), "named") == 0);
}

static gt::handle that_outlives_main;

/* A handle may be destroyed when its hub is gone, and when there is another one. */
static void handles_after_a_shutdown()
{
    auto sleeper = gt::spawn([local = counted()] {
        counted second;
        gt::sleep(1000s);
    });
    auto dead = gt::spawn([] { return counted(); });
    gt::handle main = gt::self();
    that_outlives_main = dead;
    gt::yield();
    gt::shutdown();
    expect(alive == 1);
    gt::handle copy;
    copy = std::move(main);
    {
        auto gone = std::move(dead);
    }
    expect(alive == 0);
    auto of_the_next = gt::spawn([] { return 1; });
    gt::handle kept = of_the_next;
    sleeper = gt::thread<void>();
    copy = gt::handle();
    expect(of_the_next.join() == 1);
    kept = gt::handle();
    gt::shutdown();
    gt::shutdown();
}

/*
 * A child of fork gives up what it inherits, with the handles, and begins again (FORK-1).
 * It makes no thread, because ThreadSanitizer refuses one in a child of several.
 */
static void handles_in_a_child_of_fork()
{
    auto thread = gt::spawn([] { gt::sleep(1s); });
    gt::yield();
    pid_t child = fork();
    if (child == 0) {
        gt::shutdown();
        thread = gt::thread<void>();
        gt::handle main = gt::self();
        gt::yield();
        expect(main.state() == GT_RUNNING);
        gt::shutdown();
        _exit(has_failed());
    }
    int status = 0;
    expect(waitpid(child, &status, 0) == child);
    expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    thread.join();
}

/* Durations */

static void durations()
{
    using namespace std::chrono;
    using detail_ns = int64_t;
    constexpr auto ns = [](auto d) constexpr->detail_ns
    {
        return gt::detail::to_ns(d);
    };
    static_assert(ns(1ms) == 1000000);
    static_assert(ns(hours::max()) == INT64_MAX);
    static_assert(ns(hours::min()) == INT64_MIN);
    static_assert(ns(duration<double>(0.5)) == 500000000);
    static_assert(ns(duration<double>(1e300)) == INT64_MAX);
    static_assert(ns(duration<int, std::pico>(1)) == 1);
    static_assert(ns(duration<int, std::pico>(1000)) == 1);
    static_assert(ns(duration<int, std::ratio<1, 3>>(1)) == 333333334);
    static_assert(ns(duration<unsigned char>(2)) == 2000000000);
    static_assert(ns(duration<int64_t, std::ratio<1, 3>>(INT64_MAX)) == INT64_MAX);
    static_assert(ns(duration<float>(std::numeric_limits<float>::quiet_NaN())) == 0);

    auto thread = gt::spawn([] { gt::sleep(hours::max()); });
    gt::spawn([] { gt::sleep(years(100)); }).join();
    expect(gt_now() > 0);
    expect(gt::clock::now().time_since_epoch().count() == gt_now());
    expect(thread.state() == GT_BLOCKED);
    thread.kill();
    expect(thread.state() == GT_DEAD);
    gt::sleep(-1s);
}

/* I/O */

static void transfers()
{
    int ends[2];
    expect(pipe(ends) == 0);
    auto reader = gt::spawn([&] {
        char text[6] = "";
        size_t done = 0;
        expect(gt::read_all(ends[0], text, 5, &done) == 5 && done == 5);
        expect(gt::read(ends[0], text, 1) == 0);
        return std::string(text);
    });
    gt::yield();
    expect(gt::wait_fd(ends[1], GT_WRITE) == GT_WRITE);
    expect(gt::write(ends[1], "he", 2) == 2);
    expect(gt::write_all(ends[1], "llo", 3) == 3);
    gt::close(ends[1]);
    expect(reader.join() == "hello");
    expect(thrown_by([] { gt::accept(0 - 1); }) == "os_error");
    expect(thrown_by([] { gt::connect(-1, nullptr, 0); }) == "os_error");
    expect(thrown_by([] { gt::wait_signal(0); }) == "os_error");
    gt::forget_fd(ends[0]);
    gt::close(ends[0]);

    expect(pipe(ends) == 0);
    auto killed = gt::spawn([&] {
        counted local;
        char byte;
        gt::read(ends[0], &byte, 1);
    });
    auto closed = gt::spawn([&] {
        counted local;
        char byte;
        gt::read(ends[0], &byte, 1);
    });
    gt::yield();
    expect(alive == 2);
    killed.kill();
    expect(alive == 1);
    gt::close(ends[0]);
    expect(thrown_by([&] { closed.join(); }) == "os_error");
    expect(alive == 0);
    gt::close(ends[1]);
}

/* Memory: each allocation of the library fails in its turn. */
static void allocations_that_fail()
{
    size_t nth = 0, refused = 0;
    do {
        gt_set_report(take_report, nullptr);
        gt_testing_fail_allocation(++nth);
        try {
            auto thread = gt::spawn([local = counted()] { return counted(); });
            auto link = [local = counted()] {};
            gt::scoped_link until_left = thread.link(std::move(link));
            thread.join();
        } catch (const std::bad_alloc &) {
            refused++;
        }
        bool failed = gt_testing_allocation_failed();
        gt_testing_fail_allocation(0);
        gt::run();
        gt::shutdown();
        expect(alive == 0);
        expect(gt_testing_live_allocations() == 0);
        if (!failed)
            break;
    } while (nth < 100);
    expect(refused > 2 && nth < 100);
    written.clear();
    gt_testing_virtual_clock();
}

const program programs[] = {
    {"kills_run_destructors", kills_run_destructors},
    {"other_exceptions_run_destructors", other_exceptions_run_destructors},
    {"kills_at_each_call", kills_at_each_call},
    {"results_by_value", results_by_value},
    {"callables_are_destroyed", callables_are_destroyed},
    {"exceptions_are_carried", exceptions_are_carried},
    {"c_sees_what_was_thrown", c_sees_what_was_thrown},
    {"exceptions_are_of_the_standard", exceptions_are_of_the_standard},
    {"unjoined_exceptions_are_reported", unjoined_exceptions_are_reported},
    {"kills_of_destructors_that_unwind", kills_of_destructors_that_unwind},
    {"kills_of_destructors_with_shields", kills_of_destructors_with_shields},
    {"shields", shields},
    {"timeouts", timeouts},
    {"timeouts_that_are_held_back", timeouts_that_are_held_back},
    {"permits_are_given_back", permits_are_given_back},
    {"links", links},
    {"links_are_taken_back", links_are_taken_back},
    {"tokens_of_links_that_have_run", tokens_of_links_that_have_run},
    {"tokens_that_stay", tokens_that_stay},
    {"handles", handles},
    {"handles_after_a_shutdown", handles_after_a_shutdown},
    {"handles_in_a_child_of_fork", handles_in_a_child_of_fork},
    {"durations", durations},
    {"transfers", transfers},
    {"allocations_that_fail", allocations_that_fail},
};

const std::size_t n_programs = sizeof programs / sizeof programs[0];

void end_hub()
{
    expect(alive == 0);
    expect(written.empty());
    gt::shutdown();
    expect(gt::detail::common().holds == 0);
}
