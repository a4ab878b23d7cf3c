/*
 * POSIX does not say what is loaded.
 */
#include "cxx_loaded.h"

bool gti_cxx_loaded(void **get_globals, void **end_catch)
{
    (void)get_globals;
    (void)end_catch;
    return false;
}
