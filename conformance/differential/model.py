"""A second greenthread, written from docs/semantics.md and not from the C code.

It is plain and slow. A green thread is a generator that yields where it gives control away. The
ready threads are a list. A wait is a record in the list of its object. Rule ids are where a rule
is kept.
"""

NEW, READY, RUNNING, BLOCKED, FINISHED, DEAD = range(6)
STATES = ["new", "ready", "running", "blocked", "finished", "dead"]
EVER = (1 << 63) - 1
SECOND = 1000000000
ROUNDS, GRACE = 3, SECOND  # GT_SHUTDOWN_ROUNDS, GT_SHUTDOWN_GRACE_NS

PARENTS = {"GT_OS_ERROR": "GT_ERROR", "GT_DEADLOCK": "GT_ERROR", "GT_NO_MEMORY": "GT_ERROR",
           "GT_CLOSED": "GT_ERROR", "bad": "GT_ERROR", "worse": "bad", "farewell": "GT_EXIT",
           "late": "GT_TIMEOUT"}
KINDS = ["GT_EXIT", "GT_ERROR", "GT_OS_ERROR", "GT_TIMEOUT", "GT_DEADLOCK", "GT_NO_MEMORY",
         "GT_CLOSED", "bad", "worse", "farewell", "late"]


class Raised(Exception):
    """An exception of the program that runs. `value` is the timeout that fired, if one did."""

    def __init__(self, kind, code=0, message="", value=None):
        Exception.__init__(self)
        self.kind, self.code, self.message, self.value = kind, code, message, value

    def is_a(self, kind):  # EXC-2
        mine = self.kind
        while mine and mine != kind:
            mine = PARENTS.get(mine)
        return mine == kind

    def again(self):
        return Raised(self.kind, self.code, self.message, self.value)


class Timer:
    def __init__(self, deadline, fire):
        self.deadline, self.fire = deadline, fire


class Timeout:
    def __init__(self, thread):
        self.thread, self.timer = thread, None


class Park:
    """One blocking call of one thread. A wake must name it (SCHED-5)."""

    def __init__(self, thread, call, target):
        self.thread, self.call, self.target = thread, call, target


class Semaphore:
    def __init__(self, permits):
        self.permits = permits
        self.line = []    # parks; empty while there are permits
        self.handed = []  # threads that have been handed a permit and have not run yet


class Thread:
    def __init__(self, number, function, is_spawn_n=False):
        self.number, self.function, self.is_spawn_n = number, function, is_spawn_n
        self.state = NEW
        self.life = None        # its generator, once it has started
        self.references = 2     # the caller's and, while the thread lives, the hub's
        self.result = None
        self.exception = None   # it finished with; None: it returned
        self.told = False       # gt_wait or gt_join told a thread
        self.park = None        # the call in which it is blocked, and from which it was not woken
        self.interrupted = False  # its call has to raise what is pending
        self.killed = None      # a kill that is pending
        self.fired = []         # timeouts that are pending, in the order they fired
        self.deadlocked = False
        self.shields = 0
        self.delay = None       # the timer of a spawn_after
        self.links, self.waiters, self.waiters_for_death = [], [], []

    def has_pending(self):  # KILL-11
        return bool(self.killed or self.fired) and not self.shields

    def name(self):
        return "thread %d" % self.number if self.number else 'thread 0 "main"'


