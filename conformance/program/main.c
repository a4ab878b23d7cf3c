/*
 * The conformance suite. It runs cases against the traces beside them and the examples of
 * docs/semantics.md, and reports the results in the Test Anything Protocol.
 *
 *   greenthread-conformance-BACKEND [OPTION]... [FAMILY | RULE | RULE.name]...
 *   greenthread-conformance-BACKEND --explain RULE | RULE.name
 *
 * The exit status is 0 if all passed, 77 if all were skipped, 1 if one failed.
 *
 * A case that hangs differs from one that is slow by its progress: a case, or one run of
 * a sweep, that takes minutes is killed and named. There is no limit for the whole.
 */
#include "cores.h"
#include "expected.h"
#include "explain.h"
#include "nested.h"
#include "os.h"
#include "refusal.h"
#include "sweep.h"
#include "watch.h"
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct options {
    bool in_process, list;
    sweep sweep;
    unsigned seconds; /* without progress, after which a case counts as hung */
    long repeat;
    long part, parts; /* part number `part` of so many, of the cases that are wanted */
    char **wanted;    /* ends with NULL */
} options;

#if defined CONFORMANCE_ISO_C_ONLY
static const unsigned not_applicable = CASE_IO | CASE_STACK | CASE_GUARD;
#elif defined CONFORMANCE_SANITIZED
static const unsigned not_applicable = CASE_TOOL | CASE_REBORN | CASE_CANARY;
#elif defined CONFORMANCE_VALGRIND
static const unsigned not_applicable =
    CASE_LIMIT | CASE_LEAVES | CASE_CANARY | CASE_LOSES_HUB | CASE_NO_BUFFER;
#elif defined CONFORMANCE_NO_BACKTRACE
static const unsigned not_applicable = CASE_STACK;
#else
static const unsigned not_applicable = 0;
#endif

#if defined CONFORMANCE_ISO_C_ONLY
static const bool stacks_have_guards = false;
#else
static const bool stacks_have_guards = true;
#endif

#if defined CONFORMANCE_NO_OWN_STACK
static const bool system_tells_stacks = false;
#else
static const bool system_tells_stacks = true;
#endif

#if defined CONFORMANCE_LITTLE_ROOM
static const bool has_room = false;
#else
static const bool has_room = true;
#endif

/* A unit without doubles leaves them to software, which has no modes. */
#if defined FE_UPWARD && defined FE_DOWNWARD && !(defined __ARM_FP && !(__ARM_FP & 8))
static const bool modes_can_be_set = true;
#else
static const bool modes_can_be_set = false;
#endif

#if defined CONFORMANCE_NO_ALARM
static const bool calls_can_be_ended = false;
#else
static const bool calls_can_be_ended = true;
#endif

#if defined __linux__
static const bool is_linux = true;
#else
static const bool is_linux = false;
#endif

#if defined __has_feature
#if __has_feature(thread_sanitizer)
#define CONFORMANCE_SANITIZED_THREAD
#endif
#elif defined __SANITIZE_THREAD__
#define CONFORMANCE_SANITIZED_THREAD
#endif
#if defined CONFORMANCE_SANITIZED_THREAD
static const bool ends_are_followed = false;
#else
static const bool ends_are_followed = true;
#endif

enum { ALL_SKIPPED = 77, HANGS_ENOUGH = 3 };

static int points, failures, skipped, hangs;
static long wanted_so_far;
static text failed;
static sweep_count swept;

/* Names */

/* By its own name, by its rule's (KILL-4), or by the name of the rule's family (KILL). */
static bool is_named(const expected_trace *e, const char *name)
{
    size_t length = strlen(name);
    return strncmp(e->name, name, length) == 0 && strchr("-.", e->name[length]);
}

static bool is_wanted(const expected_trace *e, char **wanted)
{
    if (!*wanted)
        return true;
    for (; *wanted; wanted++)
        if (is_named(e, *wanted))
            return true;
    return false;
}

/* Test Anything Protocol */

