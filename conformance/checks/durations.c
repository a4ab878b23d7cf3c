/*
 * TIME-1, for every arithmetic type, in C and in C++. Durations of numbers saturate, and
 * are constant expressions where the numbers are. The compilers at hand compile this
 * without a warning. If a check fails at run time, its number is the exit status.
 */
#include <greenthread/time.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>

#ifdef __cplusplus
#define CONSTANT static_assert
#define REAL_CONSTANT static_assert
#else
#define CONSTANT _Static_assert
#define REAL_CONSTANT(condition, text) struct is_no_integer_constant /* a C compiler may refuse */
#endif

/* Integer constant expressions. */
CONSTANT(GT_SECONDS(2) == 2000000000, "");
CONSTANT(GT_SECONDS(-2) == -2000000000, "");
CONSTANT(GT_MS(3u) == 3000000, "");
CONSTANT(GT_US('a') == 'a' * 1000, "");
CONSTANT(GT_SECONDS((bool)1) == 1000000000, "");
CONSTANT(GT_SECONDS((signed char)-1) == -1000000000, "");
CONSTANT(GT_SECONDS(0) == 0, "");
CONSTANT(GT_SECONDS(INT64_C(9223372036)) == INT64_C(9223372036000000000), "");
CONSTANT(GT_SECONDS(INT64_C(9223372037)) == INT64_MAX, "");
CONSTANT(GT_SECONDS(INT64_C(-9223372036)) == INT64_C(-9223372036000000000), "");
CONSTANT(GT_SECONDS(INT64_C(-9223372037)) == INT64_MIN, "");
CONSTANT(GT_US(INT64_C(9223372036854775)) == INT64_C(9223372036854775000), "");
CONSTANT(GT_US(INT64_C(9223372036854776)) == INT64_MAX, "");
CONSTANT(GT_MS(INT64_MAX / 2) == INT64_MAX, "");
CONSTANT(GT_SECONDS(INT64_MAX) == GT_FOREVER, "");
CONSTANT(GT_SECONDS(INT64_MIN) == INT64_MIN, "");
CONSTANT(GT_US(ULLONG_MAX) == INT64_MAX, "");
CONSTANT(GT_SECONDS(1ULL << 63) == INT64_MAX, "");
CONSTANT(GT_MS(sizeof(char)) == 1000000, "");

REAL_CONSTANT(GT_SECONDS(1e10) == INT64_MAX, "");
REAL_CONSTANT(GT_SECONDS(-1e300) == INT64_MIN, "");
REAL_CONSTANT(GT_SECONDS(3e38f) == INT64_MAX, "");
REAL_CONSTANT(GT_SECONDS(-LDBL_MAX) == INT64_MIN, "");
REAL_CONSTANT(GT_SECONDS(0.1f) == 100000000, "");
REAL_CONSTANT(GT_MS(1.5) == 1500000, "");

enum { MICROSECOND = GT_US(1) };

static char as_many[GT_US(1)];

/* Constants in initializers, reals too. */
static const int64_t initialized[] = {
    GT_SECONDS(1.5),  GT_SECONDS(-1.5),     GT_SECONDS(3 / 2.0),   GT_SECONDS(0.25f),
    GT_SECONDS(1.5L), GT_SECONDS(INFINITY), GT_SECONDS(-HUGE_VAL), GT_SECONDS(NAN),
    GT_SECONDS(1e10), GT_SECONDS(1e300),    GT_SECONDS(-1e300),    GT_US(9.3e15),
    GT_US(-9.3e15L),  GT_MS(1e-9),          GT_MS(-0.0),           GT_SECONDS(1e38f),
};
static const int64_t expected[] = {
    1500000000, -1500000000, 1500000000, 250000000, 1500000000, INT64_MAX, INT64_MIN, 0,
    INT64_MAX,  INT64_MAX,   INT64_MIN,  INT64_MAX, INT64_MIN,  0,         0,         INT64_MAX,
};

static int unexpected;

static void expect(const char *what, int64_t found, int64_t wanted)
{
    if (found == wanted)
        return;
    unexpected++;
    fprintf(stderr, "%s is %lld, not %lld\n", what, (long long)found, (long long)wanted);
}

#define EXPECT(duration, wanted) expect(#duration, duration, wanted)

static int label_of(int64_t duration)
{
    switch (duration) {
    case GT_SECONDS(1):
        return 1;
    case GT_MS(1u):
        return 2;
    case GT_US(1L):
        return 3;
    default:
        return 0;
    }
}

