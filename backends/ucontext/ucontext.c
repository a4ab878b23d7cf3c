/*
 * <ucontext.h>: everything but the switch. It runs stacks of core's without a line of
 * assembly, on any processor whose C library has these functions. glibc and the BSDs have
 * them, musl does not. The price is a system call in each switch.
 */
#include "core/backend.h"
#include <stdint.h>

const char gti_backend_name[] = "ucontext";

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
    context->word = &carrier->saved;
    return true;
}

void gti_carrier_disown(gti_carrier *carrier)
{
    (void)carrier;
}

/*
 * The arguments of a context's function are ints, so the pointer comes in two halves. A
 * shift by the width of an int is undefined where a pointer has the same width.
 */
enum { HALF_INT = sizeof(unsigned) * 8 / 2 };

static void first(unsigned high, unsigned low)
{
    gti_carrier *self = (void *)(((uintptr_t)high << HALF_INT << HALF_INT) | low);
    self->entry(self->arg);
}

/*
 * getcontext is called here and not where the carrier is made, because it also takes the
 * signal mask.
 */
void gti_context_make(gti_context *context, gti_carrier *carrier, void *low, size_t size,
                      gti_entry *entry, void *arg)
{
    uintptr_t self = (uintptr_t)carrier;
    carrier->entry = entry;
    carrier->arg = arg;
    getcontext(&carrier->saved);
    carrier->saved.uc_stack.ss_sp = low;
    carrier->saved.uc_stack.ss_size = size;
    carrier->saved.uc_link = NULL;
    makecontext(&carrier->saved, (void (*)(void))first, 2, (unsigned)(self >> HALF_INT >> HALF_INT),
                (unsigned)self);
    context->word = &carrier->saved;
}

#if defined GTI_SANITIZE_ADDRESS

/* It is entered on one stack and left on another, so it must not be instrumented. */
__attribute__((no_sanitize_address)) int gti_swapcontext(ucontext_t *from, const ucontext_t *to)
{
    volatile bool resumed = false;
    int status = getcontext(from);
    if (status != 0 || resumed)
        return status;
    resumed = true;
    return setcontext(to);
}

#endif
