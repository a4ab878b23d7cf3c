/*
 * Doubly linked lists of records of any type that has members `next` and `previous`. A list is a
 * struct with members `first` and `last`, of a type of its own, so that the type tells what is on
 * it. A list of zeros is empty. The first record has no previous one, the last has no next one.
 *
 * A ring is a list without a struct: the record after the last is the first.
 *
 * These are macros because each list has another type. They evaluate their arguments more than
 * once, so an argument is a variable or a member.
 */
#ifndef GTI_LIST_H
#define GTI_LIST_H

#include <stddef.h>

#define GTI_LIST_APPEND(list, record)                                                              \
    do {                                                                                           \
        (record)->next = NULL;                                                                     \
        (record)->previous = (list)->last;                                                         \
        if ((list)->last)                                                                          \
            (list)->last->next = (record);                                                         \
        else                                                                                       \
            (list)->first = (record);                                                              \
        (list)->last = (record);                                                                   \
    } while (0)

#define GTI_LIST_PREPEND(list, record)                                                             \
    do {                                                                                           \
        (record)->previous = NULL;                                                                 \
        (record)->next = (list)->first;                                                            \
        if ((list)->first)                                                                         \
            (list)->first->previous = (record);                                                    \
        else                                                                                       \
            (list)->last = (record);                                                               \
        (list)->first = (record);                                                                  \
    } while (0)

#define GTI_LIST_REMOVE(list, record)                                                              \
    do {                                                                                           \
        if ((record)->previous)                                                                    \
            (record)->previous->next = (record)->next;                                             \
        else                                                                                       \
            (list)->first = (record)->next;                                                        \
        if ((record)->next)                                                                        \
            (record)->next->previous = (record)->previous;                                         \
        else                                                                                       \
            (list)->last = (record)->previous;                                                     \
    } while (0)

#define GTI_LIST_REMOVE_FIRST(list)                                                                \
    do {                                                                                           \
        (list)->first = (list)->first->next;                                                       \
        if ((list)->first)                                                                         \
            (list)->first->previous = NULL;                                                        \
        else                                                                                       \
            (list)->last = NULL;                                                                   \
    } while (0)

/* Adds a record as the last of the ring that begins with `head`. If it is `head`, it makes a ring.
 */
#define GTI_RING_APPEND(head, record)                                                              \
    do {                                                                                           \
        (record)->next = (head);                                                                   \
        (record)->previous = (head) == (record) ? (record) : (head)->previous;                     \
        (record)->previous->next = (record);                                                       \
        (head)->previous = (record);                                                               \
    } while (0)

#define GTI_RING_REMOVE(record)                                                                    \
    do {                                                                                           \
        (record)->previous->next = (record)->next;                                                 \
        (record)->next->previous = (record)->previous;                                             \
    } while (0)

#endif
