/*
 * greenthread for C++20: the calls of greenthread.h with callables, handles that
 * release themselves, results by value, and exceptions that run destructors.
 *
 *     greenthread::thread<std::string> page = greenthread::spawn(fetch, url);
 *     greenthread::sleep(20ms);
 *     std::cout << page.join();              rethrows what left fetch
 *
 * The C library raises by longjmp, which runs no destructor. So every call of this
 * header that may block catches what the library raises, and throws it as a C++
 * exception. The exception unwinds the C++ frames. At the start of the thread this
 * header raises it again in C, so that gt_join and links see the kind, the code and
 * the value of what was raised.
 *
 * Three things to know:
 *
 *   - A gt_raise, or a call of greenthread.h that may raise, still jumps over C++
 *     frames without running their destructors, up to the innermost gt_try or call
 *     of this header. Where objects with destructors are alive, use this header.
 *   - A destructor that blocks has a greenthread::shield in it, because an exception
 *     that leaves a destructor ends the process. While an exception unwinds the
 *     frames of a thread (std::uncaught_exceptions), the calls of this header have
 *     that shield by themselves. A shield needs memory for one small record.
 *   - An exception that main does not catch ends the process by std::terminate, as in
 *     every C++ program. The report and the status of EXC-5 are for raises in C.
 *
 * Below, "throws: into the caller" means what a kill or a timeout throws into the
 * thread while the call blocks: killed, timed_out, or the exception that the kill names.
 * In main it also means deadlock, if nothing can ever wake main. The calls keep the rules
 * of the C calls that they are named after. greenthread-cpp(7) is an overview, and
 * greenthread-rules(7) has the rules.
 */
#ifndef GREENTHREAD_HPP
#define GREENTHREAD_HPP

#if !defined __cplusplus || __cplusplus < 202002L
#error "greenthread.hpp needs C++20: compile with -std=c++20"
#elif !defined __cpp_exceptions
#error "greenthread.hpp needs C++ exceptions: compile without -fno-exceptions"
#else

#include <greenthread.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <concepts>
#include <cstring>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <ranges>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>
#ifdef __GLIBCXX__
#include <cxxabi.h>
#endif

namespace greenthread
{

/* ---- Exceptions ---- */

/*
 * The kind that C code sees if another C++ exception than those below leaves a
 * thread's function or a link. It derives from GT_ERROR. The message is the text of
 * what(), cut to 200 bytes. It is valid until the process ends: this header keeps
 * the first 256 different texts. For later texts the message is "no text is kept".
 */
GTI_PUBLIC inline constexpr gt_kind cxx_exception = {"C++ exception", &GT_ERROR};

/*
 * What the C library has raised, as a C++ exception. All exceptions of this header
 * derive from it. The class itself is thrown for a kind that derives from no kind of
 * the library. It does not derive from std::exception, see `killed`.
 *
 *   original  the gt_exception that was raised, with its kind, code, message, value
 *             and origin
 *   is        tells whether it is of a kind or of a descendant, see gt_exception_is
 */
class GTI_PUBLIC raised
{
  public:
    explicit raised(const gt_exception &original) noexcept : original_(original)
    {
    }
    const gt_exception &original() const noexcept
    {
        return original_;
    }
    bool is(const gt_kind &kind) const noexcept
    {
        return gt_exception_is(&original_, &kind);
    }

