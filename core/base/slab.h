/*
 * Objects of one size, cut from chunks. All chunks are given back together.
 */
#ifndef GTI_SLAB_H
#define GTI_SLAB_H

#include "core/base/allocate.h"
#include <gti_limits.h>

typedef struct gti_slab {
    size_t size;        /* of an object; a multiple of 16 */
    size_t per_chunk;   /* objects in a chunk */
    bool frees_at_once; /* each object has its own chunk, which is freed with the object */
    void *free;         /* objects that were given back, linked by their first word */
    struct {
        struct gti_chunk *first, *last;
    } chunks;                /* newest first */
    char *fresh, *fresh_end; /* the part of the newest chunk that is not cut yet */
} gti_slab;

void gti_slab_init(gti_slab *slab, size_t size);

/* Cuts an object that was never used; NULL: no memory. */
void *gti_slab_cut(gti_slab *slab);

/* Frees an object that has its own chunk. */
void gti_slab_free(gti_slab *slab, void *object);

/* Returns an object with unspecified contents; NULL: no memory. */
static inline void *gti_slab_take(gti_slab *slab)
{
    if (gti_allocation_fails())
        return NULL;
    void *object = slab->free;
    if (!object)
        return gti_slab_cut(slab);
    slab->free = *(void **)object;
    gti_spoil(object, slab->size);
    return object;
}

static inline void gti_slab_give(gti_slab *slab, void *object)
{
    if (slab->frees_at_once) {
        gti_slab_free(slab, object);
        return;
    }
    gti_spoil(object, slab->size);
    *(void **)object = slab->free;
    slab->free = object;
}

/* Frees all chunks, including those with objects in use. */
void gti_slab_fini(gti_slab *slab);

#endif
