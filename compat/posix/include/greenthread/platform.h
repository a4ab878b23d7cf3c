/*
 * What the public headers take from a platform that has POSIX.
 */
#ifndef GREENTHREAD_PLATFORM_H
#define GREENTHREAD_PLATFORM_H

#include <sys/socket.h>
#include <sys/types.h>

/* Saves no signal mask. On BSD and macOS plain setjmp saves it, by a system call. */
#if defined __APPLE__ || defined __FreeBSD__ || defined __NetBSD__ || defined __OpenBSD__
#define GTI_SETJMP(buffer) _setjmp(buffer)
#define GTI_LONGJMP(buffer) _longjmp((buffer), 1)
#else
#define GTI_SETJMP(buffer) setjmp(buffer)
#define GTI_LONGJMP(buffer) longjmp((buffer), 1)
#endif

#endif