  private:
    gt_exception original_;
};

/*
 * GT_EXIT: a kill that named no other exception, or gt_shutdown. It does not derive
 * from std::exception, so `catch (const std::exception &)` does not swallow a kill.
 * A handler that catches it, or that is `catch (...)`, throws it again when it has
 * cleaned up. A thread that throws killed() ends without a report.
 */
class GTI_PUBLIC killed : public raised
{
  public:
    killed() noexcept : raised({&GT_EXIT, 0, nullptr, nullptr, nullptr, nullptr, 0})
    {
    }
    explicit killed(const gt_exception &original) noexcept : raised(original)
    {
    }
};

/*
 * GT_TIMEOUT: a timeout has passed, maybe that of an outer scope. It does not derive
 * from std::exception, for the same reason as `killed`. timeout::is tells whose it is.
 */
class GTI_PUBLIC timed_out : public raised
{
  public:
    using raised::raised;
};

/*
 * GT_ERROR and the program's own kinds that derive from it.
 *
 *   what  the message of the exception, or the name of its kind
 */
class GTI_PUBLIC error : public raised, public std::exception
{
  public:
    using raised::raised;
    const char *what() const noexcept override
    {
        return original().message ? original().message : original().kind->name;
    }
};

/* GT_DEADLOCK: the wait could never end. */
class GTI_PUBLIC deadlock : public error
{
  public:
    using error::error;
};

/* GT_CLOSED: what was waited for has been closed. */
class GTI_PUBLIC closed : public error
{
  public:
    using error::error;
};

/* GT_OS_ERROR: code() is the system's errno, in std::system_category. */
class GTI_PUBLIC os_error : public raised, public std::system_error
{
  public:
    explicit os_error(const gt_exception &original)
        : raised(original), std::system_error(original.code, std::system_category(),
                                              original.function ? original.function
                                                                : original.kind->name)
    {
    }
};

/* GT_NO_MEMORY: memory or OS threads are exhausted. */
class GTI_PUBLIC no_memory : public raised, public std::bad_alloc
{
  public:
    using raised::raised;
    const char *what() const noexcept override
    {
        return original().message ? original().message : original().kind->name;
    }
};

/*
 * Throws what the C library has raised as the C++ exception that belongs to its
 * kind. The calls of this header do so. It is of use after a gt_try of the program's.
 *
 *   original  its kind is not NULL
 *   throws    always: killed, timed_out, os_error, no_memory, deadlock, closed, error
 *             or raised
 */
[[noreturn]] inline void throw_raised(const gt_exception &original)
{
    if (gt_exception_is(&original, &GT_EXIT))
        throw killed(original);
    if (gt_exception_is(&original, &GT_TIMEOUT))
        throw timed_out(original);
    if (gt_exception_is(&original, &GT_OS_ERROR))
        throw os_error(original);
    if (gt_exception_is(&original, &GT_NO_MEMORY))
        throw no_memory(original);
    if (gt_exception_is(&original, &GT_DEADLOCK))
        throw deadlock(original);
    if (gt_exception_is(&original, &GT_CLOSED))
        throw closed(original);
    if (gt_exception_is(&original, &GT_ERROR))
        throw error(original);
    throw raised(original);
}

/* ---- What the rest is made of; of no use on its own ---- */

namespace detail
{

/* The end of an OS thread unwinds by this. A handler that stops it ends the process. */
#ifdef __GLIBCXX__
using forced_unwind = abi::__forced_unwind;
#else
struct forced_unwind {
};
#endif

/* What a shield held back, until the thread can be told (see `shield`). */
struct held_back {
    gt_thread *thread;
    uint64_t number; /* of the thread: another one may have the address later */
    gt_exception exception;
    std::unique_ptr<held_back> next;
};

/* A hub that greenthread::shutdown has ended, and when it did so last. */
struct ended_hub {
    unsigned hub, epoch;
    ended_hub *next;
};

/* A text that an exception in C points to. */
struct kept_text {
    kept_text *next;
    char text[201];
};

/*
 * State of the process. It is never destroyed, because handles that are static and
 * reports at exit need it. No call that blocks is made while the mutex is held.
 */
struct common_state {
    std::mutex mutex;
    std::unique_ptr<held_back> held;
    std::atomic<unsigned> holds{0}; /* the length of `held` */
    ended_hub *ended = nullptr;
    std::atomic<unsigned> epoch{0}; /* how many hubs have been ended */
    kept_text *texts = nullptr;
    unsigned n_texts = 0;
};

inline common_state &common()
{
    static common_state *const state = new common_state;
    return *state;
}

/* Exceptions that were held back */

/* Takes the first record of the calling thread that `choose` wants; empty: there is none. */
template <class Choice> std::unique_ptr<held_back> take_held_if(Choice choose)
{
    common_state &state = common();
    if (state.holds.load(std::memory_order_relaxed) == 0)
        return nullptr;
    gt_thread *self = gt_self();
    uint64_t number = gt_get_number(self);
    std::lock_guard lock(state.mutex);
    std::unique_ptr<held_back> *place = &state.held;
    while (*place &&
           ((*place)->thread != self || (*place)->number != number || !choose((*place)->exception)))
        place = &(*place)->next;
    std::unique_ptr<held_back> found = std::move(*place);
    if (found) {
        *place = std::move(found->next);
        state.holds--;
    }
    return found;
}

/* A kill goes before a timeout, and the older before the younger. */
inline std::unique_ptr<held_back> take_held()
{
    std::unique_ptr<held_back> found =
        take_held_if([](const gt_exception &e) { return !gt_exception_is(&e, &GT_TIMEOUT); });
    return found ? std::move(found) : take_held_if([](const gt_exception &) { return true; });
}

inline void drop_held()
{
    while (take_held())
        continue;
}

inline void hold(std::unique_ptr<held_back> record, const gt_exception &exception) noexcept
{
    record->thread = gt_self();
    record->number = gt_get_number(record->thread);
    record->exception = exception;
    common_state &state = common();
    std::lock_guard lock(state.mutex);
    std::unique_ptr<held_back> *place = &state.held;
    while (*place)
        place = &(*place)->next;
    *place = std::move(record);
    state.holds++;
}

/* The newest record on the chain of the calling thread is copied: `previous` is the record
   before it, and `shields` is how many shields the thread is in. */
inline gt_cleanup chain_of_thread()
{
    gt_cleanup newest;
    gt_cleanup_push(
        &newest, [](void *) {}, nullptr);
    gt_cleanup copy = newest;
    gt_cleanup_pop(&newest, false);
    return copy;
}

/*
 * Ends a shield without a raise. The try that catches an exception would be in the shield
 * again, in which it was recorded (KILL-11), if it did not forget that.
 *
 *   exception  where the exception is put that was held back
 *   returns    true: there was none
 */
inline bool end_shield(gt_exception *exception)
{
    return gt_try(
        [](void *) {
            chain_of_thread().previous->shields--;
            gt_shield_end();
        },
        nullptr, exception);
}

/* Calls into C */

/*
 * Calls what may raise, and throws what it raises. A raise leaves the function by
 * longjmp, so it has nothing to destroy.
 */
template <class Function> auto call_and_throw(Function &function)
{
    static_assert(std::is_trivially_destructible_v<Function>);
    using result_type = std::invoke_result_t<Function &>;
    gt_exception exception;
    if constexpr (std::is_void_v<result_type>) {
        if (!gt_try([](void *argument) { (*static_cast<Function *>(argument))(); }, &function,
                    &exception))
            throw_raised(exception);
    } else {
        struct frame {
            Function *function;
            result_type result;
        } frame = {&function, {}};
        auto run = [](void *argument) {
            auto *of_caller = static_cast<struct frame *>(argument);
            of_caller->result = (*of_caller->function)();
        };
        if (!gt_try(run, &frame, &exception))
            throw_raised(exception);
        return frame.result;
    }
}

} // namespace detail

/* ---- Shields and timeouts ---- */

/*
 * A shield around a scope: kills and timeouts of the thread are held back (KILL-11).
 *
 * The destructor ends the shield and throws nothing, so a destructor that blocks may
 * have a shield in it. What was held back is thrown by the thread's next call of this
 * header that may block, outside of shields, while no exception unwinds the thread.
 * `end` throws it at once. It is lost if the thread's function ends first, as with a
 * shield that a thread ends in. Calls of greenthread.h do not raise it.
 *
 * Shields are local variables, and end in the reverse order of their beginning.
 *
 *   shield  throws std::bad_alloc
 *   end     ends the shield before its scope does. Throws what was held back, if no
 *           shield is around this one
 */
class shield
{
  public:
    shield() : record_(new detail::held_back{})
    {
        gt_shield_begin();
    }
    shield(const shield &) = delete;
    shield &operator=(const shield &) = delete;
    ~shield()
    {
        gt_exception exception;
        if (record_ && !detail::end_shield(&exception))
            detail::hold(std::move(record_), exception);
    }
    void end()
    {
        gt_exception exception;
        if (std::exchange(record_, nullptr) && !detail::end_shield(&exception))
            throw_raised(exception);
    }

