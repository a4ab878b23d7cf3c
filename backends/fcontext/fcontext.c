/*
 * Boost.Context's fcontext assembly: everything but the switch.
 *
 * The jump that enters a context function tells it where to suspend its predecessor, and
 * not its own argument. So the entry and its argument wait in the uppermost words of the
 * new stack, at a distance from its first frame that is the same for every stack.
 * Rejected: to pass them by a second jump when a context is made. That costs as much as
 * two switches.
 *
 * The entry never returns. A context function that returned would end the process with
 * status 0 and no message.
 */
#include "core/backend.h"

extern void *make_fcontext(void *top, size_t size, void (*function)(gti_transfer));

const char gti_backend_name[] = "fcontext";

typedef struct start {
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

bool gti_carrier_adopt(gti_carrier *carrier, gti_context *context)
{
    (void)carrier;
    (void)context;
    return true;
}

void gti_carrier_disown(gti_carrier *carrier)
{
    (void)carrier;
}

/* On i386 the assembly enters a new stack 8 bytes off the alignment. */
#if defined __i386__
#define ALIGNS_ITSELF __attribute__((force_align_arg_pointer))
#else
#define ALIGNS_ITSELF
#endif

ALIGNS_ITSELF static void first(gti_transfer arrived);

/* From the word of a context that was just made to the top of its stack. */
static size_t distance_to_top(void)
{
    _Alignas(16) char probe[1024];
    char *top = probe + sizeof probe;
    return (size_t)(top - (char *)make_fcontext(top, sizeof probe, first));
}

static void first(gti_transfer arrived)
{
    gti_context *from = arrived.passed, *self = from->word;
    start *start = (void *)((char *)self->word + distance_to_top());
    from->word = arrived.suspended;
    start->entry(start->arg);
}

void gti_context_make(gti_context *context, gti_carrier *carrier, void *low, size_t size,
                      gti_entry *entry, void *arg)
{
    (void)carrier;
    start *start = (void *)((char *)low + size - START_SIZE);
    start->entry = entry;
    start->arg = arg;
    context->word = make_fcontext(start, size - START_SIZE, first);
}
