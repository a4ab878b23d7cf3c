/*
 * ISO C has no C++ runtime.
 */
#include "compat/cxx.h"

static gti_cxx_state none;

gti_cxx_state *gti_cxx_place(void)
{
    return &none;
}

gti_cxx_state *gti_cxx_find(void)
{
    return &none;
}

void gti_cxx_return_to(const uintptr_t *former)
{
    (void)former;
}
