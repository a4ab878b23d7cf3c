/*
 * A thread gets a stack when it first runs and gives it back when it ends. So the size of the pool
 * follows the threads that have started, not those that were spawned.
 *
 * Stacks come in blocks of up to 64. A new block has as many stacks as there are already, so a
 * program with few threads reserves little, and one with a million takes few mappings. The system
 * gets a block back as a whole, which costs a third of giving back its stacks one by one. To make
 * whole blocks idle, the pool prefers stacks of blocks that are in use.
 *
 * How many idle stacks are worth keeping is known only afterwards. The low-water mark of a window
 * of time counts the stacks that the window did not need. They go back little by little, so no
 * thread waits for long. A fixed number to keep was rejected: a program whose threads come in
 * bursts would pay for the memory of each burst again.
 */
#include "core/base/stacks.h"
#include "compat/signals.h"
#include "core/base/allocate.h"
#include "core/base/bits.h"
#include "core/base/list.h"
#include <greenthread/time.h>
#include <gti_limits.h>

enum { RECORD = (sizeof(gti_stack) + GTI_STAGGER - 1) / GTI_STAGGER * GTI_STAGGER };

/* The part of its stack that a thread does not get. */
enum { OVERHEAD = GTI_BACKEND_USES_MEMORY ? RECORD + GTI_STAGGER * GTI_STAGGER_STEPS : 0 };

/* The step of the sizes around `wanted`. */
static size_t step_for(size_t wanted)
{
    size_t step = GTI_STACK_STEP;
    while (wanted > 2 * GTI_STACK_STEPS * step)
        step *= 2;
    return step;
}

size_t gti_stack_size(size_t size)
{
    size_t smallest = gti_stack_memory_smallest() + OVERHEAD;
    if (size > GTI_LARGEST_STACK)
        return 0;
    size_t wanted = size ? size + OVERHEAD : GTI_STACK_SIZE;
    if (wanted < smallest)
        wanted = smallest;
    size_t step = step_for(wanted);
    return (wanted + step - 1) / step * step;
}

/* The lists of a pool */

static uint64_t all_of(const gti_block *block)
{
    return gti_bits_below(block->memory.n);
}

static gti_block_list *list_of(const gti_block *block)
{
    uint64_t unused = block->idle | block->blank;
    if (!unused)
        return &block->pool->full;
    return unused == all_of(block) ? &block->pool->all_idle : &block->pool->some;
}

/* Sets which stacks of a block are idle or blank, and moves the block to the list for that. */
static void set(gti_block *block, uint64_t idle, uint64_t blank)
{
    gti_block_list *before = list_of(block);
    bool had_idle = block->idle;
    block->idle = idle;
    block->blank = blank;
    gti_block_list *after = list_of(block);
    if (after == before && had_idle == !!idle)
        return;
    GTI_LIST_REMOVE(before, block);
    if (idle)
        GTI_LIST_PREPEND(after, block);
    else
        GTI_LIST_APPEND(after, block);
}

/* Sizes with the same step follow each other. Then come those with twice the step. */
static gti_pool **place_of(gti_stacks *stacks, size_t asked)
{
    size_t step = GTI_STACK_STEP, place = 0;
    for (; asked > 2 * GTI_STACK_STEPS * step; step *= 2)
        place += GTI_STACK_STEPS;
    return &stacks->by_size[place + asked / step];
}

static gti_pool *pool_for(gti_stacks *stacks, size_t asked)
{
    gti_pool **place = place_of(stacks, asked), *pool = *place;
    if (pool || !(pool = gti_allocate(sizeof *pool)))
        return pool;
    *place = pool;
    pool->asked = asked;
    GTI_LIST_PREPEND(&stacks->pools, pool);
    return pool;
}

static void free_pool(gti_stacks *stacks, gti_pool *pool)
{
    GTI_LIST_REMOVE(&stacks->pools, pool);
    *place_of(stacks, pool->asked) = NULL;
    gti_free(pool);
}

/* Blocks */

/* Where a carrier brings the stack, core has only the record. */
typedef struct carried {
    gti_block block;
    gti_stack stack;
} carried;

static gti_stack *record_of(gti_block *block, unsigned i)
{
    if (!GTI_BACKEND_USES_MEMORY)
        return &((carried *)block)->stack;
    gti_stack_memory memory = gti_stack_block_get(&block->memory, i);
    return (gti_stack *)(memory.low + memory.size - RECORD);
}

