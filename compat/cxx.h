/*
 * The contract of compat: what a C++ runtime keeps of the exceptions of an OS thread. The
 * Itanium C++ ABI has one record for each OS thread. Every stack that runs there would
 * share it.
 */
#ifndef GTI_COMPAT_CXX_H
#define GTI_COMPAT_CXX_H

#include "inline.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * The record, as words: the exceptions that are being handled, newest first; how many are
 * on their way to a handler; and on 32-bit Arm the exceptions that are.
 */
#if defined __arm__
enum { GTI_CXX_WORDS = 3 };
#else
enum { GTI_CXX_WORDS = 2 };
#endif

typedef struct gti_cxx_state {
    uintptr_t word[GTI_CXX_WORDS];
} gti_cxx_state;

/*
 * The record of the calling OS thread. It stays in the same place while the OS thread
 * lives. If the process has no C++ runtime, it is a record of zeros, which must not be
 * written.
 */
gti_cxx_state *gti_cxx_place(void);

/* Does the same, and first checks whether a runtime has been loaded since. */
gti_cxx_state *gti_cxx_find(void);

/*
 * Ends the handlers of the calling OS thread until its record has the words of `former`
 * again. An exception that was on its way to a handler is lost, with its memory.
 */
void gti_cxx_return_to(const uintptr_t *former);

/* True if an exception is on its way: that exception is what unwinds a frame now. */
GTI_INLINE bool gti_cxx_is_unwinding(const gti_cxx_state *state)
{
    unsigned count;
    memcpy(&count, &state->word[1], sizeof count);
    return count != 0;
}

#endif
