"""Everything that can go wrong goes wrong at random, and afterwards both sides are twins, message by message.

Each seed decides who writes what, which faults the clouds have, and which process is killed when. Seeds are printed;
`SYNC_SEED=17` repeats one, `SYNC_SEEDS=200` makes the long run, and `deploy/test` runs the first twenty.
"""

from __future__ import annotations

import os
import random

import pytest

from sync_stack import SIDES, Pair, SyncStack
from twins import differences, said_once

SEEDS = [int(os.environ["SYNC_SEED"])] if "SYNC_SEED" in os.environ else range(1, int(os.environ.get("SYNC_SEEDS", "20")) + 1)
PAIRS = 3
STEPS = 60
SETTLE = 120.0  # seconds until both sides must be twins once everything works again
DIALECTS = ("conversations", "conversations", "chat")  # twice as often the current one


def faults_of(name: str, chance: random.Random) -> dict:
    """One kind of fault, as the Sandbox takes it."""
    side = chance.choice(("*", *SIDES))

    def rule(probability: float, **effect) -> dict:
        return {"rules": [{"project": side, "probability": round(chance.uniform(0.05, probability), 3), "effect": effect}]}

    def webhooks(**odds) -> dict:
        return {"webhooks": {name: round(chance.uniform(0.05, most), 3) for name, most in odds.items()}}

    makers = {
        "latency": lambda: rule(0.5, latency_ms={"min": 1, "max": chance.randint(20, 600)}),
        "rate limit": lambda: rule(0.4, status=429, retry_after=1),
        "server error": lambda: rule(0.4, status=chance.choice((500, 503))),
        "timeout": lambda: rule(0.15, timeout=True),
        "lost answer": lambda: rule(0.3, lost_answer=True),
        "dropped webhooks": lambda: webhooks(drop=0.5),
        "duplicated webhooks": lambda: webhooks(duplicate=0.7),
        "reordered webhooks": lambda: webhooks(reorder=0.7),
        "an account that is down": lambda: {
            "down": [{"project": chance.choice(SIDES), "seconds": round(chance.uniform(0.2, 3), 2)}]
        },
        "clock skew": lambda: {"clock_skew_ms": {chance.choice(SIDES): chance.randint(-90_000, 90_000)}},
    }
    return makers[name]()


KINDS = (
    "latency", "rate limit", "server error", "timeout", "lost answer", "dropped webhooks", "duplicated webhooks",
    "reordered webhooks", "an account that is down", "clock skew",
)  # fmt: skip


def mixture(names: list[str], chance: random.Random) -> dict:
    plan: dict = {"seed": chance.randint(1, 1 << 30)}
    for name in names:
        for key, value in faults_of(name, chance).items():
            if isinstance(value, list):
                plan.setdefault(key, []).extend(value)
            else:
                plan.setdefault(key, {}).update(value)
    return plan


class Story:
    """One random run: people write, clouds break, processes die, and then everything is well again."""

    def __init__(self, stack: SyncStack, chance: random.Random, kinds: tuple[str, ...]):
        self.stack, self.chance, self.kinds = stack, chance, kinds
        self.pairs: list[Pair] = []
        self.number = 0

    def begin(self) -> None:
        for number in range(PAIRS):
            self.pairs.append(self.stack.web_chat(f"customer {number}", f"hello {number}"))

    def step(self, kills: tuple[str, ...]) -> None:
        dice = self.chance.random()
        if dice < 0.80:
            self.write()
        elif dice < 0.92:
            self.break_clouds()
        elif kills:
            self.kill(self.chance.choice(kills))

    def write(self) -> None:
        pair, side = self.chance.choice(self.pairs), self.chance.choice(SIDES)
        for _ in range(self.chance.choice((1, 1, 1, 3, 8))):
            self.number += 1
            pair.say(side, f"message {self.number}")

    def break_clouds(self) -> None:
        names = self.chance.sample(self.kinds, min(len(self.kinds), self.chance.randint(1, 3)))
        self.stack.faults(**mixture(names, self.chance))

    def kill(self, name: str) -> None:
        self.stack.kill(name)
        self.stack.start(name)

    def end(self) -> None:
        """The clouds work again; one more message rings where the webhooks of the last ones were dropped."""
        self.stack.faults()
        for pair in self.pairs:
            for side in SIDES:
                pair.say(side, f"last of {side}")

    def check(self) -> None:
        for pair in self.pairs:
            flex, frontline = pair.wait_for_twins(timeout=SETTLE)
            assert said_once(flex, pair.said["flex"]) == []
            assert said_once(frontline, pair.said["frontline"]) == []


def run(seed: int, kinds: tuple[str, ...], kills: tuple[str, ...], syncs: int = 2, steps: int = STEPS) -> None:
    chance = random.Random(seed)
    dialects = {side: chance.choice(DIALECTS) for side in SIDES}
    print(f"SYNC_SEED={seed} {dialects} faults: {', '.join(kinds)}; kills: {', '.join(kills) or 'none'}")
    with SyncStack(syncs=syncs, seed=seed, **dialects) as stack:
        story = Story(stack, chance, kinds)
        story.begin()
        for _ in range(steps):
            story.step(kills)
        story.end()
        story.check()


@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_alone_loses_doubles_and_reorders_nothing(kind):
    run(seed=1, kinds=(kind,), kills=(), syncs=1, steps=30)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_mixture_with_kills_loses_doubles_and_reorders_nothing(seed):
    run(seed, KINDS, ("sync-1", "sync-2", "broker", "gateway"))


def test_the_checker_sees_what_a_broken_pump_would_leave():
    """The control: a copy that nobody ordered, and an answer that was taken away, are found in the real conversations."""
    with SyncStack() as stack:
        pair = stack.web_chat("Ana", "hello")
        pair.say("flex", "two")
        flex, frontline = pair.wait_for_twins(2)
        product, path = stack.collection("frontline", pair.conversations["frontline"])
        copy = frontline.messages[-1]
        attributes = next(row for row in stack.rows("frontline", pair.conversations["frontline"]) if row["sid"] == copy.sid)
        stack.rest(
            "frontline", "POST", product, f"{path}/Messages", Body="two", Attributes=attributes["attributes"]
        )
        assert any(text.startswith("doubled") for text in differences(*pair.listed()))
        stack.kill("sync-1")
        stack.rest("frontline", "DELETE", product, f"{path}/Messages/{frontline.messages[0].sid}")
        assert any(text.startswith("missing") for text in differences(*pair.listed()))
