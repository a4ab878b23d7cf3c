/*
 * Kill, as other public calls use it.
 */
#ifndef GTI_KILL_H
#define GTI_KILL_H

#include "core/hub/hub.h"

/* gt_kill, called by the public call `call`; the handle has been checked. */
void gti_kill(gti_hub *hub, gt_thread *thread, const gt_exception *exception, const char *call);

#endif
