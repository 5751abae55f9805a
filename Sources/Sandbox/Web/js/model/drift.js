/**
 * How two sides of a conversation differ, message by message. Pure: two lists in, aligned rows out.
 *
 * Two messages are the same when one is tagged as the mirror of the other, or, for those without a tag, when text and
 * author agree, in order. What stands out of the longest common order is misordered; a second copy is doubled; what has
 * no counterpart is missing.
 */

/**
 * Compares two sides.
 *
 * Answers `{rows, differences}`. A row is `{one, other, mark}` with a message or null on each side, and a mark: `null`
 * (equal), `missing`, `doubled`, `misordered` or `changed` (the text differs).
 */
export function drift(ones, others) {
  const { matches, doubled } = match(ones, others);
  const inOrder = longestRun(matches.map(([, index]) => index));
  const anchors = matches.filter((_, position) => inOrder.has(position));
  const strays = new Map(matches.filter((_, position) => !inOrder.has(position)).flatMap(([a, b]) => [[`a${a}`, true], [`b${b}`, true]]));
  const rows = [];
  let a = 0;
  let b = 0;
  const fill = (untilA, untilB) => {
    for (; a < untilA; a += 1) rows.push({ one: ones[a], other: null, mark: markOf("a", a, doubled, strays) });
    for (; b < untilB; b += 1) rows.push({ one: null, other: others[b], mark: markOf("b", b, doubled, strays) });
  };
  for (const [indexA, indexB] of anchors) {
    fill(indexA, indexB);
    const isChanged = textOf(ones[a]) !== textOf(others[b]);
    rows.push({ one: ones[a], other: others[b], mark: isChanged ? "changed" : null });
    a += 1;
    b += 1;
  }
  fill(ones.length, others.length);
  // A misordered message stands in two rows, once on each side: it is one difference.
  const misordered = strays.size / 2;
  const differences = rows.filter((row) => row.mark && row.mark !== "misordered").length + misordered;
  return { rows, differences };
}

function markOf(side, index, doubled, strays) {
  if (doubled.has(`${side}${index}`)) return "doubled";
  return strays.has(`${side}${index}`) ? "misordered" : "missing";
}

/** Pairs of indexes that hold the same message, in the order of `ones`; and which are a second copy. */
function match(ones, others) {
  const doubled = new Set();
  const waiting = new Map();
  const seen = new Set();
  others.forEach((message, index) => {
    const key = originOf(message);
    if (seen.has(key)) doubled.add(`b${index}`);
    else waiting.set(key, index);
    seen.add(key);
  });
  const matches = [];
  const usedA = new Set();
  const usedB = new Set();
  const seenA = new Set();
  ones.forEach((message, index) => {
    const key = originOf(message);
    if (seenA.has(key)) doubled.add(`a${index}`);
    else if (waiting.has(key)) {
      matches.push([index, waiting.get(key)]);
      usedA.add(index);
      usedB.add(waiting.get(key));
    }
    seenA.add(key);
  });
  matchByText(ones, others, { matches, usedA, usedB, doubled });
  matches.sort(([one], [other]) => one - other);
  return { matches, doubled };
}

/** The samples tag nothing: their copies are recognised by author and text, first come first served. */
function matchByText(ones, others, { matches, usedA, usedB, doubled }) {
  const byText = new Map();
  others.forEach((message, index) => {
    if (usedB.has(index) || doubled.has(`b${index}`) || message.attributes?.mirror) return;
    const key = textOf(message);
    byText.set(key, [...(byText.get(key) ?? []), index]);
  });
  ones.forEach((message, index) => {
    if (usedA.has(index) || doubled.has(`a${index}`) || message.attributes?.mirror) return;
    const found = byText.get(textOf(message))?.shift();
    if (found === undefined) return;
    matches.push([index, found]);
  });
}

/** The message that this one is, or is a copy of. */
function originOf(message) {
  return message.attributes?.mirror?.id ?? message.sid;
}

function textOf(message) {
  const media = (message.media ?? []).map((medium) => `${medium.filename ?? ""}/${medium.content_type ?? ""}/${medium.size ?? ""}`);
  return [message.body ?? "", ...media].join("\n");
}

/** Positions of a longest increasing run, as a set. */
function longestRun(values) {
  const tails = [];
  const before = new Array(values.length).fill(-1);
  values.forEach((value, position) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[tails[middle]] < value) low = middle + 1;
      else high = middle;
    }
    before[position] = low > 0 ? tails[low - 1] : -1;
    tails[low] = position;
  });
  const run = new Set();
  for (let position = tails.at(-1) ?? -1; position >= 0; position = before[position]) run.add(position);
  return run;
}
