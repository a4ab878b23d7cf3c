/*
 * Objects of one size, cut from chunks that are given back all together.
 */
#ifndef GTI_SLAB_H
#define GTI_SLAB_H

#include <stdbool.h>
#include <stddef.h>

typedef struct gti_slab {
    size_t size;              /* of an object, a multiple of 16 */
    size_t per_chunk;         /* objects */
    bool frees_at_once;       /* a chunk, which has one object then, when that is given back */
    void *free;               /* objects given back, linked by their first word */
    struct gti_chunk *chunks; /* newest first */
    char *fresh, *fresh_end;  /* what is uncut of the newest */
} gti_slab;

void gti_slab_init(gti_slab *slab, size_t size);

/* An object with unspecified contents; NULL: no memory. */
void *gti_slab_take(gti_slab *slab);
void gti_slab_give(gti_slab *slab, void *object);

/* Frees all chunks, objects that are still taken included. */
void gti_slab_fini(gti_slab *slab);

#endif
