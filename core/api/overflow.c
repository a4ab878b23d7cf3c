/*
 * Names the thread that overflowed. A signal handler asks for it at any moment. So this reads the
 * record of one thread, and calls nothing that allocates, locks or reports. It looks only at the
 * guard of the running thread: code that writes into another guard has a bad pointer, and the name
 * of that thread would mislead.
 */
#include "core/api/overflow.h"
#include "compat/text.h"
#include "core/hub/current.h"
#include "core/hub/report.h"
#include "core/sched/stack_usage.h"

static bool touches_guard(const gti_stack *stack, const void *address)
{
    const char *place = address, *guard = stack->memory.mapping;
    return stack->memory.low && place >= guard && place < stack->memory.low;
}

bool gti_describe_overflow(const void *address, char *data, size_t size)
{
    const gti_hub *hub = gti_this_hub;
    if (!hub || !touches_guard(hub->current->stack, address))
        return false;
    const gti_stack *stack = hub->current->stack;
    char name[GTI_DESCRIPTION];
    gti_text text = gti_text_in(data, size);
    gti_text_add(&text, "greenthread: ");
    gti_text_add(&text, gti_describe_thread(hub->current, name, sizeof name));
    gti_text_add(&text, " overflowed its stack of ");
    gti_text_add_number(&text, stack->usable);
    gti_text_add(&text, " bytes\n touched ");
    gti_text_add_hex(&text, (uintptr_t)address);
    gti_text_add(&text, ", ");
    gti_text_add_number(&text, (uint64_t)(stack->memory.low - (const char *)address));
    gti_text_add(&text, " bytes below its end; high-water mark ");
    gti_text_add_number(&text, gti_stack_used(stack));
    gti_text_add(&text, " bytes");
    return true;
}
