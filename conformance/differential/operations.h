/*
 * The statements that a program is made of: OPERATION(name, arguments, parts). The
 * reader, the writer, the decoder, the interpreter and the Python side all take the list
 * from here. To add one, add a line here, a do_NAME in C, a do_NAME in model.py and a
 * weight in generator.py.
 *
 * Arguments have one letter each:
 *
 *   s  a slot, where a handle is put
 *   t  a target: a slot, `self` or `main`
 *   T  targets, separated by commas; `-` for none
 *   b  a body, which a thread or a link calls
 *   d  a duration in nanoseconds, or `ever`
 *   x  an exception, KIND:CODE; `-` for none given
 *   k  a kind
 *   n  a small number
 *   m  a semaphore
 *
 * Parts say how many blocks of statements follow it, separated by `then` and closed by
 * `end`.
 */
OPERATION(yield, "", 0)
OPERATION(sleep, "d", 0)
OPERATION(spawn, "sb", 0)
OPERATION(spawn_n, "sb", 0)
OPERATION(spawn_after, "sbd", 0)
OPERATION(wait, "t", 0)
OPERATION(join, "t", 0)
OPERATION(kill, "tx", 0)
OPERATION(kill_wait, "tx", 0)
OPERATION(kill_all, "Tx", 0)
OPERATION(cancel, "tx", 0)
OPERATION(link, "tb", 0)
OPERATION(unlink, "tb", 0)
OPERATION(ref, "s", 0)
OPERATION(unref, "s", 0)
OPERATION(state, "t", 0)
OPERATION(acquire, "m", 0)
OPERATION(acquire_for, "md", 0)
OPERATION(try_acquire, "m", 0)
OPERATION(release, "m", 0)
OPERATION(permits, "m", 0)
OPERATION(run, "", 0)
OPERATION(hub_exceptions, "n", 0)
OPERATION(raise, "x", 0)
OPERATION(reraise, "", 0)
OPERATION(return, "n", 0)
OPERATION(stop, "n", 0)
OPERATION(try, "k", 2)
OPERATION(try_all, "k", 3)
OPERATION(attempt, "", 1)
OPERATION(defer, "", 2)
OPERATION(push, "n", 2)
OPERATION(shield, "", 1)
OPERATION(timeout, "d", 1)
OPERATION(with, "d", 1)
