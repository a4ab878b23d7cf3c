/*
 * A blank port. Every function says that it is missing, and aborts.
 */
#include "core/backend.h"
#include <stdio.h>
#include <stdlib.h>

const char gti_backend_name[] = "template";

void gti_template_missing(const char *what)
{
    fprintf(stderr, "greenthread: backends/template: %s is not written yet\n", what);
    abort();
}

/*
 * Gets what a carrier needs from the system; false if it has no more of it. All signals
 * are blocked meanwhile, so take no signal mask here for code that runs later.
 */
bool gti_carrier_init(gti_carrier *carrier)
{
    (void)carrier;
    gti_template_missing("gti_carrier_init");
}

/* Gives it back, also under a context that is suspended and will not run again. */
void gti_carrier_fini(gti_carrier *carrier)
{
    (void)carrier;
    gti_template_missing("gti_carrier_fini");
}

/* Makes the OS thread's own stack a context. The first switch is away from it. */
bool gti_carrier_adopt(gti_carrier *carrier, gti_context *context)
{
    (void)carrier;
    (void)context;
    gti_template_missing("gti_carrier_adopt");
}

/* Undoes that. */
void gti_carrier_disown(gti_carrier *carrier)
{
    (void)carrier;
    gti_template_missing("gti_carrier_disown");
}

/*
 * Builds the first frame, so that the first switch calls entry(arg) with the stack
 * aligned as the platform's calling convention wants it.
 */
void gti_context_make(gti_context *context, gti_carrier *carrier, void *low, size_t size,
                      gti_entry *entry, void *arg)
{
    (void)context;
    (void)carrier;
    (void)low;
    (void)size;
    (void)entry;
    (void)arg;
    gti_template_missing("gti_context_make");
}
