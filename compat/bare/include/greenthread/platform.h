/*
 * What the public headers take from a platform without an operating system.
 */
#ifndef GREENTHREAD_PLATFORM_H
#define GREENTHREAD_PLATFORM_H

#include <stddef.h>

struct sockaddr;
typedef ptrdiff_t ssize_t;
typedef unsigned socklen_t;

#define GTI_SETJMP(buffer) setjmp(buffer)
#define GTI_LONGJMP(buffer) longjmp((buffer), 1)

#endif
