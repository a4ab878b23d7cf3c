/*
 * Links in the order of their threads, functions, arguments and age. Finds the oldest link of one
 * kind among many.
 */
#ifndef GTI_LINK_TREE_H
#define GTI_LINK_TREE_H

#include "core/hub/hub.h"

/* Adds a link, as the newest of all. */
void gti_link_tree_add(gti_hub *hub, gti_link *link);

/* Removes a link that is in the tree. */
void gti_link_tree_remove(gti_hub *hub, gti_link *link);

/* The oldest link of `thread` with that function and argument; NULL: there is none. */
gti_link *gti_link_tree_find(gti_hub *hub, gt_thread *thread, gt_link_function *fn, void *arg);

#endif