  private:
    std::unique_ptr<detail::held_back> record_; /* empty: the shield has ended */
};

namespace detail
{

/*
 * A call that may block. While an exception unwinds the thread nothing else may be
 * thrown by a kill, so it is held back.
 */
template <class Function> auto call(Function function)
{
    if (std::uncaught_exceptions() > 0) {
        shield until_unwound;
        return call_and_throw(function);
    }
    if (common().holds.load(std::memory_order_relaxed) != 0 && chain_of_thread().shields == 0)
        if (std::unique_ptr<held_back> held = take_held())
            throw_raised(held->exception);
    return call_and_throw(function);
}

/* Nanoseconds, rounded up; what is beyond int64_t saturates, and NaN is 0. */
template <class Rep, class Period>
constexpr int64_t to_ns(std::chrono::duration<Rep, Period> duration) noexcept
{
    static_assert(std::is_arithmetic_v<Rep>, "durations count in an arithmetic type");
    using unit = std::ratio_divide<Period, std::nano>;
    if constexpr (unit::den == 1) {
        return gti_duration(duration.count(), unit::num);
    } else {
        long double ns = static_cast<long double>(duration.count()) * unit::num / unit::den;
        int64_t whole = gti_saturated(ns);
        return whole < INT64_MAX && static_cast<long double>(whole) < ns ? whole + 1 : whole;
    }
}

} // namespace detail

/*
 * The clock of the library, as a clock of std::chrono. It is steady. Under
 * gt_testing_virtual_clock it is the virtual one.
 *
 *   now  see gt_now
 */
struct clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<clock>;
    static constexpr bool is_steady = true;
    static time_point now() noexcept
    {
        return time_point(duration(gt_now()));
    }
};

/*
 * A timeout around a scope: timed_out is thrown in the thread at the deadline, in the
 * call that it is blocked in (EXC-6). The destructor stops the timeout. Timeouts are
 * local variables, and end in the reverse order of their beginning.
 *
 *   timeout  duration: of std::chrono, saturating. 0 or less: the next call that blocks
 *            throws. What reaches beyond int64_t nanoseconds never passes
 *   stop     stops it before its scope ends; harmless when it has passed
 *   is       tells whether this timeout threw the exception
 */
class timeout
{
  public:
    template <class Rep, class Period> explicit timeout(std::chrono::duration<Rep, Period> duration)
    {
        gt_timeout_start(&timeout_, detail::to_ns(duration));
    }
    timeout(const timeout &) = delete;
    timeout &operator=(const timeout &) = delete;
    ~timeout()
    {
        stop();
    }
    void stop() noexcept
    {
        gt_timeout_stop(&timeout_);
        detail::take_held_if(
            [this](const gt_exception &held) { return gt_timeout_is(&timeout_, &held); });
    }
    bool is(const raised &exception) const noexcept
    {
        return gt_timeout_is(&timeout_, &exception.original());
    }
    static void *operator new(std::size_t) = delete;

  private:
    gt_timeout timeout_;
};

/*
 * Calls a function under a timeout.
 *
 *   duration   of std::chrono, saturating, as for `timeout`
 *   function   called with `arguments`, in the calling thread
 *   returns    the function's result; an empty optional: this timeout ended it. For a
 *              function without a result: true; false: this timeout ended it
 *   throws     everything else that the function throws, other timeouts included
 *   blocks     as the function does
 */
template <class Rep, class Period, class Function, class... Arguments>
auto with_timeout(std::chrono::duration<Rep, Period> duration, Function &&function,
                  Arguments &&...arguments)
{
    using result_type = std::invoke_result_t<Function, Arguments...>;
    static_assert(!std::is_reference_v<result_type>, "return a pointer instead of a reference");
    timeout limit(duration);
    try {
        if constexpr (std::is_void_v<result_type>) {
            std::invoke(std::forward<Function>(function), std::forward<Arguments>(arguments)...);
            return true;
        } else {
            return std::optional<result_type>(std::invoke(std::forward<Function>(function),
                                                          std::forward<Arguments>(arguments)...));
        }
    } catch (const timed_out &exception) {
        if (!limit.is(exception))
            throw;
    }
    if constexpr (std::is_void_v<result_type>)
        return false;
    else
        return std::optional<result_type>();
}

/* ---- Handles ---- */