static bool map(gti_pool *pool, gti_block *block)
{
    if (!GTI_BACKEND_USES_MEMORY) {
        block->memory.n = 1;
        return true;
    }
    unsigned n = pool->made < GTI_BLOCK ? (unsigned)pool->made : GTI_BLOCK;
    if (gti_allocation_fails() || gti_stack_block_map(&block->memory, pool->asked, n ? n : 1) != 0)
        return false;
    gti_allocation_taken();
    return true;
}

static gti_block *add_block(gti_stacks *stacks, gti_pool *pool)
{
    gti_block *block = gti_allocate(GTI_BACKEND_USES_MEMORY ? sizeof *block : sizeof(carried));
    if (!block)
        return NULL;
    block->pool = pool;
    if (!map(pool, block)) {
        gti_free(block);
        return NULL;
    }
    pool->made += block->memory.n;
    stacks->have_canaries |= block->memory.has_canaries;
    GTI_LIST_PREPEND(&pool->full, block);
    set(block, 0, all_of(block));
    return block;
}

/* Signals are kept off the OS threads that a backend makes. */
static bool carry(gti_stack *stack)
{
    if (gti_allocation_fails())
        return false;
    gti_signal_mask former;
    if (!GTI_BACKEND_USES_MEMORY)
        gti_signals_hold(&former);
    bool done = gti_carrier_init(&stack->carrier);
    if (!GTI_BACKEND_USES_MEMORY)
        gti_signals_release(&former);
    if (done)
        gti_allocation_taken();
    return done;
}

/* Makes the record of a blank stack. */
static gti_stack *begin(gti_stacks *stacks, gti_block *block, unsigned i)
{
    gti_stack *stack = record_of(block, i);
    *stack = (gti_stack){.block = block, .index = i};
    if (GTI_BACKEND_USES_MEMORY) {
        stack->memory = gti_stack_block_get(&block->memory, i);
        stack->memory.size -= RECORD;
        stack->usable = stack->memory.size - GTI_STAGGER * (stacks->n_made++ % GTI_STAGGER_STEPS);
        gti_stack_memory_prepare(&stack->memory);
    }
    if (!gti_fiber_new(&stack->fiber, stack->memory.low, stack->memory.size))
        return NULL;
    if (carry(stack))
        return stack;
    gti_fiber_free(&stack->fiber);
    return NULL;
}

static void end(const gti_stacks *stacks, gti_stack *stack)
{
    if (!stacks->orphaned)
        gti_carrier_fini(&stack->carrier);
    gti_allocation_given_back();
    gti_fiber_free(&stack->fiber);
}

/* Ends the records of the idle stacks. Then all stacks that are not in use are blank. */
static void end_idle(gti_stacks *stacks, gti_block *block)
{
    uint64_t idle = block->idle;
    for (uint64_t left = idle; left; left &= left - 1) {
        end(stacks, record_of(block, gti_lowest_bit(left)));
        stacks->idle -= block->pool->asked;
    }
    set(block, 0, idle | block->blank);
}

static void free_block(gti_stacks *stacks, gti_block *block)
{
    end_idle(stacks, block);
    GTI_LIST_REMOVE(&block->pool->all_idle, block);
    block->pool->made -= block->memory.n;
    if (GTI_BACKEND_USES_MEMORY) {
        gti_stack_block_unmap(&block->memory);
        gti_allocation_given_back();
    }
    if (block->pool->made == 0)
        free_pool(stacks, block->pool);
    gti_free(block);
}

/* False: the idle stacks share blocks with stacks in use. */
static bool free_one_block(gti_stacks *stacks)
{
    for (gti_pool *pool = stacks->pools.first; pool; pool = pool->next) {
        if (pool->all_idle.last) {
            free_block(stacks, pool->all_idle.last);
            return true;
        }
    }
    return false;
}

/* Gives back the memory of the idle stacks of a block; stacks in use stay as they are. */
static void forget_idle(gti_stacks *stacks, gti_block *block)
{
    uint64_t idle = block->idle;
    end_idle(stacks, block);
    while (idle) {
        unsigned first = gti_lowest_bit(idle), n = 0;
        while (first + n < block->memory.n && idle >> (first + n) & 1)
            n++;
        gti_stack_block_forget(&block->memory, first, n);
        idle &= ~(gti_bits_below(n) << first);
    }
}

/* Taking and giving */

static gti_block *block_with_idle(const gti_block_list *list)
{
    return list->first && list->first->idle ? list->first : NULL;
}

static gti_block *block_to_take_from(gti_stacks *stacks, gti_pool *pool)
{
    gti_block *block = block_with_idle(&pool->some);
    if (!block)
        block = block_with_idle(&pool->all_idle);
    if (!block)
        block = pool->some.first;
    if (!block)
        block = pool->all_idle.first;
    return block ? block : add_block(stacks, pool);
}

