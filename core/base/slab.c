/*
 * Control blocks and links come from slabs. So a spawn does not call the allocator, a stale handle
 * still points at a control block that says so (ERR-1), and the end of a hub frees everything at
 * once. Chunks are not given back before that: the slab would have to tell a free block from one
 * that the user still has a handle of. A tool that watches memory can tell. Under such a tool each
 * object has a chunk of its own, which is freed with it.
 */
#include "core/base/slab.h"
#include "compat/inline.h"
#include "compat/sanitizer.h"
#include "core/base/allocate.h"
#include "core/base/list.h"
#include <gti_limits.h>
#include <stdint.h>

struct gti_chunk {
    struct gti_chunk *next, *previous; /* two words keep the objects aligned to 16 bytes */
};

void gti_slab_init(gti_slab *slab, size_t size)
{
    bool at_once = gti_frees_at_once();
    *slab = (gti_slab){.size = (size + 15) & ~(size_t)15,
                       .per_chunk = at_once ? 1 : GTI_CHUNK,
                       .frees_at_once = at_once};
}

void *gti_slab_cut(gti_slab *slab)
{
    if (slab->fresh == slab->fresh_end) {
        size_t bytes = slab->size * slab->per_chunk;
        size_t padding = slab->frees_at_once ? 0 : GTI_CHUNK_ALIGNMENT;
        struct gti_chunk *chunk = gti_allocate(sizeof *chunk + padding + bytes);
        if (!chunk)
            return NULL;
        GTI_LIST_PREPEND(&slab->chunks, chunk);
        slab->fresh = (char *)(chunk + 1);
        if (padding)
            slab->fresh += GTI_CHUNK_ALIGNMENT - (uintptr_t)slab->fresh % GTI_CHUNK_ALIGNMENT;
        slab->fresh_end = slab->fresh + bytes;
    }
    void *object = slab->fresh;
    slab->fresh += slab->size;
    return object;
}

static void free_chunk(gti_slab *slab, struct gti_chunk *chunk)
{
    GTI_LIST_REMOVE(&slab->chunks, chunk);
    gti_free(chunk);
}

void gti_slab_free(gti_slab *slab, void *object)
{
    free_chunk(slab, (struct gti_chunk *)object - 1);
}

void gti_slab_fini(gti_slab *slab)
{
    while (slab->chunks.first)
        free_chunk(slab, slab->chunks.first);
    gti_slab_init(slab, slab->size);
}
