/*
 * Objects and stacks from the memory that the program gives. It is cut into pieces, each behind a
 * word with its size. Free pieces are on a list in the order of their addresses, so neighbours
 * become one piece again. A request takes the first that is large enough.
 *
 * The library asks for memory when a hub, a thread or a stack is made, and not when a thread
 * blocks. So the walk along the list is short, and it is not in the way of a switch.
 */
#include "compat/memory.h"
#include "compat/generic/canary.h"
#include <greenthread/board.h>
#include <string.h>

typedef struct piece {
    size_t size;        /* bytes, with this word; a multiple of UNIT */
    struct piece *next; /* valid while it is free */
} piece;

/* What a user gets is behind the size, and aligned to a unit, which suits any object. */
enum { UNIT = 2 * sizeof(void *) < 8 ? 8 : 2 * sizeof(void *), STACK_ALIGNMENT = 16 };

static piece *free_pieces;

static bool touch(const piece *first, const piece *second)
{
    return (const char *)first + first->size == (const char *)second;
}

static void insert(piece *it)
{
    piece *before = NULL, *after = free_pieces;
    for (; after && after < it; after = after->next)
        before = after;
    it->next = after;
    if (after && touch(it, after)) {
        it->size += after->size;
        it->next = after->next;
    }
    if (!before) {
        free_pieces = it;
    } else if (touch(before, it)) {
        before->size += it->size;
        before->next = it->next;
    } else {
        before->next = it;
    }
}

/* The first size is a word before a multiple of UNIT, and so are all others then. */
bool gt_use_memory(void *memory, size_t size)
{
    size_t lost = (0 - (uintptr_t)memory - sizeof(size_t)) % UNIT;
    if (size < lost + sizeof(piece) + UNIT)
        return false;
    piece *all = (void *)((char *)memory + lost);
    all->size = (size - lost) / UNIT * UNIT;
    insert(all);
    return true;
}

/* Cuts `size` bytes from the end, so the list stays as it is, unless the rest is no use. */
static void *cut(piece **place, size_t size)
{
    piece *it = *place;
    if (it->size - size < sizeof(piece)) {
        *place = it->next;
        return (size_t *)(void *)it + 1;
    }
    it->size -= size;
    it = (void *)((char *)it + it->size);
    it->size = size;
    return (size_t *)(void *)it + 1;
}

static void *take(size_t size)
{
    size_t wanted = (size + sizeof(size_t) + UNIT - 1) / UNIT * UNIT;
    if (wanted < size)
        return NULL;
    for (piece **place = &free_pieces; *place; place = &(*place)->next)
        if ((*place)->size >= wanted)
            return cut(place, wanted);
    return NULL;
}

void *gti_memory_new(size_t size)
{
    void *memory = take(size);
    return memory ? memset(memory, 0, size) : NULL;
}

void gti_memory_free(void *memory)
{
    insert((void *)((size_t *)memory - 1));
}

/*
 * A stack is behind its canary, and aligned within its piece. It is zeros, so that gt_stack_usage
 * tells how deep it was used.
 */
int gti_stack_block_map(gti_stack_block *block, size_t size, unsigned n)
{
    (void)n;
    size_t pitch = size + (0 - size) % STACK_ALIGNMENT + GTI_CANARY_SIZE;
    char *memory = gti_memory_new(pitch + STACK_ALIGNMENT - UNIT);
    if (!memory)
        return -1;
    *block = (gti_stack_block){.memory = memory, .pitch = pitch, .n = 1, .has_canaries = true};
    return 0;
}

void gti_stack_block_unmap(gti_stack_block *block)
{
    gti_memory_free(block->memory);
}

gti_stack_memory gti_stack_block_get(const gti_stack_block *block, unsigned i)
{
    (void)i;
    char *low = block->memory + (0 - (uintptr_t)block->memory) % STACK_ALIGNMENT + GTI_CANARY_SIZE;
    size_t size = block->pitch - GTI_CANARY_SIZE;
    return (gti_stack_memory){low, size, low, size};
}

void gti_stack_block_forget(const gti_stack_block *block, unsigned first, unsigned n)
{
    for (unsigned i = first; i < first + n; i++) {
        gti_stack_memory stack = gti_stack_block_get(block, i);
        memset(stack.low, 0, stack.size);
    }
}

bool gti_stack_guards_exist(void)
{
    return false;
}

/* The frames of an interrupt, of a report, and of the outermost functions, in words. */
#if defined GTI_SHORT_REPORTS
enum { SMALLEST = 256 };
#else
enum { SMALLEST = 1024 };
#endif

size_t gti_stack_memory_smallest(void)
{
    return SMALLEST * sizeof(void *);
}