static gti_stack *take(gti_stacks *stacks, size_t asked)
{
    gti_pool *pool = pool_for(stacks, asked);
    gti_block *block = pool ? block_to_take_from(stacks, pool) : NULL;
    if (!block)
        return NULL;
    bool is_idle = block->idle;
    unsigned i = gti_lowest_bit(is_idle ? block->idle : block->blank);
    gti_stack *stack = is_idle ? record_of(block, i) : begin(stacks, block, i);
    if (!stack)
        return NULL;
    uint64_t others = ~(UINT64_C(1) << i);
    set(block, block->idle & others, block->blank & others);
    if (is_idle)
        stacks->idle -= asked;
    if (stacks->idle < stacks->least_idle)
        stacks->least_idle = stacks->idle;
    return stack;
}

/* Idle stacks of other sizes may keep the system from giving more, so they are freed. */
static bool give_way(gti_stacks *stacks)
{
    size_t before = stacks->idle;
    while (free_one_block(stacks))
        continue;
    return stacks->idle < before;
}

gti_stack *gti_stacks_find(gti_stacks *stacks, size_t size)
{
    size_t asked = size ? size : gti_stack_size(0);
    gti_stack *stack = take(stacks, asked);
    if (!stack && give_way(stacks))
        stack = take(stacks, asked);
    if (stack)
        stack->request = size;
    return stack;
}

static void put_back(gti_stacks *stacks, gti_stack *stack)
{
    gti_block *block = stack->block;
    set(block, block->idle | UINT64_C(1) << stack->index, block->blank);
    stacks->idle += block->pool->asked;
}

void gti_stacks_give(gti_stacks *stacks, gti_stack *stack)
{
    if (stacks->cached)
        put_back(stacks, stacks->cached);
    stacks->cached = stack;
}

/* The next context needs nothing of what the last one left there. */
void gti_stack_reset(gti_stack *stack)
{
    gti_fiber_reset(&stack->fiber);
    gti_spoil(stack->memory.low, stack->memory.size);
}

/* The surplus */

static size_t kept(void)
{
    return GTI_IDLE_STACKS * gti_stack_size(0);
}

bool gti_stacks_abound(const gti_stacks *stacks)
{
    return stacks->idle > kept();
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void forget_one_block(gti_stacks *stacks)
{
    gti_pool *pool = stacks->pools.first;
    while (!block_with_idle(&pool->some))
        pool = pool->next;
    forget_idle(stacks, pool->some.first);
}

/* Frees whole blocks where it can, so it may free some stacks too many. */
static void give_back_a_slice(gti_stacks *stacks)
{
    size_t before = stacks->idle;
    size_t most = smaller(stacks->surplus, GTI_SLICE * gti_stack_size(0));
    size_t enough = before - smaller(most, before - kept());
    while (stacks->idle > enough)
        if (!free_one_block(stacks))
            forget_one_block(stacks);
    stacks->surplus -= smaller(stacks->surplus, before - stacks->idle);
}

int64_t gti_stacks_trim(gti_stacks *stacks, int64_t now_ns)
{
    if (now_ns >= stacks->window_ends) {
        stacks->surplus = stacks->least_idle;
        stacks->least_idle = stacks->idle;
        stacks->window_ends = now_ns + GTI_WINDOW_NS;
    }
    if (stacks->surplus && now_ns >= stacks->slice_due && gti_stacks_abound(stacks)) {
        give_back_a_slice(stacks);
        stacks->slice_due = now_ns + GTI_SLICE_NS;
    }
    if (!gti_stacks_abound(stacks))
        return GT_FOREVER;
    return stacks->surplus ? stacks->slice_due : stacks->window_ends;
}

/* The end */

void gti_stack_free(gti_stacks *stacks, gti_stack *stack)
{
    gti_block *block = stack->block;
    uint64_t bit = UINT64_C(1) << stack->index;
    end(stacks, stack);
    set(block, block->idle, block->blank | bit);
}

void gti_stacks_drop(gti_stacks *stacks)
{
    if (stacks->cached)
        put_back(stacks, stacks->cached);
    stacks->cached = NULL;
    while (free_one_block(stacks))
        continue;
    while (stacks->idle)
        forget_one_block(stacks);
}

void gti_stacks_fini(gti_stacks *stacks)
{
    gti_stacks_drop(stacks);
    while (stacks->pools.first)
        free_pool(stacks, stacks->pools.first);
    *stacks = (gti_stacks){0};
}