class Hub:
    def __init__(self, report, schedule=0):
        self.report = report
        self.main = Thread(0, None)
        self.main.state = RUNNING
        self.current = self.main
        self.threads = [self.main]
        self.now = 0
        self.timers = []  # by deadline; equal ones in the order in which they were set
        self.run_next = []  # victims of a kill: before all others (KILL-1)
        self.iteration, self.next_iteration = [], []
        self.all_dead = []
        self.hub_exceptions = True
        self.shutting_down = None  # the timer of a round's grace
        self.random = schedule * 0x9e3779b97f4a7c15 % (1 << 64)

    # Time

    def set_timer(self, duration, fire):
        """None: beyond the end of time (SLEEP-3)."""
        deadline = self.now + duration
        if deadline >= EVER:
            return None
        timer = Timer(deadline, fire)
        place = len(self.timers)
        while place and self.timers[place - 1].deadline > deadline:
            place -= 1
        self.timers.insert(place, timer)
        return timer

    def stop_timer(self, timer):
        if timer in self.timers:
            self.timers.remove(timer)

    def idle(self):
        """No thread is ready: time goes to the next deadline (SCHED-3), if any (WAIT-6)."""
        if not [timer for timer in self.timers if timer is not self.shutting_down]:
            self.deadlock()
            return
        self.now = self.timers[0].deadline
        while self.timers and self.timers[0].deadline <= self.now:
            self.timers.pop(0).fire()

    # The next thread

    def make_ready(self, thread):
        if thread.state not in (NEW, FINISHED):
            thread.state = READY
        self.next_iteration.append(thread)

    def take_out(self, thread):
        if thread in self.run_next:
            self.run_next.remove(thread)
        for queue in (self.iteration, self.next_iteration):
            if thread not in queue:
                continue
            if self.random:  # the next to be drawn, or the last to come, fills its place
                end = 0 if queue is self.iteration else len(queue) - 1
                queue[queue.index(thread)] = queue[end]
                queue.pop(end)
            else:
                queue.remove(thread)

    def draw(self, n):
        """gt_testing_schedule_seed: xorshift64."""
        x = self.random
        x ^= x << 13 & (1 << 64) - 1
        x ^= x >> 7
        x ^= x << 17 & (1 << 64) - 1
        self.random = x
        return x % n

    def pick(self):
        while True:
            if self.run_next:
                return self.run_next.pop(0)
            if not self.iteration:  # SCHED-3, SPAWN-3
                self.iteration, self.next_iteration = self.next_iteration, []
            if not self.iteration:
                self.idle()
                continue
            if self.random:
                i = self.draw(len(self.iteration))
                first = self.iteration[0]
                self.iteration[0], self.iteration[i] = self.iteration[i], first
            return self.iteration.pop(0)

    def loop(self, main_program):
        """Runs everything until main's generator ends."""
        self.main.life = main_program
        thread = self.main
        while True:
            self.current = thread
            if thread.life is None:
                thread.life = self.live(thread)
            if thread.state != FINISHED:
                thread.state = RUNNING
            try:
                next(thread.life)
            except StopIteration:
                if thread is self.main:
                    return
            thread = self.pick()

    # Blocking and waking

    def raise_pending(self, thread):
        """Takes only one: a kill before a timeout, the first of each (KILL-11, EXC-6)."""
        thread.interrupted = False
        if thread.deadlocked:
            thread.deadlocked = False
            raise Raised("GT_DEADLOCK", 0, "nothing can wake the main green thread")
        if thread.killed:
            killed, thread.killed = thread.killed, None
            raise killed.again()
        raise Raised("GT_TIMEOUT", 0, "timed out", thread.fired.pop(0))

    def block(self, call, target=None, waiters=None, duration=EVER):
        """Blocks until it is woken from `waiters`, by the duration's end, or by an exception."""
        me = self.current
        if me.has_pending():
            self.raise_pending(me)
        park = Park(me, call, target)
        if waiters is not None:
            waiters.append(park)
        timer = self.set_timer(duration, lambda: self.wake(park))
        me.park, me.state = park, FINISHED if me.state == FINISHED else BLOCKED
        yield
        self.stop_timer(timer)
        if waiters is not None and park in waiters:
            waiters.remove(park)
        if me.interrupted:
            self.raise_pending(me)

    def wake(self, park):
        if park.thread.park is park:  # SCHED-5
            park.thread.park = None
            self.make_ready(park.thread)

    def wake_all(self, waiters):  # SCHED-6
        while waiters:
            self.wake(waiters.pop(0))

    def interrupt(self, thread):
        thread.park = None
        thread.interrupted = True

    def sleep(self, duration):
        me = self.current
        if duration > 0:
            yield from self.block("gt_sleep", duration=duration)
            return
        if me.has_pending():  # SLEEP-2: a yield
            self.raise_pending(me)
        self.make_ready(me)
        yield
        if me.interrupted:
            self.raise_pending(me)

    # The life of a thread

    def spawn(self, function, is_spawn_n=False, delay=0):
        thread = Thread(len(self.threads), function, is_spawn_n)
        self.threads.append(thread)
        if delay <= 0:
            self.make_ready(thread)
        else:
            thread.delay = self.set_timer(delay, lambda: self.make_ready(thread))
        return thread

    def live(self, me):
        if me.killed:  # KILL-4
            me.exception = me.killed
        else:
            try:
                me.result = yield from me.function()
            except Raised as e:
                me.exception = e
        me.state = FINISHED
        self.reset(me)
        self.wake_all(me.waiters)  # LINK-2
        while me.links:
            yield from self.run_link(me, me.links.pop(0))
        me.state = DEAD
        self.wake_all(me.waiters_for_death)
        if self.only_main_lives():
            self.wake_all(self.all_dead)
        if me.is_spawn_n:
            self.report_undelivered(me)
        self.unref(me)

    def reset(self, thread):
        """Drops what was meant for the part of the thread that has ended."""
        thread.killed, thread.interrupted, thread.shields = None, False, 0

    def run_link(self, me, link):
        function, argument = link
        try:
            yield from function(me, argument)
        except Raised as e:  # LINK-6
            if self.hub_exceptions and not e.is_a("GT_EXIT"):
                self.report("%s: a link raised %s" % (me.name(), self.text(e)))
        self.reset(me)  # LINK-7

    def only_main_lives(self):
        return all(thread.state == DEAD for thread in self.threads[1:])

    def unref(self, thread):
        thread.references -= 1
        if thread.references == 0:
            self.report_undelivered(thread)  # SPAWN-7

    @staticmethod
    def text(e):
        return (e.kind + (", code %d" % e.code if e.code else "") +
                (": " + e.message if e.message else ""))

    def report_undelivered(self, thread):
        if not thread.exception or thread.told:
            return
        thread.told = True
        if self.hub_exceptions and not thread.exception.is_a("GT_EXIT"):  # SPAWN-6
            self.report("%s: unhandled %s" % (thread.name(), self.text(thread.exception)))

    # Waiting

    def await_state(self, thread, state, waiters, call):
        if thread.state >= state:
            return
        if thread is self.current:  # WAIT-5
            raise Raised("GT_DEADLOCK", 0, "a thread waits for itself")
        yield from self.block(call, thread, waiters)

    def join(self, thread, call="gt_join"):
        """Its exception, or None."""
        thread.references += 1  # the caller may lose its reference while it waits
        try:
            yield from self.await_state(thread, FINISHED, thread.waiters, call)
            thread.told = True
        except Raised:
            self.unref(thread)
            raise
        self.unref(thread)
        return thread.exception

    def wait(self, thread):
        exception = yield from self.join(thread, "gt_wait")
        if exception:
            raise exception.again()
        return thread.result

    def run(self):
        while not self.only_main_lives():
            yield from self.block("gt_run", waiters=self.all_dead)

    # Semaphores

    def acquire(self, semaphore, duration=EVER, call="gt_semaphore_acquire"):
        """Whether it has a permit (SEM-1, SEM-3)."""
        me = self.current
        if self.try_acquire(semaphore):
            return True
        if duration <= 0:
            return False
        try:
            yield from self.block(call, waiters=semaphore.line, duration=duration)
        except Raised:
            if me in semaphore.handed:  # KILL-10
                semaphore.handed.remove(me)
                self.release(semaphore)
            raise
        if me not in semaphore.handed:
            return False
        semaphore.handed.remove(me)
        return True

    @staticmethod
    def try_acquire(semaphore):
        if not semaphore.permits:
            return False
        semaphore.permits -= 1
        return True

    def release(self, semaphore):
        while semaphore.line:  # SEM-2
            park = semaphore.line.pop(0)
            if park.thread.park is park:
                semaphore.handed.append(park.thread)
                self.wake(park)
                return
        semaphore.permits += 1

    # Killing

    def mark_killed(self, victim, exception, victims):
        if victim.state == DEAD:
            return
        self.stop_timer(victim.delay)
        if not victim.killed:  # KILL-11, KILL-12: the first counts
            victim.killed = exception
        if victim.shields:
            return
        if victim.state != NEW:
            self.interrupt(victim)
        if victim is self.current or victim in victims:
            return
        self.take_out(victim)
        if victim.state == BLOCKED:
            victim.state = READY
        victims.append(victim)

    def mark_all_killed(self, threads, exception):
        """They run before all others, also before earlier victims (KILL-12)."""
        victims = []
        for thread in threads:
            self.mark_killed(thread, exception, victims)
        self.run_next[:0] = victims

    def kill_all(self, threads, exception):
        me = self.current
        if all(thread.state == DEAD for thread in threads):  # KILL-5
            return
        owed = me.has_pending()
        self.mark_all_killed(threads, exception)
        self.make_ready(me)  # KILL-2
        yield
        if owed or me.interrupted:
            self.raise_pending(me)

    def kill(self, thread, exception):
        if thread is not self.current:
            yield from self.kill_all([thread], exception)
        elif not thread.shields:  # KILL-8
            raise exception.again()
        elif not thread.killed:
            thread.killed = exception

    def kill_wait(self, thread, exception):
        thread.references += 1
        try:
            yield from self.kill(thread, exception)
            yield from self.await_state(thread, DEAD, thread.waiters_for_death, "gt_kill_wait")
        except Raised:
            self.unref(thread)
            raise
        self.unref(thread)

    def cancel(self, thread, exception):
        if thread.state == NEW:  # CANCEL-1, CANCEL-2
            yield from self.kill(thread, exception)

    def shield_end(self):
        me = self.current
        me.shields -= 1
        if me.has_pending():
            self.raise_pending(me)

    # Links

    def link(self, thread, function, argument):
        if thread.state == DEAD:  # LINK-3
            yield from function(thread, argument)
        else:
            thread.links.append((function, argument))

    def unlink(self, thread, function, argument):
        if (function, argument) not in thread.links:
            return False
        thread.links.remove((function, argument))
        return True

    # Timeouts

    def timeout_start(self, duration):
        timeout = Timeout(self.current)
        if duration <= 0:
            self.current.fired.append(timeout)
        else:
            timeout.timer = self.set_timer(duration, lambda: self.fire(timeout))
        return timeout

    def fire(self, timeout):
        thread = timeout.thread
        thread.fired.append(timeout)
        if thread.park and not thread.shields:  # EXC-6: else the wake wins
            self.interrupt(thread)
            self.make_ready(thread)

    def timeout_stop(self, timeout):
        self.stop_timer(timeout.timer)
        if timeout in timeout.thread.fired:
            timeout.thread.fired.remove(timeout)

    # The end

    def deadlock(self):
        main = self.main
        if not self.shutting_down:
            self.report_deadlock()
            main.deadlocked = True
        self.interrupt(main)
        self.make_ready(main)

    def report_deadlock(self):
        self.report("deadlock: nothing can wake the main green thread")
        for thread in self.threads:
            if thread.park:
                target = thread.park.target
                self.report(" %s waits in %s%s" % (thread.name(), thread.park.call,
                                                   " for " + target.name() if target else ""))
            elif thread.state == NEW:
                self.report(" %s is never to start" % thread.name())
        cycles = [cycle for cycle in map(self.cycle_from, self.threads[1:]) if cycle]
        if cycles:
            self.report(" cycle: " + " -> ".join(thread.name() for thread in cycles[0]))

    @staticmethod
    def cycle_from(start):
        """The cycle of threads that wait for each other, if there is one."""
        path = [start]
        while path[-1].park and path[-1].park.target:
            following = path[-1].park.target
            if following in path:
                return path[path.index(following):] + [following]
            path.append(following)
        return None

    def shutdown(self):  # SHUT-1
        self.main.shields += 1
        for _ in range(ROUNDS):
            if self.only_main_lives():
                break
            self.mark_all_killed(self.threads[1:], Raised("GT_EXIT"))
            yield from self.shutdown_round()
        for thread in self.threads[1:]:
            if thread.state != DEAD:
                self.report("shutdown: %s still lives after %d rounds and is abandoned"
                            % (thread.name(), ROUNDS))
        for thread in self.threads[1:]:
            if thread.references:
                self.report_undelivered(thread)

    def shutdown_round(self):
        park = Park(self.main, "gt_shutdown", None)
        self.all_dead.append(park)
        self.shutting_down = self.set_timer(GRACE, lambda: self.wake(park))
        self.main.park, self.main.state = park, BLOCKED
        yield
        self.main.interrupted = False
        self.stop_timer(self.shutting_down)
        if park in self.all_dead:
            self.all_dead.remove(park)