namespace detail
{

/*
 * The hub of the calling thread, as a number that hubs of other OS threads do not
 * have. Of all that the library offers only a semaphore tells it.
 */
inline unsigned hub_number()
{
    gt_semaphore probe = GT_SEMAPHORE(1);
    gt_semaphore_try_acquire(&probe);
    return probe.hub;
}

/* The hub that this OS thread has used last. shutdown must not ask for it: in a child
   of fork that would end the process (FORK-1). */
inline thread_local unsigned hub_of_os_thread;

/* Whether greenthread::shutdown has ended the hub since `epoch`, with all its handles. */
inline bool has_ended(unsigned hub, unsigned epoch) noexcept
{
    common_state &state = common();
    if (state.epoch.load(std::memory_order_acquire) == epoch)
        return false;
    std::lock_guard lock(state.mutex);
    for (const ended_hub *one = state.ended; one; one = one->next)
        if (one->hub == hub)
            return one->epoch > epoch;
    return false;
}

/* One reference to a thread. */
class reference
{
  public:
    reference() noexcept = default;
    /* Takes over a reference that the caller has. */
    explicit reference(gt_thread *thread)
        : thread_(thread), hub_(hub_number()), epoch_(common().epoch.load())
    {
        hub_of_os_thread = hub_;
    }
    reference(const reference &other) : hub_(other.hub_), epoch_(other.epoch_)
    {
        if (other.thread_)
            thread_ = gt_ref(other.thread_);
    }
    reference(reference &&other) noexcept
        : thread_(std::exchange(other.thread_, nullptr)), hub_(other.hub_), epoch_(other.epoch_)
    {
    }
    reference &operator=(reference other) noexcept
    {
        std::swap(thread_, other.thread_);
        std::swap(hub_, other.hub_);
        std::swap(epoch_, other.epoch_);
        return *this;
    }
    ~reference()
    {
        if (is_good())
            gt_unref(thread_);
    }
    bool is_good() const noexcept
    {
        return thread_ && !has_ended(hub_, epoch_);
    }
    gt_thread *get() const noexcept
    {
        return thread_;
    }

  private:
    gt_thread *thread_ = nullptr;
    unsigned hub_ = 0, epoch_ = 0;
};

/* The text for an exception in C, which may outlive everything else of the thread. */
inline const char *keep_text(const char *text) noexcept
{
    common_state &state = common();
    kept_text copy = {};
    std::strncpy(copy.text, text, sizeof copy.text - 1);
    std::lock_guard lock(state.mutex);
    for (const kept_text *one = state.texts; one; one = one->next)
        if (std::strcmp(one->text, copy.text) == 0)
            return one->text;
    kept_text *kept = state.n_texts < 256 ? new (std::nothrow) kept_text(copy) : nullptr;
    if (!kept)
        return "no text is kept";
    kept->next = state.texts;
    state.texts = kept;
    state.n_texts++;
    return kept->text;
}

/* What C sees of a C++ exception that is of no kind of the library. */
inline gt_exception in_c(const char *text) noexcept
{
    return {&cxx_exception, 0, text, nullptr, nullptr, "C++", 0};
}

inline gt_exception in_c(const raised &exception) noexcept
{
    gt_exception original = exception.original();
    if (!original.file && !original.function)
        original.function = "C++";
    return original;
}

/*
 * Calls a function and catches what leaves it.
 *
 *   exception  where that is put, as C sees it
 *   thrown     where that is put, as C++ sees it; NULL: it is dropped
 *   returns    true: the function returned; false: it threw
 */
template <class Function>
bool call_and_catch(Function &&function, gt_exception *exception, std::exception_ptr *thrown)
{
    auto keep = [&](const gt_exception &as_c_sees_it) {
        *exception = as_c_sees_it;
        if (thrown)
            *thrown = std::current_exception();
        return false;
    };
    try {
        std::forward<Function>(function)();
        return true;
    } catch (const raised &caught) {
        return keep(in_c(caught));
    } catch (const std::exception &caught) {
        return keep(in_c(keep_text(caught.what())));
    } catch (forced_unwind &) {
        throw;
    } catch (...) {
        return keep(in_c("not a std::exception"));
    }
}

template <class T> struct result_of {
    std::optional<T> value;
    template <class Function> void set(Function &&function)
    {
        value.emplace(std::forward<Function>(function)());
    }
    T take()
    {
        return std::move(*value);
    }
};

template <class T> struct result_of<T &> {
    T *value = nullptr;
    template <class Function> void set(Function &&function)
    {
        value = std::addressof(std::forward<Function>(function)());
    }
    T &take()
    {
        return *value;
    }
};

template <> struct result_of<void> {
    template <class Function> void set(Function &&function)
    {
        std::forward<Function>(function)();
    }
    void take()
    {
    }
};

[[noreturn]] inline void throw_errno(int code, const char *call)
{
    throw_raised({code == ENOMEM ? &GT_NO_MEMORY : &GT_OS_ERROR, code,
                  code == ENOMEM ? "memory is exhausted" : std::strerror(code), nullptr, nullptr,
                  call, 0});
}

/*
 * What a thread and an object of the program share. Each has a part in it. One hub uses
 * it, so the count is not atomic.
 */
class shared
{
  public:
    virtual ~shared() = default;
    virtual void run() = 0;
    virtual void clear() noexcept = 0; /* destroys what `run` calls */

    void run_and_clear()
    {
        struct at_end {
            shared *ran;
            ~at_end()
            {
                ran->clear();
            }
        } at_end = {this};
        run();
    }

    void release()
    {
        if (--references == 0)
            delete this;
    }

