/*
 * A C++ runtime that was loaded after the program, if the platform can tell.
 */
#ifndef GTI_CXX_LOADED_H
#define GTI_CXX_LOADED_H

#include <stdbool.h>

/*
 * Finds its __cxa_get_globals and __cxa_end_catch. The runtime stays loaded from then on.
 * It costs little where nothing was loaded since the last time.
 *
 *   returns  false: there is none
 */
bool gti_cxx_loaded(void **get_globals, void **end_catch);

#endif
