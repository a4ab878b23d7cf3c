/*
 * Kill, for other public calls.
 */
#ifndef GTI_KILL_H
#define GTI_KILL_H

#include "core/hub/hub.h"

/* Does gt_kill for the public call `call`, which has checked the handle. */
void gti_kill(gti_hub *hub, gt_thread *thread, const gt_exception *exception, const char *call);

#endif
