/*
 * sigaltstack(2), setjmp and longjmp: everything but the inline part of the switch. It needs POSIX
 * and nothing else.
 *
 * A signal's handler is the one function that POSIX starts on a stack of our choice. So the OS
 * thread sends itself a signal whose handler runs on the new stack. The handler calls setjmp and
 * returns. The first switch jumps into the handler's frame, which is still on that stack.
 * (Engelschall, "Portable Multithreading", 2000.)
 *
 * The signal is SIGURG: its default action is to ignore it, and hardly any program uses it. Its
 * disposition belongs to the whole process, so a lock admits one OS thread at a time, and the
 * program's own disposition is back when a context is made. A SIGURG that another sends in these
 * microseconds goes to the program's handler, or is lost. Rejected: a real-time signal. Not every
 * system has one, and the queue of these signals may be full.
 *
 * The unwinder would walk from the handler's frame through the signal's frame, and on into what the
 * signal interrupted, which is gone. So this file is compiled without unwind tables.
 */
#undef _FORTIFY_SOURCE /* its longjmp refuses a jump to another stack */
#define _XOPEN_SOURCE 700
#include "core/backend.h"
#include "compat/process.h"
#include <fenv.h>
#include <greenthread/platform.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#if defined GTI_SANITIZE_THREAD || defined GTI_SANITIZE_ADDRESS
#define SAVE(place) __builtin_setjmp(place)
#define RESUME(place) __builtin_longjmp((place), 1)
#else
#define SAVE(place) GTI_SETJMP(place)
#define RESUME(place) GTI_LONGJMP(place)
#endif

enum { OURS = SIGURG };

const char gti_backend_name[] = "sigaltstack";

/* The switch */

static _Thread_local gti_carrier *resumed; /* the last that was switched to */

GTI_UNWATCHED void gti_sigaltstack_switch(gti_carrier *from, gti_carrier *to)
{
    int rounding = fegetround();
    if (SAVE(from->saved) == 0)
        gti_sigaltstack_leave(to);
    if (fegetround() != rounding)
        fesetround(rounding);
}

/* It saves nothing: by then the stack, and the carrier with it, may belong to another context. */
GTI_UNWATCHED void gti_sigaltstack_leave(gti_carrier *to)
{
    resumed = to;
    RESUME(to->saved);
}

bool gti_carrier_init(gti_carrier *carrier)
{
    (void)carrier;
    return true;
}

void gti_carrier_fini(gti_carrier *carrier)
{
    (void)carrier;
}

bool gti_carrier_adopt(gti_carrier *carrier, gti_context *context)
{
    context->word = carrier;
    return true;
}

void gti_carrier_disown(gti_carrier *carrier)
{
    (void)carrier;
}

/* The handler */

static struct sigaction former; /* what our handler has replaced; of the OS thread with the lock */

/* What of it our handler calls in another OS thread; NULL: nothing. */
typedef void information_handler(int signum, siginfo_t *info, void *context);
typedef void plain_handler(int signum);
static information_handler *_Atomic with_information;
static plain_handler *_Atomic without;

/* The compiler must not keep it in a register over raise, which it knows to call no handler. */
static _Thread_local gti_carrier *volatile making; /* NULL: its context is made */

/*
 * Returns to the handler. The first switch to the context comes back a second time. By then the
 * frame may be written over: ThreadSanitizer calls our handler from a handler of its own, which
 * goes on afterwards. So nothing is read from the frame.
 */
GTI_UNWATCHED static void begin(gti_jump *saved)
{
    if (SAVE(*saved) != 0)
        resumed->entry(resumed->arg);
}

static void pass_on(int signum, siginfo_t *info, void *context)
{
    information_handler *informed = atomic_load(&with_information);
    plain_handler *plain = atomic_load(&without);
    if (informed)
        informed(signum, info, context);
    else if (plain)
        plain(signum);
}

GTI_UNWATCHED static void handle(int signum, siginfo_t *info, void *context)
{
    gti_carrier *carrier = making;
    making = NULL;
    if (carrier)
        begin(&carrier->saved);
    else
        pass_on(signum, info, context); /* it was sent to another OS thread */
}

/*
 * The process whose OS thread makes a context; 0: none does. A child of fork may inherit the lock
 * from an OS thread that it does not have. Then the lock names another process.
 */
static atomic_ulong holder;

static void lock(void)
{
    unsigned long own = gti_process_id(), other = 0;
    while (!atomic_compare_exchange_weak(&holder, &other, own)) {
        if (other != own)
            continue; /* another process, or 0: to be tried as it is */
        sched_yield();
        other = 0;
    }
}

static bool is_ours(const struct sigaction *action)
{
    return action->sa_flags & SA_SIGINFO && action->sa_sigaction == handle;
}

static void keep(const struct sigaction *found)
{
    bool is_informed = found->sa_flags & SA_SIGINFO;
    bool is_called = found->sa_handler != SIG_DFL && found->sa_handler != SIG_IGN;
    former = *found;
    atomic_store(&with_information, is_called && is_informed ? found->sa_sigaction : NULL);
    atomic_store(&without, is_called && !is_informed ? found->sa_handler : NULL);
}

/*
 * With SA_RESETHAND the system takes the handler back when it calls it. A second signal would
 * write over the frame that the first has left on the stack. What it replaces is known before
 * another OS thread may get the signal.
 */
static void install(void)
{
    struct sigaction found,
        ours = {.sa_sigaction = handle,
                .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_RESTART};
    sigfillset(&ours.sa_mask);
    if (sigaction(OURS, NULL, &found) == 0 && !is_ours(&found))
        keep(&found);
    sigaction(OURS, &ours, NULL);
}

/*
 * What the program has installed meanwhile is left alone. Linux does not clear SA_SIGINFO when it
 * takes a handler back.
 */
static void uninstall(void)
{
    struct sigaction found;
    if (sigaction(OURS, NULL, &found) == 0 && (is_ours(&found) || found.sa_handler == SIG_DFL))
        sigaction(OURS, &former, NULL);
}

/*
 * The program's alternate stack is back afterwards. The size of none is of no meaning, but some
 * systems check it.
 */
static void call_on(void *low, size_t size, const sigset_t *all, const sigset_t *all_but_ours)
{
    stack_t own = {.ss_sp = low, .ss_size = size}, program;
    if (sigaltstack(&own, &program) != 0) {
        gti_process_print("greenthread: the system refuses a stack for a signal's handler");
        gti_process_abort();
    }
    pthread_sigmask(SIG_SETMASK, all_but_ours, NULL);
    if (making)
        raise(OURS);
    pthread_sigmask(SIG_SETMASK, all, NULL);
    if (program.ss_flags & SS_DISABLE)
        program.ss_size = size;
    sigaltstack(&program, NULL);
}

/*
 * All signals are blocked meanwhile, because their handlers may want the program's alternate stack.
 * Another OS thread may have got the signal, or may have changed its disposition. Then it is sent
 * again.
 */
void gti_context_make(gti_context *context, gti_carrier *carrier, void *low, size_t size,
                      gti_entry *entry, void *arg)
{
    sigset_t all, all_but_ours, mask;
    carrier->entry = entry;
    carrier->arg = arg;
    context->word = carrier;
    sigfillset(&all);
    sigfillset(&all_but_ours);
    sigdelset(&all_but_ours, OURS);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    lock();
    making = carrier;
    while (making) {
        install();
        call_on(low, size, &all, &all_but_ours);
        uninstall();
    }
    atomic_store(&holder, 0);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}
