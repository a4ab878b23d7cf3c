"""gevent. A signal is one of its semaphores.

The command line and the output are those of bench.h. Each process does one repetition.
"""

import argparse
import json
import sys
import time

import gevent
from gevent.lock import Semaphore


class Broken(Exception):
    pass


def memory():
    """The KiB that are resident, and the KiB of the page tables."""
    kibibytes = 0
    for path, name in (('/proc/self/smaps_rollup', 'Rss:'), ('/proc/self/status', 'VmPTE:')):
        with open(path) as file:
            kibibytes += next(int(line.split()[1]) for line in file if line.startswith(name))
    return kibibytes


def check(right):
    if not right:
        sys.exit('gevent: wrong result')


def timed(function, operations):
    function(1 + operations // 5)
    start = time.perf_counter_ns()
    function(operations)
    return (time.perf_counter_ns() - start) / operations


def yield_(n, operations):
    rounds = 1 + operations // n
    warm_up = 2 + rounds // 5
    turns, marks = [0], []

    def take(count):
        for _ in range(count):
            turns[0] += 1
            gevent.sleep(0)

    def first():
        take(warm_up)
        marks.append(time.perf_counter_ns())
        take(rounds)
        marks.append(time.perf_counter_ns())

    gevent.joinall([gevent.spawn(first)] +
                   [gevent.spawn(take, warm_up + rounds) for _ in range(n - 1)])
    check(turns[0] == n * (warm_up + rounds))
    yield None, 'ns', (marks[1] - marks[0]) / (n * rounds)


def spawn_and_join(_, operations):
    def join_all(count):
        for i in range(count):
            check(gevent.spawn(int, i).get() == i)
    yield None, 'ns', timed(join_all, operations)


def batch(n, operations):
    def run():
        begun = []
        start = time.perf_counter_ns()
        gevent.joinall([gevent.spawn(begun.append, i) for i in range(n)])
        end = time.perf_counter_ns()
        check(len(begun) == n)
        return end - start
    yield 'cold', 'ns', run() / n
    times = operations // n
    yield 'warm', 'ns', sum(run() for _ in range(times)) / (n * times)


def ping_pong(_, operations):
    ping, pong, served = Semaphore(0), Semaphore(0), [0]

    def serve():
        while True:
            ping.acquire()
            served[0] += 1
            pong.release()

    def play(rounds):
        for _ in range(rounds):
            before = served[0]
            ping.release()
            pong.acquire()
            check(served[0] == before + 1)
    gevent.spawn(serve)
    yield None, 'ns', timed(play, operations)


def kill(n, operations):
    cleaned = [0]

    def victim():
        try:
            gevent.sleep(3600)
        finally:
            cleaned[0] += 1

    def kill_all():
        victims = [gevent.spawn(victim) for _ in range(n)]
        gevent.sleep(0)
        start = time.perf_counter_ns()
        for each in victims:
            each.kill()
        return time.perf_counter_ns() - start
    kill_all()
    cleaned[0], times = 0, 1 + operations // n
    elapsed = sum(kill_all() for _ in range(times))
    check(cleaned[0] == n * times)
    yield None, 'ns', elapsed / (n * times)


def raise_(_, operations):
    cleaned = [0]

    def third(i):
        raise Broken(i)

    def second(i):
        try:
            third(i)
        finally:
            cleaned[0] += 1

    def frame(i):
        second(i)

    def raise_all(count):
        total = 0
        for i in range(count):
            try:
                frame(i & 7)
            except Broken as e:
                total += e.args[0]
        check(total == sum(i & 7 for i in range(count)))
    yield None, 'ns', timed(raise_all, operations)


def parked(n, _):
    gate = Semaphore(0)
    before = memory()
    threads = [gevent.spawn(gate.acquire) for _ in range(n)]
    gevent.sleep(0)
    check(not any(thread.dead for thread in threads))
    yield None, 'KiB', (memory() - before) / n


SCENARIOS = (
    ('yield', (1, 20000), (1, 100), yield_),
    ('yield', (2, 20000), (2, 100), yield_),
    ('yield', (10, 20000), (10, 100), yield_),
    ('yield', (100, 20000), (100, 200), yield_),
    ('yield', (1000, 20000), (1000, 2000), yield_),
    ('yield', (10000, 20000), (2000, 4000), yield_),
    ('spawn and join', (1, 10000), (1, 100), spawn_and_join),
    ('batch', (1000, 10000), (100, 200), batch),
    ('batch', (10000, 10000), (100, 200), batch),
    ('ping-pong', (2, 10000), (2, 100), ping_pong),
    ('kill', (64, 2000), (64, 100), kill),
    ('raise', (3, 20000), (3, 100), raise_),
    ('parked', (100000, 0), (1000, 0), parked),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for flag in ('--json', '--quick', '--list'):
        parser.add_argument(flag, action='store_true')
    parser.add_argument('--repetitions', type=int, default=1, choices=[1])
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    rows = []
    for name, size, quick, run in SCENARIOS:
        if options.list:
            rows.append({'row': name, 'n': size[0]})
        elif not options.names or {name, f'{name}:{size[0]}'} & set(options.names):
            n, operations = quick if options.quick else size
            for part, unit, value in run(n, operations):
                rows.append({'runtime': 'gevent', 'row': f'{name} {part}' if part else name, 'n': n,
                             'unit': unit, 'median': value, 'minimum': value, 'spread': 0,
                             'guarded': 'copied'})
    print(json.dumps(rows, indent=1))


if __name__ == '__main__':
    main()
