/*
 * A handler of the signals of a fault. It runs on an alternate stack, because the stack
 * that overflowed has no room for it. It only writes a message. Then it sets the default
 * action and returns. So the same instruction faults again, and a core dump shows the
 * overflow and not the handler.
 *
 * It is installed only in place of the default action. A program that handles faults
 * itself has its reasons. To call its handler from ours would not be what it asked for
 * (flags, mask, stack). A handler that is installed later replaces ours, and may call
 * ours for faults that are not its own.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, SI_QUEUE */
#define _XOPEN_SOURCE 700
#include "compat/overflow.h"
#include "compat/backtrace.h"
#include "compat/inline.h"
#include "compat/process.h"
#include "compat/sanitizer.h"
#include "compat/text.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef _SC_MINSIGSTKSZ
#define LEAST_FRAME ((size_t)sysconf(_SC_MINSIGSTKSZ))
#else
#define LEAST_FRAME ((size_t)MINSIGSTKSZ)
#endif

/* What the handler needs beside the kernel's frame. Unwinding takes most of it. */
enum { ROOM = 48 * 1024, FRAMES = 32, TEXT = 400 };

static const int faults[] = {SIGSEGV, SIGBUS};

enum { FAULTS = sizeof faults / sizeof faults[0] };

static gti_overflow_describe *_Atomic describe;
static atomic_size_t watchers;

/* The handler */

static void print(gti_text *line)
{
    gti_text_add(line, "\n");
    for (size_t done = 0; done < line->length;) {
        ssize_t n = write(STDERR_FILENO, line->data + done, line->length - done);
        if (n < 0 && errno != EINTR)
            return;
        done += n < 0 ? 0 : (size_t)n;
    }
}

static void print_frame(size_t number, const void *address)
{
    char data[TEXT], place[TEXT - 32];
    gti_text line = gti_text_in(data, sizeof data);
    gti_backtrace_describe(address, place, sizeof place);
    gti_text_add(&line, " #");
    gti_text_add_number(&line, number);
    gti_text_add(&line, " ");
    gti_text_add(&line, place);
    print(&line);
}

static void print_gap(size_t frames)
{
    char data[64];
    gti_text line = gti_text_in(data, sizeof data);
    gti_text_add(&line, " ... ");
    gti_text_add_number(&line, frames);
    gti_text_add(&line, " more");
    print(&line);
}

/* Where it overflowed, and where it came from, because a recursion hides the beginning. */
static void print_backtrace(void)
{
    void *addresses[FRAMES];
    size_t n = gti_backtrace_both_ends(addresses, FRAMES);
    size_t left_out = n > FRAMES ? n - FRAMES : 0;
    for (size_t i = 0; i < n - left_out; i++) {
        if (left_out && i == FRAMES / 2)
            print_gap(left_out);
        print_frame(i < FRAMES / 2 ? i : i + left_out, addresses[i]);
    }
}

/* A program's own alternate stack may be too small to unwind on. */
static bool there_is_room(void)
{
    stack_t stack;
    return sigaltstack(NULL, &stack) == 0 && stack.ss_flags & SS_ONSTACK &&
           stack.ss_size >= LEAST_FRAME + ROOM / 2;
}

static void set_default(int signum)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigemptyset(&action.sa_mask);
    sigaction(signum, &action, NULL);
}

static void handle(int signum, siginfo_t *info, void *context)
{
    int code = errno;
    char data[TEXT];
    bool was_sent = info->si_code <= 0 || info->si_code == SI_USER || info->si_code == SI_QUEUE;
    (void)context;
    if (!was_sent && describe(info->si_addr, data, sizeof data - 1)) {
        gti_text text = {data, sizeof data, strlen(data)};
        print(&text);
        if (there_is_room() && !gti_tool_shows_faults())
            print_backtrace();
    }
    set_default(signum);
    if (was_sent)
        raise(signum); /* nothing would send it again */
    errno = code;
}

/* Installing it */

static bool has_handler(int signum, void (*handler)(int))
{
    struct sigaction now;
    return sigaction(signum, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) &&
           now.sa_handler == handler;
}

static bool has_ours(int signum)
{
    struct sigaction now;
    return sigaction(signum, NULL, &now) == 0 && now.sa_flags & SA_SIGINFO &&
           now.sa_sigaction == handle;
}

static void install(void)
{
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    void *address;
    sigemptyset(&action.sa_mask);
    gti_backtrace(&address, 1); /* it binds and loads now what a first call binds and loads */
    for (int i = 0; i < FAULTS; i++)
        if (has_handler(faults[i], SIG_DFL))
            sigaction(faults[i], &action, NULL);
}

static void uninstall(void)
{
    for (int i = 0; i < FAULTS; i++)
        if (has_ours(faults[i]))
            set_default(faults[i]);
}

/*
 * The first watcher has come, or the last has gone. It takes no lock, because a child of
 * fork would inherit the lock as it is in that moment. The OS thread that wrote last
 * checks again.
 */
static void sync_handlers(void)
{
    bool watched;
    do {
        watched = atomic_load(&watchers) > 0;
        if (watched)
            install();
        else
            uninstall();
    } while (watched != (atomic_load(&watchers) > 0));
}

GTI_AT_UNLOAD static void leave_no_handler(void)
{
    uninstall();
}

/* Alternate stacks */

static _Thread_local void *alternate; /* of this OS thread; NULL: none of ours */

static size_t alternate_size(void)
{
    return LEAST_FRAME + ROOM;
}

static void take_alternate(void)
{
    stack_t stack;
    if (alternate || sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE))
        return;
    void *memory =
        mmap(NULL, alternate_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return;
    stack = (stack_t){.ss_sp = memory, .ss_size = alternate_size()};
    if (sigaltstack(&stack, NULL) == 0)
        alternate = memory;
    else
        munmap(memory, alternate_size());
}

static void give_alternate(void *nothing)
{
    stack_t stack;
    (void)nothing;
    if (!alternate)
        return;
    if (sigaltstack(NULL, &stack) == 0 && stack.ss_sp == alternate)
        sigaltstack(&(stack_t){.ss_flags = SS_DISABLE, .ss_size = alternate_size()}, NULL);
    munmap(alternate, alternate_size());
    alternate = NULL;
}

void gti_overflow_watch(gti_overflow_describe *function)
{
    atomic_store(&describe, function);
    take_alternate();
    if (atomic_fetch_add(&watchers, 1) == 0)
        sync_handlers();
}

void gti_overflow_unwatch(void)
{
    if (atomic_fetch_sub(&watchers, 1) == 1)
        sync_handlers();
    give_alternate(NULL);
}

void gti_overflow_watch_carrier(void)
{
    take_alternate();
    if (gti_process_at_thread_exit(give_alternate, NULL) != 0)
        give_alternate(NULL);
}
