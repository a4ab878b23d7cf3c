/*
 * The linker's list of loaded objects says cheaply that nothing was added. It also names
 * a runtime that only one plug-in sees, which dlsym would not find. Hubs hold its
 * records, so this file keeps it from being unloaded.
 */
#define _GNU_SOURCE /* dl_iterate_phdr */
#include "compat/posix/cxx_loaded.h"
#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#pragma weak dlopen /* a static program does not need it, and its linker warns */
#pragma weak dlsym

typedef struct search {
    size_t added;    /* how many objects were ever loaded */
    char path[1024]; /* of the runtime; empty: none */
} search;

/* Of the count's 64 bits what fits: not every processor has atomic numbers of 64 bits. */
static atomic_size_t last_added;

static int search_object(struct dl_phdr_info *info, size_t size, void *argument)
{
    static const char *const names[] = {"/libstdc++.so.", "/libc++abi.so.", "/libcxxrt.so."};
    search *search = argument;
    if (size >= offsetof(struct dl_phdr_info, dlpi_adds) + sizeof info->dlpi_adds) {
        search->added = (size_t)info->dlpi_adds;
        if (search->added == atomic_load(&last_added))
            return 1;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (info->dlpi_name && strstr(info->dlpi_name, names[i])) {
            snprintf(search->path, sizeof search->path, "%s", info->dlpi_name);
            return 1;
        }
    }
    return 0;
}

bool gti_cxx_loaded(void **get_globals, void **end_catch)
{
    search search = {0};
    if (!dlopen || !dlsym)
        return false;
    dl_iterate_phdr(search_object, &search);
    atomic_store(&last_added, search.added);
    void *runtime = search.path[0] ? dlopen(search.path, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    *get_globals = runtime ? dlsym(runtime, "__cxa_get_globals") : NULL;
    *end_catch = runtime ? dlsym(runtime, "__cxa_end_catch") : NULL;
    return *get_globals && *end_catch;
}