    unsigned references = 1;
};

/* A part in what is shared. */
template <class Shared> class part
{
  public:
    explicit part(Shared *shared = nullptr) noexcept : shared_(shared)
    {
    }
    part(part &&other) noexcept : shared_(std::exchange(other.shared_, nullptr))
    {
    }
    part &operator=(part &&other) noexcept
    {
        part moved(std::move(other));
        std::swap(shared_, moved.shared_);
        return *this;
    }
    ~part()
    {
        if (shared_)
            shared_->release();
    }
    Shared *operator->() const noexcept
    {
        return shared_;
    }
    explicit operator bool() const noexcept
    {
        return shared_;
    }

  private:
    Shared *shared_;
};

/*
 * What a thread and its thread<T> share. The thread gives its part back in a link, as
 * only links run if the thread is killed before it starts.
 */
class task_base : public shared
{
  public:
    static void *start(void *argument)
    {
        gt_exception exception;
        if (!static_cast<task_base *>(argument)->run_and_catch(&exception))
            gt_raise(&exception);
        return nullptr;
    }

    static void is_over(gt_thread *, void *argument)
    {
        gt_exception exception;
        if (!call_and_catch([=] { static_cast<task_base *>(argument)->give_back(); }, &exception,
                            nullptr))
            gt_raise(&exception);
    }

    std::exception_ptr thrown; /* what left the function */

  private:
    bool run_and_catch(gt_exception *exception)
    {
        bool returned = call_and_catch([this] { run_and_clear(); }, exception, &thrown);
        drop_held(); /* the thread has ended */
        return returned;
    }

    void give_back()
    {
        clear();
        release();
    }
};

template <class T> class task : public task_base
{
  public:
    result_of<T> result;
};

/* A callable and its arguments. They are destroyed in the thread, when it ends. */
template <class T, class Function, class... Arguments> class task_of final : public task<T>
{
  public:
    template <class... Given>
    explicit task_of(Given &&...given) : work_(std::in_place, std::forward<Given>(given)...)
    {
    }
    void run() override
    {
        this->result.set([this]() -> T {
            return std::apply([](auto &&...parts) -> T { return std::invoke(std::move(parts)...); },
                              *work_);
        });
    }
    void clear() noexcept override
    {
        work_.reset();
    }

  private:
    std::optional<std::tuple<Function, Arguments...>> work_;
};

/*
 * What a link and its link_token share. Its reference goes before the function is
 * called, so that a token delays no report (SPAWN-7).
 */
class link_base : public shared
{
  public:
    explicit link_base(const reference &thread) : thread_(thread)
    {
    }

    void add()
    {
        if (gt_link(thread_.get(), is_over, this) != 0)
            throw_errno(errno, "gt_link");
        references++;
    }

    bool remove() noexcept
    {
        if (!thread_.get())
            return false;
        if (thread_.is_good()) /* if not, gt_shutdown has abandoned the thread */
            gt_unlink(thread_.get(), is_over, this);
        thread_ = reference();
        release();
        return true;
    }

  private:
    static void is_over(gt_thread *, void *argument)
    {
        gt_exception exception;
        part<link_base> link(static_cast<link_base *>(argument));
        link->thread_ = reference();
        bool returned = call_and_catch([&] { link->run_and_clear(); }, &exception, nullptr);
        link = part<link_base>();
        if (!returned)
            gt_raise(&exception);
    }

    reference thread_; /* empty: the call has begun, or the link was taken back */
};

template <class Function> class link_of final : public link_base
{
  public:
    template <class Given>
    link_of(const reference &thread, Given &&given)
        : link_base(thread), function_(std::in_place, std::forward<Given>(given))
    {
    }
    void run() override
    {
        std::invoke(*function_);
    }
    void clear() noexcept override
    {
        function_.reset();
    }

  private:
    std::optional<Function> function_;
};

/* A thread that would not give its task back must not start. A shield of this header
   would need memory. */
[[noreturn]] inline void cancel_and_throw(gt_thread *thread)
{
    gt_exception held;
    gt_shield_begin();
    gt_cancel(thread, nullptr);
    bool was_quiet = end_shield(&held);
    if (!was_quiet && std::uncaught_exceptions() == 0)
        throw_raised(held);
    throw_errno(ENOMEM, "gt_spawn_with");
}

} // namespace detail

/*
 * A link that handle::link has made, to take it back. It may be empty. It is moved and not
 * copied. To destroy it has no effect: the function is still called.
 *
 *   unlink  takes the link back and destroys its function, see gt_unlink. Neither throws nor
 *           blocks. Returns true: the function will not be called; false: the call has begun
 *           or was made, or this object is empty. Afterwards the object is empty
 */
class link_token
{
  public:
    link_token() noexcept = default;
    bool unlink() noexcept
    {
        detail::part<detail::link_base> link = std::move(link_);
        return link && link->remove();
    }

  private:
    friend class handle;
    explicit link_token(detail::part<detail::link_base> &&link) noexcept : link_(std::move(link))
    {
    }
    detail::part<detail::link_base> link_;
};

/*
 * A link for a scope: the destructor takes it back. So its function may refer to local
 * variables, if it does not block. A call that has begun and blocks goes on after the
 * scope.
 *
 *     greenthread::scoped_link until_left = thread.link([&] { finished++; });
 *
 *   unlink  takes the link back before the scope ends, see link_token
 */
class [[nodiscard]] scoped_link
{
  public:
    scoped_link(link_token &&link) noexcept : link_(std::move(link))
    {
    }
    scoped_link(scoped_link &&) noexcept = default;
    scoped_link &operator=(scoped_link &&other) noexcept
    {
        scoped_link moved(std::move(other));
        std::swap(link_, moved.link_);
        return *this;
    }
    ~scoped_link()
    {
        unlink();
    }
    bool unlink() noexcept
    {
        return link_.unlink();
    }

