"""Runs a program on the model: interpreter.c and calls.c again, with generators as stacks."""
import types

import model

THREADS, STEPS, CALLS, SLOTS, SEMAPHORES = 15, 400, 10, 8, 3
RETURNS = "returns"


class Scope:
    """What a statement knows of its blocks. `result` is a list with the function's result."""

    def __init__(self, outer, result, depth, timeout=None, caught=None):
        self.outer, self.result, self.depth = outer, result, depth
        self.timeout, self.caught = timeout, caught


class Slot:
    def __init__(self):
        self.thread, self.references = None, 0


class Interpreter:
    def __init__(self, program, hub_class=model.Hub):
        self.program = program
        self.trace = []
        self.hub = hub_class(self.report, program.schedule)
        self.slots = [Slot() for _ in range(SLOTS)]
        self.semaphores = [model.Semaphore(n) for n in range(SEMAPHORES)]
        self.spawned, self.steps = 0, STEPS

    def run(self):
        self.hub.loop(self.main())
        self.trace.append(self.count_permits())
        self.trace.append("0 allocations")
        return self.trace

    # The trace

    def report(self, text):
        self.trace.append("@%d report: %s" % (self.hub.now, text))

    def say(self, text):
        self.trace.append("@%d t%d %s" % (self.hub.now, self.hub.current.number, text))

    @staticmethod
    def describe(e, scope):
        text = "%s %d%s" % (e.kind, e.code, ": " + e.message if e.message else "")
        if not e.value:
            return text
        n = 0
        while scope:
            if scope.timeout is e.value:
                return text + ", of timeout %d" % n
            n += scope.timeout is not None
            scope = scope.outer
        return text + ", of another timeout"

    # Functions and blocks

    def main(self):
        try:
            yield from self.body(0, 0)
        except model.Raised as e:
            self.hub.main.shields = 0
            self.say("main: " + self.describe(e, None))
        for number, slot in enumerate(self.slots):
            if slot.thread:
                self.say("slot %d: t%d is %s" % (number, slot.thread.number,
                                                 model.STATES[slot.thread.state]))
        self.say(self.count_permits())
        self.say("shutdown")
        yield from self.hub.shutdown()

    def count_permits(self):
        return "permits " + " ".join(str(one.permits) for one in self.semaphores)

    def body(self, number, depth):
        result = [0]
        yield from self.statements(self.program.bodies[number], Scope(None, result, depth))
        return result[0]

    def thread_body(self, number):
        self.say("body %d begins" % number)
        try:
            result = yield from self.body(number, 0)
        except model.Raised:
            self.say("body %d is left by an exception" % number)
            raise
        self.say("body %d returns %d" % (number, result))
        return result

    def link_body(self, thread, number, depth=0):
        self.say("link %d of t%d begins" % (number, thread.number))
        yield from self.body(number, depth)
        self.say("link %d of t%d ends" % (number, thread.number))

    def statements(self, block, scope):
        if scope.depth > CALLS:
            return None
        for statement in block:
            if self.steps == 0:
                return None
            self.steps -= 1
            done = getattr(self, "do_" + statement.name)(scope, statement, *statement.arguments)
            if isinstance(done, types.GeneratorType):
                done = yield from done
            if done == RETURNS:
                return RETURNS
        return None

    def part(self, s, number, outer, timeout=None, caught=None):
        scope = Scope(outer, outer.result, outer.depth + 1, timeout, caught)
        return self.statements(s.parts[number], scope)

    def function(self, s, number, outer):
        """A block that is a function, so that return leaves nothing else."""
        result = [0]
        yield from self.statements(s.parts[number], Scope(outer, result, outer.depth + 1))
        return result[0]

    def guarded(self, block):
        """How a block ends: its flow, and the exception that left it."""
        me, shields = self.hub.current, self.hub.current.shields
        try:
            return (yield from block), None
        except model.Raised as e:
            me.shields = shields  # KILL-11
            return None, e

    def handle(self, s, number, scope, e):
        self.say("caught " + self.describe(e, scope))
        return (yield from self.part(s, number, scope, caught=e))

    def do_try(self, scope, s, kind):
        flow, e = yield from self.guarded(self.part(s, 0, scope))
        if not e:
            return flow
        if not e.is_a(kind):
            raise e
        return (yield from self.handle(s, 1, scope, e))

    def do_try_all(self, scope, s, kind):
        flow, e = yield from self.guarded(self.part(s, 0, scope))
        if not e:
            return flow
        return (yield from self.handle(s, 1 if e.is_a(kind) else 2, scope, e))

    def do_attempt(self, scope, s):
        _, e = yield from self.guarded(self.function(s, 0, scope))
        self.say("attempt: " + self.describe(e, scope) if e else "attempt succeeded")

    def clean_up(self, s, scope):
        self.say("cleanup")
        yield from self.function(s, 1, scope)

    def do_defer(self, scope, s):
        return self.do_push(scope, s, 1)

    def do_push(self, scope, s, runs):
        flow, e = yield from self.guarded(self.part(s, 0, scope))
        if e or runs:
            yield from self.clean_up(s, scope)
        if e:
            raise e
        return flow

    def do_shield(self, scope, s):
        self.hub.current.shields += 1
        flow = yield from self.part(s, 0, scope)
        self.hub.shield_end()
        self.say("shield ended")
        return flow

    def do_timeout(self, scope, s, duration):
        timeout = self.hub.timeout_start(duration)
        flow, e = yield from self.guarded(self.part(s, 0, scope, timeout))
        self.hub.timeout_stop(timeout)
        if e:
            raise e
        self.say("timeout ended")
        return flow

    def do_with(self, scope, s, duration):
        timeout = self.hub.timeout_start(duration)
        result, e = yield from self.guarded(self.function(s, 0, scope))
        self.hub.timeout_stop(timeout)
        if e and e.value is not timeout:
            raise e
        self.say("with timed out" if e else "with: %d" % result)

    def do_raise(self, _scope, _s, exception):
        raise self.given(exception)

    def do_reraise(self, scope, _s):
        while scope:
            if scope.caught:
                raise scope.caught.again()
            scope = scope.outer
        self.say("reraise -")

    def do_return(self, scope, _s, number):
        scope.result[0] = number
        return RETURNS

    def do_stop(self, scope, _s, number):
        while scope:
            if scope.timeout:
                if number == 0:
                    self.hub.timeout_stop(scope.timeout)
                    self.say("stop")
                    return
                number -= 1
            scope = scope.outer
        self.say("stop -")

    # Calls

    @staticmethod
    def given(exception):
        return model.Raised(*exception) if exception else model.Raised("GT_EXIT")

    def target(self, target):
        if target == "self":
            return self.hub.current
        return self.hub.main if target == "main" else self.slots[target].thread

    def waitable(self, target):
        thread = self.target(target)
        return thread if thread and thread.number and not thread.is_spawn_n else None

    def left_out(self, s):
        self.say(s.name + " -")

    def done(self, s, thread):
        self.say("%s t%d" % (s.name, thread.number))

    def do_yield(self, _scope, _s):
        yield from self.hub.sleep(0)
        self.say("yield")

    def do_sleep(self, _scope, _s, duration):
        yield from self.hub.sleep(duration)
        self.say("sleep")

    def spawn(self, s, slot, body, **how):
        if self.spawned == THREADS:
            self.left_out(s)
            return
        thread = self.hub.spawn(lambda: self.thread_body(body), **how)
        self.spawned += 1
        slot = self.slots[slot]
        old, slot.thread = slot.thread, thread
        for _ in range(slot.references):
            self.hub.unref(old)
        slot.references = 1
        self.done(s, thread)

    def do_spawn(self, _scope, s, slot, body):
        self.spawn(s, slot, body)

    def do_spawn_n(self, _scope, s, slot, body):
        self.spawn(s, slot, body, is_spawn_n=True)

    def do_spawn_after(self, _scope, s, slot, body, delay):
        self.spawn(s, slot, body, delay=delay)

    def do_wait(self, _scope, s, target):
        thread = self.waitable(target)
        if not thread:
            self.left_out(s)
            return
        result = yield from self.hub.wait(thread)
        self.say("wait t%d: %d" % (thread.number, result))

    def do_join(self, scope, s, target):
        thread = self.waitable(target)
        if not thread:
            self.left_out(s)
            return
        e = yield from self.hub.join(thread)
        outcome = self.describe(e, scope) if e else str(thread.result)
        self.say("join t%d: %s" % (thread.number, outcome))

    def do_run(self, _scope, s):
        if self.hub.current is not self.hub.main:
            self.left_out(s)
            return
        yield from self.hub.run()
        self.say("run")

    def told(self, s, number, what):
        self.say("%s %d: %d" % (s.name, number, what))

    def do_acquire(self, _scope, s, number):
        self.told(s, number, (yield from self.hub.acquire(self.semaphores[number])))

    def do_acquire_for(self, _scope, s, number, duration):
        has = yield from self.hub.acquire(self.semaphores[number], duration,
                                          "gt_semaphore_acquire_for")
        self.told(s, number, has)

    def do_try_acquire(self, _scope, s, number):
        self.told(s, number, self.hub.try_acquire(self.semaphores[number]))

    def do_release(self, _scope, s, number):
        self.hub.release(self.semaphores[number])
        self.told(s, number, self.semaphores[number].permits)

    def do_permits(self, _scope, s, number):
        self.told(s, number, self.semaphores[number].permits)

    def kill_with(self, kill, s, thread, exception):
        if not thread:
            self.left_out(s)
            return
        yield from kill(thread, self.given(exception))
        self.done(s, thread)

    def do_kill(self, _scope, s, target, exception):
        return self.kill_with(self.hub.kill, s, self.target(target), exception)

    def do_kill_wait(self, _scope, s, target, exception):
        thread = self.target(target)
        thread = None if thread is self.hub.main else thread
        return self.kill_with(self.hub.kill_wait, s, thread, exception)

    def do_cancel(self, _scope, s, target, exception):
        return self.kill_with(self.hub.cancel, s, self.target(target), exception)

    def do_kill_all(self, _scope, s, targets, exception):
        threads = [self.target(target) for target in targets]
        yield from self.hub.kill_all([one for one in threads if one], self.given(exception))
        self.say("kill_all")

    def do_link(self, scope, s, target, body):
        thread = self.waitable(target)
        if not thread:
            self.left_out(s)
            return
        if thread.state == model.DEAD:
            yield from self.link_body(thread, body, scope.depth + 1)
        else:
            yield from self.hub.link(thread, self.link_body, body)
        self.done(s, thread)

    def do_unlink(self, _scope, s, target, body):
        thread = self.target(target)
        if not thread:
            self.left_out(s)
            return
        there_was = self.hub.unlink(thread, self.link_body, body)
        self.say("unlink t%d: %s" % (thread.number, "true" if there_was else "false"))

    def do_ref(self, _scope, s, slot):
        slot = self.slots[slot]
        if not slot.thread:
            self.left_out(s)
            return
        slot.thread.references += 1
        slot.references += 1
        self.done(s, slot.thread)

    def do_unref(self, _scope, s, slot):
        slot = self.slots[slot]
        thread = slot.thread
        if not thread:
            self.left_out(s)
            return
        slot.references -= 1
        if slot.references == 0:
            slot.thread = None
        self.hub.unref(thread)
        self.done(s, thread)

    def do_state(self, _scope, s, target):
        thread = self.target(target)
        if thread:
            self.say("state t%d: %s" % (thread.number, model.STATES[thread.state]))
        else:
            self.left_out(s)

    def do_hub_exceptions(self, _scope, _s, number):
        self.say("hub_exceptions: were %d" % self.hub.hub_exceptions)
        self.hub.hub_exceptions = number != 0
