/*
 * A child of fork has a copy of the hub, but not of what runs in it. It may call gt_shutdown and
 * begin again. Until then each of its calls is refused.
 */
#include "core/hub/current.h"
#include "compat/process.h"
#include "core/base/misuse.h"

GTI_THREAD_LOCAL gti_hub *gti_this_hub;

/*
 * In a child of fork: the hub of the OS thread that forked. The switch must stay cheap, so it never
 * reads this: the OS thread has no hub any more.
 */
static GTI_THREAD_LOCAL gti_hub *parents_hub;

/*
 * Handlers of fork that the program registered before the library run earlier in the child, and
 * would find the parent's hub there. So the hub is hidden before the fork, and a call that finds no
 * hub looks here. In the parent, handlers may call anything, and the call goes on with the hidden
 * hub.
 */
static GTI_THREAD_LOCAL gti_hub *hidden_hub;
static GTI_THREAD_LOCAL unsigned forks; /* forks that have begun; more than one if a handler blocks */

static void before_fork(void)
{
    if (gti_this_hub)
        hidden_hub = gti_this_hub;
    gti_this_hub = NULL;
    forks++;
}

static void in_parent_of_fork(void)
{
    if (forks && --forks > 0)
        return;
    if (hidden_hub)
        gti_this_hub = hidden_hub;
    hidden_hub = NULL;
}

/* Called by the library's handler of fork, or by an earlier call of the program. */
static void begin_child(void)
{
    gti_hub *hub = hidden_hub ? hidden_hub : gti_this_hub;
    hidden_hub = gti_this_hub = NULL;
    forks = 0;
    if (!hub)
        return;
    parents_hub = hub;
    hub->block_flags |= GTI_FORKED;
}

/*
 * The OS thread may already have a hub of the child: an earlier call gave up the old one and began
 * again.
 */
static void in_child_of_fork(void)
{
    if (forks || (gti_this_hub && gti_this_hub->process != gti_process_id()))
        begin_child();
}

gti_hub *gti_hub_hidden(void)
{
    if (hidden_hub && hidden_hub->process != gti_process_id())
        begin_child();
    return hidden_hub;
}

void gti_hub_check_fork(const char *call)
{
    if (parents_hub)
        gti_misuse(call, "the process is a child of fork and has not called gt_shutdown");
}

bool gti_fork_watch(void)
{
    static const gti_fork_handlers handlers = {before_fork, in_parent_of_fork, in_child_of_fork};
    return gti_process_at_fork(&handlers) == 0;
}

gti_hub *gti_fork_inherited(void)
{
    gti_hub_hidden();
    return parents_hub;
}

void gti_fork_inherit(gti_hub *hub)
{
    parents_hub = NULL;
    gti_this_hub = hub;
}

void gti_fork_forget(void)
{
    gti_this_hub = hidden_hub = NULL;
}
