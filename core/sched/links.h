/*
 * The links of a thread, and how they run when it has finished.
 */
#ifndef GTI_LINKS_H
#define GTI_LINKS_H

#include "core/hub/hub.h"

/* Removes a link from its thread and frees it. */
void gti_link_free(gti_hub *hub, gt_thread *thread, gti_link *link);

/* Runs the links of the current thread, which has finished. */
void gti_run_links(gti_hub *hub, gt_thread *self);

#endif
