/*
 * The C libraries of Linux know it.
 */
#define _GNU_SOURCE /* pthread_getattr_np */
#include "system_stack.h"
#include <pthread.h>

size_t room_on_system_stack(const char *here)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return 0;
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    return low ? (size_t)(here - (char *)low) : 0;
}
