/*
 * Time: a monotonic clock, in nanoseconds, as int64_t.
 *
 * Durations saturate: the longest one never wraps into the past (SLEEP-3).
 */
#ifndef GREENTHREAD_TIME_H
#define GREENTHREAD_TIME_H

#include <greenthread/base.h>

/*
 * Makes a duration of a number of seconds, milliseconds or microseconds. The
 * number has any arithmetic type and may have a fraction. What is beyond int64_t
 * becomes INT64_MAX (GT_FOREVER) or INT64_MIN, and NaN becomes 0. If the number
 * is a constant expression, so is the duration.
 *
 *   usage    int64_t GT_SECONDS(x)
 *            int64_t GT_MS(x)
 *            int64_t GT_US(x)
 *   x        seconds, milliseconds (GT_MS) or microseconds (GT_US); evaluated
 *            once in C++, and in C by compilers that know GNU C
 *   returns  nanoseconds
 *   rules    TIME-1 SLEEP-3
 */
#define GT_SECONDS(x) GTI_DURATION(x, INT64_C(1000000000))
#define GT_MS(x) GTI_DURATION(x, INT64_C(1000000))
#define GT_US(x) GTI_DURATION(x, INT64_C(1000))

/*
 * For an `x` that is no constant, GTI_DURATION calls a function, which evaluates
 * it once. Of the limits of int64_t only the lower one is exact as a real.
 */
#ifdef __cplusplus
#define GTI_DURATION(x, n) gti_duration(x, n)

extern "C++" {
/* A number that is too large by itself is left alone: its product might be no constant. */
template <class gti_real>
constexpr gti_real gti_scaled(gti_real x, int64_t n) noexcept
{
    return x > INT64_MIN && -x > INT64_MIN ? x * static_cast<gti_real>(n) : x;
}

template <class gti_real>
constexpr int64_t gti_saturated(gti_real ns) noexcept
{
    return ns > INT64_MIN && -ns > INT64_MIN ? static_cast<int64_t>(ns)
           : ns > 0                          ? INT64_MAX
           : ns < 0                          ? INT64_MIN
                                             : 0;
}

constexpr int64_t gti_duration(float x, int64_t n) noexcept
{
    return gti_saturated(gti_scaled(x, n));
}

constexpr int64_t gti_duration(double x, int64_t n) noexcept
{
    return gti_saturated(gti_scaled(x, n));
}

constexpr int64_t gti_duration(long double x, int64_t n) noexcept
{
    return gti_saturated(gti_scaled(x, n));
}

/* `too_many` units are more than int64_t can hold. */
template <class gti_integer, class gti_common>
constexpr int64_t gti_whole(gti_integer x, int64_t n, gti_common too_many) noexcept
{
    return x / too_many == 0 ? static_cast<int64_t>(x) * n : x > 0 ? INT64_MAX : INT64_MIN;
}

template <class gti_integer>
constexpr int64_t gti_duration(gti_integer x, int64_t n) noexcept
{
    return gti_whole(x, n, static_cast<decltype(x / n)>(INT64_MAX / n + 1));
}
}
#else
#define GTI_IF_REAL(x, real, whole)                                                                \
    _Generic((x), float: real, double: real, long double: real, default: whole)
#define GTI_AS_REAL(x) _Generic((x), float: (x), double: (x), long double: (x), default: 0.0)
#define GTI_AS_WHOLE(x) GTI_IF_REAL(x, 0, (x))

#define GTI_SATURATED(ns)                                                                          \
    ((ns) > INT64_MIN && -(ns) > INT64_MIN ? (int64_t)(ns)                                         \
     : (ns) > 0                            ? INT64_MAX                                             \
     : (ns) < 0                            ? INT64_MIN                                             \
                                           : 0)

