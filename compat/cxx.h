/*
 * The contract of compat: what a C++ runtime keeps of the exceptions of an OS
 * thread. The Itanium C++ ABI has one record for each, which every stack that
 * runs there would share.
 */
#ifndef GTI_COMPAT_CXX_H
#define GTI_COMPAT_CXX_H

#include "inline.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * The record, as words: the exceptions that are being handled, the newest
 * first; how many are on their way to a handler; and on 32-bit Arm those.
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
 * That of the calling OS thread, which stays where it is while that lives; one
 * of zeros, which is not to be written, if the process has no C++ runtime.
 */
gti_cxx_state *gti_cxx_place(void);

/* The same, and looks whether a runtime has been loaded since. */
gti_cxx_state *gti_cxx_find(void);

/*
 * Ends the handlers of the calling OS thread until its record has the words of
 * `former` again. What was on its way to one is lost, with its memory.
 */
void gti_cxx_return_to(const uintptr_t *former);

/* An exception is on its way: a frame that is left now is left by it. */
GTI_INLINE bool gti_cxx_is_unwinding(const gti_cxx_state *state)
{
    unsigned count;
    memcpy(&count, &state->word[1], sizeof count);
    return count != 0;
}

#endif
