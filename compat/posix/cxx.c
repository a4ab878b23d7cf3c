/*
 * It asks the runtime for its record, by the name that the Itanium C++ ABI gives it. The
 * references are weak, so a program in C is linked without a runtime.
 */
#include "compat/cxx.h"
#include "cxx_loaded.h"
#include <stdatomic.h>

typedef void *get_globals(void);
typedef void end_catch(void);

extern get_globals __cxa_get_globals __attribute__((weak));
extern end_catch __cxa_end_catch __attribute__((weak));

static gti_cxx_state none;

/* What was found later. Set in this order, so that a reader of the last may call both. */
static _Atomic(end_catch *) loaded_end_catch;
static _Atomic(get_globals *) loaded_get_globals;

gti_cxx_state *gti_cxx_place(void)
{
    if (__cxa_get_globals)
        return __cxa_get_globals();
    get_globals *get = atomic_load(&loaded_get_globals);
    return get ? get() : &none;
}

/* ISO C has no conversion from a pointer to void to a pointer to a function. */
static void keep(void *const *get, void *const *end)
{
    get_globals *getter;
    end_catch *ender;
    memcpy(&getter, get, sizeof getter);
    memcpy(&ender, end, sizeof ender);
    atomic_store(&loaded_end_catch, ender);
    atomic_store(&loaded_get_globals, getter);
}

gti_cxx_state *gti_cxx_find(void)
{
    void *get, *end;
    if (!__cxa_get_globals && !atomic_load(&loaded_get_globals) && gti_cxx_loaded(&get, &end))
        keep(&get, &end);
    return gti_cxx_place();
}

static void end_handler(void)
{
    if (__cxa_end_catch) {
        __cxa_end_catch();
        return;
    }
    end_catch *end = atomic_load(&loaded_end_catch);
    end();
}

/* An exception that is handled twice, the second time inside the first, is ended twice. */
void gti_cxx_return_to(const uintptr_t *former)
{
    gti_cxx_state *state = gti_cxx_place();
    while (state->word[0] && state->word[0] != former[0])
        end_handler();
    for (int i = 1; i < GTI_CXX_WORDS; i++)
        if (state->word[i] != former[i])
            state->word[i] = former[i];
}
