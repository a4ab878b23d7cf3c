/*
 * greenthread: cooperative threads for C.
 *
 * This header includes all the others, except greenthread/testing.h. The rules
 * that every call keeps have names such as KILL-4. greenthread-rules(7) has their
 * text. docs/semantics.md, in the source tree, has it with traces that the
 * conformance suite compares on every backend.
 */
#ifndef GREENTHREAD_H
#define GREENTHREAD_H

#include <greenthread/base.h>
#include <greenthread/exception.h>
#include <greenthread/io.h>
#include <greenthread/report.h>
#include <greenthread/semaphore.h>
#include <greenthread/thread.h>
#include <greenthread/time.h>
#include <greenthread/timeout.h>

#endif