/* The remainder changes nothing where it is used; elsewhere it keeps compilers calm. */
#define GTI_TOO_MANY(n) (INT64_MAX / (n) + 1)
#define GTI_WHOLE(x, n)                                                                            \
    ((x) / GTI_TOO_MANY(n) == 0 ? (int64_t)(x) % GTI_TOO_MANY(n) * (n)                             \
     : (x) > 0                  ? INT64_MAX                                                        \
                                : INT64_MIN)

#define GTI_CONSTANT_DURATION(x, n)                                                                \
    GTI_IF_REAL(x, GTI_SATURATED(GTI_AS_REAL(x) * (n)), GTI_WHOLE(GTI_AS_WHOLE(x), n))

#ifdef __GNUC__
#define GTI_DURATION(x, n)                                                                         \
    __builtin_choose_expr(                                                                         \
        __builtin_constant_p(x), GTI_CONSTANT_DURATION(x, n),                                      \
        GTI_IF_REAL(                                                                               \
            x, _Generic((x), long double: gti_long_duration, default: gti_real_duration)(          \
                   GTI_AS_REAL(x) * (n)),                                                          \
            _Generic((x),                                                                          \
                unsigned long: gti_unsigned_duration,                                              \
                unsigned long long: gti_unsigned_duration GTI_WIDE_DURATIONS,                      \
                default: gti_whole_duration)(GTI_AS_WHOLE(x), n)))

static inline int64_t gti_real_duration(double ns)
{
    return GTI_SATURATED(ns);
}

static inline int64_t gti_long_duration(long double ns)
{
    return GTI_SATURATED(ns);
}

static inline int64_t gti_whole_duration(int64_t x, int64_t n)
{
    return GTI_WHOLE(x, n);
}

static inline int64_t gti_unsigned_duration(uint64_t x, int64_t n)
{
    return x > INT64_MAX ? INT64_MAX : gti_whole_duration((int64_t)x, n);
}

#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 gti_wide;
__extension__ typedef unsigned __int128 gti_unsigned_wide;
#define GTI_WIDE_DURATIONS                                                                         \
    , gti_wide : gti_wide_duration, gti_unsigned_wide : gti_unsigned_wide_duration

static inline int64_t gti_wide_duration(gti_wide x, int64_t n)
{
    return GTI_WHOLE(x, n);
}

static inline int64_t gti_unsigned_wide_duration(gti_unsigned_wide x, int64_t n)
{
    return x > INT64_MAX ? INT64_MAX : gti_whole_duration((int64_t)x, n);
}
#else
#define GTI_WIDE_DURATIONS
#endif
#else
#define GTI_DURATION(x, n) GTI_CONSTANT_DURATION(x, n)
#endif
#endif

GTI_BEGIN_C

/*
 * A duration that does not end. So is every duration that reaches past
 * INT64_MAX.
 *
 *   rules    SLEEP-3 TIME-1
 */
#define GT_FOREVER INT64_MAX

/*
 * How many switches there are at most between two polls of timers and I/O. The
 * hub polls earlier if calls of I/O or switches take long.
 *
 *   rules    SCHED-3 SCHED-4 SCHED-10
 */
#define GT_POLL_INTERVAL 64

/*
 * Returns the time of the monotonic clock, or of the virtual one if that is on.
 *
 *   returns  nanoseconds since some moment; with gt_testing_virtual_clock since
 *            the clock was set
 *   rules    TIME-1 FORK-1
 */
GTI_PUBLIC int64_t gt_now(void);

/*
 * Blocks the calling thread until at least a duration has passed.
 *
 *   duration_ns  nanoseconds; 0 or less: gt_yield. GT_FOREVER: until a kill or a
 *                timeout ends the sleep
 *   raises       whatever is thrown into the caller; in main GT_DEADLOCK if
 *                `duration_ns` is GT_FOREVER and nothing can ever wake it
 *   blocks       always
 *   rules        SLEEP-1 SLEEP-2 SLEEP-3 SCHED-5 WAIT-6
 */
GTI_PUBLIC GT_MAY_BLOCK GT_MAY_RAISE void gt_sleep(int64_t duration_ns);

GTI_END_C

#endif