static void point(bool ok, const char *name)
{
    printf("%s %d - %s\n", ok ? "ok" : "not ok", ++points, name);
    failures += !ok;
    if (!ok)
        text_printf(&failed, " %s", name);
}

static void skip(const char *name, const char *reason)
{
    printf("ok %d - %s # SKIP %s\n", ++points, name, reason);
    skipped++;
}

static void diagnose(const char *text)
{
    while (text && *text) {
        size_t length = strcspn(text, "\n");
        printf("#   %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

/* Differences */

static int split(char *text, char **lines, int room)
{
    int n = 0;
    while (text && *text && n < room) {
        lines[n++] = text;
        text += strcspn(text, "\n");
        if (*text)
            *text++ = '\0';
    }
    return n;
}

/*
 * Prints expected lines with "-", and those that came instead with "+". Traces are short,
 * so it finds the next common line by trying the nearest pairs first.
 */
static void print_difference(const char *expected, const char *got)
{
    enum { MOST = 2000 };
    static char *a[MOST], *b[MOST];
    text left = {0}, right = {0};
    text_append(&left, expected, strlen(expected));
    text_append(&right, got ? got : "", got ? strlen(got) : 0);
    int n = split(left.data, a, MOST), m = split(right.data, b, MOST), i = 0, j = 0;
    while (i < n || j < m) {
        int skip_a = n - i, skip_b = m - j;
        for (int d = 0; d <= (n - i) + (m - j); d++) {
            int s = 0;
            while (s <= d && !(i + s < n && j + d - s < m && strcmp(a[i + s], b[j + d - s]) == 0))
                s++;
            if (s <= d) {
                skip_a = s;
                skip_b = d - s;
                break;
            }
        }
        for (; skip_a > 0; skip_a--)
            printf("# - %s\n", a[i++]);
        for (; skip_b > 0; skip_b--)
            printf("# + %s\n", b[j++]);
        if (i < n)
            printf("#   %s\n", a[i]);
        i++;
        j++;
    }
    free(left.data);
    free(right.data);
}

/* Running */

static void collect_line(const char *line, void *arg)
{
    text_printf(arg, "%s\n", line);
}

static outcome run(const conformance_case *c, const options *options)
{
    if (!options->in_process && have_processes())
        return run_in_process(c, options->seconds);
    text lines = {0};
    trace_to(collect_line, &lines);
    char *complaint = run_here(c);
    return (outcome){lines.data, complaint};
}

static bool needs_to_be_told(const conformance_case *c)
{
    bool system_stacks = strcmp(gt_testing_backend(), "threads") == 0;
    return c->flags & (system_stacks ? CASE_NAMED | CASE_MAIN : CASE_MAIN);
}

static bool needs_a_refusal(const conformance_case *c)
{
    return c->flags & (stacks_have_guards ? CASE_REFUSAL | CASE_CANARY : CASE_REFUSAL);
}

static bool ends_an_os_thread(const conformance_case *c)
{
    bool has_fibers = strcmp(gt_testing_backend(), "threads") != 0;
    return c->flags & (has_fibers ? CASE_EXITS_FIBER : CASE_CANCELS);
}

static const char *why_not(const conformance_case *c, const options *options)
{
    if (c->flags & CASE_ENDS && (options->in_process || !have_processes()))
        return "not applicable: it ends the process";
    if (c->flags & not_applicable & CASE_TOOL)
        return "not applicable: the sanitizer has a report of its own for it";
    if (options->sweep && !have_processes())
        return "not applicable: a sweep needs processes";
    if (options->sweep && c->flags & CASE_NO_SWEEP)
        return "not applicable: it cannot be disturbed";
    if (c->flags & CASE_OS_THREADS && !have_os_threads())
        return "not applicable: there are no OS threads";
    if (c->flags & CASE_ROOM && !has_room)
        return "not applicable: the platform has too little memory";
    if (c->flags & CASE_ROUNDING && !modes_can_be_set)
        return "not applicable: the processor has one rounding mode";
    if (c->flags & CASE_CORES && !have_cores())
        return "not applicable: the system does not tell which cores there are";
    if (c->flags & CASE_NESTED && !can_be_refused())
        return "not applicable: the poller refuses nothing";
    if (c->flags & (CASE_CANARY | CASE_POOL) && strcmp(gt_testing_backend(), "threads") == 0)
        return "not applicable: stacks are the system's";
    if (needs_a_refusal(c) && !can_refuse())
        return "not applicable: the linker cannot wrap calls of the system's";
    if (needs_to_be_told(c) && !system_tells_stacks)
        return "not applicable: the system does not tell where its stacks are";
    if (c->flags & CASE_ALARM && !calls_can_be_ended)
        return "not applicable: the system cannot end a call that sleeps";
    if (!ends_are_followed && ends_an_os_thread(c))
        return "not applicable: the sanitizer does not follow this end of an OS thread";
    if (c->flags & CASE_LINUX && !is_linux)
        return "not applicable: the system does not have such descriptors";
    return c->flags & not_applicable ? "not applicable: this platform does not have it" : NULL;
}

static void sweep_case(const conformance_case *c, const options *options, const char *name)
{
    char *complaint = run_sweep(c, options->sweep, options->seconds, &swept);
    hangs = (int)swept.hung;
    point(!complaint, name);
    diagnose(complaint);
    free(complaint);
    fflush(stdout);
}

static void run_case(const expected_trace *expected, const options *options)
{
    const conformance_case *c = expected->run;
    const char *name = expected->name, *reason = c ? why_not(c, options) : expected->absent;
    if (reason) {
        skip(name, reason);
        return;
    }
    watch_note(name);
    if (options->sweep) {
        sweep_case(c, options, name);
        return;
    }
    outcome outcome = run(c, options);
    bool same = strcmp(outcome.trace ? outcome.trace : "", expected->trace.text) == 0;
    hangs += outcome.complaint && strncmp(outcome.complaint, "it hung", 7) == 0;
    point(same && !outcome.complaint, name);
    diagnose(outcome.complaint);
    if (!same) {
        printf("# %s:%d expects the lines with -, the case wrote those with +\n",
               expected->trace.file, expected->trace.line);
        print_difference(expected->trace.text, outcome.trace);
    }
    outcome_free(&outcome);
    fflush(stdout);
}

/* The inventory: each rule has a case. That each case has a trace is checked by embed. */

static bool some_case_is(const char *name)
{
    for (const expected_trace *e = expected_traces; e->name; e++)
        if (is_named(e, name))
            return true;
    return false;
}

static bool is_of_its_rule(const expected_trace *e)
{
    size_t length = strlen(e->run->rule);
    return strncmp(e->name, e->run->rule, length) == 0 && e->name[length] == '.';
}

static void check_inventory(void)
{
    text missing = {0};
    for (const expected_rule *rule = expected_rules; rule->id; rule++)
        if (!some_case_is(rule->id))
            text_printf(&missing, "rule %s has no case\n", rule->id);
    for (const expected_trace *e = expected_traces; e->name; e++)
        if (e->run && !is_of_its_rule(e))
            text_printf(&missing, "trace %s has a case of rule %s\n", e->name, e->run->rule);
    point(!missing.length, "inventory");
    diagnose(missing.data);
    free(missing.data);
}

/* The command line */

static void list(void)
{
    for (const expected_trace *e = expected_traces; e->name; e++)
        puts(e->name);
}

static int usage(const char *program)
{
    fprintf(stderr,
            "usage: %s [--list] [--in-process] [--repeat N] [--part K/N] [--timeout SECONDS] "
            "[--kill-sweep | --allocation-sweep] [--thorough] "
            "[FAMILY | RULE | RULE.name | inventory]...\n"
            "       %s --explain RULE | RULE.name\n",
            program, program);
    return 2;
}

static bool number(const char *text, long *value)
{
    char *end;
    *value = text ? strtol(text, &end, 10) : 0;
    return *value > 0 && !*end;
}

static bool parse_part(const char *text, options *options)
{
    int length = 0;
    return text && sscanf(text, "%ld/%ld%n", &options->part, &options->parts, &length) == 2 &&
           !text[length] && options->part >= 1 && options->part <= options->parts;
}

static bool parse(char **argv, options *options)
{
    long value;
    for (argv++; *argv && strncmp(*argv, "--", 2) == 0; argv++) {
        if (strcmp(*argv, "--list") == 0)
            options->list = true;
        else if (strcmp(*argv, "--in-process") == 0)
            options->in_process = true;
        else if (strcmp(*argv, "--kill-sweep") == 0)
            options->sweep = KILL_SWEEP;
        else if (strcmp(*argv, "--allocation-sweep") == 0)
            options->sweep = ALLOCATION_SWEEP;
        else if (strcmp(*argv, "--system-call-sweep") == 0 && system_call_disturber)
            options->sweep = SYSTEM_CALL_SWEEP;
        else if (strcmp(*argv, "--thorough") == 0)
            swept.thorough = true;
        else if (strcmp(*argv, "--part") == 0 && parse_part(argv[1], options))
            argv++;
        else if (strcmp(*argv, "--repeat") == 0 && number(argv[1], &value))
            options->repeat = value, argv++;
        else if (strcmp(*argv, "--timeout") == 0 && number(argv[1], &value))
            options->seconds = (unsigned)value, argv++;
        else
            return false;
    }
    options->wanted = argv;
    return true;
}

static bool is_known(const char *name)
{
    return strcmp(name, "inventory") == 0 || some_case_is(name);
}

static bool all_are_known(char **wanted)
{
    bool known = true;
    for (; *wanted; wanted++)
        if (!is_known(*wanted)) {
            fprintf(stderr, "%s: no case of that name\n", *wanted);
            known = false;
        }
    return known;
}

static bool is_of_this_part(const options *options)
{
    return wanted_so_far++ % options->parts == options->part - 1;
}

static void run_all(const options *options)
{
    bool inventory = !*options->wanted;
    for (char **wanted = options->wanted; *wanted; wanted++)
        inventory = inventory || strcmp(*wanted, "inventory") == 0;
    if (inventory)
        check_inventory();
    for (const expected_trace *e = expected_traces; e->name && hangs < HANGS_ENOUGH; e++)
        if (is_wanted(e, options->wanted) && is_of_this_part(options))
            run_case(e, options);
}

static int conclude(const options *options)
{
    if (options->sweep)
        printf("# %ld runs were disturbed, %ld were rescued, %ld ended the process, "
               "%ld places were passed over\n",
               swept.runs, swept.rescued, swept.ended, swept.passed_over);
    if (failures)
        printf("# failed:%s\n", failed.data);
    if (hangs >= HANGS_ENOUGH)
        printf("Bail out! %d cases hung\n", hangs);
    else
        printf("1..%d\n", points);
    if (failures || !points)
        return 1;
    return skipped == points ? ALL_SKIPPED : 0;
}

static int explain_one(const char *name)
{
    if (explain(name))
        return 0;
    fprintf(stderr, "%s: no rule and no case of that name\n", name);
    return 2;
}

int main(int argc, char **argv)
{
    options options = {.seconds = 600, .repeat = 1, .part = 1, .parts = 1};
    if (argc == 3 && strcmp(argv[1], "--explain") == 0)
        return explain_one(argv[2]);
    if (!parse(argv, &options))
        return usage(argv[0]);
    if (options.list) {
        list();
        return 0;
    }
    if (!all_are_known(options.wanted))
        return 2;
    printf("TAP version 13\n# backend: %s\n", gt_testing_backend());
    if (options.in_process)
        watch_begin(options.seconds);
    for (long i = 0; i < options.repeat; i++)
        run_all(&options);
    watch_end();
    return conclude(&options);
}
