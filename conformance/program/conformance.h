/*
 * What a conformance case is written with. A case only writes a trace. What is
 * expected is written once: for the cases of cases/kill.c in cases/kill.traces, under
 * RULE.name. A case without a trace does not build, and neither does a trace without a
 * case.
 *
 * Before a case runs, the suite turns on the virtual clock and has reports
 * written to the trace, first lines only, as "report: ...". After it, the
 * suite calls gt_shutdown and checks that no allocation is left.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <greenthread.h>
#include <greenthread/testing.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CASE_ENDS = 1, /* ends the process, so it runs only where each case has a process of its
                      own. Its trace is followed by the lines on standard error ("stderr:
                      ...") and by how the process ended: "ended: exit 1", "ended: abort". */
    CASE_IO = 2,   /* needs descriptors: not applicable on compat/generic. The cases of cases/posix
                      need more of POSIX, and are not compiled there */
    CASE_OS_THREADS = 4194304, /* needs another OS thread than the one that runs it */
    CASE_ROUNDING = 8388608, /* sets the rounding mode: not applicable to a processor without any */
    CASE_ROOM = 16777216,    /* needs more memory than boards have: not applicable with small limits */
    CASE_STACK = 4,            /* needs backtraces: not applicable where compat has none */
    CASE_GUARD = 8,            /* needs guard pages: not applicable there */
    CASE_TOOL = 16,            /* does on purpose what sanitizers look for: under one it ends with a
                                  report, see conformance/planted */
    CASE_NO_SWEEP = 32,        /* disturbs itself as a sweep would, wants no try around it, has hubs
                                  beside it that live on, or may spin without an end when it is
                                  disturbed */
    CASE_REBORN = 64,     /* begins again in a child of fork, or allocates in a handler of fork:
                             not applicable under sanitizers, which keep records there of the
                             parent's OS threads, and a lock from before the fork */
    CASE_CANARY = 128,    /* overflows a stack without a guard: applicable where stacks are the
                             library's own, and either have no guards or the system can be made to
                             refuse them */
    CASE_CORES = 2048,    /* asks on which cores it may run: not applicable where the system does
                             not tell */
    CASE_LIMIT = 256,     /* finds no descriptor for a connection: not applicable under Valgrind,
                             which accepts and closes it */
    CASE_NAMED = 512,     /* overflows a stack and is named: where the stack is the system's, the
                             system has to tell where it is */
    CASE_MAIN = 1024,     /* the same, of main's stack, which is always the system's */
    CASE_POOL = 16384,    /* about stacks that are the library's own: not applicable on threads */
    CASE_REFUSAL = 32768, /* makes the system refuse a request: not applicable where the linker
                             cannot wrap calls */
    CASE_NESTED = 8192,   /* waits for what the poller refuses: not applicable to poll(2) */
    CASE_ALARM = 65536,   /* has a call that would sleep: not applicable where no such call can
                             be ended */
    CASE_LINUX = 131072,  /* uses descriptors that other systems do not have */
    CASE_EXITS_FIBER = 262144, /* a green thread ends its OS thread by pthread_exit: not
                                  applicable under ThreadSanitizer, which aborts if a fiber calls
                                  that */
    CASE_CANCELS = 524288,     /* cancels an OS thread in a call that sleeps, which on the threads
                                  backend takes locks then: not applicable to that under
                                  ThreadSanitizer, which sees no lock of such a thread */
    CASE_LOSES_HUB = 1048576,  /* a child has memory of a hub without its OS thread: not
                                  applicable under Valgrind, which takes it for lost */
    CASE_NO_BUFFER = 2097152,  /* gives the system memory that is not there: not applicable under
                                  Valgrind, which reports it */
    CASE_LEAVES = 4096         /* ends in the handler of an overflow: not applicable under Valgrind,
                                  which then reads the stack and does not know of its guard */
};

typedef struct conformance_case {
    const char *rule, *name;
    void (*run)(void);
    unsigned flags;
} conformance_case;

/*
 * Begins a case: CASE("KILL-4", unstarted_runs_links) { ... }. Flags may follow its name.
 * The suite finds the case by its trace, as case_NAME, so no two cases have the same name.
 */
#define CASE(rule, ...) CASE_WITH_FLAGS(rule, __VA_ARGS__, 0, )
#define CASE_WITH_FLAGS(rule, name, flags, ...)                                                    \
    static void name(void);                                                                        \
    extern const conformance_case case_##name;                                                     \
    const conformance_case case_##name = {rule, #name, name, flags};                               \
    static void name(void)

/* Writes one line to the trace, as printf. */
void trace(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes what an exception is: "GT_ERROR code 7: message". It leaves out parts that are absent. */
void trace_exception(const char *who, const gt_exception *exception);

/*
 * A case needs the threads that it asks for. If an allocation of the library is made to
 * fail, a thread may be missing. Then the case ends by a raise. A case that is about that
 * very thing puts the name in parentheses.
 */
gt_thread *needed(gt_thread *thread);
#define gt_spawn(...) needed(gt_spawn(__VA_ARGS__))
#define gt_spawn_n(...) needed(gt_spawn_n(__VA_ARGS__))
#define gt_spawn_after(...) needed(gt_spawn_after(__VA_ARGS__))
#define gt_spawn_with(...) needed(gt_spawn_with(__VA_ARGS__))

/* Functions for threads that cases share. */
void *speaker(void *text); /* traces `text`, returns it */
void *sleeper(void *text); /* sleeps GT_SECONDS(1000). If an exception is thrown into it, traces
                              "TEXT: <exception>" and raises it again; returns `text` */
void *yielder(void *text); /* traces "TEXT 1", yields, "TEXT 2", yields, "TEXT 3"; returns `text` */
void *raiser(void *text);  /* raises GT_ERROR, code 7, with `text` as its message */
void announce(gt_thread *thread, void *text); /* a link: traces "link TEXT" */

/* Computes until a moment of the real clock. */
void spin_until(int64_t moment_ns);

#endif