  private:
    link_token link_;
};

/*
 * A handle of a thread. It may be empty. Copies are counted by gt_ref and gt_unref, as
 * many parts of a program may want to kill or to ask for the same thread. The last one
 * that is destroyed lets the thread run on, and an exception that no wait has taken is
 * reported (SPAWN-7).
 *
 * greenthread::shutdown releases all handles of its hub. Afterwards a handle may be
 * destroyed, assigned to and compared, and nothing else. After gt_shutdown it must not
 * even be destroyed: use greenthread::shutdown.
 *
 * All calls on an empty handle are programming errors (ERR-1), except native and
 * operator bool. A handle is of use in its own hub only (REF-1).
 */
class handle
{
  public:
    handle() noexcept = default;

    /* Takes another reference to a thread of C. */
    explicit handle(gt_thread *thread) : reference_(gt_ref(thread))
    {
    }

    /* The handle for calls of greenthread.h; NULL: the handle is empty. */
    gt_thread *native() const noexcept
    {
        return reference_.get();
    }
    explicit operator bool() const noexcept
    {
        return native();
    }
    friend bool operator==(const handle &one, const handle &other) noexcept
    {
        return one.native() == other.native();
    }

    /*
     * Waits until the thread has finished, and throws nothing of the thread's. See
     * gt_join.
     *
     *   exception  where the exception that left the function is put; NULL: it is dropped
     *   returns    true: the function returned; false: an exception left it
     *   throws     deadlock if the thread waits for itself; into the caller
     *   blocks     until the thread has finished
     */
    bool wait(gt_exception *exception = nullptr) const
    {
        gt_thread *thread = native();
        return detail::call([=] { return gt_join(thread, nullptr, exception); });
    }

    /*
     * Kills the thread; `killed` unwinds its frames before this call returns, as far as
     * they do not block. kill_wait returns when the thread is dead; cancel kills a thread
     * that has not started, and leaves any other thread alone. See gt_kill.
     *
     *   exception  copied. NULL: GT_EXIT
     *   throws     the exception itself, if the thread is the caller's own; into the caller
     *   blocks     for one turn of the ready threads; kill_wait: until the thread is dead
     */
    void kill(const gt_exception *exception = nullptr) const
    {
        gt_thread *thread = native();
        detail::call([=] { gt_kill(thread, exception); });
    }
    void kill_wait(const gt_exception *exception = nullptr) const
    {
        gt_thread *thread = native();
        detail::call([=] { gt_kill_wait(thread, exception); });
    }
    void cancel(const gt_exception *exception = nullptr) const
    {
        gt_thread *thread = native();
        detail::call([=] { gt_cancel(thread, exception); });
    }

    /*
     * Has a callable called once when the thread has finished, in the context of that
     * thread. If the thread is dead already, the call is made at once. See gt_link.
     *
     *   function  moved or copied; called without arguments, and destroyed after the call.
     *             What it throws is reported (LINK-6), or thrown here if the call is made
     *             at once. If it refers to local variables, use scoped_link
     *   returns   takes the link back if it is asked to. It may be dropped. Empty if the
     *             call was made at once
     *   throws    no_memory, and nothing was linked; what a copy of the function throws
     *   blocks    as the function does, for a dead thread only
     */
    template <std::invocable Function> link_token link(Function &&function) const
    {
        if (state() == GT_DEAD) {
            std::invoke(std::forward<Function>(function));
            return {};
        }
        detail::part<detail::link_base> link(new detail::link_of<std::decay_t<Function>>(
            reference_, std::forward<Function>(function)));
        link->add();
        return link_token(std::move(link));
    }

    /* What the thread does now, see gt_get_state. */
    gt_state state() const
    {
        return gt_get_state(native());
    }
    /* The thread's name, see gt_set_name and gt_get_name. */
    void set_name(const char *name) const
    {
        gt_set_name(native(), name);
    }
    const char *name() const
    {
        return gt_get_name(native());
    }
    /* The thread's number, see gt_get_number. */
    uint64_t number() const
    {
        return gt_get_number(native());
    }
    /* How many bytes of its stack the thread has used, see gt_stack_usage. */
    size_t stack_usage() const
    {
        return gt_stack_usage(native());
    }

  protected:
    explicit handle(detail::reference &&reference) noexcept : reference_(std::move(reference))
    {
    }

  private:
    detail::reference reference_;
};

/*
 * A thread that returns a T, as spawn makes it. It is a handle, and owns the result:
 * join moves the result out, so a thread is moved and not copied. A `handle` that is
 * copied from it does not share the result.
 *
 * The destructor does not block and lets the thread run on, as gt_unref does.
 */
template <class T> class thread : public handle
{
  public:
    thread() noexcept = default;
    thread(thread &&) noexcept = default;
    thread &operator=(thread &&) noexcept = default;

    /* Whether join may be called: there is a thread that was not joined or detached. */
    bool joinable() const noexcept
    {
        return native() && task_;
    }

    /*
     * Waits until the thread has finished. Afterwards this object is empty, except if the
     * exception came into the caller.
     *
     *   returns  what the function returned
     *   throws   the exception that left the function: the same C++ object, if there was
     *            one. If the thread was killed, that is `killed`; wait tells that from a
     *            kill of the caller. deadlock if the thread waits for itself; into the
     *            caller
     *   blocks   until the thread has finished; returns without a yield if it has
     *   misuse   the object is empty
     */
    T join()
    {
        gt_exception exception;
        bool returned = wait(&exception);
        detail::part<detail::task<T>> task = std::move(task_);
        static_cast<handle &>(*this) = handle();
        if (returned)
            return task->result.take();
        if (task->thrown)
            std::rethrow_exception(task->thrown);
        throw_raised(exception);
    }

    /* Gives the thread and its result up, as the destructor does. */
    void detach() noexcept
    {
        *this = thread();
    }

  private:
    thread(detail::reference &&reference, detail::part<detail::task<T>> &&task) noexcept
        : handle(std::move(reference)), task_(std::move(task))
    {
    }
    template <class Result>
    friend thread<Result> make_thread(const gt_spawn_options *options, detail::task<Result> *task);
    detail::part<detail::task<T>> task_;
};

