/*
 * What must hold for a hub whenever one of its threads runs. It reads core's own data, so
 * it is compiled for each backend.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Checks this OS thread's hub. Without a hub it finds nothing wrong.
 *
 *   at_rest   true: no thread can run, so what each waiting thread waits for has not
 *             happened
 *   returns   false: something is wrong, and text[size] says what
 */
bool audit_hub(bool at_rest, char *text, size_t size);

/*
 * Does the same for what any thread may check at any time, with little work: timers and
 * the run-next list.
 */
bool audit_step(char *text, size_t size);

#endif
