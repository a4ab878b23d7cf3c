"""A random program for every seed.

It is the same on every Python, because this module has its own generator of random numbers.
The weights make events meet. There are few slots, few bodies, and two favourite durations for each
program. So deadlines coincide, victims are dying already, and killers get killed.
"""
from model import KINDS
from programs import BODIES, EVER, Program, Statement, FORMS

WEIGHTS = {"yield": 10, "sleep": 14, "spawn": 10, "spawn_n": 4, "spawn_after": 6, "wait": 8,
           "join": 6, "acquire": 9, "acquire_for": 5, "try_acquire": 2, "release": 9, "permits": 2,
           "kill": 10, "kill_wait": 5, "kill_all": 5, "cancel": 4, "link": 8, "unlink": 3,
           "ref": 2, "unref": 4, "state": 4, "run": 2, "hub_exceptions": 1, "raise": 5,
           "reraise": 2, "return": 2, "stop": 2, "try": 6, "try_all": 5, "attempt": 4, "defer": 6,
           "push": 3, "shield": 6, "timeout": 8, "with": 5}
DURATIONS = [-1, 0, 1, 2, 3, 5, 10, 20, 1000000000, 2500000000, EVER]  # a grace, and more
NESTING = 3


class Draw:
    """splitmix64."""

    def __init__(self, seed):
        self.state = seed

    def bits(self):
        mask = (1 << 64) - 1
        self.state = self.state + 0x9e3779b97f4a7c15 & mask
        z = (self.state ^ self.state >> 30) * 0xbf58476d1ce4e5b9 & mask
        z = (z ^ z >> 27) * 0x94d049bb133111eb & mask
        return z ^ z >> 31

    def below(self, n):
        return self.bits() % n

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def one_of(self, list_):
        return list_[self.below(len(list_))]

    def happens(self, percent):
        return self.below(100) < percent


class Generator:
    def __init__(self, seed):
        self.draw = Draw(seed)
        self.bag = [name for name in FORMS for _ in range(WEIGHTS[name])]
        self.bodies = self.draw.between(2, BODIES - 2)
        self.slots = self.draw.between(2, 5)
        self.semaphores = self.draw.between(1, 3)
        self.favourites = [self.draw.one_of(DURATIONS[2:]), self.draw.one_of(DURATIONS[2:])]
        self.left = 120  # statements

    # Arguments

    def target(self):
        draw = self.draw.below(100)
        return "self" if draw < 6 else "main" if draw < 10 else self.draw.below(self.slots)

    def targets(self):
        return [self.target() for _ in range(self.draw.below(5))]

    def duration(self):
        return self.draw.one_of(self.favourites if self.draw.happens(70) else DURATIONS)

    def exception(self):
        if self.draw.happens(40):
            return None
        return self.draw.one_of(KINDS), self.draw.below(4)

    def argument(self, letter):
        if letter == "s":
            return self.draw.below(self.slots)
        if letter == "b":
            return self.draw.between(1, self.bodies - 1)
        if letter == "m":
            return self.draw.below(self.semaphores)
        if letter == "k":
            return self.draw.one_of(KINDS)
        if letter == "n":
            return self.draw.below(3)
        return {"t": self.target, "T": self.targets, "d": self.duration, "x": self.exception}[letter]()

    # Blocks

    def statement(self, name, nesting):
        letters, parts = FORMS[name]
        arguments = [self.argument(letter) for letter in letters]
        return Statement(name, arguments, [self.block(nesting + 1) for _ in range(parts)])

    def block(self, nesting):
        statements = []
        for _ in range(self.draw.between(1, 4 if nesting else 8)):
            name = self.draw.one_of(self.bag)
            while nesting == NESTING and FORMS[name][1]:
                name = self.draw.one_of(self.bag)
            if self.left <= 0:
                break
            self.left -= 1
            statements.append(self.statement(name, nesting))
        return statements

    def main(self):
        """Spawns threads at the start, and most often waits for the end."""
        first = [Statement("spawn", [self.argument("s"), self.argument("b")])
                 for _ in range(self.draw.between(1, 4))]
        last = [Statement("attempt", [], [[Statement("run")]]) for _ in range(self.draw.below(4))]
        return first + self.block(0) + last


def generate(seed):
    generator = Generator(seed)
    program = Program(seed, seed if generator.draw.happens(30) else 0)
    for number in range(1, generator.bodies):
        program.bodies[number] = generator.block(0)
    program.bodies[0] = generator.main()
    return program