/* ---- Spawning ---- */

/*
 * Options of spawn; a field that is left out asks for the default.
 *
 *   name        copied; NULL: none
 *   stack_size  bytes that the function may use, see gt_spawn_options
 *   delay       the thread starts no sooner
 */
struct options {
    const char *name = nullptr;
    size_t stack_size = 0;
    std::chrono::nanoseconds delay{0};
};

/* What spawn is made of; the task is taken over. */
template <class Result>
thread<Result> make_thread(const gt_spawn_options *options, detail::task<Result> *task)
{
    detail::part<detail::task<Result>> owner(task);
    gt_thread *made = gt_spawn_with(options, detail::task_base::start, task);
    if (!made)
        detail::throw_errno(errno, "gt_spawn_with");
    detail::reference reference(made);
    if (gt_link(made, detail::task_base::is_over, task) != 0)
        detail::cancel_and_throw(made);
    task->references++;
    return thread<Result>(std::move(reference), std::move(owner));
}

template <class Function, class... Arguments>
using result_of_spawn = std::invoke_result_t<std::decay_t<Function>, std::decay_t<Arguments>...>;

/*
 * Makes a thread that calls a function. The function starts in the next iteration of the
 * hub. An exception that leaves it is thrown by join. If no call waits for the thread,
 * the exception is reported (SPAWN-7), except `killed`.
 *
 *   options    a name, a stack size, a delay
 *   function   any callable, with `arguments`. They are moved or copied, as by
 *              std::thread; std::ref passes a reference. The thread destroys its copies
 *              when the function ends, or when it is killed before it starts. They are
 *              lost if gt_shutdown abandons the thread
 *   returns    the thread
 *   throws     no_memory, os_error with EINVAL for a stack that is too large, and
 *              nothing was scheduled; what a copy throws
 *   blocks     never; only if memory is exhausted right after the thread was made, for
 *              the one turn of the ready threads in which it is cancelled
 */
template <class Function, class... Arguments>
requires std::invocable<std::decay_t<Function>, std::decay_t<Arguments>...>
    thread<result_of_spawn<Function, Arguments...>>
    spawn(const options &options, Function &&function, Arguments &&...arguments)
{
    using result_type = result_of_spawn<Function, Arguments...>;
    using task_type =
        detail::task_of<result_type, std::decay_t<Function>, std::decay_t<Arguments>...>;
    const gt_spawn_options in_c = {options.name, options.stack_size, options.delay.count()};
    return make_thread<result_type>(&in_c, new task_type(std::forward<Function>(function),
                                                         std::forward<Arguments>(arguments)...));
}
template <class Function, class... Arguments>
requires std::invocable<std::decay_t<Function>, std::decay_t<Arguments>...>
    thread<result_of_spawn<Function, Arguments...>> spawn(Function &&function,
                                                          Arguments &&...arguments)
{
    return spawn(options{}, std::forward<Function>(function),
                 std::forward<Arguments>(arguments)...);
}

/*
 * Kills several threads before anything else runs, see gt_kill_all.
 *
 *   threads    a range of handles or of threads, or a list of them in braces
 *   exception  copied, the same for all. NULL: GT_EXIT
 *   throws     the exception itself, if the caller is among the threads; into the caller;
 *              std::bad_alloc
 *   blocks     for one turn of the ready threads; not if all are dead
 */
template <std::ranges::input_range Range>
requires std::convertible_to < std::ranges::range_reference_t<Range>,
const handle & > void kill_all(Range &&threads, const gt_exception *exception = nullptr)
{
    std::vector<gt_thread *> all;
    for (const handle &one : threads)
        all.push_back(one.native());
    gt_thread *const *first = all.data();
    size_t n = all.size();
    detail::call([=] { gt_kill_all(first, n, exception); });
}
inline void kill_all(std::initializer_list<std::reference_wrapper<const handle>> threads,
                     const gt_exception *exception = nullptr)
{
    kill_all<std::initializer_list<std::reference_wrapper<const handle>> &>(threads, exception);
}

/* ---- The calling thread and its hub ---- */

/* A handle of the calling thread, see gt_self. Throws nothing and does not block. */
inline handle self()
{
    return handle(gt_self());
}

/*
 * Lets the other ready threads run first, see gt_yield.
 *
 *   throws   into the caller
 *   blocks   for one turn of the ready threads
 */
inline void yield()
{
    detail::call([] { gt_yield(); });
}

/*
 * Blocks the calling thread until at least a duration has passed, see gt_sleep.
 *
 *   duration  of std::chrono. It saturates: what reaches beyond int64_t nanoseconds, as
 *             hours::max() does, has no end. 0 or less: a yield
 *   throws    into the caller
 *   blocks    always
 */
template <class Rep, class Period> void sleep(std::chrono::duration<Rep, Period> duration)
{
    int64_t ns = detail::to_ns(duration);
    detail::call([=] { gt_sleep(ns); });
}

/*
 * Waits until no other thread lives, see gt_run.
 *
 *   throws   deadlock if the threads that live can never run again; into the caller
 *   blocks   until all other threads are dead
 *   misuse   a call from another thread than main
 */
