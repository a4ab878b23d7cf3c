/*
 * Where cases run one after the other in the process of the suite, something outside the
 * process has to notice a hang.
 */
#ifndef WATCH_H
#define WATCH_H

/* From now on, after `seconds` without a note, this process ends and names the last note. */
void watch_begin(unsigned seconds);
void watch_note(const char *name);
void watch_end(void);

#endif