static void check_integers(void)
{
    volatile bool flag = true;
    volatile char character = 'a';
    volatile signed char small = -4;
    volatile unsigned char large_small = 255;
    volatile short short_one = -3;
    volatile unsigned short large_short = 65535;
    volatile int number = -7, far = INT_MIN;
    volatile unsigned large = UINT_MAX;
    volatile long long_one = LONG_MAX;
    volatile unsigned long large_long = ULONG_MAX;
    volatile long long least = LLONG_MIN, most = LLONG_MAX, edge = 9223372036, over = 9223372037;
    volatile unsigned long long largest = ULLONG_MAX, half = 1ULL << 63, fits = 9223372036;
    EXPECT(GT_SECONDS(flag), 1000000000);
    EXPECT(GT_US(character), 97000);
    EXPECT(GT_SECONDS(small), -4000000000);
    EXPECT(GT_SECONDS(large_small), 255000000000);
    EXPECT(GT_SECONDS(short_one), -3000000000);
    EXPECT(GT_SECONDS(large_short), 65535000000000);
    EXPECT(GT_SECONDS(number), -7000000000);
    EXPECT(GT_SECONDS(far), INT64_C(-2147483648000000000));
    EXPECT(GT_SECONDS(large), INT64_C(4294967295000000000));
    EXPECT(GT_SECONDS(long_one), sizeof(long) == 8 ? INT64_MAX : INT64_C(2147483647000000000));
    EXPECT(GT_SECONDS(large_long), sizeof(long) == 8 ? INT64_MAX : INT64_C(4294967295000000000));
    EXPECT(GT_US(least), INT64_MIN);
    EXPECT(GT_US(most), INT64_MAX);
    EXPECT(GT_SECONDS(edge), INT64_C(9223372036000000000));
    EXPECT(GT_SECONDS(over), INT64_MAX);
    EXPECT(GT_SECONDS(-edge), INT64_C(-9223372036000000000));
    EXPECT(GT_SECONDS(-over), INT64_MIN);
    EXPECT(GT_US(largest), INT64_MAX);
    EXPECT(GT_US(half), INT64_MAX);
    EXPECT(GT_SECONDS(fits), INT64_C(9223372036000000000));
}

static void check_reals(void)
{
    volatile float f = 1.5f, far_f = 3e38f;
    volatile double d = -0.5, far_d = 1e10, infinite = INFINITY, none = NAN;
    volatile long double l = 0.25L, far_l = -LDBL_MAX;
    EXPECT(GT_SECONDS(f), 1500000000);
    f = 0.1f;
    EXPECT(GT_SECONDS(f), (int64_t)(f * 1000000000)); /* as precise as a platform's floats */
    EXPECT(GT_US(far_f), INT64_MAX);
    EXPECT(GT_SECONDS(-far_f), INT64_MIN);
    EXPECT(GT_SECONDS(d), -500000000);
    EXPECT(GT_SECONDS(far_d), INT64_MAX);
    EXPECT(GT_SECONDS(-far_d), INT64_MIN);
    EXPECT(GT_MS(infinite), INT64_MAX);
    EXPECT(GT_MS(-infinite), INT64_MIN);
    EXPECT(GT_MS(none), 0);
    EXPECT(GT_SECONDS(l), 250000000);
    EXPECT(GT_SECONDS(far_l), INT64_MIN);
}

#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

static void check_wide(void)
{
    volatile wide large = (wide)1 << 100, small = -3;
    volatile unsigned_wide largest = ~(unsigned_wide)0, two = 2;
    EXPECT(GT_SECONDS(large), INT64_MAX);
    EXPECT(GT_SECONDS(-large), INT64_MIN);
    EXPECT(GT_SECONDS(small), -3000000000);
    EXPECT(GT_US(largest), INT64_MAX);
    EXPECT(GT_US(two), 2000);
    EXPECT(GT_US((wide)1 << 64), INT64_MAX);
}
#else
static void check_wide(void)
{
}
#endif

/*
 * A bit-field, an enumeration, and an expression with operators of every kind; each is
 * evaluated once.
 */
static void check_expressions(void)
{
    struct {
        unsigned narrow : 5;
        signed int negative : 4;
    } fields = {3, -2};
    int64_t count = 0;
    EXPECT(GT_US(fields.narrow), 3000);
    EXPECT(GT_US(fields.negative), -2000);
    EXPECT(GT_MS(MICROSECOND), 1000000000);
    EXPECT(GT_US(count ? 1 : 2), 2000);
    EXPECT(GT_US(1 + 1), 2000);
    EXPECT(GT_US(count | 4), 4000);
    EXPECT(GT_US(1 << 3), 8000);
    EXPECT(GT_US(GT_US(1)), 1000000);
    EXPECT(-GT_US(2) % GT_US(3), -2000);
#if defined __GNUC__ || defined __cplusplus
    double real = 0;
    EXPECT(GT_US(++count), 1000);
    EXPECT(GT_US(count++), 1000);
    EXPECT(GT_SECONDS(real += 0.5), 500000000);
    EXPECT(GT_SECONDS(real += 0.5), 1000000000);
    EXPECT(count, 2);
#endif
}

int main(void)
{
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        expect("a constant", initialized[i], expected[i]);
    expect("a label", label_of(GT_SECONDS(1)) + label_of(GT_MS(1)) + label_of(GT_US(1)), 6);
    expect("an array", (int64_t)sizeof as_many, 1000);
    as_many[0] = 0;
    check_integers();
    check_reals();
    check_wide();
    check_expressions();
    return unexpected + as_many[0];
}
