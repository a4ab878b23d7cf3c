"""The targets that were set before the first measurement, for docs/performance.md."""

from collections import namedtuple

# The value is at most `limit`, or with `at_least` at least `limit`. If `other`, a runtime,
# is given, the limit is a multiple of its value in the same row. CHOSEN is the default
# backend.
Target = namedtuple('Target', 'runtime row n limit other at_least', defaults=(None, False))

CHOSEN = 'the default backend'
FCONTEXT, INLINE, THREADS = 'greenthread fcontext', 'greenthread inline', 'greenthread threads'

TARGETS = (
    Target(FCONTEXT, 'yield', 2, 8),
    Target(FCONTEXT, 'yield', 1000, 10),
    Target(FCONTEXT, 'yield', 100000, 30),
    Target(FCONTEXT, 'spawn and join', 1, 25),
    Target(FCONTEXT, 'batch warm', 100000, 45),
    Target(FCONTEXT, 'batch cold', 100000, 90),
    Target(FCONTEXT, 'ping-pong', 2, 30),
    Target(FCONTEXT, 'kill', 64, 100),
    Target(FCONTEXT, 'link', 1, 10),
    Target(FCONTEXT, 'raise', 3, 40),
    Target(FCONTEXT, 'try', 1, 10),
    Target('greenthread fcontext-shared', 'yield', 2, 1.2, FCONTEXT),
    Target('greenthread fcontext-shared', 'spawn and join', 1, 1.2, FCONTEXT),
    Target(INLINE, 'yield', 2, 4),
    Target(INLINE, 'yield', 1000, 7),
    Target(INLINE, 'yield', 100000, 25),
    Target(INLINE, 'spawn and join', 1, 18),
    Target(INLINE, 'ping-pong', 2, 18),
    Target(CHOSEN, 'blocked memory', 1000000, 4.8),
    Target(CHOSEN, 'blocked on 64 KiB memory', 1000000, 4.3),
    Target(CHOSEN, 'blocked create', 1000000, 2.5),
    Target(CHOSEN, 'blocked wake', 1000000, 0.5),
    Target(CHOSEN, 'blocked end', 1000000, 2),
    Target(CHOSEN, 'asleep cold', 1000000, 2200),
    Target(CHOSEN, 'asleep warm', 1000000, 1600),
    Target(CHOSEN, 'delayed', 1000000, 500),
    Target(CHOSEN, 'delayed memory', 1000000, 256),
    Target(CHOSEN, 'cancel', 1000000, 200),
    Target(THREADS, 'baton', 2, 1.3, 'bare hand-off'),
    *(Target(CHOSEN, 'echo requests', n, 0.95, 'epoll', True) for n in (100, 1000, 10000)),
    *(Target(CHOSEN, 'echo p99', n, 1.2, 'epoll') for n in (100, 1000, 10000)),
    Target(CHOSEN, 'echo user', 100, 0.3),
    Target(CHOSEN, 'echo user', 10000, 0.5),
    Target(CHOSEN, 'echo memory', 10000, 5),
)