inline void run()
{
    detail::call([] { gt_run(); });
}

/*
 * Ends the hub of this OS thread, see gt_shutdown. The exceptions that unwind the
 * threads run their destructors. Handles that are left may be destroyed afterwards.
 * Main calls it.
 *
 *   throws   std::bad_alloc, and nothing has ended
 *   blocks   until the threads are dead or all rounds are over
 */
inline void shutdown()
{
    detail::common_state &state = detail::common();
    auto record = std::make_unique<detail::ended_hub>();
    unsigned hub = detail::hub_of_os_thread;
    if (hub)
        detail::drop_held(); /* of main */
    gt_shutdown();
    if (!hub)
        return;
    std::lock_guard lock(state.mutex);
    detail::ended_hub *one = state.ended;
    while (one && one->hub != hub)
        one = one->next;
    if (!one) {
        one = record.release();
        one->hub = hub;
        one->next = std::exchange(state.ended, one);
    }
    one->epoch = state.epoch.load() + 1;
    state.epoch.store(one->epoch, std::memory_order_release);
}

/* ---- Semaphores ---- */

/*
 * A semaphore, see gt_semaphore. It stays where it is.
 *
 *   semaphore        permits: how many are free at first
 *   acquire          takes a permit and waits for one. Throws into the caller, and then
 *                    has taken none. Blocks until a permit is released; not if one is free
 *   try_acquire_for  as acquire, for at most a duration, which saturates. Returns true:
 *                    a permit was taken; false: none was free in time
 *   try_acquire      takes a permit if one is free. Returns true: it was taken
 *   release          gives a permit
 *   permits          returns how many are free
 *   misuse           a thread waits when the semaphore is destroyed; another hub's
 */
class semaphore
{
  public:
    explicit semaphore(size_t permits) noexcept
    {
        gt_semaphore_init(&semaphore_, permits);
    }
    semaphore(const semaphore &) = delete;
    semaphore &operator=(const semaphore &) = delete;
    ~semaphore()
    {
        gt_semaphore_fini(&semaphore_);
    }
    void acquire()
    {
        detail::call([this] { gt_semaphore_acquire(&semaphore_); });
    }
    template <class Rep, class Period>
    bool try_acquire_for(std::chrono::duration<Rep, Period> duration)
    {
        int64_t ns = detail::to_ns(duration);
        return detail::call([=, this] { return gt_semaphore_acquire_for(&semaphore_, ns); });
    }
    bool try_acquire()
    {
        return gt_semaphore_try_acquire(&semaphore_);
    }
    void release()
    {
        gt_semaphore_release(&semaphore_);
    }
    size_t permits() const
    {
        return gt_semaphore_permits(&semaphore_);
    }

  private:
    gt_semaphore semaphore_;
};

/*
 * A permit that is given back at the end of a scope, however the scope is left. A permit
 * is moved and not copied.
 *
 *   permit   semaphore: outlives the permit. Acquires, throws and blocks as acquire does
 *   release  gives it back before the scope ends
 */
class [[nodiscard]] permit
{
  public:
    explicit permit(semaphore &semaphore) : semaphore_(&semaphore)
    {
        semaphore.acquire();
    }
    permit(permit &&other) noexcept : semaphore_(std::exchange(other.semaphore_, nullptr))
    {
    }
    permit &operator=(permit &&other) noexcept
    {
        permit moved(std::move(other));
        std::swap(semaphore_, moved.semaphore_);
        return *this;
    }
    ~permit()
    {
        release();
    }
    void release()
    {
        if (semaphore_)
            std::exchange(semaphore_, nullptr)->release();
    }

  private:
    semaphore *semaphore_;
};

/* ---- I/O ---- */

/*
 * The calls of greenthread/io.h, with the parameters and results of gt_wait_fd, gt_read,
 * gt_write, gt_read_all, gt_write_all, gt_accept, gt_connect, gt_close, gt_forget_fd and
 * gt_wait_signal.
 *
 *   done     as for gt_read_all: right after the call even if it throws. NULL: not kept
 *   throws   os_error, no_memory; into the caller. close throws os_error only, and
 *            forget_fd nothing
 *   blocks   as the C calls do; close and forget_fd never
 */
inline int wait_fd(int fd, int events)
{
    return detail::call([=] { return gt_wait_fd(fd, events); });
}
inline size_t read(int fd, void *buffer, size_t size)
{
    return static_cast<size_t>(detail::call([=] { return gt_read(fd, buffer, size); }));
}
inline size_t write(int fd, const void *buffer, size_t size)
{
    return static_cast<size_t>(detail::call([=] { return gt_write(fd, buffer, size); }));
}
inline size_t read_all(int fd, void *buffer, size_t size, size_t *done = nullptr)
{
    return detail::call([=] { return gt_read_all(fd, buffer, size, done); });
}
inline size_t write_all(int fd, const void *buffer, size_t size, size_t *done = nullptr)
{
    return detail::call([=] { return gt_write_all(fd, buffer, size, done); });
}
inline int accept(int fd, struct sockaddr *address = nullptr, socklen_t *length = nullptr)
{
    return detail::call([=] { return gt_accept(fd, address, length); });
}
inline void connect(int fd, const struct sockaddr *address, socklen_t length)
{
    detail::call([=] { return gt_connect(fd, address, length); });
}
inline void close(int fd)
{
    auto close_it = [=] { gt_close(fd); };
    detail::call_and_throw(close_it);
}
inline void forget_fd(int fd)
{
    gt_forget_fd(fd);
}
inline int wait_signal(int signum)
{
    return detail::call([=] { return gt_wait_signal(signum); });
}

} // namespace greenthread

#endif
#endif
