"""How long the console takes with 10,000 rows, from an action to the frame that shows it; for the tests and for deploy/bench."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from console_process import many

COUNT = 10_000
ROUNDS = 5
SETTLING = 1_500  # milliseconds after which what the first drawing has left to do is done
# Milliseconds from the action to its frame, and the first row that the frame shows.
MEASURE = """async ([name, value]) => {
  const actions = {
    filter: (text) => {
      const input = document.querySelector("input[type=search]");
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    },
    sort: (field) => document.querySelector(`.grid-head .cell-${field} button`).click(),
    scroll: (top) => (document.querySelector(".grid").scrollTop = top),
    status: (index) => document.querySelectorAll(".filters button")[index].click(),
  };
  await new Promise((resolve) => setTimeout(resolve, 60));
  const start = performance.now();
  actions[name](value);
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  const time = performance.now() - start;
  return [time, document.querySelector(".grid-body [role=row]")?.textContent ?? ""];
}"""
ACTIONS = [
    ("filter", "a"), ("filter", "an"), ("filter", "ana"), ("filter", "ana ruiz"), ("filter", ""), ("sort", "spokenName"),
    ("sort", "spokenName"), ("sort", "target"), ("sort", "team"), ("sort", "validUntil"), ("sort", "status"), ("sort", "updatedAt"),
    ("sort", "extension"), ("scroll", 120_000), ("scroll", 479_000), ("scroll", 240_000), ("scroll", 0), ("status", 1), ("status", 3),
    ("status", 0),
]  # fmt: skip


def open_ten_thousand(window) -> Page:
    """A window on a directory of 10,000 extensions, drawn and at rest."""
    window.stack.ana.replace(many(COUNT))
    page = window.enter()
    expect(page.locator(".filters button").first).to_contain_text("10,000")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "10001")
    page.wait_for_timeout(SETTLING)
    return page


def measure(page: Page, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Milliseconds of each action, once a round; fails when a frame does not show what was filtered for."""
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        for number, (name, value) in enumerate(ACTIONS):
            time, first = page.evaluate(MEASURE, [name, value])
            assert name != "filter" or value in first.lower(), f"after the filter {value!r} the frame shows {first!r}"
            times.setdefault(f"{number} {name} {value}", []).append(time)
    return times


def middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
