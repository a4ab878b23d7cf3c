/*
 * greenthread: cooperative threads for C.
 *
 * This header is all of it. The rules that every call keeps have names such
 * as KILL-4; they stand in docs/semantics.md, each with a trace that the
 * conformance suite holds every backend to.
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
