/*
 * The inlined switch: everything but the switch itself.
 *
 * A new context is a record like that of a suspended one. It is at the top of its stack
 * and leads to a function in C, which gets the address of the record where a function has
 * its first argument.
 *
 * With shadow stacks, each context would need one, and the kernel's help to make it. The
 * library's objects are not marked as fit for shadow stacks, so no loader turns them on.
 * If they are on all the same, the first call aborts.
 */
#include "core/backend.h"
#include "compat/process.h"

const char gti_backend_name[] = "inline";

typedef struct start {
    gti_suspended suspended;
    gti_entry *entry;
    void *arg;
} start;

enum { START_SIZE = (sizeof(start) + 15) / 16 * 16 };

bool gti_carrier_init(gti_carrier *carrier)
{
    (void)carrier;
    return true;
}

void gti_carrier_fini(gti_carrier *carrier)
{
    (void)carrier;
}

static void refuse_shadow_stack(void)
{
    gti_process_print(
        "greenthread: this process runs with a shadow stack, which the inline backend "
        "does not switch; turn it off, or build with another backend");
    gti_process_abort();
}

bool gti_carrier_adopt(gti_carrier *carrier, gti_context *context)
{
    (void)carrier;
    (void)context;
    if (gti_shadow_stack_runs())
        refuse_shadow_stack();
    return true;
}

void gti_carrier_disown(gti_carrier *carrier)
{
    (void)carrier;
}

/* The outermost function of a stack. Debuggers and unwinders stop there. */
static void first(gti_suspended *self)
{
    GTI_OUTERMOST;
    start *start = (void *)self;
    start->entry(start->arg);
    __builtin_trap();
}

void gti_context_make(gti_context *context, gti_carrier *carrier, void *low, size_t size,
                      gti_entry *entry, void *arg)
{
    (void)carrier;
    start *start = (void *)((char *)low + size - START_SIZE);
    gti_suspended_make(&start->suspended, start, first);
    start->entry = entry;
    start->arg = arg;
    context->word = &start->suspended;
}
