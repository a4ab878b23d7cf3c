/*
 * Calls of the user's functions that no C++ exception may leave.
 */
#ifndef GTI_RETURNS_H
#define GTI_RETURNS_H

#include "core/hub/hub.h"

/* What C++ handles on the current stack. */
GTI_INLINE gti_cxx_state *gti_cxx_of(const gti_hub *hub)
{
    return GTI_BACKEND_USES_MEMORY ? hub->cxx : gti_cxx_place();
}

/* A call of a user's function that no C++ exception may leave. gti_check_return runs at its end. */
typedef struct gti_returns {
    const gti_hub *hub;
    const char *call, *name; /* of the public call, and of the user's function */
    bool has_returned;
} gti_returns;

/* Aborts if a C++ exception is leaving the call: that is a programming error. */
void gti_refuse_exception(const gti_returns *call);

static inline void gti_check_return(const gti_returns *call)
{
    if (!call->has_returned)
        gti_refuse_exception(call);
}

#endif
